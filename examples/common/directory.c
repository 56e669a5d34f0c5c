#include "directory.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buffer.h"
#include "fail.h"

static int compare_names(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

struct directory_names read_directory(const char *path) {
  DIR *directory = opendir(path);
  if (directory == NULL) fail(EXIT_NO_FILE, "%s: cannot open: %s", path, strerror(errno));
  struct directory_names found = {.names = NULL, .count = 0};
  for (const struct dirent *entry; errno = 0, (entry = readdir(directory)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    found.names = reallocate(found.names, found.count + 1, sizeof *found.names);
    const size_t size = strlen(entry->d_name) + 1;
    found.names[found.count++] = memcpy(allocate(size, 1), entry->d_name, size);
  }
  if (errno != 0) fail(EXIT_NO_FILE, "%s: cannot list: %s", path, strerror(errno));
  closedir(directory);
  if (found.count > 0) qsort(found.names, found.count, sizeof *found.names, compare_names);
  return found;
}

char *join_path(const char *directory, const char *name) {
  struct buffer path = {0};
  buffer_print(&path, "%s/%s", directory, name);
  return path.bytes;
}

void make_directory(const char *path) {
  if (mkdir(path, 0777) != 0 && errno != EEXIST) fail(EXIT_NO_FILE, "%s: cannot make: %s", path, strerror(errno));
}
