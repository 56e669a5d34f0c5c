/* The names in a directory, for programs that take whatever files it holds. */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include <stddef.h>

struct directory_names {
  char **names; /* in byte order, without . and .. */
  size_t count;
};

/* Ends the program where the directory cannot be read. */
struct directory_names read_directory(const char *path);

/* `directory`/`name`, allocated. */
char *join_path(const char *directory, const char *name);

/* The directory is there afterwards; it may have been before. */
void make_directory(const char *path);

#endif
