/* Writes to an anonymous temporary file of Veracruz's own call, seeks in it, and reads it back.
 *
 *   fd-create [RESULT]
 *
 * RESULT (/output/pass) is written where everything came back as it was. The module imports veracruz_si.fd_create, which
 * WASI does not have: it gives a descriptor with all rights on a file without a name.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "../common/buffer.h"
#include "../common/fail.h"

/* Gives an errno of WASI, and the descriptor through the pointer. */
__attribute__((import_module("veracruz_si"), import_name("fd_create"))) extern int32_t fd_create(int32_t *descriptor);

enum { LENGTH = 10000, OFFSET = LENGTH / 3, PERIOD = 251 /* a prime: no block looks like another */ };

int main(int argc, char **argv) {
  if (argc > 2) fail(EXIT_BAD_INPUT, "usage: fd-create [RESULT]");
  int32_t descriptor;
  const int32_t error = fd_create(&descriptor);
  if (error != 0) fail(EXIT_NO_FILE, "no temporary file: %s", strerror(error));

  unsigned char written[LENGTH], found[LENGTH];
  for (size_t index = 0; index < LENGTH; index++) written[index] = index % PERIOD;
  if (write(descriptor, written, LENGTH) != LENGTH) fail(EXIT_NO_FILE, "cannot write: %s", strerror(errno));
  if (lseek(descriptor, OFFSET, SEEK_SET) != OFFSET) fail(EXIT_NO_FILE, "cannot seek: %s", strerror(errno));
  if (read(descriptor, found, LENGTH) != LENGTH - OFFSET) fail(EXIT_BAD_INPUT, "another length than was written");
  if (memcmp(found, written + OFFSET, LENGTH - OFFSET) != 0) fail(EXIT_BAD_INPUT, "other bytes than were written");
  close(descriptor);

  struct buffer pass = {0};
  buffer_print(&pass, "pass\n");
  write_file(argc == 2 ? argv[1] : "/output/pass", &pass);
  return 0;
}
