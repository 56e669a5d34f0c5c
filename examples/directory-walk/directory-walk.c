/* Lists what the policy lets this program see: every file and directory below a root, with a checksum of each file.
 *
 *   directory-walk [ROOT RESULT]
 *
 * RESULT (/output/listing.csv) has a row per entry below ROOT (/), depth first, names in byte order: path, type
 * (directory, file, link, other), bytes, CRC-32 of a file's content or a link's target, and the error where the entry
 * could not be read. Links are named, never followed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/csv.h"
#include "../common/fail.h"

enum { MAXIMUM_DEPTH = 64, MAXIMUM_PATH = 4096 };

/* CRC-32 of IEEE 802.3, bit by bit over the reflected polynomial. Starts and ends inverted: begin with 0. */
static uint32_t crc32(uint32_t crc, const unsigned char *bytes, size_t length) {
  crc = ~crc;
  for (size_t index = 0; index < length; index++) {
    crc ^= bytes[index];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

/* 0 and the checksum, or the error number. */
static int checksum_file(const char *path, uint32_t *checksum) {
  const int file = open(path, O_RDONLY);
  if (file < 0) return errno;
  unsigned char chunk[16384];
  ssize_t length;
  *checksum = 0;
  while ((length = read(file, chunk, sizeof chunk)) > 0) *checksum = crc32(*checksum, chunk, (size_t)length);
  const int error = length < 0 ? errno : 0;
  close(file);
  return error;
}

static int checksum_link(const char *path, uint32_t *checksum) {
  unsigned char target[MAXIMUM_PATH];
  const ssize_t length = readlink(path, (char *)target, sizeof target);
  if (length < 0) return errno;
  *checksum = crc32(0, target, (size_t)length);
  return 0;
}

static int compare_names(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The names in a directory, sorted, in an array of `count`; NULL and errno where it cannot be read. */
static char **read_names(const char *path, size_t *count) {
  DIR *directory = opendir(path);
  if (directory == NULL) return NULL;
  size_t capacity = 16;
  char **names = allocate(capacity, sizeof *names);
  *count = 0;
  for (const struct dirent *entry; errno = 0, (entry = readdir(directory)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (*count == capacity) names = reallocate(names, capacity *= 2, sizeof *names);
    const size_t size = strlen(entry->d_name) + 1;
    names[*count] = allocate(size, 1);
    memcpy(names[(*count)++], entry->d_name, size);
  }
  const int error = errno;
  closedir(directory);
  if (error != 0) {
    errno = error;
    return NULL;
  }
  qsort(names, *count, sizeof *names, compare_names);
  return names;
}

static void append_row(struct buffer *listing, const char *path, const char *type, long long bytes,
                       const uint32_t *checksum, int error) {
  csv_append_field(listing, path);
  buffer_print(listing, ",%s,", type);
  if (bytes >= 0) buffer_print(listing, "%lld", bytes);
  if (checksum != NULL)
    buffer_print(listing, ",%08x,", (unsigned)*checksum);
  else
    buffer_print(listing, ",,");
  if (error != 0) csv_append_field(listing, strerror(error));
  buffer_append(listing, "\n", 1);
}

static void walk(struct buffer *listing, const char *directory, int depth);

static void visit(struct buffer *listing, const char *path, int depth) {
  struct stat status;
  uint32_t checksum;
  if (lstat(path, &status) != 0) {
    append_row(listing, path, "other", -1, NULL, errno);
  } else if (S_ISDIR(status.st_mode)) {
    walk(listing, path, depth);
  } else if (S_ISREG(status.st_mode) || S_ISLNK(status.st_mode)) {
    const bool file = S_ISREG(status.st_mode);
    const int error = file ? checksum_file(path, &checksum) : checksum_link(path, &checksum);
    append_row(listing, path, file ? "file" : "link", status.st_size, error == 0 ? &checksum : NULL, error);
  } else {
    append_row(listing, path, "other", -1, NULL, 0);
  }
}

/* A row for the directory, then its entries. */
static void walk(struct buffer *listing, const char *directory, int depth) {
  size_t count;
  char **names = depth == MAXIMUM_DEPTH ? (errno = ELOOP, NULL) : read_names(directory, &count);
  append_row(listing, directory, "directory", -1, NULL, names == NULL ? errno : 0);
  if (names == NULL) return;
  for (size_t index = 0; index < count; index++) {
    const char *slash = strcmp(directory, "/") == 0 ? "" : "/";
    const size_t size = strlen(directory) + strlen(slash) + strlen(names[index]) + 1;
    char *path = allocate(size, 1);
    snprintf(path, size, "%s%s%s", directory, slash, names[index]);
    if (size > MAXIMUM_PATH)
      append_row(listing, path, "other", -1, NULL, ENAMETOOLONG);
    else
      visit(listing, path, depth + 1);
    free(path);
    free(names[index]);
  }
  free(names);
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: directory-walk [ROOT RESULT]");
  struct buffer listing = {0};
  buffer_print(&listing, "path,type,bytes,crc32,error\n");
  walk(&listing, argc == 3 ? argv[1] : "/", 0);
  write_file(argc == 3 ? argv[2] : "/output/listing.csv", &listing);
  return 0;
}
