/* Looks members up in the table that is made of the library's schema. */
#include "emulator/members.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "emulator/members.inc"

const pz_member *pz_member_find(const pz_member *members, const char *name, size_t length)
{
    for (; members->name != NULL; members++)
        if (strlen(members->name) == length && memcmp(members->name, name, length) == 0)
            return members;
    return NULL;
}

bool pz_member_is_of(const pz_member *member, const char *auth_type)
{
    return member->only != NULL && strcasecmp(member->only, auth_type) == 0;
}

const pz_member *pz_member_sent(const char *auth_type, enum pz_member_sent sent)
{
    for (const pz_member *member = pz_auth_members; member->name != NULL; member++)
        if (member->sent == sent && pz_member_is_of(member, auth_type))
            return member;
    return NULL;
}

bool pz_member_is_secret(const char *name, size_t length)
{
    static const char *const endings[] = {"secret", "password", "passphrase", "privateKey"};
    const pz_member *published = pz_member_find(pz_auth_members, name, length);
    if (published != NULL && published->secret)
        return true;
    if (memchr(name, '\0', length) != NULL)
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length >= ending && strncasecmp(name + length - ending, endings[i], ending) == 0)
            return true;
    }
    return false;
}
