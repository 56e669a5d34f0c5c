/* One way to end a program that cannot go on: a line on stderr and an exit code. */
#ifndef FAIL_H
#define FAIL_H

enum {
  EXIT_BAD_INPUT = 1, /* an input is not what the program needs */
  EXIT_NO_FILE = 2,   /* a file cannot be read or written */
  EXIT_NO_MEMORY = 3,
};

/* Prints "<message>\n" to stderr and exits. Messages name files and line numbers, never what an owner wrote there:
 * who may read stderr need not be who may read the input. */
_Noreturn void fail(int exit_code, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
