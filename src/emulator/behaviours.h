/* The emulator's behaviours, each with its evidence: one table. Every answer names its row in it,
 * and doc/emulator.md is written from it. */
#ifndef PZ_EMULATOR_BEHAVIOURS_H
#define PZ_EMULATOR_BEHAVIOURS_H

enum pz_confidence {
    PZ_DOCUMENTED, /* the service's published pages say so */
    PZ_INFERRED,   /* its pages don't, but examples, standards or other clients do */
    PZ_GUESSED,    /* nothing says so: it had to be something */
    PZ_OWN,        /* the emulator's own; the service has nothing of the kind */
};

enum pz_behaviour_id {
    /* calls that succeed */
    PZ_DOES_TOKEN,
    PZ_DOES_V2_TOKEN,
    PZ_DOES_LIST,
    PZ_DOES_LIST_PAGE,
    PZ_DOES_LIST_CAP,
    PZ_DOES_RETRIEVE,
    PZ_DOES_CREATE,
    PZ_DOES_UPDATE,
    PZ_DOES_UPDATE_SECRET,
    PZ_DOES_TEST,
    PZ_DOES_LIST_ITEMS,
    PZ_DOES_READ_ITEM,
    /* calls that are refused */
    PZ_REFUSES_TOKEN_FORM,
    PZ_REFUSES_TOKEN_GRANT,
    PZ_REFUSES_CREDENTIALS,
    PZ_REFUSES_V2_CREDENTIALS,
    PZ_REFUSES_UNAUTHORIZED,
    PZ_REFUSES_MISSING,
    PZ_REFUSES_PATH,
    PZ_REFUSES_METHOD,
    PZ_REFUSES_TYPE,
    PZ_REFUSES_JSON,
    PZ_REFUSES_INVALID,
    PZ_REFUSES_UNKNOWN_MEMBER,
    PZ_REFUSES_QUERY,
    PZ_REFUSES_UNKNOWN_QUERY,
    PZ_REFUSES_DOUBLED,
    PZ_REFUSES_FOLDED,
    PZ_REFUSES_HEADER_NAME,
    PZ_REFUSES_ENCODING,
    PZ_REFUSES_TWO_LENGTHS,
    PZ_REFUSES_NO_HOST,
    PZ_REFUSES_SIZE,
    PZ_REFUSES_NAME,
    PZ_REFUSES_BUSY,
    PZ_REFUSES_BROKEN,
    /* rules that show within other answers */
    PZ_RULE_ERROR,
    PZ_RULE_OBJECT,
    PZ_RULE_UNKNOWN_KEPT,
    PZ_RULE_UNKNOWN_QUERY,
    PZ_RULE_SERVER_OWNED,
    PZ_RULE_DEFAULTS,
    PZ_RULE_REPLACES,
    PZ_RULE_REVISION,
    PZ_RULE_NO_REVISION,
    PZ_RULE_AUTH_ARRAY,
    PZ_RULE_WRITE_ONLY,
    PZ_RULE_OTHER_SECRETS,
    PZ_RULE_NAMES,
    PZ_RULE_PUT_CREATES,
    PZ_RULE_UPDATE_REVISION,
    PZ_RULE_UNKNOWN_AUTH,
    PZ_RULE_OUTBOUND,
    PZ_RULE_ORDER,
    PZ_RULE_ARCHIVED,
    PZ_RULE_EXPIRY,
    PZ_RULE_TEST_INPUTS,
    PZ_RULE_TEST_FREEMARKER,
    PZ_RULE_TEST_TIMEOUTS,
    PZ_RULE_TEST_OAUTH,
    PZ_RULE_TEST_BASIC,
    PZ_RULE_TEST_TLS,
    PZ_RULE_TEST_OUTPUTS,
    PZ_RULE_REQUEST_ID,
    /* the emulator's own */
    PZ_OWN_ROOT,
    PZ_OWN_CONTROL,
    PZ_OWN_CONTROL_INVALID,
    PZ_OWN_CONTROL_REMOTE,
    PZ_OWN_FOREIGN,
    PZ_OWN_PAGE,
    PZ_OWN_FAULT,
    PZ_BEHAVIOURS,
};

typedef struct pz_behaviour {
    const char *name;
    unsigned status; /* of the answer; 0: the row is a rule within other answers */
    enum pz_confidence evidence;
    const char *when;
    const char *what;
} pz_behaviour;

extern const pz_behaviour pz_behaviours[PZ_BEHAVIOURS];

const char *pz_evidence_name(enum pz_confidence evidence);

#endif
