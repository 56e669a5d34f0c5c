/* Names and directories: making, finding, moving and removing. */
#include "check.h"
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>

static char *repeated(const char *text, int times) {
  char *result = malloc(strlen(text) * times + 1), *end = result;
  for (int index = 0; index < times; index++) end = stpcpy(end, text);
  *end = 0;
  return result;
}

int main(void) {
  struct stat found, other;

  BEHAVIOUR("directories are made and removed, with and without a slash") {
    CHECK(mkdir("a", 0777) == 0 && mkdir("b/", 0777) == 0 && mkdir("b//c///", 0777) == 0);
    CHECK(stat("b/c/", &found) == 0 && S_ISDIR(found.st_mode));
    FAILS(mkdir("a", 0777), EEXIST);
    FAILS(mkdir("a/", 0777), EEXIST);
    FAILS(mkdir(".", 0777), EEXIST);
    FAILS(mkdir("a/..", 0777), EEXIST);
    FAILS(mkdir("missing/new", 0777), ENOENT);
    CHECK(rmdir("b/c/") == 0);
    FAILS(rmdir("b/c"), ENOENT);
    CHECK(rmdir("b") == 0);
  }

  BEHAVIOUR("a directory with entries, a file and a name of dots are not removed as directories") {
    CHECK(make_file("a/file", "content") == 0);
    FAILS(rmdir("a"), ENOTEMPTY);
    FAILS(rmdir("a/file"), ENOTDIR);
    FAILS(rmdir("a/file/"), ENOTDIR);
    FAILS(rmdir("a/."), EINVAL);
    CHECK(has_content("a/file", "content"));
  }

  BEHAVIOUR("a slash after the name of a file is ENOTDIR") {
    FAILS(open("a/file/", O_RDONLY), ENOTDIR);
    FAILS(stat("a/file/", &found), ENOTDIR);
    FAILS(stat("a/file/.", &found), ENOTDIR);
    FAILS(stat("a/file/..", &found), ENOTDIR);
    FAILS(open("a/file/below", O_CREAT | O_WRONLY, 0666), ENOTDIR);
    FAILS(unlink("a/file/"), ENOTDIR);
    FAILS(mkdir("a/file/below", 0777), ENOTDIR);
  }

  BEHAVIOUR("a file is not created with a slash after its name") {
    FAILS(open("new/", O_CREAT | O_WRONLY, 0666), EISDIR);
    FAILS(open("a/", O_CREAT | O_WRONLY, 0666), EISDIR);
    CHECK(!exists("new"));
  }

  BEHAVIOUR("dots and doubled slashes lead where POSIX says") {
    CHECK(has_content("./a//.///file", "content"));
    CHECK(mkdir("a/sub", 0777) == 0 && has_content("a/sub/../file", "content"));
    CHECK(has_content("a/sub/./../../a/file", "content"));
    CHECK(stat("a", &found) == 0 && stat("a/sub/..", &other) == 0 && found.st_ino == other.st_ino);
    FAILS(stat("missing/../a", &found), ENOENT);
    FAILS(stat("a/file/../file", &found), ENOTDIR);
  }

  BEHAVIOUR("an empty name is ENOENT") {
    /* From a directory's descriptor: wasi-libc makes "." of an empty name itself where it starts from there. */
    int dir = open("a", O_RDONLY | O_DIRECTORY);
    FAILS(openat(dir, "", O_RDONLY), ENOENT);
    FAILS(openat(dir, "", O_CREAT | O_WRONLY, 0666), ENOENT);
    FAILS(mkdirat(dir, "", 0777), ENOENT);
    FAILS(fstatat(dir, "", &found, 0), ENOENT);
    FAILS(unlinkat(dir, "", 0), ENOENT);
    FAILS(unlinkat(dir, "", AT_REMOVEDIR), ENOENT);
    FAILS(renameat(dir, "", dir, "new"), ENOENT);
    FAILS(renameat(dir, "file", dir, ""), ENOENT);
    CHECK(close(dir) == 0);
  }

  BEHAVIOUR("names have up to 255 bytes, whatever their characters") {
    char *longest = repeated("n", 255), *over = repeated("n", 256), *wide = repeated("\303\251", 127);
    char *wide_over = repeated("\303\251", 128);
    CHECK(make_file(longest, "x") == 0 && has_content(longest, "x") && unlink(longest) == 0);
    CHECK(make_file(wide, "x") == 0 && has_content(wide, "x") && unlink(wide) == 0);
    FAILS(open(over, O_CREAT | O_WRONLY, 0666), ENAMETOOLONG);
    FAILS(open(wide_over, O_CREAT | O_WRONLY, 0666), ENAMETOOLONG);
    FAILS(mkdir(over, 0777), ENAMETOOLONG);
    FAILS(stat(over, &found), ENAMETOOLONG);
    free(longest), free(over), free(wide), free(wide_over);
  }

  BEHAVIOUR("paths have up to 4095 bytes") {
    char *longest = repeated("./", 2045), *over = repeated("./", 2048);
    char *path = malloc(5000);
    strcpy(stpcpy(path, longest), "a");
    CHECK(stat(path, &found) == 0);
    strcpy(stpcpy(path, over), "a");
    FAILS(stat(path, &found), ENAMETOOLONG);
    free(longest), free(over), free(path);
  }

  BEHAVIOUR("names are bytes: case, spaces and accents tell them apart") {
    const char *names[] = {"n", "N", " n", "n ", "\303\251", "e\314\201", "*", "\360\237\232\200", "a\\b", "-"};
    for (int index = 0; index < 10; index++) CHECK(make_file(names[index], names[index]) == 0);
    for (int index = 0; index < 10; index++)
      CHECK(has_content(names[index], names[index]) && unlink(names[index]) == 0);
  }

  BEHAVIOUR("files are unlinked, directories are not") {
    CHECK(make_file("gone", "") == 0 && unlink("gone") == 0 && !exists("gone"));
    FAILS(unlink("gone"), ENOENT);
    FAILS(unlink("a"), EISDIR);
    FAILS(unlink("a/"), EISDIR);
    FAILS(unlinkat(AT_FDCWD, "a", AT_REMOVEDIR), ENOTEMPTY);
    CHECK(rmdir("a/sub") == 0 && mkdir("a/sub", 0777) == 0 && unlinkat(AT_FDCWD, "a/sub", AT_REMOVEDIR) == 0);
    CHECK(make_file("r", "") == 0 && remove("r") == 0 && mkdir("r", 0777) == 0 && remove("r") == 0);
  }

  BEHAVIOUR("renaming moves, and replaces what may be replaced") {
    CHECK(make_file("one", "1") == 0 && make_file("two", "2") == 0);
    CHECK(rename("one", "two") == 0 && !exists("one") && has_content("two", "1"));
    CHECK(rename("two", "two") == 0 && has_content("two", "1"));
    CHECK(mkdir("d", 0777) == 0 && mkdir("e", 0777) == 0 && make_file("d/x", "x") == 0);
    CHECK(rename("d", "e") == 0 && has_content("e/x", "x") && !exists("d"));
    CHECK(rename("e/", "f/") == 0 && has_content("f/x", "x"));
    CHECK(rename("two", "f/two") == 0 && has_content("f/two", "1"));
    CHECK(renameat(AT_FDCWD, "f/two", AT_FDCWD, "two") == 0 && unlink("two") == 0);
  }

  BEHAVIOUR("renaming keeps the inode, and what is open stays open") {
    CHECK(make_file("before", "kept") == 0 && stat("before", &found) == 0);
    int fd = open("before", O_RDONLY);
    CHECK(rename("before", "after") == 0 && fstat(fd, &other) == 0 && found.st_ino == other.st_ino);
    CHECK(make_file("newer", "new") == 0 && rename("newer", "after") == 0);
    char text[8] = {0};
    CHECK(read(fd, text, 8) == 4 && strcmp(text, "kept") == 0);
    CHECK(fstat(fd, &other) == 0 && other.st_nlink == 0 && close(fd) == 0);
    CHECK(has_content("after", "new") && unlink("after") == 0);
  }

  BEHAVIOUR("what cannot be renamed says why") {
    CHECK(make_file("file", "") == 0 && mkdir("empty", 0777) == 0);
    FAILS(rename("missing", "new"), ENOENT);
    FAILS(rename("file", "missing/new"), ENOENT);
    FAILS(rename("file", "empty"), EISDIR);
    FAILS(rename("empty", "file"), ENOTDIR);
    FAILS(rename("empty", "f"), ENOTEMPTY);
    FAILS(rename("f", "f/inside"), EINVAL);
    FAILS(rename("file/", "new"), ENOTDIR);
    FAILS(rename("file", "new/"), ENOTDIR);
    FAILS(rename("file", "file/below"), ENOTDIR);
    CHECK(exists("file") && exists("empty") && exists("f/x") && !exists("new"));
  }

  BEHAVIOUR("calls on a directory's descriptor start there") {
    int dir = open("f", O_RDONLY | O_DIRECTORY);
    CHECK(dir >= 0 && fstat(dir, &found) == 0 && S_ISDIR(found.st_mode));
    CHECK(mkdirat(dir, "made", 0777) == 0 && exists("f/made"));
    int fd = openat(dir, "made/file", O_CREAT | O_WRONLY, 0666);
    CHECK(fd >= 0 && write(fd, "at", 2) == 2 && close(fd) == 0 && has_content("f/made/file", "at"));
    CHECK(fstatat(dir, "made", &found, 0) == 0 && S_ISDIR(found.st_mode));
    CHECK(symlinkat("made/file", dir, "link") == 0 && has_content("f/link", "at"));
    CHECK(linkat(dir, "made/file", dir, "hard", 0) == 0 && has_content("f/hard", "at"));
    CHECK(renameat(dir, "hard", AT_FDCWD, "moved") == 0 && unlink("moved") == 0);
    CHECK(faccessat(dir, "made/file", F_OK, 0) == 0);
    FAILS(faccessat(dir, "made/none", F_OK, 0), ENOENT);
    CHECK(unlinkat(dir, "link", 0) == 0 && unlinkat(dir, "made/file", 0) == 0);
    CHECK(unlinkat(dir, "made", AT_REMOVEDIR) == 0 && close(dir) == 0);
  }

  BEHAVIOUR("what is no directory to start from says so") {
    int fd = open("file", O_RDONLY);
    FAILS(openat(fd, "x", O_RDONLY), ENOTDIR);
    FAILS(mkdirat(fd, "x", 0777), ENOTDIR);
    FAILS(fstatat(fd, "x", &found, 0), ENOTDIR);
    CHECK(close(fd) == 0);
    FAILS(openat(fd, "x", O_RDONLY), EBADF);
    FAILS(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
    FAILS(open("missing", O_RDONLY | O_DIRECTORY), ENOENT);
  }

  BEHAVIOUR("a directory that was removed has no entries and takes none") {
    CHECK(mkdir("away", 0777) == 0);
    int dir = open("away", O_RDONLY | O_DIRECTORY);
    CHECK(rmdir("away") == 0 && fstat(dir, &found) == 0);
    FAILS(openat(dir, "new", O_CREAT | O_WRONLY, 0666), ENOENT);
    FAILS(mkdirat(dir, "new", 0777), ENOENT);
    CHECK(close(dir) == 0);
  }

  BEHAVIOUR("a directory has no content to read or write") {
    FAILS(open("f", O_WRONLY), EISDIR);
    FAILS(open("f", O_RDWR), EISDIR);
    int dir = open("f", O_RDONLY);
    char byte;
    CHECK(dir >= 0);
    FAILS(read(dir, &byte, 1), EISDIR);
#ifdef __wasi__
    FAILS(ftruncate(dir, 0), EISDIR);
#endif
    CHECK(close(dir) == 0);
  }

#ifdef __wasi__
  BEHAVIOUR("nothing is above the root") {
    FAILS(stat("..", &found), ENOTCAPABLE);
    FAILS(open("a/../..", O_RDONLY), ENOTCAPABLE);
    FAILS(mkdir("/../new", 0777), ENOTCAPABLE);
    int dir = open("f", O_RDONLY | O_DIRECTORY);
    FAILS(openat(dir, "../file", O_RDONLY), ENOTCAPABLE);
    FAILS(openat(dir, "..", O_RDONLY), ENOTCAPABLE);
    CHECK(close(dir) == 0);
    FAILS(rmdir("/"), EBUSY);
    CHECK(stat("/file", &found) == 0);
  }

  BEHAVIOUR("names that are not UTF-8 are EILSEQ") {
    FAILS(open("\377", O_CREAT | O_WRONLY, 0666), EILSEQ);
    FAILS(mkdir("\303\050", 0777), EILSEQ);
    FAILS(stat("\355\240\200", &found), EILSEQ);
    FAILS(symlink("\377", "bytes"), EILSEQ);
  }
#endif

  return behaviours_failed;
}
