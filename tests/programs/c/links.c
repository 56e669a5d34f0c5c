/* Symbolic and hard links. */
#include "check.h"
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>

/* Makes `count` links, each to the one before; the first leads to `target`, the last one's name is put into `name`. */
static int chain(const char *target, int count, char *name) {
  char previous[8];
  strcpy(previous, target);
  for (int index = 0; index < count; index++) {
    name[0] = 'c', name[1] = '0' + count % 10, name[2] = '0' + index / 10, name[3] = '0' + index % 10, name[4] = 0;
    if (symlink(previous, name) != 0) return -1;
    strcpy(previous, name);
  }
  return 0;
}

int main(void) {
  struct stat found, other;
  char buffer[64];

  BEHAVIOUR("a dangling link is there, and leads nowhere") {
    CHECK(symlink("nowhere", "dangling") == 0);
    CHECK(lstat("dangling", &found) == 0 && S_ISLNK(found.st_mode));
    FAILS(stat("dangling", &found), ENOENT);
    FAILS(open("dangling", O_RDONLY), ENOENT);
    FAILS(open("dangling", O_RDONLY | O_NOFOLLOW), ELOOP);
    FAILS(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0666), EEXIST);
    FAILS(symlink("other", "dangling"), EEXIST);
    FAILS(mkdir("dangling", 0777), EEXIST);
    FAILS(rmdir("dangling"), ENOTDIR);
    FAILS(open("dangling/below", O_RDONLY), ENOENT);
  }

  BEHAVIOUR("creating through a dangling link makes what it names") {
    int fd = open("dangling", O_CREAT | O_WRONLY, 0666);
    CHECK(fd >= 0 && close(fd) == 0);
    CHECK(stat("nowhere", &found) == 0 && S_ISREG(found.st_mode));
    CHECK(unlink("dangling") == 0 && exists("nowhere"));
    CHECK(unlink("nowhere") == 0);
  }

  BEHAVIOUR("a loop of links is ELOOP wherever it is followed, and can be removed") {
    CHECK(symlink("loop", "loop") == 0);
    CHECK(symlink("pong", "ping") == 0 && symlink("ping", "pong") == 0);
    const char *loops[] = {"loop", "ping", "pong"};
    for (int index = 0; index < 3; index++) {
      FAILS(open(loops[index], O_RDONLY), ELOOP);
      FAILS(stat(loops[index], &found), ELOOP);
      FAILS(open(loops[index], O_RDONLY | O_NOFOLLOW), ELOOP);
      CHECK(lstat(loops[index], &found) == 0);
    }
    FAILS(open("loop/below", O_RDONLY), ELOOP);
    CHECK(unlink("loop") == 0 && unlink("ping") == 0 && unlink("pong") == 0);
  }

  BEHAVIOUR("forty links in a row are followed, forty-one are not") {
    char name[8];
    CHECK(make_file("end", "reached") == 0);
    CHECK(chain("end", 40, name) == 0 && has_content(name, "reached"));
    CHECK(chain("end", 41, name) == 0);
    FAILS(open(name, O_RDONLY), ELOOP);
  }

  BEHAVIOUR("links are followed on the way, and at the end only where the call says so") {
    CHECK(mkdir("dir", 0777) == 0 && make_file("dir/file", "content") == 0);
    CHECK(symlink("dir", "dirlink") == 0 && symlink("dir/file", "filelink") == 0);
    CHECK(symlink("../dir/file", "dir/around") == 0);
    CHECK(has_content("dirlink/file", "content") && has_content("filelink", "content"));
    CHECK(has_content("dirlink/around", "content"));
    CHECK(stat("filelink", &found) == 0 && S_ISREG(found.st_mode) && found.st_size == 7);
    CHECK(lstat("filelink", &found) == 0 && S_ISLNK(found.st_mode) && found.st_size == 8);
    CHECK(fstatat(AT_FDCWD, "filelink", &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(found.st_mode));
    CHECK(fstatat(AT_FDCWD, "filelink", &found, 0) == 0 && S_ISREG(found.st_mode));
    FAILS(open("filelink", O_RDONLY | O_NOFOLLOW), ELOOP);
    FAILS(open("dirlink", O_RDONLY | O_DIRECTORY | O_NOFOLLOW), ENOTDIR);
    int fd = open("dirlink", O_RDONLY | O_DIRECTORY);
    CHECK(fd >= 0 && close(fd) == 0);
  }

  BEHAVIOUR("a slash after a link leads through it") {
    CHECK(lstat("dirlink/", &found) == 0 && S_ISDIR(found.st_mode));
    FAILS(lstat("filelink/", &found), ENOTDIR);
    FAILS(open("filelink/", O_RDONLY), ENOTDIR);
    FAILS(rmdir("dirlink"), ENOTDIR);
    FAILS(rmdir("dirlink/"), ENOTDIR);
    FAILS(unlink("dirlink/"), ENOTDIR);
    FAILS(readlink("dirlink/", buffer, sizeof buffer), EINVAL);
  }

  BEHAVIOUR("readlink gives the target as it was written, and no end") {
    memset(buffer, '#', sizeof buffer);
    CHECK(readlink("dir/around", buffer, sizeof buffer) == 11);
    CHECK(memcmp(buffer, "../dir/file#", 12) == 0);
    FAILS(readlink("dir/file", buffer, sizeof buffer), EINVAL);
    FAILS(readlink("dir", buffer, sizeof buffer), EINVAL);
    FAILS(readlink("missing", buffer, sizeof buffer), ENOENT);
    CHECK(readlinkat(AT_FDCWD, "filelink", buffer, sizeof buffer) == 8);
  }

  BEHAVIOUR("readlink into a short buffer fills it and says so") {
    memset(buffer, '#', sizeof buffer);
    CHECK(readlink("dir/around", buffer, 4) == 4 && memcmp(buffer, "../d#", 5) == 0);
    CHECK(readlink("dir/around", buffer, 11) == 11 && buffer[11] == '#');
  }

  BEHAVIOUR("unlinking or renaming a link leaves what it leads to") {
    CHECK(symlink("dir/file", "gone") == 0 && rename("gone", "renamed") == 0);
    CHECK(lstat("renamed", &found) == 0 && S_ISLNK(found.st_mode));
    CHECK(unlink("renamed") == 0 && has_content("dir/file", "content"));
    CHECK(symlink("dir", "toremove") == 0 && unlink("toremove") == 0 && exists("dir/file"));
  }

  BEHAVIOUR("renaming over a link replaces the link") {
    CHECK(make_file("plain", "plain") == 0 && symlink("dir/file", "over") == 0);
    CHECK(rename("plain", "over") == 0 && has_content("over", "plain") && has_content("dir/file", "content"));
    CHECK(mkdir("adir", 0777) == 0 && symlink("dir", "dirover") == 0);
    FAILS(rename("adir", "dirover"), ENOTDIR);
    CHECK(unlink("dirover") == 0 && rmdir("adir") == 0);
  }

  BEHAVIOUR("a hard link is another name for the same file") {
    CHECK(make_file("first", "one") == 0 && link("first", "second") == 0);
    CHECK(stat("first", &found) == 0 && stat("second", &other) == 0);
    CHECK(found.st_ino == other.st_ino && found.st_dev == other.st_dev);
    CHECK(found.st_nlink == 2 && other.st_nlink == 2);
    int fd = open("second", O_WRONLY | O_TRUNC);
    CHECK(write(fd, "two", 3) == 3 && close(fd) == 0 && has_content("first", "two"));
    CHECK(unlink("first") == 0 && has_content("second", "two"));
    CHECK(stat("second", &found) == 0 && found.st_nlink == 1);
  }

  BEHAVIOUR("what cannot be linked says why") {
    FAILS(link("second", "second"), EEXIST);
    FAILS(link("second", "dir"), EEXIST);
    FAILS(link("missing", "new"), ENOENT);
    FAILS(link("second", "missing/new"), ENOENT);
    FAILS(link("second", "new/"), ENOENT);
    FAILS(link("second/", "new"), ENOTDIR);
    FAILS(link("dir", "new"), EPERM);
    FAILS(link("dir", "second"), EEXIST);
    CHECK(!exists("new"));
  }

  BEHAVIOUR("linking a link takes the link, or what it leads to where that is asked for") {
    CHECK(linkat(AT_FDCWD, "filelink", AT_FDCWD, "itself", 0) == 0);
    CHECK(lstat("itself", &found) == 0 && S_ISLNK(found.st_mode) && found.st_nlink == 2);
    CHECK(linkat(AT_FDCWD, "filelink", AT_FDCWD, "target", AT_SYMLINK_FOLLOW) == 0);
    CHECK(lstat("target", &found) == 0 && S_ISREG(found.st_mode));
  }

  BEHAVIOUR("two names of one file can be renamed over each other, and both stay") {
    CHECK(link("second", "third") == 0 && rename("second", "third") == 0);
    CHECK(exists("second") && exists("third"));
  }

  BEHAVIOUR("a link's target may be anything but empty") {
    FAILS(symlink("", "empty"), ENOENT);
    CHECK(symlink("d\303\251j\303\240 \t*?", "odd") == 0);
    CHECK(readlink("odd", buffer, sizeof buffer) == 10);
    char *longest = malloc(4096);
    memset(longest, 'x', 4095);
    longest[4095] = 0;
    CHECK(symlink(longest, "long") == 0 && lstat("long", &found) == 0 && found.st_size == 4095);
    FAILS(open("long", O_RDONLY), ENAMETOOLONG);
    free(longest);
  }

#ifdef __wasi__
  BEHAVIOUR("no link leads out of the root") {
    CHECK(symlink("../../dir/file", "out") == 0);
    FAILS(open("out", O_RDONLY), ENOTCAPABLE);
    FAILS(stat("out", &found), ENOTCAPABLE);
    CHECK(lstat("out", &found) == 0);
    FAILS(symlink("/dir/file", "absolute"), ENOTCAPABLE);
    FAILS(open("../dir/file", O_RDONLY), ENOTCAPABLE);
    FAILS(open("dir/../../dir/file", O_RDONLY), ENOTCAPABLE);
  }
#endif

  return behaviours_failed;
}
