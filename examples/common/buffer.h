/* A growing byte buffer, and whole files in and out of one. */
#ifndef BUFFER_H
#define BUFFER_H

#include <stddef.h>

struct buffer {
  char *bytes;
  size_t length;
  size_t capacity;
};

/* malloc and realloc that end the program where memory is out, or where count * size does not fit. */
void *allocate(size_t count, size_t size);
void *reallocate(void *memory, size_t count, size_t size);

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_print(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The whole file with a NUL behind it (not counted in length). */
struct buffer read_file(const char *path);

/* What stands in the file from byte `offset` on; a file that is shorter than that is an error. */
struct buffer read_file_from(const char *path, unsigned long long offset);

/* Replaces the file. A short write, at the latest at close, is an error. */
void write_file(const char *path, const struct buffer *buffer);

#endif
