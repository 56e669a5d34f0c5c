/* Has the counter mode AES service encrypt and decrypt, and checks what comes back.
 *
 * The service is asked by writing a request to /services/aesctr.dat: key and initial counter of 16 bytes each, the paths
 * of its input and output, and whether it is to encrypt, in postcard's encoding. It reads and writes with this program's
 * own rights, and appends to its output. Writes /output/aesctr_native_pass.txt where both answers are right; the data is in
 * /output/data.dat, /output/enc.dat and /output/dec.dat.
 */
#include <stdbool.h>
#include <string.h>

#include "../common/buffer.h"
#include "../common/fail.h"
#include "../common/postcard.h"

static const char DATA[] = "/output/data.dat";

static void ask(const char *text, const char *output, bool is_encryption) {
  struct buffer data = {0};
  buffer_append(&data, text, strlen(text));
  write_file(DATA, &data);
  write_file(output, &(struct buffer){.bytes = "", .length = 0});

  struct buffer request = {0};
  buffer_append(&request, "aujourdhuimamane", 16);
  buffer_append(&request, "stmorteoupeutetr", 16);
  postcard_put_bytes(&request, DATA, strlen(DATA));
  postcard_put_bytes(&request, output, strlen(output));
  postcard_put_unsigned(&request, is_encryption);
  write_file("/services/aesctr.dat", &request);
}

/* What `openssl enc -aes-128-ctr` makes of the text with that key and counter. */
static void expect(const char *output, const char *bytes, size_t length) {
  const struct buffer found = read_file(output);
  if (found.length != length || memcmp(found.bytes, bytes, length) != 0)
    fail(EXIT_BAD_INPUT, "%s: not what the cipher gives", output);
}

int main(void) {
  ask("ehierje", "/output/enc.dat", true);
  expect("/output/enc.dat", "\xa1\x20\x5e\x15\x7c\xf1\xb3", 7);
  ask("nesaispas", "/output/dec.dat", false);
  expect("/output/dec.dat", "\xaa\x2d\x44\x11\x67\xe8\xa6\x2c\x9c", 9);

  struct buffer pass = {0};
  buffer_print(&pass, "pass\n");
  write_file("/output/aesctr_native_pass.txt", &pass);
  return 0;
}
