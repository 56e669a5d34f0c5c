/* Comma-separated values as RFC 4180 has them: quoted fields, CRLF or LF, one header row, every row as wide. */
#ifndef CSV_H
#define CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

struct csv_row {
  size_t line; /* in the file, from 1 */
  char **fields;
};

struct csv {
  const char *path;
  size_t columns;
  struct csv_row header;
  struct csv_row *rows;
  size_t row_count;
};

/* Ends the program, naming file and line, where the text is no CSV, has no header, or holds a NUL. */
struct csv read_csv(const char *path);

/* A finite decimal number that fills the whole field; anything else gives false. */
bool parse_number(const char *field, double *number);

/* One field, in quotes where it needs them. */
void csv_append_field(struct buffer *buffer, const char *field);

/* Orders rows by their first `columns` fields, byte by byte. */
int compare_rows(const struct csv_row *left, const struct csv_row *right, size_t columns);

/* Sorts the rows by their first `columns` fields; equal rows keep the order of the file. */
void sort_rows(struct csv *csv, size_t columns);

#endif
