/* Takes forms apart, and decodes them. */
#include "emulator/form.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "url/url.h"

enum { PIECE_BYTES = 256 }; /* escaped at a time */

static int hex(char digit)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *found = digit == '\0' ? NULL : strchr(digits, digit);
    return found == NULL ? -1 : (int)(found - digits) % 16;
}

/* Decodes in place. False: a broken percent sequence, or a NUL that would cut the text short. */
static bool decode(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        char byte = *in == '+' ? ' ' : *in;
        if (byte == '%') {
            int high = hex(in[1]);
            int low = high < 0 ? -1 : hex(in[2]);
            if (low < 0 || (high == 0 && low == 0))
                return false;
            byte = (char)(high * 16 + low);
            in += 2;
        }
        *out++ = byte;
    }
    *out = '\0';
    return true;
}

/* The fields and the text they point into are one piece of memory: gives the copy of the text. */
static char *allocate(pz_form *form, const char *text, size_t length)
{
    size_t most = 1;
    for (size_t i = 0; i < length; i++)
        most += text[i] == '&';
    form->fields = malloc(most * sizeof *form->fields + length + 1);
    if (form->fields == NULL)
        return NULL;
    char *copy = (char *)(form->fields + most);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

enum pz_form_result pz_form_parse(pz_form *form, const char *text, size_t length)
{
    form->count = 0;
    form->fields = NULL;
    if (length == 0)
        return PZ_FORM_OK;
    if (memchr(text, '\0', length) != NULL)
        return PZ_FORM_MALFORMED;
    char *rest = allocate(form, text, length);
    if (rest == NULL)
        return PZ_FORM_NO_MEMORY;
    while (rest != NULL) {
        char *part = rest;
        rest = strchr(part, '&');
        if (rest != NULL)
            *rest++ = '\0';
        if (*part == '\0')
            continue;
        char *value = strchr(part, '=');
        if (value != NULL)
            *value++ = '\0';
        else
            value = part + strlen(part);
        if (!decode(part) || !decode(value))
            return PZ_FORM_MALFORMED;
        form->fields[form->count++] = (pz_form_field){part, value};
    }
    return PZ_FORM_OK;
}

void pz_form_free(pz_form *form)
{
    free(form->fields);
    form->fields = NULL;
    form->count = 0;
}

const char *pz_form_get(const pz_form *form, const char *name)
{
    for (size_t i = form->count; i > 0; i--)
        if (strcmp(form->fields[i - 1].name, name) == 0)
            return form->fields[i - 1].value;
    return NULL;
}

void pz_form_escape(pz_buffer *out, const char *text, size_t length)
{
    char escaped[3 * PIECE_BYTES];
    while (length > 0) {
        size_t piece = length < PIECE_BYTES ? length : PIECE_BYTES;
        pz_buffer_append(out, escaped, pz_url_escape(text, piece, escaped));
        text += piece;
        length -= piece;
    }
}

void pz_form_add(pz_buffer *out, const char *name, const char *value)
{
    if (out->length > 0)
        pz_buffer_append_byte(out, '&');
    pz_form_escape(out, name, strlen(name));
    pz_buffer_append_byte(out, '=');
    pz_form_escape(out, value, strlen(value));
}
