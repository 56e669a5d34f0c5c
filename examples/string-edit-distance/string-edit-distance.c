/* Links two owners' records that are spelled differently: for each string of A the closest string of B.
 *
 *   string-edit-distance [A B RESULT]
 *
 * The strings are the first column of A (/input/a.csv) and B (/input/b.csv), CSV files with a header, in UTF-8.
 * Distance is Levenshtein's: insertions, deletions and substitutions of code points. RESULT (/output/result.csv) has
 * a row per string of A, in A's order: the string, the closest of B (the first of several) and the distance.
 */
#include <stdint.h>
#include <string.h>

#include "../common/csv.h"
#include "../common/fail.h"

/* One table row of the longest string; keeps the product of two lengths within sight. */
enum { MAXIMUM_LENGTH = 65536 };

struct text {
  uint32_t *points;
  size_t length;
};

/* The code point at *next, which moves on; UINT32_MAX for what is no UTF-8 (RFC 3629: no overlong form, no surrogate). */
static uint32_t decode_point(const unsigned char **next) {
  const unsigned char *bytes = *next;
  const unsigned char first = bytes[0];
  if ((first >= 0x80 && first < 0xc2) || first >= 0xf5) return UINT32_MAX;
  const int extra = (first >= 0xc2) + (first >= 0xe0) + (first >= 0xf0);
  uint32_t point = extra == 0 ? first : first & (0x3fu >> extra);
  for (int index = 1; index <= extra; index++) {
    if ((bytes[index] & 0xc0) != 0x80) return UINT32_MAX; /* the NUL at the end stops here too */
    point = point << 6 | (bytes[index] & 0x3fu);
  }
  static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
  if (point < smallest[extra] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return UINT32_MAX;
  *next = bytes + extra + 1;
  return point;
}

static struct text decode(const struct csv *csv, const struct csv_row *row) {
  const unsigned char *next = (const unsigned char *)row->fields[0];
  struct text text = {.points = allocate(strlen(row->fields[0]), sizeof *text.points), .length = 0};
  while (*next != '\0') {
    const uint32_t point = decode_point(&next);
    if (point == UINT32_MAX) fail(EXIT_BAD_INPUT, "%s:%zu: not UTF-8", csv->path, row->line);
    text.points[text.length++] = point;
  }
  if (text.length > MAXIMUM_LENGTH)
    fail(EXIT_BAD_INPUT, "%s:%zu: a string over %d characters", csv->path, row->line, MAXIMUM_LENGTH);
  return text;
}

static struct text *decode_all(const struct csv *csv) {
  struct text *texts = allocate(csv->row_count, sizeof *texts);
  for (size_t index = 0; index < csv->row_count; index++) texts[index] = decode(csv, &csv->rows[index]);
  return texts;
}

/* Wagner and Fischer's table, one row at a time; `row` has room for b->length + 1. */
static size_t edit_distance(const struct text *a, const struct text *b, size_t *row) {
  for (size_t column = 0; column <= b->length; column++) row[column] = column;
  for (size_t i = 0; i < a->length; i++) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b->length; j++) {
      const size_t substituted = diagonal + (a->points[i] != b->points[j]);
      const size_t shorter = row[j] < row[j + 1] ? row[j] : row[j + 1];
      diagonal = row[j + 1];
      row[j + 1] = substituted < shorter + 1 ? substituted : shorter + 1;
    }
  }
  return row[b->length];
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 4) fail(EXIT_BAD_INPUT, "usage: string-edit-distance [A B RESULT]");
  const struct csv a = read_csv(argc == 4 ? argv[1] : "/input/a.csv");
  const struct csv b = read_csv(argc == 4 ? argv[2] : "/input/b.csv");
  if (b.row_count == 0) fail(EXIT_BAD_INPUT, "%s: no strings to compare with", b.path);
  const struct text *a_texts = decode_all(&a), *b_texts = decode_all(&b);
  size_t longest = 0;
  for (size_t j = 0; j < b.row_count; j++)
    if (b_texts[j].length > longest) longest = b_texts[j].length;
  size_t *row = allocate(longest + 1, sizeof *row);

  struct buffer result = {0};
  buffer_print(&result, "string,closest,distance\n");
  for (size_t i = 0; i < a.row_count; i++) {
    size_t closest = 0, best = SIZE_MAX;
    for (size_t j = 0; j < b.row_count && best > 0; j++) {
      /* The lengths' difference is a lower bound. */
      const size_t longer = a_texts[i].length > b_texts[j].length ? a_texts[i].length : b_texts[j].length;
      const size_t shorter = a_texts[i].length + b_texts[j].length - longer;
      if (longer - shorter >= best) continue;
      const size_t distance = edit_distance(&a_texts[i], &b_texts[j], row);
      if (distance < best) {
        best = distance;
        closest = j;
      }
    }
    csv_append_field(&result, a.rows[i].fields[0]);
    buffer_append(&result, ",", 1);
    csv_append_field(&result, b.rows[closest].fields[0]);
    buffer_print(&result, ",%zu\n", best);
  }
  write_file(argc == 4 ? argv[3] : "/output/result.csv", &result);
  return 0;
}
