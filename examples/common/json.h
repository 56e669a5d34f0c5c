/* JSON text, appended piece by piece. */
#ifndef JSON_H
#define JSON_H

#include "buffer.h"

/* `text` in quotes; bytes beyond ASCII pass as they are. */
void json_append_string(struct buffer *buffer, const char *text);

/* The shortest of up to 17 digits that reads back as the same double; a number that is not finite is null. */
void json_append_number(struct buffer *buffer, double number);

#endif
