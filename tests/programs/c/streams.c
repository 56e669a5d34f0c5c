/* Buffered input and output of libc. Run with lines on standard input. */
#include "check.h"
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  char line[64], text[64];

  BEHAVIOUR("lines are read, put back, and read to the end") {
    CHECK(fgets(line, sizeof line, stdin) == line && strcmp(line, "first line\n") == 0);
    int byte = fgetc(stdin);
    CHECK(byte == 's' && ungetc('S', stdin) == 'S');
    CHECK(fgets(line, sizeof line, stdin) == line && strcmp(line, "Second\n") == 0);
    int number = 0;
    CHECK(scanf("%d %63s", &number, text) == 2 && number == 42 && strcmp(text, "words") == 0);
    long rest = 0;
    while (fgetc(stdin) != EOF) rest++;
    CHECK(rest == 19974 && feof(stdin) && !ferror(stdin));
  }

  BEHAVIOUR("the modes of fopen are kept") {
    FILE *file;
    CHECK((file = fopen("file", "r")) == NULL && errno == ENOENT);
    file = fopen("file", "w");
    CHECK(file != NULL && fputs("one\n", file) >= 0 && fclose(file) == 0);
    file = fopen("file", "a");
    CHECK(fseek(file, 0, SEEK_SET) == 0 && fputs("two\n", file) >= 0 && fclose(file) == 0);
    CHECK(has_content("file", "one\ntwo\n"));
    CHECK((file = fopen("file", "wx")) == NULL && errno == EEXIST);
    file = fopen("file", "r+");
    CHECK(fputs("ONE", file) >= 0 && fflush(file) == 0 && has_content("file", "ONE\ntwo\n"));
    CHECK(fseek(file, 4, SEEK_SET) == 0 && fgets(line, 64, file) != NULL && strcmp(line, "two\n") == 0);
    CHECK(fclose(file) == 0);
    file = fopen("file", "w+");
    CHECK(fgetc(file) == EOF && feof(file) && fclose(file) == 0 && has_content("file", ""));
    file = fopen("file", "r");
    CHECK(fputs("x", file) == EOF && ferror(file) && fclose(file) == 0);
  }

  BEHAVIOUR("buffers are as setvbuf says: none, a line, a block") {
    int modes[] = {_IONBF, _IOLBF, _IOFBF};
    const char *written[] = {"a\nb", "a\n", ""};
    for (int index = 0; index < 3; index++) {
      FILE *file = fopen("buffered", "w");
      CHECK(setvbuf(file, NULL, modes[index], 1024) == 0);
      CHECK(fputs("a\nb", file) >= 0);
      if (modes[index] != _IOLBF) CHECK(has_content("buffered", written[index]));
      CHECK(fflush(file) == 0 && has_content("buffered", "a\nb") && fclose(file) == 0);
    }
  }

  BEHAVIOUR("ftell and fseek count through the buffers") {
    FILE *file = fopen("seek", "w+");
    for (int number = 0; number < 1000; number++) fprintf(file, "%03d\n", number);
    CHECK(ftell(file) == 4000 && fseek(file, 4 * 500, SEEK_SET) == 0);
    CHECK(fgets(line, 64, file) != NULL && atoi(line) == 500 && ftell(file) == 2004);
    CHECK(fseek(file, 4, SEEK_CUR) == 0 && fgets(line, 64, file) != NULL && atoi(line) == 502);
    CHECK(fseek(file, -4, SEEK_END) == 0 && fgets(line, 64, file) != NULL && atoi(line) == 999);
    CHECK(fseek(file, -1, SEEK_SET) == -1 && errno == EINVAL);
    rewind(file);
    CHECK(fgets(line, 64, file) != NULL && atoi(line) == 0 && fclose(file) == 0);
  }

  BEHAVIOUR("blocks of any size are written and read") {
    enum { SIZE = 100003 };
    unsigned char *out = malloc(SIZE), *in = malloc(SIZE);
    for (int index = 0; index < SIZE; index++) out[index] = index * 7 + index / 256;
    FILE *file = fopen("blocks", "w+");
    int done = 0;
    for (int size = 1; done < SIZE; done += size, size = size * 3 + 1) {
      if (size > SIZE - done) size = SIZE - done;
      CHECK(fwrite(out + done, 1, size, file) == (size_t)size);
    }
    rewind(file);
    CHECK(fread(in, 1, SIZE, file) == SIZE && memcmp(in, out, SIZE) == 0);
    CHECK(fread(in, 1, 1, file) == 0 && feof(file) && fclose(file) == 0);
    free(out), free(in);
  }

  BEHAVIOUR("what is printed comes out in its order, whichever stream it is printed to") {
    setvbuf(stdout, NULL, _IOFBF, 4096);
    fprintf(stderr, "to stderr %d\n", 1);
    printf("- %s %5.2f %lld %c\n", "formatted", 3.14159, 1LL << 40, 'x');
    CHECK(fflush(stdout) == 0 && dprintf(1, "- %s\n", "unbuffered") == 13);
  }

  BEHAVIOUR("freopen leads a stream to a file") {
    CHECK(freopen("errors", "w", stderr) == stderr);
    fprintf(stderr, "into the file");
    CHECK(fflush(stderr) == 0 && has_content("errors", "into the file"));
  }

  return behaviours_failed;
}
