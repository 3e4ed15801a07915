/* Writes paths. */
#include <stdbool.h>

#include "json/path.h"

#include "json/write.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_identifier(const char *name, size_t length)
{
    if (length == 0 || !is_letter(name[0]))
        return false;
    for (size_t i = 1; i < length; i++) {
        if (!is_letter(name[i]) && !(name[i] >= '0' && name[i] <= '9'))
            return false;
    }
    return true;
}

void pz_json_path_append_name(pz_buffer *path, const char *name, size_t length)
{
    if (path->failure != PZ_BUFFER_OK)
        return;
    if (is_identifier(name, length)) {
        if (path->length > 0)
            pz_buffer_append_byte(path, '.');
        pz_buffer_append(path, name, length);
        return;
    }
    pz_buffer_append_byte(path, '[');
    if (!pz_json_write_string(path, name, length))
        pz_buffer_append_text(path, "(not UTF-8)");
    pz_buffer_append_byte(path, ']');
}

void pz_json_path_append_index(pz_buffer *path, size_t index)
{
    if (path->failure != PZ_BUFFER_OK)
        return;
    pz_buffer_append_byte(path, '[');
    pz_json_write_integer(path, (int64_t)index);
    pz_buffer_append_byte(path, ']');
}

void pz_json_path_finish(pz_buffer *path)
{
    if (path->failure != PZ_BUFFER_TOO_LARGE)
        return;
    path->failure = PZ_BUFFER_OK;
    path->bound += 3;
    pz_buffer_append_text(path, "...");
}
