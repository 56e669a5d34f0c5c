/* The lines of a file that hold a word.
 *
 *   QUERY=WORD string-search [INPUT RESULT]
 *
 * INPUT is /input/hello-world-1.dat, RESULT /output/search_results.dat. Bytes are compared, whatever they encode.
 */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>
#include <string.h>

#include "../common/buffer.h"
#include "../common/fail.h"

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: QUERY=WORD string-search [INPUT RESULT]");
  const char *query = getenv("QUERY");
  if (query == NULL || *query == '\0') fail(EXIT_BAD_INPUT, "QUERY is the word to look for");
  const struct buffer text = read_file(argc == 3 ? argv[1] : "/input/hello-world-1.dat");

  struct buffer found = {0};
  const char *end = text.bytes + text.length;
  for (const char *line = text.bytes; line < end;) {
    const char *feed = memchr(line, '\n', (size_t)(end - line));
    const size_t length = (size_t)((feed == NULL ? end : feed) - line);
    if (memmem(line, length, query, strlen(query)) != NULL) {
      buffer_append(&found, line, length);
      buffer_append(&found, "\n", 1);
    }
    line += length + 1;
  }
  write_file(argc == 3 ? argv[2] : "/output/search_results.dat", &found);
  return 0;
}
