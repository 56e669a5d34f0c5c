/* Turns a file of postcard's encoding into JSON: numbers, characters, arrays, structs and enums within each other.
 *
 *   postcard-wasm [INPUT RESULT]
 *
 * INPUT (/input/postcard.dat) is a sequence of the made-up type that Veracruz's tests of postcard use; RESULT is
 * /output/postcard_wasm.txt. An enum is an object with its variant's name for the only key, as serde has it.
 */
#include <inttypes.h>
#include <string.h>

#include "../common/fail.h"
#include "../common/json.h"
#include "../common/postcard.h"

enum { LONGEST_CHARACTER = 4, SMALLEST_ELEMENT = 6 /* three variants and what the least of them holds */ };

static void put_unsigned(struct postcard_reader *in, unsigned bits, struct buffer *out) {
  buffer_print(out, "%" PRIu64, postcard_unsigned(in, bits));
}

static void put_signed(struct postcard_reader *in, unsigned bits, struct buffer *out) {
  buffer_print(out, "%" PRId64, postcard_signed(in, bits));
}

static void put_character(struct postcard_reader *in, struct buffer *out) {
  const struct postcard_text text = postcard_character(in);
  char character[LONGEST_CHARACTER + 1] = {0};
  memcpy(character, text.bytes, text.length);
  if (character[0] == '\0')
    buffer_print(out, "\"\\u0000\"");
  else
    json_append_string(out, character);
}

typedef void put_value(struct postcard_reader *in, unsigned bits, struct buffer *out);

static void put_array(struct postcard_reader *in, size_t count, put_value *put, unsigned bits, struct buffer *out) {
  for (size_t index = 0; index < count; index++) {
    buffer_print(out, index == 0 ? "[" : ",");
    put(in, bits, out);
  }
  buffer_print(out, "]");
}

static void put_any_character(struct postcard_reader *in, unsigned bits, struct buffer *out) {
  (void)bits;
  put_character(in, out);
}

static void put_enum_1(struct postcard_reader *in, struct buffer *out) {
  const unsigned variant = postcard_variant(in, 4);
  buffer_print(out, "{\"ENUM1_%u\":", variant + 1);
  switch (variant) {
    case 0: put_unsigned(in, 32, out); break;
    case 1: put_signed(in, 64, out); break;
    case 2: put_character(in, out); break;
    case 3: put_array(in, 11, put_any_character, 0, out); break;
  }
  buffer_print(out, "}");
}

static void put_struct_1(struct postcard_reader *in, struct buffer *out) {
  for (int index = 1; index <= 3; index++) {
    buffer_print(out, "%s\"f%d\":", index == 1 ? "{" : ",", index);
    json_append_number(out, postcard_double(in));
  }
  for (int index = 1; index <= 3; index++) {
    buffer_print(out, ",\"i%d\":", index);
    put_signed(in, 64, out);
  }
  for (int index = 1; index <= 3; index++) {
    buffer_print(out, ",\"c%d\":", index);
    put_character(in, out);
  }
  buffer_print(out, ",\"e1\":");
  put_enum_1(in, out);
  buffer_print(out, "}");
}

static void put_struct_2(struct postcard_reader *in, struct buffer *out) {
  for (int index = 1; index <= 3; index++) {
    buffer_print(out, "%s\"u%d\":", index == 1 ? "{" : ",", index);
    put_unsigned(in, 64, out);
  }
  buffer_print(out, ",\"t1\":");
  put_struct_1(in, out);
  buffer_print(out, ",\"array1\":");
  put_array(in, 7, put_unsigned, 16, out);
  buffer_print(out, ",\"array2\":");
  put_array(in, 13, put_signed, 32, out);
  buffer_print(out, ",\"e1\":");
  put_enum_1(in, out);
  buffer_print(out, "}");
}

static void put_enum_2(struct postcard_reader *in, struct buffer *out) {
  const unsigned variant = postcard_variant(in, 3);
  buffer_print(out, "{\"ENUM2_%u\":", variant + 1);
  switch (variant) {
    case 0: put_struct_2(in, out); break;
    case 1: put_array(in, 5, put_unsigned, 16, out); break;
    case 2: put_unsigned(in, 16, out); break;
  }
  buffer_print(out, "}");
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: postcard-wasm [INPUT RESULT]");
  struct postcard_reader in = postcard_open(argc == 3 ? argv[1] : "/input/postcard.dat");
  const size_t count = postcard_length(&in, SMALLEST_ELEMENT);
  struct buffer out = {0};
  buffer_print(&out, "[");
  for (size_t index = 0; index < count; index++) {
    for (int member = 1; member <= 3; member++) {
      buffer_print(&out, "%s\"e%d\":", member > 1 ? "," : index > 0 ? ",{" : "{", member);
      put_enum_2(&in, &out);
    }
    buffer_print(&out, "}");
  }
  buffer_print(&out, "]");
  postcard_close(&in);
  write_file(argc == 3 ? argv[2] : "/output/postcard_wasm.txt", &out);
  return 0;
}
