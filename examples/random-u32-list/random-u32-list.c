/* Writes random 32-bit numbers, one a line: the first step of a pipeline whose second is sort-numbers.
 *
 *   random-u32-list [COUNT RESULT]
 *
 * COUNT is 1000 where nothing is said, 1000000 at most; RESULT is /numbers/unsorted.txt.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/buffer.h"
#include "../common/fail.h"

enum { DEFAULT_COUNT = 1000, MAXIMUM_COUNT = 1000000, NUMBERS_PER_REQUEST = 64 /* 256 bytes, getentropy's limit */ };

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: random-u32-list [COUNT RESULT]");
  long count = DEFAULT_COUNT;
  if (argc == 3) {
    char *end;
    errno = 0;
    count = strtol(argv[1], &end, 10);
    if (errno != 0 || *argv[1] == '\0' || *end != '\0' || count < 0 || count > MAXIMUM_COUNT)
      fail(EXIT_BAD_INPUT, "COUNT is a number from 0 to %d", MAXIMUM_COUNT);
  }
  struct buffer list = {0};
  uint32_t numbers[NUMBERS_PER_REQUEST];
  for (long index = 0; index < count; index++) {
    const long place = index % NUMBERS_PER_REQUEST;
    if (place == 0 && getentropy(numbers, sizeof numbers) != 0)
      fail(EXIT_NO_FILE, "no random bytes: %s", strerror(errno));
    buffer_print(&list, "%lu\n", (unsigned long)numbers[place]);
  }
  write_file(argc == 3 ? argv[2] : "/numbers/unsorted.txt", &list);
  return 0;
}
