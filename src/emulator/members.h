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

/* How a test call sends the value of a member of `auth`. */
enum pz_member_sent {
    PZ_SENT_NOT,
    PZ_SENT_HEADER,         /* as a header of the call */
    PZ_SENT_QUERY,          /* as a parameter of the call's URL */
    PZ_SENT_BASIC_USER,     /* by HTTP Basic */
    PZ_SENT_BASIC_PASSWORD, /* likewise */
    PZ_SENT_CLIENT_ID,      /* in a token call before the call, as OAuth's client credentials */
    PZ_SENT_CLIENT_SECRET,  /* likewise */
    PZ_SENT_TOKEN_URL,      /* where the token call goes */
    PZ_SENT_TOKEN_HEADERS,  /* as the token call's further headers */
    PZ_SENT_TOKEN_FORM,     /* in the token call's form */
    PZ_SENT_CERTIFICATE,    /* true: both calls present a client certificate, whatever the type */
};

typedef struct pz_member {
    const char *name; /* NULL ends a table */
    enum pz_member_kind kind;
    bool required;     /* and not empty, if it is a text */
    bool server_owned; /* ignored in what clients send */
    bool secret;       /* goes in and never comes out */
    const struct pz_member *inner;
    const char *only; /* the authType that has it; NULL: it belongs to none alone */
    enum pz_member_sent sent;
    const char *sent_name;   /* of the header or parameter */
    const char *sent_before; /* what stands in the header before the value */
} pz_member;

extern const pz_member pz_connection_members[];
extern const pz_member *const pz_auth_members;      /* those of `auth` */
extern const char *const pz_published_auth_types[]; /* NULL ends them */

const pz_member *pz_member_find(const pz_member *members, const char *name, size_t length);

/* True if the member belongs to that authType alone. */
bool pz_member_is_of(const pz_member *member, const char *auth_type);
/* The first member of that authType which is sent so; NULL: it has none. */
const pz_member *pz_member_sent(const char *auth_type, enum pz_member_sent sent);

/* True if a member of `auth` goes in and never comes out: the schema's own, and others whose names
 * end like those of secrets. What else the product calls a password or a secret is not published.
 */
bool pz_member_is_secret(const char *name, size_t length);

#endif
