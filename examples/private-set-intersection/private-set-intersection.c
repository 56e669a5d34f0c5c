/* What two owners' sets have in common, and nothing else of either.
 *
 *   private-set-intersection [A B RESULT]
 *
 * The elements are the first column of A (/input/a.csv) and B (/input/b.csv), CSV files with a header; an element
 * that occurs twice counts once. RESULT (/output/result.csv) holds A's header and the common elements in byte order.
 */
#include <string.h>

#include "../common/csv.h"
#include "../common/fail.h"

/* The first row behind `index` whose element is another. */
static size_t next_element(const struct csv *csv, size_t index) {
  size_t next = index + 1;
  while (next < csv->row_count && compare_rows(&csv->rows[index], &csv->rows[next], 1) == 0) next++;
  return next;
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 4) fail(EXIT_BAD_INPUT, "usage: private-set-intersection [A B RESULT]");
  struct csv a = read_csv(argc == 4 ? argv[1] : "/input/a.csv");
  struct csv b = read_csv(argc == 4 ? argv[2] : "/input/b.csv");
  sort_rows(&a, 1);
  sort_rows(&b, 1);

  struct buffer result = {0};
  csv_append_field(&result, a.header.fields[0]);
  buffer_append(&result, "\n", 1);
  for (size_t i = 0, j = 0; i < a.row_count && j < b.row_count;) {
    const int order = compare_rows(&a.rows[i], &b.rows[j], 1);
    if (order == 0) {
      csv_append_field(&result, a.rows[i].fields[0]);
      buffer_append(&result, "\n", 1);
    }
    const size_t next_i = order <= 0 ? next_element(&a, i) : i;
    if (order >= 0) j = next_element(&b, j);
    i = next_i;
  }
  write_file(argc == 4 ? argv[3] : "/output/result.csv", &result);
  return 0;
}
