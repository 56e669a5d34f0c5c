#include "buffer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"

void *reallocate(void *memory, size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) fail(EXIT_NO_MEMORY, "out of memory");
  void *grown = realloc(memory, count * size == 0 ? 1 : count * size);
  if (grown == NULL) fail(EXIT_NO_MEMORY, "out of memory");
  return grown;
}

void *allocate(size_t count, size_t size) { return reallocate(NULL, count, size); }

/* Makes room for `more` bytes and a NUL. */
static void reserve(struct buffer *buffer, size_t more) {
  if (more > SIZE_MAX / 2 - 1 - buffer->length) fail(EXIT_NO_MEMORY, "out of memory");
  const size_t needed = buffer->length + more + 1;
  if (needed <= buffer->capacity) return;
  const size_t doubled = buffer->capacity > SIZE_MAX / 2 ? SIZE_MAX : buffer->capacity * 2;
  buffer->capacity = needed > doubled ? needed : doubled;
  buffer->bytes = reallocate(buffer->bytes, buffer->capacity, 1);
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length) {
  reserve(buffer, length);
  memcpy(buffer->bytes + buffer->length, bytes, length);
  buffer->length += length;
  buffer->bytes[buffer->length] = '\0';
}

void buffer_print(struct buffer *buffer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0) fail(EXIT_BAD_INPUT, "text cannot be formatted");
  reserve(buffer, (size_t)length);
  va_start(arguments, format);
  vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
  va_end(arguments);
  buffer->length += (size_t)length;
}

/* Moves to `offset`, and makes sure that the file reaches so far: seeking alone would not. */
static void seek(FILE *file, const char *path, unsigned long long offset) {
  if (fseeko(file, 0, SEEK_END) != 0) fail(EXIT_NO_FILE, "%s: cannot seek: %s", path, strerror(errno));
  const off_t size = ftello(file);
  if (size < 0 || (unsigned long long)size < offset)
    fail(EXIT_BAD_INPUT, "%s: shorter than the %llu bytes already taken in", path, offset);
  if (fseeko(file, (off_t)offset, SEEK_SET) != 0) fail(EXIT_NO_FILE, "%s: cannot seek: %s", path, strerror(errno));
}

struct buffer read_file(const char *path) { return read_file_from(path, 0); }

struct buffer read_file_from(const char *path, unsigned long long offset) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail(EXIT_NO_FILE, "%s: cannot open: %s", path, strerror(errno));
  if (offset != 0) seek(file, path, offset);
  struct buffer buffer = {0};
  char chunk[16384];
  size_t length;
  while ((length = fread(chunk, 1, sizeof chunk, file)) > 0) buffer_append(&buffer, chunk, length);
  if (ferror(file)) fail(EXIT_NO_FILE, "%s: cannot read: %s", path, strerror(errno));
  fclose(file);
  if (buffer.bytes == NULL) buffer_append(&buffer, "", 0);
  return buffer;
}

void write_file(const char *path, const struct buffer *buffer) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) fail(EXIT_NO_FILE, "%s: cannot create: %s", path, strerror(errno));
  const size_t written = fwrite(buffer->bytes, 1, buffer->length, file);
  if (written != buffer->length || fclose(file) != 0)
    fail(EXIT_NO_FILE, "%s: cannot write: %s", path, strerror(errno));
}
