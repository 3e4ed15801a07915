/* Ordered faults: they state which calls go wrong, how, and how often. */
#ifndef PZ_EMULATOR_FAULTS_H
#define PZ_EMULATOR_FAULTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* An order as it was given. A text that is NULL and a number below 0 were not given. */
typedef struct pz_fault_order {
    const char *method; /* of the calls that it concerns; not given: any */
    const char *path;   /* likewise; "*" at its end stands for anything */
    double times;       /* not given: once, or with a probability without end */
    double probability; /* of each of those calls */
    double after;       /* 1: the call is carried out first */
    double status;      /* instead of the call, or (after) instead of its answer */
    double delay;       /* seconds, before the call or (after) before its answer */
    double reset;       /* 1: the connection is reset instead of an answer */
    double truncate;    /* bytes of the answer's body until the connection is closed */
    const char *retry_after;
    const char *body; /* instead of the answer's */
    size_t body_length;
    const char *content_type; /* of that */
} pz_fault_order;

extern const pz_fault_order pz_fault_nothing; /* nothing is given */

/* The order's members by name, for readers of Lua and JSON. */
typedef struct pz_fault_member {
    const char *name;
    enum pz_fault_kind { PZ_FAULT_TEXT, PZ_FAULT_NUMBER, PZ_FAULT_FLAG } kind;
    size_t offset;
} pz_fault_member;

enum { PZ_FAULT_MEMBERS = 12 };
extern const pz_fault_member pz_fault_members[PZ_FAULT_MEMBERS];

/* NULL if the order makes sense, else what is wrong with it. */
const char *pz_fault_check(const pz_fault_order *order);

typedef struct pz_fault {
    atomic_uint references;
    struct pz_fault *next;
    pz_fault_order order;
    double left; /* times; below 0: without end */
    atomic_uint hits;
} pz_fault;

typedef struct pz_faults pz_faults;

pz_faults *pz_faults_new(void);
void pz_faults_free(pz_faults *faults);
enum pz_faults_result {
    PZ_FAULTS_OK = 0,
    PZ_FAULTS_FULL, /* PZ_FAULTS_MAX orders are open */
    PZ_FAULTS_NO_MEMORY,
};

enum pz_faults_result pz_faults_add(pz_faults *faults, const pz_fault_order *order);
void pz_faults_clear(pz_faults *faults);

/* The oldest open order that concerns this call, or NULL. The caller releases it. */
pz_fault *pz_faults_pick(pz_faults *faults, const char *method, const char *path);
void pz_fault_release(pz_fault *fault); /* NULL is fine */

/* The first open orders, which the caller releases, and the times that are left of each. Returns
 * their number. */
size_t pz_faults_take(pz_faults *faults, pz_fault **orders, double *left, size_t most);

/* True if the call is not carried out. */
bool pz_fault_replaces_call(const pz_fault *fault);

enum { PZ_FAULTS_MAX = 1000 };

#endif
