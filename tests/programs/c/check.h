/*
 * A test program is a list of behaviours. For each one it prints `ok NAME`, or the expectations that failed and
 * `not ok NAME`; its exit code says whether any failed. The same sources are built for the machine's own system, where
 * they must say the same: what differs there stands between #ifdef __wasi__.
 */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *behaviour_name;
static int behaviour_failed, behaviours_failed;

/* Not printf: it would be nine tenths of the program. */
static inline void say(const char *text) {
  if (write(STDOUT_FILENO, text, strlen(text)) < 0) _exit(120);
}

static inline void say_number(long number) {
  char digits[24], *at = digits + sizeof digits;
  unsigned long rest = number < 0 ? -(unsigned long)number : (unsigned long)number;
  *--at = 0;
  do *--at = '0' + rest % 10;
  while ((rest /= 10) != 0);
  if (number < 0) *--at = '-';
  say(at);
}

static inline int begin_behaviour(const char *name) {
  behaviour_name = name;
  behaviour_failed = 0;
  return 1;
}

static inline int end_behaviour(void) {
  say(behaviour_failed ? "not ok " : "ok ");
  say(behaviour_name);
  say("\n");
  behaviours_failed |= behaviour_failed;
  return 0;
}

static inline void expect(int holds, int line, const char *text) {
  if (holds) return;
  int error = errno;
  behaviour_failed = 1;
  say("# line "), say_number(line), say(": "), say(text), say(", errno "), say_number(error), say("\n");
}

static inline void expect_failure(long result, int expected, int line, const char *text) {
  if (result == -1 && errno == expected) return;
  expect(0, line, text);
  say("# gave "), say_number(result), say(" instead of errno "), say_number(expected), say("\n");
}

/* A block of what belongs to one behaviour: BEHAVIOUR("name") { ... } */
#define BEHAVIOUR(name) for (int doing = begin_behaviour(name); doing; doing = end_behaviour())
#define CHECK(condition) (errno = 0, expect((condition) ? 1 : 0, __LINE__, #condition))
/* The call gives -1 and this errno. */
#define FAILS(call, code) (errno = 0, expect_failure((long)(call), (code), __LINE__, #call))

#endif
