/* Three parties stream through one running program, over live files. Results come while the data do.
 *
 *   /live/public-key   the program's public key, 32 bytes, made when it starts: the owner of the data reads it
 *   /live/sealed-key   the data key, sealed for that public key (sealed-box.h): the owner writes it
 *   /live/readings     records, each 4 bytes of length, little-endian, and so many sealed bytes: a device that has the
 *                      data key writes them as they arise, and ends the file. Opened, each is lines of one number
 *   /live/summary      a line for each record, "RECORD COUNT MEAN": whoever may read it follows it
 *
 * Nobody but the program can open a record that was sealed for a key that only its memory holds.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/buffer.h"
#include "../common/fail.h"
#include "sealed-box.h"

enum { LARGEST_RECORD = 1 << 20, LARGEST_LINE = 64 };

struct totals {
  unsigned long long count;
  double sum;
};

static int open_or_fail(const char *path, int flags) {
  const int descriptor = open(path, flags);
  if (descriptor < 0) fail(EXIT_NO_FILE, "%s: %s", path, strerror(errno));
  return descriptor;
}

/* Waits for `length` bytes. Returns how many came before the end. */
static size_t read_fully(int descriptor, const char *path, void *target, size_t length) {
  size_t done = 0;
  while (done < length) {
    const ssize_t count = read(descriptor, (char *)target + done, length - done);
    if (count < 0) fail(EXIT_NO_FILE, "%s: %s", path, strerror(errno));
    if (count == 0) break;
    done += (size_t)count;
  }
  return done;
}

static void write_fully(int descriptor, const char *path, const void *source, size_t length) {
  for (size_t done = 0; done < length;) {
    const ssize_t count = write(descriptor, (const char *)source + done, length - done);
    if (count < 0) fail(EXIT_NO_FILE, "%s: %s", path, strerror(errno));
    done += (size_t)count;
  }
}

static void receive_key(uint8_t data_key[KEY_BYTES], const struct key_pair *pair) {
  const char *path = "/live/sealed-key";
  const int input = open_or_fail(path, O_RDONLY);
  uint8_t sealed[SEALED_KEY_BYTES];
  if (read_fully(input, path, sealed, sizeof sealed) != sizeof sealed || open_key(data_key, sealed, pair) != 0)
    fail(EXIT_BAD_INPUT, "%s: no key that is sealed for this program", path);
  close(input);
}

static void add_readings(struct totals *totals, const char *text, long length, unsigned long long record) {
  for (long begin = 0; begin < length;) {
    char line[LARGEST_LINE];
    long end = begin;
    while (end < length && text[end] != '\n') end++;
    if (end - begin >= LARGEST_LINE) fail(EXIT_BAD_INPUT, "record %llu: a long line", record);
    memcpy(line, text + begin, (size_t)(end - begin));
    line[end - begin] = '\0';
    char *rest;
    const double reading = strtod(line, &rest);
    if (rest == line || *rest != '\0') fail(EXIT_BAD_INPUT, "record %llu: not a number", record);
    totals->sum += reading;
    totals->count++;
    begin = end + 1;
  }
}

static void summarise(const uint8_t data_key[KEY_BYTES]) {
  const char *path = "/live/readings";
  const char *result = "/live/summary";
  const int input = open_or_fail(path, O_RDONLY);
  const int output = open_or_fail(result, O_WRONLY);
  uint8_t *record = allocate(LARGEST_RECORD, 1);
  struct totals totals = {0};
  for (unsigned long long number = 1;; number++) {
    uint8_t head[4];
    const size_t came = read_fully(input, path, head, sizeof head);
    if (came == 0) break;
    const uint32_t length = head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 24;
    if (came != sizeof head || length > LARGEST_RECORD || read_fully(input, path, record, length) != length)
      fail(EXIT_BAD_INPUT, "%s: record %llu is cut off or too long", path, number);
    const long opened = open_record(record, length, number, data_key);
    if (opened < 0) fail(EXIT_BAD_INPUT, "%s: record %llu is not sealed with the key", path, number);
    add_readings(&totals, (const char *)record, opened, number);
    struct buffer line = {0};
    const double mean = totals.count == 0 ? 0 : totals.sum / (double)totals.count;
    buffer_print(&line, "%llu %llu %.3f\n", number, totals.count, mean);
    write_fully(output, result, line.bytes, line.length);
    free(line.bytes);
  }
  free(record);
  close(input);
  close(output);
}

int main(void) {
  const char *path = "/live/public-key";
  struct key_pair pair;
  uint8_t data_key[KEY_BYTES];
  if (make_key_pair(&pair) != 0) fail(EXIT_NO_FILE, "no random bytes: %s", strerror(errno));
  const int output = open_or_fail(path, O_WRONLY);
  write_fully(output, path, pair.public_key, sizeof pair.public_key);
  close(output);
  receive_key(data_key, &pair);
  summarise(data_key);
  return 0;
}
