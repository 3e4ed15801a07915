#include "emulator/members.h"

#include <string.h>
#include <strings.h>

static const pz_member pair[] = {
    {"name", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"value", PZ_MEMBER_TEXT, 0, 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static const pz_member auth[] = {
    {"authType", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"clientId", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"clientSecret", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"username", PZ_MEMBER_TEXT, 0, 0, NULL}, /* this and the next: guessed */
    {"password", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"accessTokenUrl", PZ_MEMBER_URL, 0, 0, NULL},
    {"useMutualTls", PZ_MEMBER_FLAG, 0, 0, NULL},
    {"oauthCustomHeaders", PZ_MEMBER_OBJECTS, 0, 0, pair},
    {"formUrlEncodedItems", PZ_MEMBER_OBJECTS, 0, 0, pair},
    {NULL, 0, 0, 0, NULL},
};

static const pz_member request[] = {
    {"requestType", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"connectionUrl", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"requestBody", PZ_MEMBER_TEXT, 0, 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static const pz_member input[] = {
    {"label", PZ_MEMBER_TEXT, 0, 0, NULL},   {"key", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"type", PZ_MEMBER_TEXT, 0, 0, NULL},    {"exampleValue", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"mapping", PZ_MEMBER_TEXT, 0, 0, NULL}, {NULL, 0, 0, 0, NULL},
};

static const pz_member output[] = {
    {"label", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"outputReference", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"type", PZ_MEMBER_TEXT, 0, 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

const pz_member pz_connection_members[] = {
    {"clientKey", PZ_MEMBER_TEXT, 0, 1, NULL},
    {"href", PZ_MEMBER_TEXT, 0, 1, NULL},
    {"ref", PZ_MEMBER_TEXT, 0, 1, NULL},
    {"name", PZ_MEMBER_TEXT, 1, 0, NULL},
    {"description", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"modifiedByRef", PZ_MEMBER_TEXT, 0, 1, NULL},
    {"modifiedByUserRef", PZ_MEMBER_TEXT, 0, 1, NULL}, /* the attribute table's name for it */
    {"modifiedAt", PZ_MEMBER_TEXT, 0, 1, NULL},
    {"revision", PZ_MEMBER_COUNT, 0, 1, NULL},
    {"archived", PZ_MEMBER_FLAG, 0, 0, NULL},
    {"auth", PZ_MEMBER_OBJECT, 1, 0, auth},
    {"request", PZ_MEMBER_OBJECT, 1, 0, request},
    {"exampleValue", PZ_MEMBER_TEXT, 0, 0, NULL},
    {"inputMappings", PZ_MEMBER_OBJECTS, 0, 0, input},
    {"outputMappings", PZ_MEMBER_OBJECTS, 0, 0, output},
    {"customHeaders", PZ_MEMBER_OBJECTS, 0, 0, pair},
    {"urlParameters", PZ_MEMBER_ARRAY, 0, 0, NULL},
    {"systemType", PZ_MEMBER_TEXT, 1, 0, NULL},
    {"connectionTimeout", PZ_MEMBER_COUNT, 0, 0, NULL},
    {"socketTimeout", PZ_MEMBER_COUNT, 0, 0, NULL},
    {"icon", PZ_MEMBER_TEXT, 0, 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

const pz_member *pz_member_find(const pz_member *members, const char *name, size_t length)
{
    for (; members->name != NULL; members++)
        if (strlen(members->name) == length && memcmp(members->name, name, length) == 0)
            return members;
    return NULL;
}

int pz_member_is_secret(const char *name, size_t length)
{
    static const char *const endings[] = {"secret", "password", "passphrase", "privateKey"};
    if (memchr(name, '\0', length) != NULL)
        return 0;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length >= ending && strncasecmp(name + length - ending, endings[i], ending) == 0)
            return 1;
    }
    return 0;
}
