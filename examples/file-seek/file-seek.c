/* Copies a file from some byte on.
 *
 *   SKIP=BYTES file-seek [INPUT OUTPUT]
 *
 * INPUT is /input/README.markdown, OUTPUT /output/NEW_README.markdown. Where INPUT is shorter than BYTES, OUTPUT is empty
 * and INPUT stays as long as it is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/buffer.h"
#include "../common/fail.h"

static long long bytes_to_skip(void) {
  const char *text = getenv("SKIP");
  char *end;
  errno = 0;
  const long long skip = text == NULL ? -1 : strtoll(text, &end, 10);
  if (skip < 0 || errno != 0 || *end != '\0' || *text < '0' || *text > '9')
    fail(EXIT_BAD_INPUT, "SKIP is a number of bytes");
  return skip;
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: SKIP=BYTES file-seek [INPUT OUTPUT]");
  const long long skip = bytes_to_skip();
  const char *path = argc == 3 ? argv[1] : "/input/README.markdown";
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail(EXIT_NO_FILE, "%s: cannot open: %s", path, strerror(errno));
  if (fseeko(file, skip, SEEK_SET) != 0) fail(EXIT_NO_FILE, "%s: cannot seek: %s", path, strerror(errno));

  struct buffer rest = {0};
  char chunk[16384];
  size_t length;
  while ((length = fread(chunk, 1, sizeof chunk, file)) > 0) buffer_append(&rest, chunk, length);
  if (ferror(file)) fail(EXIT_NO_FILE, "%s: cannot read: %s", path, strerror(errno));
  write_file(argc == 3 ? argv[2] : "/output/NEW_README.markdown", &rest);
  return 0;
}
