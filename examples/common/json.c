#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void json_append_string(struct buffer *buffer, const char *text) {
  buffer_append(buffer, "\"", 1);
  for (; *text != '\0'; text++) {
    const unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\')
      buffer_print(buffer, "\\%c", byte);
    else if (byte < 0x20 || byte == 0x7f)
      buffer_print(buffer, "\\u%04x", byte);
    else
      buffer_append(buffer, text, 1);
  }
  buffer_append(buffer, "\"", 1);
}

void json_append_number(struct buffer *buffer, double number) {
  if (!isfinite(number)) {
    buffer_print(buffer, "null");
    return;
  }
  char text[32];
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  buffer_print(buffer, "%s", text);
}
