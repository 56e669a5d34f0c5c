/* Adds up a stream of numbers batch by batch: owners append lines, and each run takes in those it has not seen.
 *
 *   number-accumulation [NUMBERS STATE RESULT]
 *
 * NUMBERS (/input/numbers.txt) has one decimal number a line; a last line without its line feed is still being
 * written and is left for the next run. STATE (/state/accumulation.txt) carries the sum from run to run and may be
 * missing at first; only this program needs to see it. RESULT (/output/result.json) has count, sum and mean.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../common/csv.h"
#include "../common/fail.h"
#include "../common/json.h"

struct accumulation {
  unsigned long long offset; /* bytes of NUMBERS taken in */
  unsigned long long count;
  double sum;
  double lost; /* low-order digits that did not fit in sum */
};

/* %a writes doubles exactly. */
#define STATE_FORMAT "accumulation 1 offset %llu count %llu sum %la lost %la"

static struct accumulation read_state(const char *path) {
  struct accumulation state = {0};
  FILE *file = fopen(path, "r");
  if (file == NULL && errno == ENOENT) return state;
  if (file == NULL) fail(EXIT_NO_FILE, "%s: cannot open: %s", path, strerror(errno));
  if (fscanf(file, STATE_FORMAT, &state.offset, &state.count, &state.sum, &state.lost) != 4)
    fail(EXIT_BAD_INPUT, "%s: not a state of this program", path);
  fclose(file);
  return state;
}

/* Neumaier's summation: the error does not grow with the number of batches. */
static void add(struct accumulation *state, double number) {
  const double sum = state->sum + number;
  state->lost += fabs(state->sum) >= fabs(number) ? (state->sum - sum) + number : (number - sum) + state->sum;
  state->sum = sum;
  state->count++;
}

/* Takes in every finished line from state->offset on. */
static void accumulate(struct accumulation *state, const char *path) {
  struct buffer text = read_file_from(path, state->offset);
  char *line = text.bytes;
  char *end;
  while ((end = memchr(line, '\n', (size_t)(text.bytes + text.length - line))) != NULL) {
    char *last = end > line && end[-1] == '\r' ? end - 1 : end;
    *last = '\0';
    double number;
    if (last != line) {
      /* A NUL inside the line would hide what stands behind it. */
      if (strlen(line) != (size_t)(last - line) || !parse_number(line, &number))
        fail(EXIT_BAD_INPUT, "%s: not a number at byte %llu", path, state->offset + (size_t)(line - text.bytes));
      add(state, number);
    }
    line = end + 1;
  }
  if (!isfinite(state->sum)) fail(EXIT_BAD_INPUT, "%s: the sum is too large", path);
  state->offset += (size_t)(line - text.bytes);
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 4) fail(EXIT_BAD_INPUT, "usage: number-accumulation [NUMBERS STATE RESULT]");
  const char *state_path = argc == 4 ? argv[2] : "/state/accumulation.txt";
  struct accumulation state = read_state(state_path);
  accumulate(&state, argc == 4 ? argv[1] : "/input/numbers.txt");

  struct buffer result = {0};
  buffer_print(&result, "{\"count\":%llu,\"sum\":", state.count);
  json_append_number(&result, state.sum + state.lost);
  buffer_print(&result, ",\"mean\":");
  json_append_number(&result, state.count == 0 ? NAN : (state.sum + state.lost) / (double)state.count);
  buffer_print(&result, "}\n");
  write_file(argc == 4 ? argv[3] : "/output/result.json", &result);

  struct buffer saved = {0};
  buffer_print(&saved, STATE_FORMAT "\n", state.offset, state.count, state.sum, state.lost);
  write_file(state_path, &saved);
  return 0;
}
