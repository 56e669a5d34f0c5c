/* Has the AEAD service seal and open, and checks that it opens nothing that was changed.
 *
 * The service is asked by writing a request to /services/aead.dat: key and nonce of 16 bytes each, the additional data, the
 * paths of its input and output, and whether it is to seal, in postcard's encoding. It appends to its output: AES-128-GCM's
 * ciphertext and the tag of 16 bytes. Reads /input/data.dat; the sealed bytes are left in /output/sealed.dat, the opened
 * ones in /output/opened.dat; /output/aead_native_pass.txt is written where these are the input again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "../common/buffer.h"
#include "../common/fail.h"
#include "../common/postcard.h"

enum { TAG = 16 };
static const char INPUT[] = "/input/data.dat";
static const char SEALED[] = "/output/sealed.dat";
static const char OPENED[] = "/output/opened.dat";

/* 0, or why the service did not do it. */
static int ask(const char *input, const char *output, const char *additional, bool is_encryption) {
  write_file(output, &(struct buffer){.bytes = "", .length = 0});
  struct buffer request = {0};
  buffer_append(&request, "aujourdhuimamane", 16);
  buffer_append(&request, "stmorteoupeutetr", 16);
  postcard_put_bytes(&request, additional, strlen(additional));
  postcard_put_bytes(&request, input, strlen(input));
  postcard_put_bytes(&request, output, strlen(output));
  postcard_put_unsigned(&request, is_encryption);
  const int service = open("/services/aead.dat", O_WRONLY);
  if (service < 0) fail(EXIT_NO_FILE, "/services/aead.dat: cannot open: %s", strerror(errno));
  const int error = write(service, request.bytes, request.length) < 0 ? errno : 0;
  close(service);
  return error;
}

static bool same(const struct buffer *left, const struct buffer *right) {
  return left->length == right->length && memcmp(left->bytes, right->bytes, left->length) == 0;
}

int main(void) {
  const struct buffer input = read_file(INPUT);
  int error = ask(INPUT, SEALED, "header", true);
  if (error != 0) fail(EXIT_BAD_INPUT, "%s: not sealed: %s", INPUT, strerror(error));
  const struct buffer sealed = read_file(SEALED);
  if (sealed.length != input.length + TAG) fail(EXIT_BAD_INPUT, "%s: not as long as the input and a tag", SEALED);

  if (ask(SEALED, OPENED, "another header", false) != EBADMSG || read_file(OPENED).length != 0)
    fail(EXIT_BAD_INPUT, "%s: opened with other additional data", OPENED);
  error = ask(SEALED, OPENED, "header", false);
  if (error != 0) fail(EXIT_BAD_INPUT, "%s: not opened: %s", SEALED, strerror(error));
  const struct buffer opened = read_file(OPENED);
  if (!same(&opened, &input)) fail(EXIT_BAD_INPUT, "%s: not what was sealed", OPENED);

  struct buffer pass = {0};
  buffer_print(&pass, "pass\n");
  write_file("/output/aead_native_pass.txt", &pass);
  return 0;
}
