/* Where a noise came from, by how loud it was in several places.
 *
 *   audio-event-triangulation
 *
 * /input-0, /input-1 and so on, up to the first that is missing, are a recording each: a time of 32 bits, two coordinates
 * of 32 bits with sign, and samples of 16 bits with sign, all little-endian. The mean magnitude of the samples stands for
 * the distance from the source. /output gets two coordinates of 32 bits: the point that fits the circles around three or
 * more places best, by least squares over the lines on which each pair with the first place would put it.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/buffer.h"
#include "../common/fail.h"

enum { HEAD = 12, MAXIMUM_PLACES = 1000 };

struct place {
  double a, b, distance;
};

/* False where there is no such recording, or none that the policy shows. */
static bool exists(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL && errno != ENOENT && errno != EACCES && errno != ENOTCAPABLE)
    fail(EXIT_NO_FILE, "%s: cannot open: %s", path, strerror(errno));
  if (file == NULL) return false;
  fclose(file);
  return true;
}

static struct place read_recording(const char *path) {
  const struct buffer recording = read_file(path);
  if (recording.length < HEAD + sizeof(int16_t) || recording.length % sizeof(int16_t) != 0)
    fail(EXIT_BAD_INPUT, "%s: not a recording", path);
  int32_t coordinates[2];
  memcpy(coordinates, recording.bytes + sizeof(uint32_t), sizeof coordinates);
  const size_t count = (recording.length - HEAD) / sizeof(int16_t);
  double sum = 0;
  for (size_t index = 0; index < count; index++) {
    int16_t sample;
    memcpy(&sample, recording.bytes + HEAD + index * sizeof sample, sizeof sample);
    sum += abs(sample);
  }
  free(recording.bytes);
  return (struct place){.a = coordinates[0], .b = coordinates[1], .distance = sum / (double)count};
}

static int32_t whole(double coordinate) {
  const double rounded = round(coordinate);
  if (!(rounded >= INT32_MIN && rounded <= INT32_MAX)) fail(EXIT_BAD_INPUT, "the source is out of range");
  return (int32_t)rounded;
}

int main(void) {
  struct place first = {0};
  double aa = 0, ab = 0, bb = 0, ac = 0, bc = 0; /* the normal equations' sums */
  int count = 0;
  for (char path[24]; count < MAXIMUM_PLACES; count++) {
    snprintf(path, sizeof path, "/input-%d", count);
    if (!exists(path)) break;
    const struct place place = read_recording(path);
    if (count == 0) {
      first = place;
      continue;
    }
    /* The circles' equations, one taken from the other: a line, measured from the first place. */
    const double a = 2 * (place.a - first.a), b = 2 * (place.b - first.b);
    const double c = (a * a + b * b) / 4 + first.distance * first.distance - place.distance * place.distance;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ac += a * c;
    bc += b * c;
  }
  if (count < 3) fail(EXIT_BAD_INPUT, "%d recordings, 3 are needed", count);
  const double determinant = aa * bb - ab * ab;
  if (determinant <= 1e-9 * aa * bb) fail(EXIT_BAD_INPUT, "the places are on one line");
  const int32_t source[] = {
      whole(first.a + (ac * bb - bc * ab) / determinant),
      whole(first.b + (bc * aa - ac * ab) / determinant),
  };
  struct buffer result = {0};
  buffer_append(&result, source, sizeof source);
  write_file("/output", &result);
  return 0;
}
