/*
 * What a program gets when it starts and says when it ends. The first argument says what is to be shown:
 *   show                 arguments and variables, one a line, each in brackets
 *   exit N, quick N, return N   ends with N, by exit, _Exit or from main
 *   abort, trap, overflow       ends badly
 *   random N             fills N bytes and counts those of the last KiB that are not 0
 *   entropy              getentropy's bounds
 *   grow                 takes memory until there is no more, and says whether it could use it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __wasi__
#include <wasi/api.h>
#endif

extern char **environ;

static void at_exit(void) {
  puts("at exit");
}

static int show(int count, char **arguments) {
  for (int index = 0; index < count; index++) printf("argument [%s]\n", arguments[index]);
  for (char **variable = environ; *variable != NULL; variable++) printf("variable [%s]\n", *variable);
  const char *home = getenv("HOME");
  printf("home [%s]\n", home == NULL ? "(none)" : home);
  return 0;
}

static int fill(size_t size) {
  unsigned char *bytes = calloc(size + 1, 1);
  int filled = 0;
#ifdef __wasi__
  if (__wasi_random_get(bytes, size) != 0) return 1;
#endif
  size_t start = size > 1024 ? size - 1024 : 0;
  for (size_t index = start; index < size; index++) filled += bytes[index] != 0;
  printf("%d %d\n", filled, bytes[size]);
  return 0;
}

static int entropy(void) {
  unsigned char first[256] = {0}, second[256] = {0};
  int zeros = 0;
  if (getentropy(first, 256) != 0 || getentropy(second, 256) != 0) return 1;
  for (int index = 0; index < 256; index++) zeros += first[index] == 0;
  if (zeros > 32 || memcmp(first, second, 256) == 0) return 2;
  if (getentropy(first, 0) != 0) return 3;
  return getentropy(first, 257) == -1 && errno == EIO ? 0 : 4;
}

static int grow(void) {
  size_t total = 0;
  /* Kept, or the compiler takes them for never made. */
  static char *volatile last;
  for (char *block; (block = malloc(1 << 20)) != NULL; total += 1 << 20) last = memset(block, 1, 1 << 20);
  int error = errno;
  printf("%zu\n", total >> 20);
  return error == ENOMEM && last != NULL ? 0 : 1;
}

static int overflow(int depth) {
  volatile char room[1024];
  room[depth % 1024] = (char)depth;
  return depth < 0 ? 0 : overflow(depth + 1) + room[depth % 1024];
}

int main(int count, char **arguments) {
  const char *what = count > 1 ? arguments[1] : "show";
  int number = count > 2 ? (int)strtol(arguments[2], NULL, 0) : 0;
  if (strcmp(what, "return") == 0) return number;
  if (strcmp(what, "abort") == 0) abort();
  if (strcmp(what, "trap") == 0) __builtin_trap();
  if (strcmp(what, "overflow") == 0) return overflow(number);
  if (strcmp(what, "random") == 0) return fill(number);
  if (strcmp(what, "entropy") == 0) return entropy();
  if (strcmp(what, "grow") == 0) return grow();
  if (strcmp(what, "exit") == 0 || strcmp(what, "quick") == 0) {
    atexit(at_exit);
    printf("before ");
    if (what[0] == 'q') _Exit(number);
    exit(number);
  }
  return show(count, arguments);
}
