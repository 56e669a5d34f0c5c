/* File times and clocks. */
#include "check.h"
#include "tree.h"

#include <stdio.h>
#include <time.h>
#ifdef __wasi__
#include <wasi/api.h>
#endif

static long long nanoseconds(struct timespec time) {
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long now(clockid_t clock) {
  struct timespec time = {0, 0};
  return clock_gettime(clock, &time) == 0 ? nanoseconds(time) : -1;
}

/* Sets times to now. Debian's wasi-libc of 2022 mistakes both UTIME_NOW and a missing array, so that it is asked past. */
static int set_now(const char *path, int accessed, int modified) {
#ifdef __wasi__
  int flags = (accessed ? __WASI_FSTFLAGS_ATIM_NOW : 0) | (modified ? __WASI_FSTFLAGS_MTIM_NOW : 0);
  return __wasi_path_filestat_set_times(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, path, 0, 0, flags);
#else
  struct timespec times[] = {{0, accessed ? UTIME_NOW : UTIME_OMIT}, {0, modified ? UTIME_NOW : UTIME_OMIT}};
  return utimensat(AT_FDCWD, path, times, 0);
#endif
}

int main(void) {
  struct stat found, before;

  BEHAVIOUR("times are set to the nanosecond, on a path and on a descriptor") {
    CHECK(make_file("file", "x") == 0);
    struct timespec times[] = {{1000000001, 123456789}, {2000000002, 987654321}};
    CHECK(utimensat(AT_FDCWD, "file", times, 0) == 0 && stat("file", &found) == 0);
    CHECK(nanoseconds(found.st_atim) == 1000000001123456789LL);
    CHECK(nanoseconds(found.st_mtim) == 2000000002987654321LL);
    int fd = open("file", O_RDWR);
    struct timespec others[] = {{3, 1}, {4, 999999999}};
    CHECK(futimens(fd, others) == 0 && fstat(fd, &found) == 0 && close(fd) == 0);
    CHECK(nanoseconds(found.st_atim) == 3000000001LL && nanoseconds(found.st_mtim) == 4999999999LL);
  }

  BEHAVIOUR("a time can be left as it is, and be set to now") {
    struct timespec times[] = {{0, UTIME_OMIT}, {77, 0}};
    CHECK(utimensat(AT_FDCWD, "file", times, 0) == 0 && stat("file", &found) == 0);
    CHECK(nanoseconds(found.st_atim) == 3000000001LL && nanoseconds(found.st_mtim) == 77000000000LL);
    CHECK(set_now("file", 1, 0) == 0 && stat("file", &found) == 0);
    CHECK(found.st_atim.tv_sec > 1500000000 && nanoseconds(found.st_mtim) == 77000000000LL);
    CHECK(set_now("file", 1, 1) == 0 && stat("file", &found) == 0);
    CHECK(found.st_mtim.tv_sec > 1500000000 && nanoseconds(found.st_mtim) == nanoseconds(found.st_atim));
  }

  BEHAVIOUR("times of a link are its own") {
    struct timespec times[] = {{11, 0}, {12, 0}};
    CHECK(symlink("file", "link") == 0);
    CHECK(utimensat(AT_FDCWD, "link", times, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(lstat("link", &found) == 0 && found.st_mtim.tv_sec == 12);
    CHECK(stat("link", &found) == 0 && found.st_mtim.tv_sec != 12);
    CHECK(utimensat(AT_FDCWD, "link", times, 0) == 0 && stat("file", &found) == 0 && found.st_mtim.tv_sec == 12);
    FAILS(utimensat(AT_FDCWD, "missing", times, 0), ENOENT);
    struct timespec wrong[] = {{0, 1000000000}, {0, 0}};
    FAILS(utimensat(AT_FDCWD, "file", wrong, 0), EINVAL);
  }

  BEHAVIOUR("writing and cutting move the modification time, reading does not") {
    struct timespec times[] = {{11, 0}, {12, 0}};
    int fd = open("file", O_RDWR);
    char byte;
    CHECK(futimens(fd, times) == 0 && read(fd, &byte, 1) == 1);
    CHECK(fstat(fd, &found) == 0 && found.st_mtim.tv_sec == 12);
    CHECK(write(fd, "y", 1) == 1 && fstat(fd, &found) == 0 && found.st_mtim.tv_sec > 1500000000);
    CHECK(futimens(fd, times) == 0 && ftruncate(fd, 0) == 0 && fstat(fd, &found) == 0);
    CHECK(found.st_mtim.tv_sec > 1500000000 && close(fd) == 0);
  }

  BEHAVIOUR("making and removing entries moves the directory's modification time") {
    struct timespec times[] = {{11, 0}, {12, 0}};
    CHECK(mkdir("dir", 0777) == 0 && utimensat(AT_FDCWD, "dir", times, 0) == 0);
    CHECK(make_file("dir/new", "") == 0 && stat("dir", &found) == 0 && found.st_mtim.tv_sec > 1500000000);
    CHECK(utimensat(AT_FDCWD, "dir", times, 0) == 0 && unlink("dir/new") == 0);
    CHECK(stat("dir", &found) == 0 && found.st_mtim.tv_sec > 1500000000);
  }

  BEHAVIOUR("linking, renaming and setting times move the change time alone") {
    struct timespec times[] = {{11, 0}, {12, 0}}, pause = {0, 20000000};
    CHECK(utimensat(AT_FDCWD, "file", times, 0) == 0 && stat("file", &before) == 0 && before.st_ctim.tv_sec > 1500000000);
    CHECK(nanosleep(&pause, NULL) == 0 && link("file", "again") == 0 && stat("file", &found) == 0);
    CHECK(nanoseconds(found.st_ctim) > nanoseconds(before.st_ctim) && found.st_mtim.tv_sec == 12);
    before = found;
    CHECK(nanosleep(&pause, NULL) == 0 && rename("again", "renamed") == 0 && stat("file", &found) == 0);
    CHECK(nanoseconds(found.st_ctim) > nanoseconds(before.st_ctim) && found.st_mtim.tv_sec == 12);
  }

  BEHAVIOUR("clocks have a resolution, and go on") {
    struct timespec resolution;
    clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC};
    for (int index = 0; index < 2; index++) {
      CHECK(clock_getres(clocks[index], &resolution) == 0);
      CHECK(nanoseconds(resolution) > 0 && nanoseconds(resolution) <= 10000000);
      long long first = now(clocks[index]), second = now(clocks[index]);
      CHECK(first > 0 && second >= first);
    }
    CHECK(now(CLOCK_REALTIME) > 1500000000LL * 1000000000);
    CHECK(time(NULL) > 1500000000);
  }

  BEHAVIOUR("processor time is counted") {
    volatile unsigned work = 1;
    long long start = now(CLOCK_PROCESS_CPUTIME_ID);
    for (unsigned index = 0; index < 20000000; index++) work = work * 31 + index;
    CHECK(start >= 0 && work != 0 && now(CLOCK_PROCESS_CPUTIME_ID) > start);
  }

  BEHAVIOUR("sleeping takes at least as long as it was told") {
    struct timespec pause = {0, 30000000}, rest = {9, 9};
    long long start = now(CLOCK_MONOTONIC);
    CHECK(nanosleep(&pause, &rest) == 0 && now(CLOCK_MONOTONIC) - start >= 30000000);
    long long until = now(CLOCK_MONOTONIC) + 20000000;
    struct timespec deadline = {until / 1000000000, until % 1000000000};
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) == 0 && now(CLOCK_MONOTONIC) >= until);
    until = now(CLOCK_REALTIME) + 20000000;
    deadline = (struct timespec){until / 1000000000, until % 1000000000};
    CHECK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &deadline, NULL) == 0 && now(CLOCK_REALTIME) >= until);
    CHECK(usleep(1000) == 0 && sleep(0) == 0);
    struct timespec wrong = {0, 1000000000};
    FAILS(nanosleep(&wrong, NULL), EINVAL);
  }

  return behaviours_failed;
}
