/*
 * Runs a script of file operations, one a line, on the file system of its working directory, and prints one line for
 * each: "ok" with what the operation tells, or the errno's name without its E, as WASI writes them. The lines are those of
 * tests/support/posix-steps.ts; the same script run by the WASI host must print the same.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 4, WORDS = 8, ROOM = 8192, SEEN = 4096 };

/* Seconds that scripts set; what the kernel sets is now. */
static const long FIRST_SET = 1000, LAST_SET = 999999;

static int slots[SLOTS] = {-1, -1, -1, -1};
static int appends[SLOTS], writable[SLOTS];
static unsigned char buffer[ROOM];
static unsigned long seen[SEEN];
static int seen_count;

static void answer(int failed) { puts(failed ? strerrorname_np(errno) + 1 : "ok"); }

/* Inodes are numbered in the order in which the script first meets them. */
static int number_of(unsigned long inode) {
  for (int i = 0; i < seen_count; i++)
    if (seen[i] == inode) return i;
  if (seen_count == SEEN) abort();
  seen[seen_count] = inode;
  return seen_count++;
}

static void print_time(const char *name, struct timespec time) {
  if (time.tv_sec >= FIRST_SET && time.tv_sec <= LAST_SET)
    printf(" %s=%ld", name, (long)time.tv_sec);
  else
    printf(" %s=now", name);
}

static void print_status(const struct stat *status) {
  int directory = S_ISDIR(status->st_mode);
  printf("ok %s inode=%d", directory ? "directory" : S_ISLNK(status->st_mode) ? "link" : "file", number_of(status->st_ino));
  if (!directory) printf(" links=%lu size=%ld", (unsigned long)status->st_nlink, (long)status->st_size);
  print_time("modified", status->st_mtim);
  if (S_ISREG(status->st_mode)) print_time("accessed", status->st_atim);
  putchar('\n');
}

/* Runs of equal bytes: count x value. */
static void print_bytes(long count) {
  if (count < 0) {
    answer(1);
    return;
  }
  printf("ok %ld", count);
  for (long i = 0, end; i < count; i = end) {
    for (end = i; end < count && buffer[end] == buffer[i]; end++) {}
    printf(" %ldx%d", end - i, buffer[i]);
  }
  putchar('\n');
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path) {
  int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOATIME);
  DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);
  if (directory == NULL) {
    answer(1);
    return;
  }
  char *names[256];
  int count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (count == 256) abort();
    const char *mark = entry->d_type == DT_DIR ? "/" : entry->d_type == DT_LNK ? "@" : "";
    if (asprintf(&names[count++], "%s%s", entry->d_name, mark) < 0) abort();
  }
  closedir(directory);
  qsort(names, count, sizeof names[0], by_name);
  printf("ok");
  for (int i = 0; i < count; i++) {
    printf(" %s", names[i]);
    free(names[i]);
  }
  putchar('\n');
}

static void open_slot(int slot, const char *path, const char *flags) {
  int has_read = strchr(flags, 'r') != NULL, has_write = strchr(flags, 'w') != NULL;
  int mode = (has_write ? has_read ? O_RDWR : O_WRONLY : O_RDONLY) | O_NOATIME;
  if (strchr(flags, 'c')) mode |= O_CREAT;
  if (strchr(flags, 'x')) mode |= O_EXCL;
  if (strchr(flags, 't')) mode |= O_TRUNC;
  if (strchr(flags, 'd')) mode |= O_DIRECTORY;
  if (strchr(flags, 'a')) mode |= O_APPEND;
  if (!strchr(flags, 'f')) mode |= O_NOFOLLOW;
  if (slots[slot] >= 0) close(slots[slot]);
  slots[slot] = open(path, mode, 0600);
  appends[slot] = (mode & O_APPEND) != 0;
  writable[slot] = has_write;
  answer(slots[slot] < 0);
}

static int is_directory(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
}

static void on_slot(int slot, char **word) {
  const char *what = word[0];
  int descriptor = slots[slot];
  if (descriptor < 0) {
    puts("BADF");
    return;
  }
  struct stat status;
  if (!strcmp(what, "close")) {
    slots[slot] = -1;
    answer(close(descriptor));
  } else if (!strcmp(what, "fstat")) {
    if (fstat(descriptor, &status)) answer(1);
    else print_status(&status);
  } else if (!strcmp(what, "futime")) {
    struct timespec times[2] = {{atol(word[2]), 0}, {atol(word[3]), 0}};
    answer(futimens(descriptor, times));
  } else if (is_directory(descriptor)) puts("directory");
  else if (!strcmp(what, "read")) print_bytes(read(descriptor, buffer, atol(word[2])));
  else if (!strcmp(what, "pread")) print_bytes(pread(descriptor, buffer, atol(word[2]), atol(word[3])));
  else if (!strcmp(what, "seek") || !strcmp(what, "tell")) {
    int tell = what[0] == 't';
    long position = lseek(descriptor, tell ? 0 : atol(word[2]), tell ? SEEK_CUR : atoi(word[3]));
    if (position < 0) answer(1);
    else printf("ok %ld\n", position);
  } else if (!strcmp(what, "append")) {
    appends[slot] = word[2][0] == 'a';
    answer(fcntl(descriptor, F_SETFL, (appends[slot] ? O_APPEND : 0) | O_NOATIME));
  } else if (!writable[slot]) puts("BADF");
  else if (!strcmp(what, "write")) {
    memset(buffer, atoi(word[3]), atol(word[2]));
    long count = write(descriptor, buffer, atol(word[2]));
    if (count < 0) answer(1);
    else printf("ok %ld\n", count);
  } else if (!strcmp(what, "pwrite")) {
    /* Linux appends what pwrite is told to put elsewhere; POSIX and WASI do not. */
    if (appends[slot]) {
      puts("append");
      return;
    }
    memset(buffer, atoi(word[3]), atol(word[2]));
    long count = pwrite(descriptor, buffer, atol(word[2]), atol(word[4]));
    if (count < 0) answer(1);
    else printf("ok %ld\n", count);
  } else if (!strcmp(what, "size")) answer(ftruncate(descriptor, atol(word[2])));
  else if (!strcmp(what, "allocate")) answer(fallocate(descriptor, 0, atol(word[2]), atol(word[3])));
  else abort();
}

static void on_path(char **word) {
  const char *what = word[0], *path = word[1];
  struct stat status;
  if (!strcmp(what, "mkdir")) answer(mkdir(path, 0700));
  else if (!strcmp(what, "rmdir")) answer(rmdir(path));
  else if (!strcmp(what, "unlink")) answer(unlink(path));
  else if (!strcmp(what, "rename")) answer(rename(path, word[2]));
  else if (!strcmp(what, "link"))
    answer(linkat(AT_FDCWD, path, AT_FDCWD, word[2], word[3][0] == 'f' ? AT_SYMLINK_FOLLOW : 0));
  else if (!strcmp(what, "symlink")) answer(symlink(path, word[2]));
  else if (!strcmp(what, "readlink")) {
    long length = readlink(path, (char *)buffer, atol(word[2]));
    if (length < 0) answer(1);
    else printf("ok %.*s\n", (int)length, (char *)buffer);
  } else if (!strcmp(what, "stat")) {
    if (fstatat(AT_FDCWD, path, &status, word[2][0] == 'f' ? 0 : AT_SYMLINK_NOFOLLOW)) answer(1);
    else print_status(&status);
  } else if (!strcmp(what, "utime")) {
    struct timespec times[2] = {{atol(word[3]), 0}, {atol(word[4]), 0}};
    answer(utimensat(AT_FDCWD, path, times, word[2][0] == 'f' ? 0 : AT_SYMLINK_NOFOLLOW));
  } else if (!strcmp(what, "list")) list(path);
  else abort();
}

int main(void) {
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, stdin) > 0) {
    char *word[WORDS] = {0};
    int count = 0;
    for (char *next = strtok(line, " \n"); next != NULL && count < WORDS; next = strtok(NULL, " \n")) word[count++] = next;
    if (count < 2) abort();
    int digit = word[1][0] >= '0' && word[1][0] < '0' + SLOTS && word[1][1] == 0;
    if (!strcmp(word[0], "open")) open_slot(atoi(word[1]), word[2], word[3]);
    else if (digit) on_slot(atoi(word[1]), word);
    else on_path(word);
  }
  return 0;
}
