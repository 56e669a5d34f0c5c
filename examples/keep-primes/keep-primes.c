/* Leaves only the primes in a list of numbers: the second step of a pipeline whose first is generate-set.
 *
 *   keep-primes [NUMBERS]
 *
 * NUMBERS (/output/number-set.txt) is one line, with a comma between two numbers of up to 10 million; it is rewritten.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../common/buffer.h"
#include "../common/fail.h"

enum { LARGEST = 10000000 };

/* The number at *next, which moves behind it. */
static long read_number(const char *path, char **next) {
  char *end;
  const long number = **next < '0' || **next > '9' ? -1 : strtol(*next, &end, 10);
  if (number < 0 || number > LARGEST) fail(EXIT_BAD_INPUT, "%s: not a number from 0 to %d", path, LARGEST);
  *next = end;
  return number;
}

/* Eratosthenes's sieve. */
static bool *find_composites(void) {
  bool *composite = allocate(LARGEST + 1, sizeof *composite);
  memset(composite, 0, LARGEST + 1);
  composite[0] = composite[1] = true;
  for (long number = 2; number * number <= LARGEST; number++)
    for (long multiple = number * number; !composite[number] && multiple <= LARGEST; multiple += number)
      composite[multiple] = true;
  return composite;
}

int main(int argc, char **argv) {
  if (argc > 2) fail(EXIT_BAD_INPUT, "usage: keep-primes [NUMBERS]");
  const char *path = argc == 2 ? argv[1] : "/output/number-set.txt";
  const struct buffer numbers = read_file(path);
  const bool *composite = find_composites();
  struct buffer primes = {0};
  for (char *next = numbers.bytes;; next++) {
    const long number = read_number(path, &next);
    if (!composite[number]) buffer_print(&primes, primes.length == 0 ? "%ld" : ",%ld", number);
    if (*next != ',') {
      if (strcmp(next, "\n") != 0) fail(EXIT_BAD_INPUT, "%s: not one line of numbers", path);
      break;
    }
  }
  buffer_print(&primes, "\n");
  write_file(path, &primes);
  return 0;
}
