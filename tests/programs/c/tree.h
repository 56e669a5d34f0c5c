/* Small things that the programs about files have in common. */
#ifndef TREE_H
#define TREE_H

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes a file with this content; 0, or -1. */
static inline int make_file(const char *path, const char *content) {
  int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0666);
  if (fd < 0) return -1;
  size_t length = strlen(content);
  ssize_t written = write(fd, content, length);
  return close(fd) == 0 && written == (ssize_t)length ? 0 : -1;
}

/* Whether a file has this content, and no more. */
static inline int has_content(const char *path, const char *content) {
  char buffer[256] = {0};
  int fd = open(path, O_RDONLY);
  if (fd < 0) return 0;
  ssize_t count = read(fd, buffer, sizeof buffer);
  close(fd);
  return count == (ssize_t)strlen(content) && memcmp(buffer, content, count) == 0;
}

static inline int exists(const char *path) {
  struct stat found;
  return lstat(path, &found) == 0;
}

#endif
