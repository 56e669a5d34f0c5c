/* Values in the encoding of Rust's postcard crate, as Veracruz's own programs exchange them: numbers of up to 64 bits as
 * varints (signed ones zigzag), doubles as 8 bytes, strings and sequences behind their length, structs as their members.
 * Source: postcard's wire format, version 1.0. */
#ifndef POSTCARD_H
#define POSTCARD_H

#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

struct postcard_reader {
  const char *path;
  const unsigned char *next;
  const unsigned char *start;
  const unsigned char *end;
};

struct postcard_text {
  const char *bytes; /* UTF-8; no NUL at the end */
  size_t length;
};

/* Reading ends the program, naming file and byte, where the file is not what is asked for. */
struct postcard_reader postcard_open(const char *path);
uint64_t postcard_unsigned(struct postcard_reader *reader, unsigned bits);
int64_t postcard_signed(struct postcard_reader *reader, unsigned bits);
double postcard_double(struct postcard_reader *reader);
struct postcard_text postcard_text(struct postcard_reader *reader);
/* A string of one character. */
struct postcard_text postcard_character(struct postcard_reader *reader);
/* The length of a sequence whose elements take `smallest` bytes or more: never more than the file could hold. */
size_t postcard_length(struct postcard_reader *reader, size_t smallest);
/* The number of an enum's variant, below `variants`. */
unsigned postcard_variant(struct postcard_reader *reader, unsigned variants);
/* Nothing may stand behind the value. */
void postcard_close(const struct postcard_reader *reader);

void postcard_put_unsigned(struct buffer *buffer, uint64_t number);
void postcard_put_double(struct buffer *buffer, double number);
/* A byte string or text: its length and the bytes. */
void postcard_put_bytes(struct buffer *buffer, const void *bytes, size_t length);

#endif
