/* How many entries of a table a sample names, and what their values come to.
 *
 *   private-set-intersection-sum [INPUTS OUTPUTS]
 *
 * Each directory in INPUTS (/input/private-set-inter-sum) has data.dat, a sequence of ids (pairs of 64 bits) with values
 * of 32 bits, and sample.dat, a sequence of ids, in postcard's encoding. The file of its name in OUTPUTS
 * (/output/private-set-inter-sum) gets the number of entries whose id the sample has, and the sum of their values.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../common/directory.h"
#include "../common/fail.h"
#include "../common/postcard.h"

struct id {
  uint64_t high, low;
};

static int compare_ids(const void *left, const void *right) {
  const struct id *a = left, *b = right;
  if (a->high != b->high) return a->high < b->high ? -1 : 1;
  return (a->low > b->low) - (a->low < b->low);
}

static struct id read_id(struct postcard_reader *reader) {
  const uint64_t high = postcard_unsigned(reader, 64);
  return (struct id){.high = high, .low = postcard_unsigned(reader, 64)};
}

static struct buffer intersect(const char *directory) {
  struct postcard_reader sample = postcard_open(join_path(directory, "sample.dat"));
  const size_t wanted = postcard_length(&sample, 2);
  struct id *ids = allocate(wanted, sizeof *ids);
  for (size_t index = 0; index < wanted; index++) ids[index] = read_id(&sample);
  postcard_close(&sample);
  qsort(ids, wanted, sizeof *ids, compare_ids);

  struct postcard_reader data = postcard_open(join_path(directory, "data.dat"));
  uint64_t count = 0, sum = 0; /* 2^32 entries of 32 bits fit */
  for (size_t left = postcard_length(&data, 3); left > 0; left--) {
    const struct id id = read_id(&data);
    const uint64_t value = postcard_unsigned(&data, 32);
    if (bsearch(&id, ids, wanted, sizeof *ids, compare_ids) == NULL) continue;
    count++;
    sum += value;
  }
  postcard_close(&data);
  free(ids);
  struct buffer result = {0};
  postcard_put_unsigned(&result, count);
  postcard_put_unsigned(&result, sum);
  return result;
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: private-set-intersection-sum [INPUTS OUTPUTS]");
  const char *inputs = argc == 3 ? argv[1] : "/input/private-set-inter-sum";
  const char *outputs = argc == 3 ? argv[2] : "/output/private-set-inter-sum";
  const struct directory_names found = read_directory(inputs);
  make_directory(outputs);
  for (size_t index = 0; index < found.count; index++) {
    const struct buffer result = intersect(join_path(inputs, found.names[index]));
    write_file(join_path(outputs, found.names[index]), &result);
  }
  return 0;
}
