/* Keeps the secrets in a tree, and searches all readings of a text for them. */
#include "masking/known.h"

#include <stdlib.h>
#include <string.h>

#include "masking/escapes.h"

struct pz_known_node {
    uint32_t child, sibling; /* 0: none */
    unsigned char byte;
    bool is_end;
};

static const char stars[] = "***";

void pz_known_init(pz_known *known)
{
    memset(known, 0, sizeof *known);
}

void pz_known_free(pz_known *known)
{
    free(known->nodes);
    pz_known_init(known);
}

static uint32_t new_node(pz_known *known, unsigned char byte)
{
    if (known->count == known->room) {
        uint32_t room = known->room == 0 ? 256 : known->room * 2;
        pz_known_node *nodes =
            room > PZ_KNOWN_MAX_BYTES ? NULL : realloc(known->nodes, room * sizeof *nodes);
        if (nodes == NULL)
            return 0;
        known->nodes = nodes;
        known->room = room;
        if (known->count == 0)
            memset(&nodes[known->count++], 0, sizeof *nodes);
    }
    known->nodes[known->count] = (pz_known_node){0, 0, byte, false};
    return known->count++;
}

static uint32_t find_child(const pz_known *known, uint32_t node, unsigned char byte)
{
    uint32_t child = known->nodes[node].child;
    while (child != 0 && known->nodes[child].byte != byte)
        child = known->nodes[child].sibling;
    return child;
}

bool pz_known_add(pz_known *known, const char *secret, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)secret;
    if (length < PZ_KNOWN_MIN_BYTES)
        return true;
    uint32_t node = known->roots[bytes[0]];
    if (node == 0)
        node = known->roots[bytes[0]] = new_node(known, bytes[0]);
    for (size_t i = 1; i < length && node != 0; i++) {
        uint32_t child = find_child(known, node, bytes[i]);
        if (child == 0) {
            child = new_node(known, bytes[i]);
            if (child != 0) {
                known->nodes[child].sibling = known->nodes[node].child;
                known->nodes[node].child = child;
            }
        }
        node = child;
    }
    if (node == 0)
        return false;
    known->nodes[node].is_end = true;
    unsigned pair = (unsigned)bytes[0] << 8 | bytes[1];
    known->pairs[pair >> 3] |= (unsigned char)(1 << (pair & 7));
    return true;
}

/* ---------------------------------------------------------------- is a short secret a whole value?
 */

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r' || c == '\0';
}

/* True if a reading of one of the characters `any` ends at `at`. */
static bool stands_before(const char *text, const char *at, const char *any)
{
    static const size_t lengths[] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        pz_reading readings[PZ_ESCAPES_READINGS];
        if ((size_t)(at - text) < lengths[i])
            return false;
        size_t count = pz_escapes_read(at - lengths[i], at, readings);
        for (size_t k = 0; k < count; k++) {
            if (readings[k].next == at && readings[k].length == 1 && readings[k].bytes[0] != '\0' &&
                strchr(any, readings[k].bytes[0]) != NULL)
                return true;
        }
    }
    return false;
}

static bool stands_at(const char *at, const char *end, const char *any)
{
    pz_reading readings[PZ_ESCAPES_READINGS];
    size_t count = at < end ? pz_escapes_read(at, end, readings) : 0;
    for (size_t i = 0; i < count; i++) {
        if (readings[i].length == 1 && readings[i].bytes[0] != '\0' &&
            strchr(any, readings[i].bytes[0]) != NULL)
            return true;
    }
    return false;
}

/* True if a short secret is a whole value: "name=wrong&", "'wrong'", "name: wrong" at the end of a
 * line, or the whole text; but not "name: wrong words". */
static bool is_value(const char *text, const char *start, const char *stop, const char *end)
{
    bool ends_line = stop == end || is_line_end(*stop);
    if (ends_line || stands_at(stop, end, "\"'`&;,<>@)]}|")) {
        const char *before = start;
        while (before > text && (before[-1] == ' ' || before[-1] == '\t'))
            before--;
        if (before == text || is_line_end(before[-1]))
            return ends_line;
        return stands_before(text, before, before == start ? "=:\"'`>;,&/?([{|" : "=:,;");
    }
    return stands_at(stop, end, " \t\\/") && stands_before(text, start, "=\"'`>");
}

/* ---------------------------------------------------------------- the start of a cut secret */

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* True if a secret that is no ordinary word begins with what leads to the node. */
static bool leads_to_secret(const pz_known *known, uint32_t node, uint32_t depth)
{
    bool leads = depth >= PZ_KNOWN_WORD_BYTES;
    uint32_t child = known->nodes[node].child;
    for (; child != 0 && !leads; child = known->nodes[child].sibling)
        leads = leads_to_secret(known, child, depth + 1);
    return leads;
}

/* True if a reading of the text begins with a word. */
static bool spells(const char *at, const char *end, const char *word)
{
    pz_reading readings[PZ_ESCAPES_READINGS];
    size_t length = strlen(word),
           count = at < end && length > 0 ? pz_escapes_read(at, end, readings) : 0;
    bool is_it = length == 0;
    for (size_t i = 0; i < count && !is_it; i++)
        is_it = readings[i].length <= length &&
                memcmp(readings[i].bytes, word, readings[i].length) == 0 &&
                spells(readings[i].next, end, word + readings[i].length);
    return is_it;
}

/* True if somebody wrote here that he left out the rest. */
static bool is_mark(const char *at, const char *end)
{
    static const char entity[] = "&hellip;";
    for (int i = 0; i < 2 && at < end && (*at == ' ' || *at == '[' || *at == '('); i++)
        at++;
    size_t length = sizeof entity - 1;
    return spells(at, end, "...") || spells(at, end, "\xe2\x80\xa6") ||
           ((size_t)(end - at) >= length && memcmp(at, entity, length) == 0);
}

/* ---------------------------------------------------------------- the search */

/* A place of the text, and the node of the tree that the text before it leads to. */
typedef struct place {
    const char *at;
    uint32_t node, depth;
} place;

/* The most places of one search at which escapes allow several readings. A text that needs more has
 * a very long secret or is hostile; as nobody looks where the secret ends, all the rest is masked.
 */
enum { PLACES_MAX = 1024 };

/* The most steps of a search for each byte of the text, and beside that. Only a text that is made
 * of beginnings of a secret needs more: then too all the rest is masked. */
enum { STEPS_EACH = 64, STEPS_MORE = 1 << 20 };

typedef struct search {
    const pz_known *known;
    const char *text, *end;
    bool is_cut;                         /* the text lacks its end */
    const char *unmarked, *unmarked_end; /* here nobody wrote that he left out the rest */
    const char *start;
    const char *found; /* end of the longest secret from `start` on; NULL: none */
    uint64_t steps_left;
    size_t count;
    place places[PLACES_MAX];
} search;

static void take_steps(search *s, uint64_t steps)
{
    if (steps < s->steps_left) {
        s->steps_left -= steps;
    } else {
        s->steps_left = 0;
        s->found = s->end;
    }
}

static void note_end(search *s, const place *p)
{
    if (s->known->nodes[p->node].is_end && (s->found == NULL || p->at > s->found) &&
        (p->depth >= PZ_KNOWN_WORD_BYTES || is_value(s->text, s->start, p->at, s->end)))
        s->found = p->at;
}

/* The same as is_mark, which takes long where many escapes may begin. */
static bool is_marked(search *s, const char *at)
{
    if (at >= s->unmarked && at < s->unmarked_end)
        return false;
    if (is_mark(at, s->end))
        return true;
    if (at != s->unmarked_end)
        s->unmarked = at;
    s->unmarked_end = at + 1;
    return false;
}

/* Returns where the text was cut, if it was: here, or after what may be a part of an escape. */
static const char *find_cut(search *s, const char *at)
{
    enum { LONGEST = 32 }; /* of an escape of an escape */
    const char *c = at;
    while (c < s->end && !is_marked(s, c)) {
        bool may_be_escape = is_alphanumeric(*c) || (*c != '\0' && strchr("\\%&#;{", *c) != NULL);
        if (!may_be_escape || !pz_escapes_begin(*at) || c - at == LONGEST)
            return NULL;
        c++;
    }
    return c < s->end || s->is_cut ? c : NULL;
}

/* A text that was cut may end inside a secret, or inside an escape within it. */
static void note_cut(search *s, const place *p)
{
    if (p->depth < PZ_KNOWN_MIN_BYTES || (s->found != NULL && p->at <= s->found) ||
        s->known->nodes[p->node].child == 0 || !leads_to_secret(s->known, p->node, p->depth))
        return;
    const char *cut = find_cut(s, p->at);
    if (cut != NULL)
        s->found = cut;
}

static void add_place(search *s, const place *p)
{
    take_steps(s, s->count);
    for (size_t i = 0; i < s->count; i++) {
        if (s->places[i].at == p->at && s->places[i].node == p->node)
            return;
    }
    if (s->count == PLACES_MAX) {
        s->found = s->end;
        return;
    }
    s->places[s->count++] = *p;
}

/* Follows one reading in the tree; false if no secret continues with it. */
static bool advance(const search *s, place *p, const pz_reading *reading)
{
    for (unsigned i = 0; i < reading->length; i++) {
        unsigned char byte = (unsigned char)reading->bytes[i];
        p->node = p->node == 0 ? s->known->roots[byte] : find_child(s->known, p->node, byte);
        if (p->node == 0)
            return false;
        p->depth++;
    }
    p->at = reading->next;
    return true;
}

/* Follows the bytes up to the next possible escape, and adds a place for each of its readings. */
static void follow(search *s, place p)
{
    const char *from = p.at;
    while (p.at < s->end && !pz_escapes_begin(*p.at)) {
        const place before = p;
        pz_reading literal = {p.at + 1, 1, {*p.at}};
        if (!advance(s, &p, &literal)) {
            take_steps(s, (uint64_t)(before.at - from) + 1);
            note_cut(s, &before);
            return;
        }
        note_end(s, &p);
    }
    take_steps(s, (uint64_t)(p.at - from) + 1);
    note_cut(s, &p);
    if (p.at == s->end)
        return;
    pz_reading readings[PZ_ESCAPES_READINGS];
    size_t count = pz_escapes_read(p.at, s->end, readings);
    for (size_t i = 0; i < count; i++) {
        place next = p;
        if (advance(s, &next, &readings[i])) {
            note_end(s, &next);
            add_place(s, &next);
        }
    }
}

/* True if a secret may begin here. Checks two bytes only, which rules most places out. */
static inline bool may_begin(const pz_known *known, const char *at, const char *end)
{
    unsigned char first = (unsigned char)*at;
    if (pz_escapes_begin(*at)) {
        int meaning = pz_escapes_glance(at, end);
        return meaning < 0 || known->roots[meaning] != 0 || known->roots[first] != 0;
    }
    if (known->roots[first] == 0 || end - at < 2)
        return false;
    unsigned pair = (unsigned)first << 8 | (unsigned char)at[1];
    return pz_escapes_begin(at[1]) || (known->pairs[pair >> 3] >> (pair & 7) & 1);
}

/* Returns the end of the longest secret that begins here, or NULL. */
static const char *find_end(search *s, const char *at)
{
    const place start = {at, 0, 0};
    s->start = at;
    s->found = NULL;
    s->count = 0;
    follow(s, start);
    for (size_t i = 0; i < s->count && s->found != s->end; i++)
        follow(s, s->places[i]);
    return s->found;
}

static bool hide(const pz_known *known, const char *text, size_t length, size_t most, bool is_cut,
                 pz_buffer *out)
{
    search s;
    s.is_cut = is_cut;
    s.known = known;
    s.text = text;
    s.end = text + length;
    s.steps_left = (uint64_t)length * STEPS_EACH + STEPS_MORE;
    s.unmarked = s.unmarked_end = text;
    size_t written = out->length;
    const char *at = text, *shown = text; /* the text before `shown` was written */
    while (known->count > 0 && at < s.end && out->length - written + (size_t)(at - shown) < most) {
        const char *stop = may_begin(known, at, s.end) ? find_end(&s, at) : NULL;
        if (stop == NULL) {
            at++;
            continue;
        }
        pz_buffer_append(out, shown, (size_t)(at - shown));
        /* another secret may begin within this one */
        for (const char *inner = at + 1; inner < stop && stop < s.end; inner++) {
            const char *further = may_begin(known, inner, s.end) ? find_end(&s, inner) : NULL;
            if (further != NULL && further > stop)
                stop = further;
        }
        pz_buffer_append(out, stars, sizeof stars - 1);
        at = shown = stop;
    }
    if (known->count == 0)
        at = s.end;
    size_t room = most > out->length - written ? most - (out->length - written) : 0;
    size_t rest = (size_t)(at - shown);
    pz_buffer_append(out, shown, rest < room ? rest : room);
    return at == s.end && rest <= room;
}

bool pz_known_hide(const pz_known *known, const char *text, size_t length, size_t most,
                   pz_buffer *out)
{
    return hide(known, text, length, most, false, out);
}

bool pz_known_hide_cut(const pz_known *known, const char *text, size_t length, size_t most,
                       pz_buffer *out)
{
    return hide(known, text, length, most, true, out);
}
