/* Turns a client's definition into the connection that is stored: fills in server-owned members and
 * defaults, takes secrets out, puts members into the published order, and keeps unknown ones behind
 * them, as written. */
#ifndef PZ_EMULATOR_CONNECTION_H
#define PZ_EMULATOR_CONNECTION_H

#include <stdbool.h>

#include "buffer.h"
#include "json/document.h"

extern const char pz_connections_path[];       /* "/v2/connections" */
extern const char pz_connection_modified_by[]; /* the only user */

/* The members of a connection that the server sets; it ignores a client's values of them. */
typedef struct pz_connection_facts {
    const char *client_key;
    const char *ref;
    const char *modified_at;
    const char *modified_by;
    int64_t revision;
} pz_connection_facts;

/* NULL: no memory. The values of `definition` become the result's. */
pz_json_value *pz_connection_compose(pz_json_document *document, const pz_json_value *definition,
                                     const pz_connection_facts *facts);

/* The object under `auth` (or `request`), also where an array holds it; or NULL. */
pz_json_value *pz_connection_part(const pz_json_value *connection, const char *name);

/* True if the object is an auth whose type is not published: nobody knows which of its members are
 * secrets. With `mask_unknown_auth` those are that pz_is_unpublished_auth_member() names. */
bool pz_is_unpublished_auth(const pz_json_value *auth);
bool pz_is_unpublished_auth_member(const char *name, size_t length);

/* Moves the secrets of the connection's auth into the object `secrets`, where a null stands for a
 * secret to forget. With `mask_unknown_auth` every unpublished member of an auth of an unpublished
 * type is a secret. False: no memory. */
bool pz_connection_take_secrets(pz_json_document *document, pz_json_value *connection,
                                bool mask_unknown_auth, pz_json_value *secrets);

/* Writes a composed connection. Its href has no base URL yet: that belongs at *base_at. */
void pz_connection_write(const pz_json_value *connection, pz_buffer *out, size_t *base_at);
/* The same with the base URL there, as an answer. False: `out` says why. */
bool pz_connection_write_with_base(const pz_json_value *connection, const char *base_url,
                                   pz_buffer *out);

#endif
