/* Sorts whole numbers: the second step of a pipeline whose first is random-u32-list.
 *
 *   sort-numbers [NUMBERS RESULT]
 *
 * NUMBERS (/numbers/unsorted.txt) has one number of 64 bits, with or without a sign, a line; RESULT is
 * /output/sorted.txt.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../common/buffer.h"
#include "../common/fail.h"

static int compare_numbers(const void *left, const void *right) {
  const long long a = *(const long long *)left, b = *(const long long *)right;
  return (a > b) - (a < b);
}

static long long parse_line(const char *path, size_t line_number, const char *line, size_t length) {
  char *end;
  errno = 0;
  const long long number = strtoll(line, &end, 10);
  /* strtoll skips blanks at the start; a line is a number and nothing else. */
  if (length == 0 || strspn(line, "+-0123456789") != length || end != line + length)
    fail(EXIT_BAD_INPUT, "%s:%zu: not a whole number", path, line_number);
  if (errno == ERANGE) fail(EXIT_BAD_INPUT, "%s:%zu: a number over 64 bits", path, line_number);
  return number;
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: sort-numbers [NUMBERS RESULT]");
  const char *path = argc == 3 ? argv[1] : "/numbers/unsorted.txt";
  struct buffer text = read_file(path);

  size_t count = 0, capacity = 1024;
  long long *numbers = allocate(capacity, sizeof *numbers);
  for (char *line = text.bytes, *text_end = text.bytes + text.length; line < text_end;) {
    char *end = memchr(line, '\n', (size_t)(text_end - line));
    if (end == NULL) end = text_end;
    *end = '\0';
    if (count == capacity) numbers = reallocate(numbers, capacity *= 2, sizeof *numbers);
    numbers[count] = parse_line(path, count + 1, line, (size_t)(end - line));
    count++;
    line = end + 1;
  }
  qsort(numbers, count, sizeof *numbers, compare_numbers);

  struct buffer sorted = {0};
  for (size_t index = 0; index < count; index++) buffer_print(&sorted, "%lld\n", numbers[index]);
  write_file(argc == 3 ? argv[2] : "/output/sorted.txt", &sorted);
  return 0;
}
