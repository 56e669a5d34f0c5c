/* What libc makes of missing rights: `/in/` may be read and listed, `/out/` written to and added to, `/` neither. */
#include "check.h"
#include "tree.h"

#include <dirent.h>
#include <stdio.h>
#include <time.h>

int main(void) {
  struct stat found;
  char buffer[16];

  BEHAVIOUR("what may be read is read and listed, and says what it is") {
    CHECK(has_content("in/file", "input") && stat("in/file", &found) == 0 && found.st_size == 5);
    DIR *dir = opendir("in");
    int entries = 0;
    while (readdir(dir) != NULL) entries++;
    CHECK(entries == 3 && closedir(dir) == 0);
  }

  BEHAVIOUR("what may only be read is not opened to be written, cut or made") {
    FAILS(open("in/file", O_WRONLY), ENOTCAPABLE);
    FAILS(open("in/file", O_RDWR), ENOTCAPABLE);
    FAILS(open("in/file", O_RDONLY | O_TRUNC), ENOTCAPABLE);
    FAILS(open("in/file", O_RDONLY | O_CREAT, 0666), ENOTCAPABLE);
    FAILS(open("in/new", O_WRONLY | O_CREAT, 0666), ENOTCAPABLE);
    CHECK(has_content("in/file", "input") && !exists("in/new"));
  }

  BEHAVIOUR("a descriptor that is open to be read does nothing else") {
    int fd = open("in/file", O_RDONLY);
    FAILS(write(fd, "x", 1), EBADF);
    FAILS(pwrite(fd, "x", 1, 0), EBADF);
    FAILS(ftruncate(fd, 0), ENOTCAPABLE);
    CHECK(posix_fallocate(fd, 0, 100) == ENOTCAPABLE);
    FAILS(futimens(fd, NULL), ENOTCAPABLE);
    FAILS(fcntl(fd, F_SETFL, O_APPEND), ENOTCAPABLE);
    CHECK(read(fd, buffer, 16) == 5 && close(fd) == 0);
  }

  BEHAVIOUR("what may only be read is not removed, renamed, linked or dated") {
    FAILS(unlink("in/file"), ENOTCAPABLE);
    FAILS(rename("in/file", "in/other"), ENOTCAPABLE);
    FAILS(link("in/file", "in/other"), ENOTCAPABLE);
    FAILS(symlink("file", "in/other"), ENOTCAPABLE);
    FAILS(mkdir("in/other", 0777), ENOTCAPABLE);
    FAILS(rmdir("in"), ENOTCAPABLE);
    FAILS(utimensat(AT_FDCWD, "in/file", NULL, 0), ENOTCAPABLE);
    FAILS(readlink("in/file", buffer, 16), ENOTCAPABLE);
  }

  BEHAVIOUR("what may only be written is not read") {
    int fd = open("out/new", O_WRONLY | O_CREAT, 0666);
    CHECK(fd >= 0 && write(fd, "result", 6) == 6);
    FAILS(read(fd, buffer, 1), EBADF);
    CHECK(close(fd) == 0);
    FAILS(open("out/new", O_RDONLY), ENOTCAPABLE);
    FAILS(open("out/new", O_RDWR), ENOTCAPABLE);
    CHECK(opendir("out") == NULL && errno == ENOTCAPABLE);
  }

  BEHAVIOUR("what no right is on can be neither seen nor made") {
    FAILS(open("secret", O_RDONLY), ENOTCAPABLE);
    FAILS(open("missing", O_RDONLY), ENOTCAPABLE);
    FAILS(stat("secret", &found), ENOTCAPABLE);
    FAILS(open("new", O_WRONLY | O_CREAT, 0666), ENOTCAPABLE);
    FAILS(open("in/../secret", O_RDONLY), ENOTCAPABLE);
  }

  BEHAVIOUR("there is no clock without a right to one") {
    struct timespec time;
    FAILS(clock_gettime(CLOCK_REALTIME, &time), ENOTCAPABLE);
    FAILS(clock_gettime(CLOCK_MONOTONIC, &time), ENOTCAPABLE);
    FAILS(clock_getres(CLOCK_REALTIME, &time), ENOTCAPABLE);
    CHECK(stat("in/file", &found) == 0 && found.st_mtim.tv_sec == 0 && found.st_mtim.tv_nsec == 0);
  }

  return behaviours_failed;
}
