/* Says when to buy and to sell by the moving averages of a price.
 *
 *   moving-average-convergence-divergence [INPUTS OUTPUTS]
 *
 * Each file in INPUTS (/input/macd) has a sequence of prices in postcard's encoding. The file of the same name in OUTPUTS
 * (/output/macd) gets a sequence of numbers that are far from 0 where the curve crosses its own average. Averages are
 * weighted by rank: over 12 and 26 prices, their difference, and its average over 9. The crossing is told by a polynomial
 * in the place of a comparison, as HETSA does it under homomorphic encryption: its coefficients are used here.
 */
#include <math.h>
#include <stdlib.h>

#include "../common/directory.h"
#include "../common/fail.h"
#include "../common/postcard.h"

enum { SHORT = 12, LONG = 26, SIGNAL = 9, SMALLEST = LONG + SIGNAL + 1 /* two points to compare */ };

struct series {
  double *values;
  size_t count;
};

static struct series read_series(const char *path) {
  struct postcard_reader reader = postcard_open(path);
  struct series series = {.count = postcard_length(&reader, sizeof(double))};
  if (series.count < SMALLEST) fail(EXIT_BAD_INPUT, "%s: %d prices are needed", path, SMALLEST);
  series.values = allocate(series.count, sizeof(double));
  for (size_t index = 0; index < series.count; index++) {
    series.values[index] = postcard_double(&reader);
    if (!isfinite(series.values[index])) fail(EXIT_BAD_INPUT, "%s: a price is not a number", path);
  }
  postcard_close(&reader);
  return series;
}

/* An average for each window; the last of a window counts the most. */
static struct series weighted_average(const struct series *series, size_t window) {
  struct series averages = {.count = series->count - window + 1};
  averages.values = allocate(averages.count, sizeof(double));
  for (size_t start = 0; start < averages.count; start++) {
    double sum = 0;
    for (size_t index = 0; index < window; index++) sum += (double)(index + 1) * series->values[start + index];
    averages.values[start] = sum * 2 / (double)(window * (window + 1));
  }
  return averages;
}

/* left - right, the first `skip` of left left out, as long as both go. */
static struct series difference(const struct series *left, size_t skip, const struct series *right) {
  struct series result = {.count = left->count - skip < right->count ? left->count - skip : right->count};
  result.values = allocate(result.count, sizeof(double));
  for (size_t index = 0; index < result.count; index++)
    result.values[index] = left->values[index + skip] - right->values[index];
  return result;
}

/* HETSA's stand-in for "the sign changes between a and b, by so much". */
static double crossing(double first, double second) {
  static const double coefficients[] = {-0.0753, 0.4475, -0.5173, 0.0882, 0.0984,
                                        -0.0253, -0.009, 0.0025,  0.0003, -0.0001};
  const double a = 0.5 * first, b = 0.5 * second;
  double value = 0; /* Horner's scheme */
  for (int power = 9; power >= 0; power--) value = value * a * b + coefficients[power];
  return value * (a - b);
}

static struct buffer decide(const char *path) {
  const struct series prices = read_series(path);
  const struct series fast = weighted_average(&prices, SHORT), slow = weighted_average(&prices, LONG);
  const struct series spread = difference(&fast, LONG - SHORT, &slow);
  const struct series signal = weighted_average(&spread, SIGNAL);
  const struct series curve = difference(&spread, SIGNAL, &signal);

  struct buffer result = {0};
  postcard_put_unsigned(&result, curve.count - 1);
  for (size_t index = 0; index + 1 < curve.count; index++)
    postcard_put_double(&result, crossing(curve.values[index], curve.values[index + 1]));
  const struct series *all[] = {&prices, &fast, &slow, &spread, &signal, &curve};
  for (size_t index = 0; index < sizeof all / sizeof *all; index++) free(all[index]->values);
  return result;
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: moving-average-convergence-divergence [INPUTS OUTPUTS]");
  const char *inputs = argc == 3 ? argv[1] : "/input/macd";
  const char *outputs = argc == 3 ? argv[2] : "/output/macd";
  const struct directory_names found = read_directory(inputs);
  make_directory(outputs);
  for (size_t index = 0; index < found.count; index++) {
    const struct buffer result = decide(join_path(inputs, found.names[index]));
    write_file(join_path(outputs, found.names[index]), &result);
  }
  return 0;
}
