/* Learns a logistic regression by Nesterov's accelerated gradient, with the sigmoid as a polynomial.
 *
 *   logistic-regression [INPUTS OUTPUTS]
 *
 * Each file in INPUTS (/input/idash2017) has, in postcard's encoding: the rows to learn from, the rows to test with, the
 * number of steps, the degree of the polynomial (3, 5 or 7) and two whole numbers that set the rate. A row is y and y times
 * each figure, where y is 1 or -1. The file of the same name in OUTPUTS (/output/idash2017) gets the weights, the
 * percentage of test rows that they put on the right side, and the area under the ROC curve. The method is the one of
 * IDASH2017 (Kim, Song, Kim, Lee, Cheon 2018), there under homomorphic encryption.
 */
#include <math.h>
#include <stdlib.h>

#include "../common/directory.h"
#include "../common/fail.h"
#include "../common/postcard.h"

struct table {
  double *values; /* row after row */
  size_t rows, columns;
};

struct training {
  struct table learn, test;
  uint64_t steps;
  uint64_t degree;
  int64_t rate_up, rate_down;
};

static struct table read_table(struct postcard_reader *reader) {
  struct table table = {.rows = postcard_length(reader, 1)};
  if (table.rows == 0) fail(EXIT_BAD_INPUT, "%s: a table without rows", reader->path);
  for (size_t row = 0; row < table.rows; row++) {
    const size_t columns = postcard_length(reader, sizeof(double));
    if (row == 0) {
      table.columns = columns;
      table.values = allocate(table.rows, columns * sizeof(double));
    }
    if (columns == 0 || columns != table.columns) fail(EXIT_BAD_INPUT, "%s: rows of several lengths", reader->path);
    for (size_t column = 0; column < columns; column++) {
      const double value = postcard_double(reader);
      if (!isfinite(value)) fail(EXIT_BAD_INPUT, "%s: a figure is not a number", reader->path);
      table.values[row * columns + column] = value;
    }
  }
  return table;
}

static struct training read_training(const char *path) {
  struct postcard_reader reader = postcard_open(path);
  struct training training;
  training.learn = read_table(&reader);
  training.test = read_table(&reader);
  training.steps = postcard_unsigned(&reader, 64);
  training.degree = postcard_unsigned(&reader, 64);
  training.rate_up = postcard_signed(&reader, 64);
  training.rate_down = postcard_signed(&reader, 64);
  postcard_close(&reader);
  if (training.learn.columns != training.test.columns) fail(EXIT_BAD_INPUT, "%s: tables of two widths", path);
  if (training.degree != 3 && training.degree != 5 && training.degree != 7)
    fail(EXIT_BAD_INPUT, "%s: the degree is 3, 5 or 7", path);
  if (training.rate_down == 0) fail(EXIT_BAD_INPUT, "%s: the rate divides by 0", path);
  return training;
}

/* Divides each column by its largest magnitude; a column of zeros stays one. */
static void normalise(struct table *table) {
  for (size_t column = 0; column < table->columns; column++) {
    double largest = 0;
    for (size_t row = 0; row < table->rows; row++)
      largest = fmax(largest, fabs(table->values[row * table->columns + column]));
    if (largest == 0) continue;
    for (size_t row = 0; row < table->rows; row++) table->values[row * table->columns + column] /= largest;
  }
}

static double product(const double *left, const double *right, size_t length) {
  double sum = 0;
  for (size_t index = 0; index < length; index++) sum += left[index] * right[index];
  return sum;
}

/* -sigmoid(-x), near enough for x from -8 to 8. The coefficients are IDASH2017's, of odd powers but for the first. */
static double slope(double x, uint64_t degree) {
  static const double of_3[] = {-0.5, 0.15012, -0.001593};
  static const double of_5[] = {-0.5, 0.19131, -0.0045963, 0.0000412332};
  static const double of_7[] = {-0.5, 0.216884, -0.00819276, 0.000165861, -0.00000119581};
  const double *coefficients = degree == 3 ? of_3 : degree == 5 ? of_5 : of_7;
  double value = 0; /* Horner's scheme in x squared */
  for (uint64_t power = degree / 2 + 1; power > 0; power--) value = value * x * x + coefficients[power];
  return coefficients[0] + value * x;
}

/* Where the parameter of Nesterov's sequence goes from `alpha`. */
static double next_alpha(double alpha) { return (1 + sqrt(1 + 4 * alpha * alpha)) / 2; }

static double *learn(const struct training *training) {
  const struct table *table = &training->learn;
  const size_t columns = table->columns;
  double *weights = calloc(columns, sizeof *weights);
  double *ahead = calloc(columns, sizeof *ahead);
  double *gradient = allocate(columns, sizeof *gradient);
  if (weights == NULL || ahead == NULL) fail(EXIT_NO_MEMORY, "out of memory");
  double alpha = 0.01, following = next_alpha(alpha);
  for (uint64_t step = 0; step < training->steps; step++) {
    const double up = (double)training->rate_up, down = (double)training->rate_down;
    const double rate = (down > 0 ? up / down : up / ((double)step - down)) / (double)table->rows;
    for (size_t column = 0; column < columns; column++) gradient[column] = 0;
    for (size_t row = 0; row < table->rows; row++) {
      const double *values = table->values + row * columns;
      const double weight = slope(product(values, ahead, columns), training->degree);
      for (size_t column = 0; column < columns; column++) gradient[column] += weight * values[column];
    }
    const double momentum = (1 - alpha) / following;
    for (size_t column = 0; column < columns; column++) {
      const double moved = ahead[column] - rate * gradient[column];
      ahead[column] = (1 - momentum) * moved + momentum * weights[column];
      weights[column] = moved;
    }
    alpha = following;
    following = next_alpha(alpha);
  }
  free(ahead);
  free(gradient);
  return weights;
}

/* What the model says of a row's figures alone, without sign and constant. */
static double score(const struct table *table, size_t row, const double *weights) {
  const double *values = table->values + row * table->columns;
  return values[0] * product(values + 1, weights + 1, table->columns - 1);
}

static void append_quality(struct buffer *result, const struct table *test, const double *weights) {
  size_t right = 0, positive = 0, ordered = 0;
  for (size_t row = 0; row < test->rows; row++) {
    const double *values = test->values + row * test->columns;
    if (product(values, weights, test->columns) >= 0) right++;
    if (values[0] <= 0) continue;
    positive++;
    for (size_t other = 0; other < test->rows; other++)
      if (test->values[other * test->columns] <= 0 && score(test, other, weights) <= score(test, row, weights)) ordered++;
  }
  const double pairs = (double)positive * (double)(test->rows - positive);
  postcard_put_double(result, 100.0 * (double)right / (double)test->rows);
  postcard_put_double(result, (double)ordered / pairs); /* NaN where all rows are on one side */
}

static struct buffer work_on(const char *path) {
  struct training training = read_training(path);
  normalise(&training.learn);
  normalise(&training.test);
  double *weights = learn(&training);
  struct buffer result = {0};
  postcard_put_unsigned(&result, training.learn.columns);
  for (size_t column = 0; column < training.learn.columns; column++) postcard_put_double(&result, weights[column]);
  append_quality(&result, &training.test, weights);
  free(weights);
  free(training.learn.values);
  free(training.test.values);
  return result;
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: logistic-regression [INPUTS OUTPUTS]");
  const char *inputs = argc == 3 ? argv[1] : "/input/idash2017";
  const char *outputs = argc == 3 ? argv[2] : "/output/idash2017";
  const struct directory_names found = read_directory(inputs);
  make_directory(outputs);
  for (size_t index = 0; index < found.count; index++) {
    const struct buffer result = work_on(join_path(inputs, found.names[index]));
    write_file(join_path(outputs, found.names[index]), &result);
  }
  return 0;
}
