/* The members of objects, in order. A hash table finds them by name in constant time, so that a
 * hostile text with a million members takes only linear time. */
#include <stdbool.h>

#include "json/document.h"
#include "json/document_object.h"
#include "json/value.h"

#define FEW_MEMBERS 12 /* up to this number, comparing all names is faster */

/* FNV-1a with a start that differs between objects: an attacker cannot guess an address. */
static size_t hash_name(const pz_json_value *object, pz_json_text_part name)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ ((uint64_t)(uintptr_t)object >> 4);
    for (size_t i = 0; i < name.length; i++)
        hash = (hash ^ (unsigned char)name.bytes[i]) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32);
}

static bool same_name(pz_json_text_part a, pz_json_text_part b)
{
    return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

static void index_member(pz_json_value *object, size_t position)
{
    size_t mask = object->as.members.index_mask;
    size_t slot = hash_name(object, object->as.members.list[position].name) & mask;
    while (object->as.members.index[slot] != 0)
        slot = (slot + 1) & mask;
    object->as.members.index[slot] = (uint32_t)position + 1;
}

static void index_all(pz_json_value *object)
{
    memset(object->as.members.index, 0, (object->as.members.index_mask + 1) * sizeof(uint32_t));
    for (size_t i = 0; i < object->as.members.count; i++)
        index_member(object, i);
}

static pz_json_named *find(const pz_json_value *object, pz_json_text_part name)
{
    pz_json_named *list = object->as.members.list;
    if (object->as.members.index == NULL) {
        for (size_t i = 0; i < object->as.members.count; i++) {
            if (same_name(list[i].name, name))
                return &list[i];
        }
        return NULL;
    }
    size_t mask = object->as.members.index_mask;
    size_t slot = hash_name(object, name) & mask;
    for (; object->as.members.index[slot] != 0; slot = (slot + 1) & mask) {
        pz_json_named *member = &list[object->as.members.index[slot] - 1];
        if (same_name(member->name, name))
            return member;
    }
    return NULL;
}

/* Enlarges the list and the index. The capacity is a power of two (above FEW_MEMBERS); the index
 * has twice as many slots. */
static bool grow(pz_json_document *document, pz_json_value *object)
{
    size_t count = object->as.members.count;
    size_t capacity = count == 0 ? 4 : count < FEW_MEMBERS ? FEW_MEMBERS : 32;
    while (capacity <= count)
        capacity *= 2;
    if (capacity > UINT32_MAX / 2)
        return false;
    pz_json_named *list = pz_arena_alloc(&document->arena, capacity * sizeof *list);
    uint32_t *index = NULL;
    if (capacity > FEW_MEMBERS)
        index = pz_arena_alloc(&document->arena, capacity * 2 * sizeof *index);
    if (list == NULL || (capacity > FEW_MEMBERS && index == NULL))
        return false;
    if (count != 0)
        memcpy(list, object->as.members.list, count * sizeof *list);
    object->as.members.list = list;
    object->as.members.capacity = capacity;
    object->as.members.index = index;
    object->as.members.index_mask = capacity * 2 - 1;
    if (index != NULL)
        index_all(object);
    return true;
}

bool pz_json_set_part(pz_json_document *document, pz_json_value *object, pz_json_text_part name,
                      pz_json_value *value)
{
    if (!pz_json_is(object, PZ_JSON_OBJECT) || value == NULL)
        return false;
    pz_json_named *known = find(object, name);
    if (known != NULL) {
        known->value = value;
        return true;
    }
    if (object->as.members.count == object->as.members.capacity && !grow(document, object))
        return false;
    size_t position = object->as.members.count++;
    object->as.members.list[position] = (pz_json_named){name, value};
    if (object->as.members.index != NULL)
        index_member(object, position);
    return true;
}

bool pz_json_set(pz_json_document *document, pz_json_value *object, const char *name,
                 pz_json_value *value)
{
    size_t length = strlen(name);
    if (!pz_json_is(object, PZ_JSON_OBJECT) || value == NULL)
        return false;
    pz_json_named *known = find(object, (pz_json_text_part){name, length});
    if (known != NULL) {
        known->value = value;
        return true;
    }
    const char *kept = pz_json_keep(document, name, length);
    return kept != NULL &&
           pz_json_set_part(document, object, (pz_json_text_part){kept, length}, value);
}

pz_json_value *pz_json_get_part(const pz_json_value *object, pz_json_text_part name)
{
    if (!pz_json_is(object, PZ_JSON_OBJECT))
        return NULL;
    pz_json_named *member = find(object, name);
    return member != NULL ? member->value : NULL;
}

pz_json_value *pz_json_get(const pz_json_value *object, const char *name)
{
    return pz_json_get_part(object, (pz_json_text_part){name, strlen(name)});
}

pz_json_value *pz_json_member(const pz_json_value *object, size_t index, const char **name,
                              size_t *length)
{
    bool there = pz_json_is(object, PZ_JSON_OBJECT) && index < object->as.members.count;
    const pz_json_named *member = there ? &object->as.members.list[index] : NULL;
    if (name != NULL)
        *name = there ? member->name.bytes : NULL;
    if (length != NULL)
        *length = there ? member->name.length : 0;
    return there ? member->value : NULL;
}

bool pz_json_set_text(pz_json_document *document, pz_json_value *object, const char *name,
                      const char *text)
{
    return pz_json_set(document, object, name, pz_json_new_text(document, text));
}

void pz_json_remove(pz_json_value *object, const char *name)
{
    if (!pz_json_is(object, PZ_JSON_OBJECT))
        return;
    pz_json_named *member = find(object, (pz_json_text_part){name, strlen(name)});
    if (member == NULL)
        return;
    pz_json_named *end = object->as.members.list + object->as.members.count;
    memmove(member, member + 1, (size_t)(end - member - 1) * sizeof *member);
    object->as.members.count--;
    if (object->as.members.index != NULL)
        index_all(object);
}

void pz_json_remove_where(pz_json_value *object, bool (*is_meant)(const char *name, size_t length))
{
    if (!pz_json_is(object, PZ_JSON_OBJECT))
        return;
    pz_json_named *list = object->as.members.list;
    size_t kept = 0;
    for (size_t i = 0; i < object->as.members.count; i++)
        if (!is_meant(list[i].name.bytes, list[i].name.length))
            list[kept++] = list[i];
    object->as.members.count = kept;
    if (object->as.members.index != NULL)
        index_all(object);
}
