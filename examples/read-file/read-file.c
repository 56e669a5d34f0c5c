/* Reads a file, makes a directory, writes into it, and lists what stands around it.
 *
 *   read-file [INPUT OUTPUT]
 *
 * OUTPUT (/output) is a directory. Afterwards OUTPUT/test/test.txt holds "hello", and OUTPUT/hello-world-1.dat what INPUT
 * (/input/hello-world-1.dat) holds, a line feed, and a line for each name that was in OUTPUT by then.
 */
#include <stdio.h>

#include "../common/buffer.h"
#include "../common/directory.h"
#include "../common/fail.h"

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) fail(EXIT_BAD_INPUT, "usage: read-file [INPUT OUTPUT]");
  const char *output = argc == 3 ? argv[2] : "/output";
  struct buffer content = read_file(argc == 3 ? argv[1] : "/input/hello-world-1.dat");

  printf("hello\n");
  const char *below = join_path(output, "test");
  make_directory(below);
  struct buffer greeting = {0};
  buffer_print(&greeting, "hello");
  write_file(join_path(below, "test.txt"), &greeting);
  printf("world\n");

  buffer_append(&content, "\n", 1);
  const struct directory_names found = read_directory(output);
  for (size_t index = 0; index < found.count; index++) buffer_print(&content, "%s\n", found.names[index]);
  write_file(join_path(output, "hello-world-1.dat"), &content);
  return 0;
}
