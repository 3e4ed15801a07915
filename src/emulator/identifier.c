/* Makes UUIDs: random ones, and quick ones. */
#include "emulator/identifier.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "random.h"

/* The splitmix64 generator: a counter in steps of the golden ratio, its bits mixed. */
static uint64_t next_random(void)
{
    static _Thread_local uint64_t state;
    if (state == 0 && !pz_random_bytes(&state, sizeof state))
        state = (uint64_t)(uintptr_t)&state;
    uint64_t mixed = state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

/* Version 4, as RFC 9562 has it. */
static void write_uuid(unsigned char bytes[16], char text[PZ_IDENTIFIER_SIZE])
{
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    char *out = text;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = "0123456789abcdef"[bytes[i] >> 4];
        *out++ = "0123456789abcdef"[bytes[i] & 15];
    }
    *out = '\0';
}

void pz_identifier_new(char text[PZ_IDENTIFIER_SIZE])
{
    unsigned char bytes[16];
    if (pz_random_bytes(bytes, sizeof bytes))
        write_uuid(bytes, text);
    else
        pz_identifier_request(text);
}

void pz_identifier_request(char text[PZ_IDENTIFIER_SIZE])
{
    uint64_t halves[2] = {next_random(), next_random()};
    unsigned char bytes[sizeof halves];
    memcpy(bytes, halves, sizeof halves);
    write_uuid(bytes, text);
}

bool pz_identifier_valid(const char *text, size_t length)
{
    if (length != PZ_IDENTIFIER_SIZE - 1)
        return false;
    for (size_t i = 0; i < length; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        /* strchr finds the end of its text, too */
        if (text[i] == '\0' ||
            (dash ? text[i] != '-' : strchr("0123456789abcdefABCDEF", text[i]) == NULL))
            return false;
    }
    return text[length] == '\0';
}
