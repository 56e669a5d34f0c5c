/* What a program does with live files, told by its arguments; what it finds goes to stdout, a line each. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char bytes[1 << 20];

static int check(int result, const char *what) {
  if (result < 0) {
    printf("%s: %s\n", what, strerror(errno));
    exit(1);
  }
  return result;
}

static void say(const char *what, int result) {
  printf("%s %s\n", what, result < 0 ? strerror(errno) : "done");
  fflush(stdout);
}

static void write_all(int output, size_t length) {
  for (size_t done = 0; done < length;) done += check(write(output, bytes + done, length - done), "write");
}

/* copy IN OUT SIZE: as it comes, in reads of SIZE bytes; - is stdin. */
static void copy(int input, int output, size_t size) {
  for (;;) {
    const int count = check(read(input, bytes, size), "read");
    if (count == 0) return;
    write_all(output, count);
  }
}

/* again IN: to the end, and once more from the beginning, and the middle of it by position. */
static void again(const char *path) {
  const int input = check(open(path, O_RDONLY), "open");
  unsigned long sums[2] = {0};
  for (int round = 0; round < 2; round++) {
    for (int count; (count = check(read(input, bytes, 1000), "read")) > 0;)
      for (int index = 0; index < count; index++) sums[round] += (unsigned char)bytes[index];
    printf("at %lld\n", (long long)lseek(input, 0, SEEK_CUR));
    check(lseek(input, 0, SEEK_SET), "seek");
  }
  printf("%s\n", sums[0] == sums[1] ? "same" : "different");
  const int count = check(pread(input, bytes, 5, 3), "pread");
  printf("%.*s\n", count, bytes);
}

/* poll MILLISECONDS IN...: what poll says of each, until all of them have ended. */
static void poll_all(int timeout, int count, char **paths) {
  struct pollfd inputs[8];
  int open_inputs = count;
  for (int index = 0; index < count; index++)
    inputs[index] = (struct pollfd){.fd = check(open(paths[index], O_RDONLY), "open"), .events = POLLIN};
  while (open_inputs > 0) {
    const int ready = check(poll(inputs, count, timeout), "poll");
    if (ready == 0) printf("nothing\n");
    for (int index = 0; index < count; index++) {
      if (inputs[index].fd < 0 || inputs[index].revents == 0) continue;
      const int hangup = (inputs[index].revents & POLLHUP) != 0;
      const int length = check(read(inputs[index].fd, bytes, 100), "read");
      printf("%d%s: %.*s\n", index, hangup ? " ended" : "", length, bytes);
      if (length > 0) continue;
      inputs[index].fd = -1;
      open_inputs--;
    }
    fflush(stdout);
  }
}

/* nonblock IN: reads that must not wait, then one that may. */
static void nonblock(const char *path) {
  const int input = check(open(path, O_RDONLY | O_NONBLOCK), "open");
  say("first", read(input, bytes, 10));
  struct pollfd wait = {.fd = input, .events = POLLIN};
  check(poll(&wait, 1, -1), "poll");
  say("second", read(input, bytes, 10));
  check(fcntl(input, F_SETFL, 0), "fcntl");
  printf("%d\n", check(read(input, bytes, 10), "read"));
}

/* names FILE OTHER LINK DIRECTORY MOVED: nothing takes a live file's name away, nor its size but all of it. */
static void names(const char *path, const char *other, char **more) {
  const int file = check(open(path, O_RDWR), "open");
  write_all(file, 3);
  struct stat status;
  check(fstat(file, &status), "stat");
  printf("size %lld\n", (long long)status.st_size);
  say("unlink", unlink(path));
  say("rename away", rename(path, other));
  close(check(open(other, O_WRONLY | O_CREAT, 0600), "create"));
  say("rename over", rename(other, path));
  say("link", link(path, more[0]));
  say("rename directory", rename(more[1], more[2]));
  say("pwrite", pwrite(file, bytes, 1, 0));
  say("shorter", ftruncate(file, 1));
  say("as it is", ftruncate(file, 3));
  say("longer", ftruncate(file, 10));
  say("allocate", -(errno = posix_fallocate(file, 0, 10)));
  say("times", utimensat(AT_FDCWD, path, (struct timespec[2]){{1, 0}, {1, 0}}, 0));
  say("anew", ftruncate(file, 0));
  check(fstat(file, &status), "stat");
  printf("size %lld\n", (long long)status.st_size);
  write_all(file, 2);
  close(check(open(path, O_WRONLY | O_TRUNC), "open anew"));
  check(fstat(file, &status), "stat");
  printf("size %lld\n", (long long)status.st_size);
}

/* fill OUT BYTES EACH: writes of EACH bytes until that many are written, or one is refused. */
static void fill(const char *path, long total, long each) {
  const int output = check(open(path, O_WRONLY), "open");
  for (long done = 0; done < total; done += each)
    if (write(output, bytes, each) != each) {
      printf("%ld %s\n", done, strerror(errno));
      exit(1);
    }
}

/* late IN OUT: reads a byte, says so, and reads to the end what has become of the file. */
static void late(const char *path, const char *told) {
  const int input = check(open(path, O_RDONLY), "open");
  const int output = check(open(told, O_WRONLY), "open");
  printf("%d\n", check(read(input, bytes, 1), "read"));
  write_all(output, 1);
  struct stat status;
  do check(fstat(input, &status), "stat");
  while (status.st_size == 1);
  say("rest", read(input, bytes, 10));
  check(lseek(input, 0, SEEK_SET), "seek");
  const int count = check(read(input, bytes, 10), "read");
  printf("%.*s\n", count, bytes);
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  memset(bytes, 'x', sizeof bytes);
  if (strcmp(what, "copy") == 0 && argc == 5)
    copy(strcmp(argv[2], "-") == 0 ? 0 : check(open(argv[2], O_RDONLY), argv[2]), check(open(argv[3], O_WRONLY), argv[3]), atoi(argv[4]));
  else if (strcmp(what, "echo") == 0) copy(0, 1, 4096);
  else if (strcmp(what, "again") == 0 && argc == 3) again(argv[2]);
  else if (strcmp(what, "poll") == 0 && argc > 3) poll_all(atoi(argv[2]), argc - 3, argv + 3);
  else if (strcmp(what, "nonblock") == 0 && argc == 3) nonblock(argv[2]);
  else if (strcmp(what, "names") == 0 && argc == 7) names(argv[2], argv[3], argv + 4);
  else if (strcmp(what, "fill") == 0 && argc == 5) fill(argv[2], atol(argv[3]), atol(argv[4]));
  else if (strcmp(what, "late") == 0 && argc == 4) late(argv[2], argv[3]);
  else return 2;
  return 0;
}
