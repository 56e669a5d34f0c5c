/* Compresses a file by Huffman's method, byte by byte.
 *
 *   huffman-encoding [INPUT RESULT]
 *
 * INPUT is /input/hello-world-1.dat. RESULT (/output/encoded_output.dat) has the code's length in bits for each of the 256
 * bytes (0 for those that do not occur), the number of bytes as 64 bits, little-endian, and the codes, most significant
 * bits first. Codes are canonical: shorter before longer, equal ones in the order of their bytes.
 */
#include <stdint.h>
#include <string.h>

#include "../common/buffer.h"
#include "../common/fail.h"

enum { SYMBOLS = 256, NODES = 2 * SYMBOLS };

/* A file below 2^32 bytes gives codes of 46 bits at most: lengths grow by one only as weights grow as Fibonacci's numbers. */
struct code {
  uint64_t bits;
  unsigned char length;
};

struct tree {
  uint64_t weight[NODES];
  int parent[NODES]; /* -1: none yet */
  int count;
};

/* The node of least weight that has no parent, but `other`; -1 where there is none. */
static int lightest(const struct tree *tree, int other) {
  int found = -1;
  for (int node = 0; node < tree->count; node++)
    if (node != other && tree->parent[node] < 0 && tree->weight[node] > 0 &&
        (found < 0 || tree->weight[node] < tree->weight[found]))
      found = node;
  return found;
}

static void measure_codes(const uint64_t *weights, struct code *codes) {
  struct tree tree = {.count = SYMBOLS};
  memcpy(tree.weight, weights, SYMBOLS * sizeof *weights);
  for (int node = 0; node < NODES; node++) tree.parent[node] = -1;
  for (;;) {
    const int first = lightest(&tree, -1), second = lightest(&tree, first);
    if (second < 0) {
      /* One symbol alone still takes a bit. */
      if (first >= 0 && first < SYMBOLS) codes[first].length = 1;
      break;
    }
    tree.weight[tree.count] = tree.weight[first] + tree.weight[second];
    tree.parent[first] = tree.parent[second] = tree.count++;
  }
  for (int symbol = 0; symbol < SYMBOLS; symbol++)
    for (int node = symbol; tree.parent[node] >= 0; node = tree.parent[node]) codes[symbol].length++;
}

static void number_codes(struct code *codes) {
  uint64_t next = 0;
  for (unsigned length = 1; length < 64; length++) {
    for (int symbol = 0; symbol < SYMBOLS; symbol++)
      if (codes[symbol].length == length) codes[symbol].bits = next++;
    next <<= 1;
  }
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: huffman-encoding [INPUT RESULT]");
  const struct buffer input = read_file(argc == 3 ? argv[1] : "/input/hello-world-1.dat");
  const unsigned char *bytes = (const unsigned char *)input.bytes;
  uint64_t weights[SYMBOLS] = {0};
  for (size_t index = 0; index < input.length; index++) weights[bytes[index]]++;
  struct code codes[SYMBOLS] = {0};
  measure_codes(weights, codes);
  number_codes(codes);

  struct buffer encoded = {0};
  for (int symbol = 0; symbol < SYMBOLS; symbol++) buffer_append(&encoded, &codes[symbol].length, 1);
  const uint64_t length = input.length;
  buffer_append(&encoded, &length, sizeof length);
  unsigned char byte = 0;
  unsigned filled = 0;
  for (size_t index = 0; index < input.length; index++) {
    const struct code *code = &codes[bytes[index]];
    for (unsigned bit = code->length; bit > 0; bit--) {
      byte = (unsigned char)(byte << 1 | (code->bits >> (bit - 1) & 1));
      if (++filled == 8) {
        buffer_append(&encoded, &byte, 1);
        filled = 0;
      }
    }
  }
  byte = (unsigned char)(byte << (8 - filled));
  if (filled > 0) buffer_append(&encoded, &byte, 1);
  write_file(argc == 3 ? argv[2] : "/output/encoded_output.dat", &encoded);
  return 0;
}
