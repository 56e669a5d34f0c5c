/* Has the Postcard service turn a file of postcard's encoding into JSON.
 *
 * Writes what /input/postcard.dat holds to /services/postcard_string.dat, which is how the service is asked; it leaves the
 * JSON in /services/postcard_result.dat, and that is copied to /output/postcard_native.txt. postcard-wasm does the same
 * without the service.
 */
#include "../common/buffer.h"

int main(void) {
  const struct buffer request = read_file("/input/postcard.dat");
  write_file("/services/postcard_string.dat", &request);
  const struct buffer json = read_file("/services/postcard_result.dat");
  write_file("/output/postcard_native.txt", &json);
  return 0;
}
