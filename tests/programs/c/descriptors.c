/* Descriptors, standard streams and polling. Run with something to read on standard input. */
#include "check.h"
#include "tree.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>

#ifdef __wasi__
#include <wasi/libc.h>
#else
/* dup2, and the old number is closed: what the call of WASI does in one go. */
static int __wasilibc_fd_renumber(int from, int to) {
  if (fcntl(to, F_GETFD) < 0 || dup2(from, to) < 0) return -1;
  return from == to ? 0 : close(from);
}
#endif

static long long milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

int main(void) {
  struct stat found;
  char buffer[16];

  BEHAVIOUR("the lowest free number is given out, and closed numbers again") {
    int a = open("a", O_CREAT | O_RDWR, 0666), b = open("b", O_CREAT | O_RDWR, 0666);
    int c = open("c", O_CREAT | O_RDWR, 0666);
    CHECK(a > 2 && b == a + 1 && c == b + 1);
    CHECK(write(a, "A", 1) == 1 && write(b, "B", 1) == 1 && write(c, "C", 1) == 1);
    CHECK(close(b) == 0 && close(a) == 0 && open("b", O_RDONLY) == a && open("a", O_RDONLY) == b);
    CHECK(read(a, buffer, 4) == 1 && buffer[0] == 'B' && read(b, buffer, 4) == 1 && buffer[0] == 'A');
    CHECK(close(a) == 0 && close(b) == 0 && close(c) == 0);
    FAILS(close(c), EBADF);
  }

  BEHAVIOUR("a reused number knows nothing of what it was open on before") {
    int fd = open("a", O_RDWR | O_APPEND);
    CHECK(lseek(fd, 1, SEEK_SET) == 1 && close(fd) == 0);
    CHECK(open("b", O_RDONLY) == fd && lseek(fd, 0, SEEK_CUR) == 0 && (fcntl(fd, F_GETFL) & O_APPEND) == 0);
    FAILS(write(fd, "x", 1), EBADF);
    CHECK(close(fd) == 0);
  }

  BEHAVIOUR("renumbering moves a descriptor with its position, and closes what was there") {
    int from = open("a", O_RDWR), to = open("b", O_RDONLY);
    CHECK(read(from, buffer, 1) == 1 && __wasilibc_fd_renumber(from, to) == 0);
    FAILS(read(from, buffer, 1), EBADF);
    CHECK(lseek(to, 0, SEEK_CUR) == 1 && write(to, "+", 1) == 1 && has_content("a", "A+"));
    FAILS(__wasilibc_fd_renumber(from, to), EBADF);
    FAILS(__wasilibc_fd_renumber(to, from), EBADF);
    FAILS(__wasilibc_fd_renumber(to, 10000), EBADF);
    FAILS(__wasilibc_fd_renumber(-1, to), EBADF);
    CHECK(__wasilibc_fd_renumber(to, to) == 0 && fstat(to, &found) == 0 && close(to) == 0);
  }

  BEHAVIOUR("streams are no terminals, and have no position and no size to set") {
    for (int fd = 0; fd < 3; fd++) {
      CHECK(!isatty(fd) && fstat(fd, &found) == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode));
      FAILS(lseek(fd, 0, SEEK_CUR), ESPIPE);
      FAILS(lseek(fd, 0, SEEK_SET), ESPIPE);
      FAILS(ftruncate(fd, 0), EINVAL);
    }
    FAILS(pread(0, buffer, 1, 0), ESPIPE);
    FAILS(pwrite(1, "x", 1, 0), ESPIPE);
    CHECK(!isatty(99) && errno == EBADF);
    int fd = open("a", O_RDONLY);
    CHECK(!isatty(fd) && close(fd) == 0);
  }

  BEHAVIOUR("standard input is read to its end, which stays the end") {
    CHECK(read(0, buffer, 0) == 0);
    CHECK(read(0, buffer, 5) == 5 && memcmp(buffer, "first", 5) == 0);
    long total = 5;
    for (ssize_t count; (count = read(0, buffer, sizeof buffer)) > 0;) total += count;
    CHECK(total == 20000 && read(0, buffer, sizeof buffer) == 0 && read(0, buffer, 1) == 0);
  }

  BEHAVIOUR("files are always ready, with what is left of them") {
    int fd = open("a", O_RDWR);
    struct pollfd polls[] = {{fd, POLLIN, 0}, {fd, POLLOUT, 0}, {1, POLLOUT, 0}};
    long long start = milliseconds();
    CHECK(poll(polls, 3, 10000) == 3);
    CHECK(polls[0].revents & POLLIN && polls[1].revents & POLLOUT && polls[2].revents & POLLOUT);
    CHECK(milliseconds() - start < 10000 && close(fd) == 0);
  }

  BEHAVIOUR("polling for nothing but time waits for it") {
    long long start = milliseconds();
    CHECK(poll(NULL, 0, 30) == 0 && milliseconds() - start >= 30);
    CHECK(poll(NULL, 0, 0) == 0);
  }

  BEHAVIOUR("a descriptor that is not open is reported where it is polled") {
    struct pollfd polls[] = {{99, POLLIN, 0}, {1, POLLOUT, 0}};
    CHECK(poll(polls, 2, 10000) == 2);
    CHECK(polls[0].revents & POLLNVAL && polls[1].revents == POLLOUT);
  }

#ifdef __wasi__
  BEHAVIOUR("too many open files are EMFILE, and nothing is created") {
    int fds[100], count = 0;
    while (count < 100 && (fds[count] = open("a", O_RDONLY)) >= 0) count++;
    CHECK(count > 20 && count < 100);
    FAILS(open("not-made", O_CREAT | O_WRONLY, 0666), EMFILE);
    CHECK(!exists("not-made"));
    CHECK(close(fds[3]) == 0 && (fds[3] = open("a", O_RDONLY)) >= 0);
    while (count > 0) CHECK(close(fds[--count]) == 0);
  }
#endif

  return behaviours_failed;
}
