/* The members of a connection as published: in which order they stand, what they hold, who sets
 * them. Everything that the emulator knows of a connection's shape is in this table. */
#ifndef PZ_EMULATOR_MEMBERS_H
#define PZ_EMULATOR_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

enum pz_member_kind {
    PZ_MEMBER_TEXT,
    PZ_MEMBER_FLAG,
    PZ_MEMBER_COUNT,   /* an integer from 0 */
    PZ_MEMBER_URL,     /* a text: empty, https:// or, of this machine, http:// */
    PZ_MEMBER_OBJECT,  /* with `inner` members; an array of one such object is taken as well */
    PZ_MEMBER_OBJECTS, /* an array of objects with `inner` members */
    PZ_MEMBER_ARRAY,   /* of anything */
};

typedef struct pz_member {
    const char *name; /* NULL ends a table */
    enum pz_member_kind kind;
    bool required;     /* and not empty, if it is a text */
    bool server_owned; /* ignored in what clients send */
    const struct pz_member *inner;
} pz_member;

extern const pz_member pz_connection_members[];

const pz_member *pz_member_find(const pz_member *members, const char *name, size_t length);

/* Whether a member of `auth` goes in and never comes out. `clientSecret` is the published one; what
 * else the product calls a password or a secret is not, so names are judged by how they end. */
bool pz_member_is_secret(const char *name, size_t length);

#endif
