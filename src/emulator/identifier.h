/* UUIDs as text. */
#ifndef PZ_EMULATOR_IDENTIFIER_H
#define PZ_EMULATOR_IDENTIFIER_H

#include <stdbool.h>
#include <stddef.h>

enum { PZ_IDENTIFIER_SIZE = 37 };

void pz_identifier_new(char text[PZ_IDENTIFIER_SIZE]);
/* Makes one that is unique, not secret: a hundred times cheaper, without a system call. */
void pz_identifier_request(char text[PZ_IDENTIFIER_SIZE]);
bool pz_identifier_valid(const char *text, size_t length);

#endif
