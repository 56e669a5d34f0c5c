/* Writes the numbers from 2 to a limit: the first step of a pipeline whose second is keep-primes.
 *
 *   LIMIT=NUMBER generate-set [RESULT]
 *
 * RESULT (/output/number-set.txt) is one line, with a comma between two numbers. LIMIT is 10 million at most.
 */
#include <stdlib.h>

#include "../common/buffer.h"
#include "../common/fail.h"

enum { LARGEST = 10000000 };

int main(int argc, char **argv) {
  if (argc > 2) fail(EXIT_BAD_INPUT, "usage: LIMIT=NUMBER generate-set [RESULT]");
  const char *text = getenv("LIMIT");
  char *end;
  const long limit = text == NULL ? 0 : strtol(text, &end, 10);
  if (limit < 2 || limit > LARGEST || *end != '\0') fail(EXIT_BAD_INPUT, "LIMIT is a number from 2 to %d", LARGEST);
  struct buffer numbers = {0};
  for (long number = 2; number <= limit; number++) buffer_print(&numbers, number == 2 ? "%ld" : ",%ld", number);
  buffer_print(&numbers, "\n");
  write_file(argc == 2 ? argv[1] : "/output/number-set.txt", &numbers);
  return 0;
}
