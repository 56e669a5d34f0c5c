/* Opening, reading, writing and sizes. */
#include "check.h"
#include "tree.h"

#include <stdlib.h>
#include <sys/uio.h>

#define MIB (1 << 20)

int main(void) {
  struct stat found;
  char buffer[64];

  BEHAVIOUR("opening creates, refuses to, and cuts, as it is told") {
    FAILS(open("file", O_RDONLY), ENOENT);
    FAILS(open("file", O_RDWR | O_TRUNC), ENOENT);
    int fd = open("file", O_CREAT | O_EXCL | O_RDWR, 0666);
    CHECK(fd >= 0 && write(fd, "content", 7) == 7 && close(fd) == 0);
    FAILS(open("file", O_CREAT | O_EXCL | O_RDWR, 0666), EEXIST);
    fd = open("file", O_CREAT | O_RDWR, 0666);
    CHECK(fd >= 0 && read(fd, buffer, 64) == 7 && close(fd) == 0);
    fd = open("file", O_WRONLY | O_TRUNC);
    CHECK(fd >= 0 && fstat(fd, &found) == 0 && found.st_size == 0 && close(fd) == 0);
  }

  BEHAVIOUR("what is not open to be read or written is EBADF") {
    int fd = open("file", O_WRONLY);
    FAILS(read(fd, buffer, 1), EBADF);
    CHECK(close(fd) == 0);
    fd = open("file", O_RDONLY);
    FAILS(write(fd, "x", 1), EBADF);
    CHECK(close(fd) == 0);
    FAILS(read(fd, buffer, 1), EBADF);
    FAILS(close(fd), EBADF);
    FAILS(close(-1), EBADF);
  }

  BEHAVIOUR("reading and writing move the position, which each opening has for itself") {
    int fd = open("file", O_RDWR), second = open("file", O_RDONLY);
    CHECK(write(fd, "0123456789", 10) == 10 && lseek(fd, 0, SEEK_CUR) == 10);
    CHECK(read(fd, buffer, 5) == 0);
    CHECK(read(second, buffer, 4) == 4 && memcmp(buffer, "0123", 4) == 0);
    CHECK(lseek(second, 0, SEEK_CUR) == 4 && lseek(fd, 0, SEEK_CUR) == 10);
    CHECK(lseek(fd, 2, SEEK_SET) == 2 && write(fd, "xy", 2) == 2);
    CHECK(lseek(second, 0, SEEK_SET) == 0 && read(second, buffer, 64) == 10);
    CHECK(memcmp(buffer, "01xy456789", 10) == 0 && read(second, buffer, 64) == 0);
    CHECK(close(fd) == 0 && close(second) == 0);
  }

  BEHAVIOUR("seeking counts from the start, from here and from the end, and never before the start") {
    int fd = open("file", O_RDWR);
    CHECK(lseek(fd, -3, SEEK_END) == 7 && lseek(fd, -2, SEEK_CUR) == 5 && lseek(fd, 1, SEEK_CUR) == 6);
    FAILS(lseek(fd, -7, SEEK_CUR), EINVAL);
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    FAILS(lseek(fd, -11, SEEK_END), EINVAL);
    FAILS(lseek(fd, 0, 99), EINVAL);
    CHECK(lseek(fd, 0, SEEK_CUR) == 6);
    CHECK(lseek(fd, 100, SEEK_END) == 110 && fstat(fd, &found) == 0 && found.st_size == 10);
    CHECK(read(fd, buffer, 1) == 0 && close(fd) == 0);
  }

  BEHAVIOUR("writing behind the end leaves a hole of zeros") {
    int fd = open("hole", O_CREAT | O_RDWR, 0666);
    CHECK(lseek(fd, 5 * MIB, SEEK_SET) == 5 * MIB && write(fd, "end", 3) == 3);
    CHECK(fstat(fd, &found) == 0 && found.st_size == 5 * MIB + 3);
    memset(buffer, '#', sizeof buffer);
    CHECK(pread(fd, buffer, 64, 3 * MIB - 1) == 64);
    int zeros = 1;
    for (int index = 0; index < 64; index++) zeros &= buffer[index] == 0;
    CHECK(zeros && pread(fd, buffer, 64, 5 * MIB - 1) == 4 && memcmp(buffer, "\0end", 4) == 0);
    CHECK(close(fd) == 0 && unlink("hole") == 0);
  }

  BEHAVIOUR("pread and pwrite do not move the position") {
    int fd = open("file", O_RDWR);
    CHECK(lseek(fd, 3, SEEK_SET) == 3);
    CHECK(pread(fd, buffer, 4, 6) == 4 && memcmp(buffer, "6789", 4) == 0);
    CHECK(pread(fd, buffer, 4, 9) == 1 && pread(fd, buffer, 4, 10) == 0 && pread(fd, buffer, 4, 1LL << 40) == 0);
    CHECK(pwrite(fd, "AB", 2, 9) == 2 && lseek(fd, 0, SEEK_CUR) == 3);
    CHECK(fstat(fd, &found) == 0 && found.st_size == 11);
    FAILS(pread(fd, buffer, 1, -1), EINVAL);
    FAILS(pwrite(fd, "x", 1, -1), EINVAL);
    CHECK(close(fd) == 0);
  }

  BEHAVIOUR("several buffers are filled and emptied in their order") {
    int fd = open("vector", O_CREAT | O_RDWR, 0666);
    char left[4] = "....", right[8] = "........";
    struct iovec out[] = {{"abc", 3}, {NULL, 0}, {"defgh", 5}};
    struct iovec in[] = {{left, 2}, {buffer, 0}, {right, 8}};
    CHECK(writev(fd, out, 3) == 8 && lseek(fd, 0, SEEK_SET) == 0);
    CHECK(readv(fd, in, 3) == 8 && memcmp(left, "ab..", 4) == 0 && memcmp(right, "cdefgh..", 8) == 0);
    CHECK(pwritev(fd, out, 3, 4) == 8 && preadv(fd, in, 3, 2) == 10);
    CHECK(memcmp(left, "cd", 2) == 0 && memcmp(right, "abcdefgh", 8) == 0);
    CHECK(readv(fd, in, 0) == 0 && close(fd) == 0 && unlink("vector") == 0);
  }

  BEHAVIOUR("append mode writes at the end, wherever the position is") {
    int fd = open("log", O_CREAT | O_WRONLY | O_APPEND, 0666), other = open("log", O_RDWR);
    CHECK(write(fd, "one", 3) == 3 && lseek(fd, 0, SEEK_SET) == 0 && write(fd, "two", 3) == 3);
    CHECK(lseek(fd, 0, SEEK_CUR) == 6);
    CHECK(lseek(other, 0, SEEK_END) == 6 && write(other, "!", 1) == 1 && write(fd, "three", 5) == 5);
    CHECK(has_content("log", "onetwo!three"));
    CHECK((fcntl(fd, F_GETFL) & O_APPEND) != 0 && (fcntl(other, F_GETFL) & O_APPEND) == 0);
    CHECK(fcntl(fd, F_SETFL, 0) == 0 && (fcntl(fd, F_GETFL) & O_APPEND) == 0);
    CHECK(lseek(fd, 0, SEEK_SET) == 0 && write(fd, "ONE", 3) == 3 && has_content("log", "ONEtwo!three"));
    CHECK(fcntl(fd, F_SETFL, O_APPEND) == 0 && write(fd, ".", 1) == 1 && has_content("log", "ONEtwo!three."));
#ifdef __wasi__
    CHECK(pwrite(fd, "x", 1, 0) == 1 && has_content("log", "xNEtwo!three."));
#endif
    CHECK(close(fd) == 0 && close(other) == 0);
  }

  BEHAVIOUR("ftruncate cuts, grows with zeros, and moves no position") {
    int fd = open("log", O_RDWR);
    CHECK(lseek(fd, 5, SEEK_SET) == 5 && ftruncate(fd, 2) == 0);
    CHECK(fstat(fd, &found) == 0 && found.st_size == 2 && lseek(fd, 0, SEEK_CUR) == 5);
    CHECK(read(fd, buffer, 8) == 0 && ftruncate(fd, 6) == 0);
    CHECK(pread(fd, buffer, 8, 0) == 6 && memcmp(buffer + 2, "\0\0\0\0", 4) == 0);
    CHECK(write(fd, "z", 1) == 1 && fstat(fd, &found) == 0 && found.st_size == 6);
    FAILS(ftruncate(fd, -1), EINVAL);
    CHECK(close(fd) == 0);
  }

  BEHAVIOUR("space that was cut off does not come back with what was there") {
    int fd = open("secret", O_CREAT | O_RDWR, 0666);
    char *block = malloc(MIB), *back = malloc(MIB);
    memset(block, 's', MIB);
    CHECK(write(fd, block, MIB) == MIB && ftruncate(fd, 10) == 0 && ftruncate(fd, MIB) == 0);
    CHECK(pread(fd, back, MIB, 0) == MIB);
    int zeros = 1;
    for (int index = 10; index < MIB; index++) zeros &= back[index] == 0;
    CHECK(zeros && close(fd) == 0 && unlink("secret") == 0);
    free(block), free(back);
  }

  BEHAVIOUR("posix_fallocate grows a file and never cuts it, posix_fadvise takes any advice there is") {
    int fd = open("space", O_CREAT | O_RDWR, 0666);
    CHECK(posix_fallocate(fd, 0, 1000) == 0 && fstat(fd, &found) == 0 && found.st_size == 1000);
    CHECK(posix_fallocate(fd, 10, 20) == 0 && fstat(fd, &found) == 0 && found.st_size == 1000);
    CHECK(posix_fallocate(fd, 999, 2) == 0 && fstat(fd, &found) == 0 && found.st_size == 1001);
    CHECK(posix_fallocate(fd, 0, 0) == EINVAL && posix_fallocate(fd, -1, 5) == EINVAL);
    CHECK(posix_fadvise(fd, 0, 0, POSIX_FADV_NORMAL) == 0 && posix_fadvise(fd, 5, 10, POSIX_FADV_SEQUENTIAL) == 0);
    CHECK(posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM) == 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED) == 0);
    CHECK(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_NOREUSE) == 0);
    CHECK(posix_fadvise(fd, 0, 0, 77) == EINVAL && posix_fadvise(-1, 0, 0, 0) == EBADF);
    CHECK(fsync(fd) == 0 && fdatasync(fd) == 0 && close(fd) == 0 && unlink("space") == 0);
    FAILS(fsync(fd), EBADF);
  }

  BEHAVIOUR("an unlinked file lives as long as it is open") {
    int fd = open("temporary", O_CREAT | O_RDWR, 0666);
    CHECK(write(fd, "still here", 10) == 10 && unlink("temporary") == 0 && !exists("temporary"));
    CHECK(pread(fd, buffer, 64, 0) == 10 && write(fd, "!", 1) == 1);
    CHECK(fstat(fd, &found) == 0 && found.st_nlink == 0 && found.st_size == 11);
    CHECK(make_file("temporary", "another") == 0 && pread(fd, buffer, 64, 0) == 11);
    CHECK(close(fd) == 0 && has_content("temporary", "another"));
  }

  BEHAVIOUR("a large file reads back as it was written, in other pieces") {
    int fd = open("large", O_CREAT | O_RDWR, 0666);
    unsigned char *block = malloc(MIB);
    const int size = 3 * MIB + 12345, piece = 70001;
    for (int done = 0; done < size; done += piece) {
      int count = size - done < piece ? size - done : piece;
      for (int index = 0; index < count; index++) block[index] = (done + index) * 2654435761u >> 24;
      CHECK(write(fd, block, count) == count);
    }
    CHECK(lseek(fd, 0, SEEK_SET) == 0);
    int position = 0, same = 1;
    for (ssize_t count; (count = read(fd, block, 4097)) > 0; position += count)
      for (int index = 0; index < count; index++)
        same &= block[index] == (unsigned char)((position + index) * 2654435761u >> 24);
    CHECK(same && position == size && close(fd) == 0);
    free(block);
  }

  BEHAVIOUR("a file says what it is") {
    CHECK(stat("large", &found) == 0 && S_ISREG(found.st_mode) && found.st_size == 3 * MIB + 12345);
    CHECK(found.st_nlink == 1 && found.st_ino != 0 && found.st_dev != 0);
    struct stat same;
    int fd = open("large", O_RDONLY);
    CHECK(fstat(fd, &same) == 0 && same.st_ino == found.st_ino && same.st_dev == found.st_dev && close(fd) == 0);
    CHECK(stat("log", &same) == 0 && same.st_ino != found.st_ino && same.st_dev == found.st_dev);
  }

  return behaviours_failed;
}
