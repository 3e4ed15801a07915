/* Names and values in a query or in a form's body: a=1&b=two+words%21 */
#ifndef PZ_EMULATOR_FORM_H
#define PZ_EMULATOR_FORM_H

#include <stddef.h>

#include "buffer.h"

typedef struct pz_form_field {
    char *name; /* both decoded and NUL-terminated, in memory of the form */
    char *value;
} pz_form_field;

typedef struct pz_form {
    size_t count;
    pz_form_field *fields;
} pz_form;

enum pz_form_result { PZ_FORM_OK = 0, PZ_FORM_MALFORMED, PZ_FORM_NO_MEMORY };

/* Free it afterwards, whatever the result. Malformed is a broken percent sequence or a NUL. */
enum pz_form_result pz_form_parse(pz_form *form, const char *text, size_t length);
void pz_form_free(pz_form *form);

/* The value of the last field of that name, or NULL. */
const char *pz_form_get(const pz_form *form, const char *name);

/* Appends text with everything but RFC 3986's unreserved characters percent-encoded. */
void pz_form_escape(pz_buffer *out, const char *text, size_t length);
void pz_form_add(pz_buffer *out, const char *name, const char *value);

#endif
