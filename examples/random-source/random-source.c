/* Writes random bytes out of the enclave's source.
 *
 *   random-source [COUNT RESULT]
 *
 * COUNT is 32 bytes where nothing is said, 1 MiB at most; RESULT is /output/random.dat.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/buffer.h"
#include "../common/fail.h"

enum { DEFAULT_COUNT = 32, MAXIMUM_COUNT = 1 << 20, LARGEST_REQUEST = 256 /* POSIX: getentropy's limit */ };

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: random-source [COUNT RESULT]");
  long count = DEFAULT_COUNT;
  if (argc == 3) {
    char *end;
    errno = 0;
    count = strtol(argv[1], &end, 10);
    if (errno != 0 || *argv[1] == '\0' || *end != '\0' || count < 0 || count > MAXIMUM_COUNT)
      fail(EXIT_BAD_INPUT, "COUNT is a number from 0 to %d", MAXIMUM_COUNT);
  }
  struct buffer random = {0};
  char chunk[LARGEST_REQUEST];
  while (random.length < (size_t)count) {
    const size_t missing = (size_t)count - random.length;
    const size_t length = missing < sizeof chunk ? missing : sizeof chunk;
    if (getentropy(chunk, length) != 0) fail(EXIT_NO_FILE, "no random bytes: %s", strerror(errno));
    buffer_append(&random, chunk, length);
  }
  write_file(argc == 3 ? argv[2] : "/output/random.dat", &random);
  return 0;
}
