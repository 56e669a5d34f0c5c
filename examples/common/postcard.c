#include "postcard.h"

#include <string.h>

#include "fail.h"

static _Noreturn void refuse(const struct postcard_reader *reader, const char *what) {
  fail(EXIT_BAD_INPUT, "%s: %s at byte %zu", reader->path, what, (size_t)(reader->next - reader->start));
}

struct postcard_reader postcard_open(const char *path) {
  const struct buffer file = read_file(path);
  const unsigned char *start = (const unsigned char *)file.bytes;
  return (struct postcard_reader){.path = path, .next = start, .start = start, .end = start + file.length};
}

static const unsigned char *take(struct postcard_reader *reader, size_t length) {
  if ((size_t)(reader->end - reader->next) < length) refuse(reader, "the file ends too early");
  const unsigned char *bytes = reader->next;
  reader->next += length;
  return bytes;
}

uint64_t postcard_unsigned(struct postcard_reader *reader, unsigned bits) {
  uint64_t number = 0;
  for (unsigned shift = 0; shift < bits; shift += 7) {
    const uint64_t byte = *take(reader, 1);
    const unsigned left = bits - shift;
    if (left < 7 && (byte & 0x7f) >> left != 0) refuse(reader, "a number with too many bits");
    number |= (byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  refuse(reader, "a number with too many bytes");
}

int64_t postcard_signed(struct postcard_reader *reader, unsigned bits) {
  const uint64_t zigzag = postcard_unsigned(reader, bits);
  return (int64_t)(zigzag >> 1 ^ -(zigzag & 1));
}

double postcard_double(struct postcard_reader *reader) {
  double number; /* WebAssembly is little-endian, as the encoding is */
  memcpy(&number, take(reader, sizeof number), sizeof number);
  return number;
}

/* How many bytes the UTF-8 character at `next` has, 0 where it is none (RFC 3629: no overlong form, no surrogate). */
static size_t character_length(const unsigned char *next, const unsigned char *end) {
  const unsigned char first = *next;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if ((size_t)(end - next) < length) return 0;
  const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (next[1] < low || next[1] > high) return 0;
  for (size_t index = 2; index < length; index++)
    if ((next[index] & 0xc0) != 0x80) return 0;
  return length;
}

struct postcard_text postcard_text(struct postcard_reader *reader) {
  const size_t length = postcard_length(reader, 1);
  const unsigned char *bytes = take(reader, length);
  for (const unsigned char *next = bytes; next < reader->next;) {
    const size_t step = character_length(next, reader->next);
    if (step == 0) refuse(reader, "a text that is not UTF-8 ends");
    next += step;
  }
  return (struct postcard_text){.bytes = (const char *)bytes, .length = length};
}

struct postcard_text postcard_character(struct postcard_reader *reader) {
  const struct postcard_text text = postcard_text(reader);
  const unsigned char *bytes = (const unsigned char *)text.bytes;
  if (text.length == 0 || character_length(bytes, bytes + text.length) != text.length)
    refuse(reader, "not one character ends");
  return text;
}

size_t postcard_length(struct postcard_reader *reader, size_t smallest) {
  const uint64_t length = postcard_unsigned(reader, 32);
  if (length > (size_t)(reader->end - reader->next) / smallest) refuse(reader, "a length over the file's end");
  return (size_t)length;
}

unsigned postcard_variant(struct postcard_reader *reader, unsigned variants) {
  const uint64_t variant = postcard_unsigned(reader, 32);
  if (variant >= variants) refuse(reader, "no such variant");
  return (unsigned)variant;
}

void postcard_close(const struct postcard_reader *reader) {
  if (reader->next != reader->end) refuse(reader, "more than one value, the next");
}

void postcard_put_unsigned(struct buffer *buffer, uint64_t number) {
  unsigned char byte;
  for (; number >= 0x80; number >>= 7) {
    byte = (unsigned char)(number | 0x80);
    buffer_append(buffer, &byte, 1);
  }
  byte = (unsigned char)number;
  buffer_append(buffer, &byte, 1);
}

void postcard_put_double(struct buffer *buffer, double number) { buffer_append(buffer, &number, sizeof number); }

void postcard_put_bytes(struct buffer *buffer, const void *bytes, size_t length) {
  postcard_put_unsigned(buffer, length);
  buffer_append(buffer, bytes, length);
}
