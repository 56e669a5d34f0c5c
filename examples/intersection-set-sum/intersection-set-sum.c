/* What the customers who saw an advertisement have spent: a sum over what two owners' sets share, and nothing else.
 *
 *   intersection-set-sum [VIEWERS CUSTOMERS RESULT]
 *
 * VIEWERS (/input/intersection-advertisement-viewer.dat) is a sequence of ids, CUSTOMERS (/input/intersection-customer.dat)
 * one of ids and amounts, both in postcard's encoding; an id that a viewer has twice counts once. RESULT
 * (/output/intersection-set-sum.dat) is the sum as a double.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../common/fail.h"
#include "../common/postcard.h"

static int compare_texts(const void *left, const void *right) {
  const struct postcard_text *a = left, *b = right;
  const int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
  return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 4) fail(EXIT_BAD_INPUT, "usage: intersection-set-sum [VIEWERS CUSTOMERS RESULT]");
  struct postcard_reader viewers = postcard_open(argc == 4 ? argv[1] : "/input/intersection-advertisement-viewer.dat");
  const size_t viewer_count = postcard_length(&viewers, 1);
  struct postcard_text *ids = allocate(viewer_count, sizeof *ids);
  for (size_t index = 0; index < viewer_count; index++) ids[index] = postcard_text(&viewers);
  postcard_close(&viewers);
  qsort(ids, viewer_count, sizeof *ids, compare_texts);

  struct postcard_reader customers = postcard_open(argc == 4 ? argv[2] : "/input/intersection-customer.dat");
  double sum = 0;
  for (size_t left = postcard_length(&customers, 1 + sizeof sum); left > 0; left--) {
    const struct postcard_text id = postcard_text(&customers);
    const double amount = postcard_double(&customers);
    if (!isfinite(amount)) fail(EXIT_BAD_INPUT, "%s: an amount is not a number", customers.path);
    if (bsearch(&id, ids, viewer_count, sizeof *ids, compare_texts) != NULL) sum += amount;
  }
  postcard_close(&customers);

  struct buffer result = {0};
  postcard_put_double(&result, sum);
  write_file(argc == 4 ? argv[3] : "/output/intersection-set-sum.dat", &result);
  return 0;
}
