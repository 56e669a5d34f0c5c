/* Fits y = slope * x + intercept to two owners' columns by ordinary least squares.
 *
 *   linear-regression [A B RESULT]
 *
 * A (/input/a.csv) and B (/input/b.csv) are CSV files whose last column is the value, x and y; all columns before it
 * are the key, and the headers of the keys must be the same. Rows are joined on the key; those only one owner has are
 * left out. RESULT (/output/result.json) is one JSON object: the columns' names, n, slope, intercept and r2.
 */
#include <math.h>
#include <string.h>

#include "../common/csv.h"
#include "../common/fail.h"
#include "../common/json.h"

struct point {
  double x, y;
};

static double value_of(const struct csv *csv, const struct csv_row *row) {
  double value;
  if (!parse_number(row->fields[csv->columns - 1], &value))
    fail(EXIT_BAD_INPUT, "%s:%zu: the last field is not a number", csv->path, row->line);
  return value;
}

/* Sorted rows in which no key occurs twice: a join of duplicates would count measurements more than once. */
static struct csv read_keyed_values(const char *path) {
  struct csv csv = read_csv(path);
  if (csv.columns < 2) fail(EXIT_BAD_INPUT, "%s: a key column and a value column are needed", path);
  sort_rows(&csv, csv.columns - 1);
  for (size_t index = 1; index < csv.row_count; index++)
    if (compare_rows(&csv.rows[index - 1], &csv.rows[index], csv.columns - 1) == 0)
      fail(EXIT_BAD_INPUT, "%s:%zu: the key of line %zu again", path, csv.rows[index].line, csv.rows[index - 1].line);
  return csv;
}

/* The points of the keys that both have, in the order of the keys. */
static size_t join(const struct csv *a, const struct csv *b, struct point *points) {
  const size_t key_columns = a->columns - 1;
  size_t count = 0;
  for (size_t i = 0, j = 0; i < a->row_count && j < b->row_count;) {
    const int order = compare_rows(&a->rows[i], &b->rows[j], key_columns);
    if (order == 0) {
      points[count].x = value_of(a, &a->rows[i]);
      points[count++].y = value_of(b, &b->rows[j]);
    }
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return count;
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 4) fail(EXIT_BAD_INPUT, "usage: linear-regression [A B RESULT]");
  const struct csv a = read_keyed_values(argc == 4 ? argv[1] : "/input/a.csv");
  const struct csv b = read_keyed_values(argc == 4 ? argv[2] : "/input/b.csv");
  if (a.columns != b.columns || compare_rows(&a.header, &b.header, a.columns - 1) != 0)
    fail(EXIT_BAD_INPUT, "%s and %s: the key columns differ", a.path, b.path);

  struct point *points = allocate(a.row_count < b.row_count ? a.row_count : b.row_count, sizeof *points);
  const size_t n = join(&a, &b, points);
  if (n < 2) fail(EXIT_BAD_INPUT, "%s and %s: %zu rows in common, 2 are needed", a.path, b.path, n);

  /* Two passes: sums of squares around the means lose no digits to large values. */
  double mean_x = 0, mean_y = 0;
  for (size_t index = 0; index < n; index++) {
    mean_x += points[index].x / (double)n;
    mean_y += points[index].y / (double)n;
  }
  double sum_xx = 0, sum_xy = 0, sum_yy = 0;
  for (size_t index = 0; index < n; index++) {
    const double x = points[index].x - mean_x, y = points[index].y - mean_y;
    sum_xx += x * x;
    sum_xy += x * y;
    sum_yy += y * y;
  }
  if (!isfinite(sum_xx) || !isfinite(sum_yy)) fail(EXIT_BAD_INPUT, "the values are too large");
  if (sum_xx == 0) fail(EXIT_BAD_INPUT, "%s: all values are the same: no line can be fitted", a.path);
  const double slope = sum_xy / sum_xx;

  struct buffer result = {0};
  buffer_print(&result, "{\"x\":");
  json_append_string(&result, a.header.fields[a.columns - 1]);
  buffer_print(&result, ",\"y\":");
  json_append_string(&result, b.header.fields[b.columns - 1]);
  buffer_print(&result, ",\"n\":%zu,\"slope\":", n);
  json_append_number(&result, slope);
  buffer_print(&result, ",\"intercept\":");
  json_append_number(&result, mean_y - slope * mean_x);
  buffer_print(&result, ",\"r2\":");
  /* Where y does not vary there is nothing to explain: NaN, written as null. */
  json_append_number(&result, sum_yy == 0 ? NAN : (sum_xy / sum_xx) * (sum_xy / sum_yy));
  buffer_print(&result, "}\n");
  write_file(argc == 4 ? argv[3] : "/output/result.json", &result);
  return 0;
}
