#include "csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"

/* Reads the text from `next` on, in place: fields are unquoted and end with a NUL where they stand. */
struct reader {
  const char *path;
  char *next;
  char *end;
  size_t line;
};

static char *read_quoted_field(struct reader *reader) {
  const size_t first_line = reader->line;
  char *field = ++reader->next;
  char *target = field;
  for (;; reader->next++) {
    if (reader->next == reader->end)
      fail(EXIT_BAD_INPUT, "%s:%zu: a quoted field does not end", reader->path, first_line);
    if (*reader->next == '"') {
      reader->next++;
      if (reader->next == reader->end || *reader->next != '"') break;
    }
    if (*reader->next == '\n') reader->line++;
    *target++ = *reader->next;
  }
  if (reader->next < reader->end && strchr(",\r\n", *reader->next) == NULL)
    fail(EXIT_BAD_INPUT, "%s:%zu: text behind a closing quote", reader->path, reader->line);
  /* The caller still has to see the delimiter, which the closing quote keeps apart from the NUL. */
  *target = '\0';
  return field;
}

static char *read_plain_field(struct reader *reader) {
  char *field = reader->next;
  while (reader->next < reader->end && strchr(",\r\n", *reader->next) == NULL) {
    if (*reader->next == '"') fail(EXIT_BAD_INPUT, "%s:%zu: a quote inside a plain field", reader->path, reader->line);
    reader->next++;
  }
  return field;
}

/* Steps over a delimiter and ends the field before it. Gives false at the end of the row. */
static bool read_delimiter(struct reader *reader) {
  if (reader->next == reader->end) return false; /* read_file put a NUL here */
  const char delimiter = *reader->next;
  *reader->next++ = '\0';
  if (delimiter == ',') return true;
  if (delimiter == '\r') {
    if (reader->next == reader->end || *reader->next != '\n')
      fail(EXIT_BAD_INPUT, "%s:%zu: a carriage return without a line feed", reader->path, reader->line);
    reader->next++;
  }
  reader->line++;
  return false;
}

/* One row; `columns` is how wide it must be, or 0 for the header, which says it. */
static struct csv_row read_row(struct reader *reader, size_t *columns) {
  const bool header = *columns == 0;
  struct csv_row row = {.line = reader->line, .fields = NULL};
  size_t count = 0;
  size_t capacity = header ? 8 : *columns;
  row.fields = allocate(capacity, sizeof *row.fields);
  bool more = true;
  while (more) {
    if (count == capacity) {
      if (!header) fail(EXIT_BAD_INPUT, "%s:%zu: more than %zu fields", reader->path, row.line, *columns);
      capacity *= 2;
      row.fields = reallocate(row.fields, capacity, sizeof *row.fields);
    }
    const bool quoted = reader->next < reader->end && *reader->next == '"';
    row.fields[count++] = quoted ? read_quoted_field(reader) : read_plain_field(reader);
    more = read_delimiter(reader);
  }
  if (header) *columns = count;
  if (count != *columns)
    fail(EXIT_BAD_INPUT, "%s:%zu: %zu fields where the header has %zu", reader->path, row.line, count, *columns);
  return row;
}

struct csv read_csv(const char *path) {
  struct buffer text = read_file(path);
  struct reader reader = {.path = path, .next = text.bytes, .end = text.bytes + text.length, .line = 1};
  if (memchr(text.bytes, '\0', text.length) != NULL) fail(EXIT_BAD_INPUT, "%s: holds a NUL: not a text", path);
  if (text.length >= 3 && memcmp(text.bytes, "\xef\xbb\xbf", 3) == 0) reader.next += 3; /* byte order mark */
  if (reader.next == reader.end) fail(EXIT_BAD_INPUT, "%s: empty: a header row is needed", path);

  struct csv csv = {.path = path};
  csv.header = read_row(&reader, &csv.columns);
  size_t capacity = 0;
  while (reader.next < reader.end) {
    if (csv.row_count == capacity) {
      capacity = capacity == 0 ? 256 : capacity * 2;
      csv.rows = reallocate(csv.rows, capacity, sizeof *csv.rows);
    }
    csv.rows[csv.row_count++] = read_row(&reader, &csv.columns);
  }
  return csv;
}

bool parse_number(const char *field, double *number) {
  /* strtod also takes blanks, "nan", "inf" and hexadecimal, none of which is a measured value. */
  if (*field == '\0' || strspn(field, "0123456789+-.eE") != strlen(field)) return false;
  char *end;
  *number = strtod(field, &end);
  return *end == '\0' && isfinite(*number);
}

void csv_append_field(struct buffer *buffer, const char *field) {
  if (strpbrk(field, ",\"\r\n") == NULL) {
    buffer_append(buffer, field, strlen(field));
    return;
  }
  buffer_append(buffer, "\"", 1);
  for (; *field != '\0'; field++) buffer_append(buffer, *field == '"' ? "\"\"" : field, *field == '"' ? 2 : 1);
  buffer_append(buffer, "\"", 1);
}

int compare_rows(const struct csv_row *left, const struct csv_row *right, size_t columns) {
  for (size_t column = 0; column < columns; column++) {
    const int order = strcmp(left->fields[column], right->fields[column]);
    if (order != 0) return order;
  }
  return 0;
}

static size_t sort_columns; /* qsort takes no context */

static int compare_for_sort(const void *left, const void *right) {
  const struct csv_row *a = left, *b = right;
  const int order = compare_rows(a, b, sort_columns);
  return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

void sort_rows(struct csv *csv, size_t columns) {
  sort_columns = columns;
  qsort(csv->rows, csv->row_count, sizeof *csv->rows, compare_for_sort);
}
