/* Listing directories. */
#include "check.h"
#include "tree.h"

#include <dirent.h>
#include <stdlib.h>

#define FILES 500

/* Makes or names the file with a number: three digits. */
static const char *numbered(int number) {
  static char name[] = "many/000";
  name[5] = '0' + number / 100, name[6] = '0' + number / 10 % 10, name[7] = '0' + number % 10;
  return name;
}

/* How many entries are left in a listing; those after the dots must be numbers, each once where `seen` is given. */
static int count_rest(DIR *dir, int *seen) {
  int count = 0;
  for (struct dirent *entry; (entry = readdir(dir)) != NULL; count++)
    if (seen != NULL && entry->d_name[0] != '.') seen[atoi(entry->d_name)]++;
  return count;
}

int main(void) {
  struct stat found;

  BEHAVIOUR("an empty directory lists itself and the one above") {
    CHECK(mkdir("empty", 0777) == 0);
    DIR *dir = opendir("empty");
    struct dirent *entry;
    int self = 0, above = 0, other = 0;
    while ((entry = readdir(dir)) != NULL) {
      CHECK(entry->d_type == DT_DIR);
      if (strcmp(entry->d_name, ".") == 0) self++;
      else if (strcmp(entry->d_name, "..") == 0) above++;
      else other++;
    }
    CHECK(self == 1 && above == 1 && other == 0 && closedir(dir) == 0);
  }

  BEHAVIOUR("entries say their type and their inode, links as links") {
    CHECK(mkdir("kinds", 0777) == 0 && make_file("kinds/file", "") == 0 && mkdir("kinds/dir", 0777) == 0);
    CHECK(symlink("file", "kinds/link") == 0 && link("kinds/file", "kinds/hard") == 0);
    DIR *dir = opendir("kinds");
    int fd = dirfd(dir), entries = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL; entries++) {
      if (strcmp(entry->d_name, "..") == 0) continue;
      CHECK(fstatat(fd, entry->d_name, &found, AT_SYMLINK_NOFOLLOW) == 0 && found.st_ino == entry->d_ino);
      int type = S_ISDIR(found.st_mode) ? DT_DIR : S_ISLNK(found.st_mode) ? DT_LNK : DT_REG;
      CHECK(entry->d_type == type);
    }
    CHECK(entries == 6 && closedir(dir) == 0);
  }

  BEHAVIOUR("a listing that takes many calls gives every entry once") {
    int seen[FILES] = {0}, once = 1;
    CHECK(mkdir("many", 0777) == 0);
    for (int number = 0; number < FILES; number++) CHECK(make_file(numbered(number), "") == 0);
    DIR *dir = opendir("many");
    CHECK(count_rest(dir, seen) == FILES + 2);
    for (int number = 0; number < FILES; number++) once &= seen[number] == 1;
    CHECK(once && closedir(dir) == 0);
  }

  BEHAVIOUR("telldir and seekdir come back to the same place, rewinddir to the start") {
    DIR *dir = opendir("many");
    char name[16];
    for (int entry = 0; entry < 123; entry++) CHECK(readdir(dir) != NULL);
    long place = telldir(dir);
    strcpy(name, readdir(dir)->d_name);
    int rest = count_rest(dir, NULL);
    CHECK(readdir(dir) == NULL);
    seekdir(dir, place);
    CHECK(strcmp(readdir(dir)->d_name, name) == 0 && count_rest(dir, NULL) == rest);
    rewinddir(dir);
    CHECK(count_rest(dir, NULL) == FILES + 2 && closedir(dir) == 0);
  }

  BEHAVIOUR("removing what was listed neither repeats nor loses an entry") {
    DIR *dir = opendir("many");
    int seen[FILES] = {0}, once = 1;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
      if (entry->d_name[0] == '.') continue;
      seen[atoi(entry->d_name)]++;
      CHECK(unlinkat(dirfd(dir), entry->d_name, 0) == 0);
    }
    for (int number = 0; number < FILES; number++) once &= seen[number] == 1;
    CHECK(once && closedir(dir) == 0 && rmdir("many") == 0);
  }

  BEHAVIOUR("an entry made or removed since is there or not when the listing starts again") {
    DIR *dir = opendir("kinds");
    CHECK(count_rest(dir, NULL) == 6);
    CHECK(unlink("kinds/hard") == 0 && make_file("kinds/new1", "") == 0 && make_file("kinds/new2", "") == 0);
    rewinddir(dir);
    CHECK(count_rest(dir, NULL) == 7 && closedir(dir) == 0);
  }

  BEHAVIOUR("two listings of one directory do not disturb each other") {
    DIR *first = opendir("kinds"), *second = opendir("kinds");
    CHECK(readdir(first) != NULL && readdir(first) != NULL);
    CHECK(count_rest(second, NULL) == 7 && count_rest(first, NULL) == 5);
    CHECK(closedir(first) == 0 && closedir(second) == 0);
  }

  BEHAVIOUR("fdopendir lists what a descriptor is open on") {
    int fd = open("kinds", O_RDONLY | O_DIRECTORY);
    DIR *dir = fdopendir(fd);
    CHECK(dir != NULL && dirfd(dir) == fd && count_rest(dir, NULL) == 7 && closedir(dir) == 0);
    FAILS(close(fd), EBADF);
  }

  BEHAVIOUR("what is no directory is not listed") {
    CHECK(opendir("kinds/file") == NULL && errno == ENOTDIR);
    CHECK(opendir("kinds/missing") == NULL && errno == ENOENT);
    int fd = open("kinds/file", O_RDONLY);
    CHECK(fdopendir(fd) == NULL && errno == ENOTDIR && close(fd) == 0);
  }

  BEHAVIOUR("scandir picks and sorts") {
    struct dirent **entries;
    int count = scandir("kinds", &entries, NULL, alphasort);
    const char *sorted[] = {".", "..", "dir", "file", "link", "new1", "new2"};
    CHECK(count == 7);
    for (int index = 0; index < count; index++) {
      CHECK(strcmp(entries[index]->d_name, sorted[index]) == 0);
      free(entries[index]);
    }
    free(entries);
  }

  return behaviours_failed;
}
