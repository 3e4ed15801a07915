/* The types of a document's values. */
#ifndef PZ_JSON_TYPE_H
#define PZ_JSON_TYPE_H

enum pz_json_type {
    PZ_JSON_NULL,
    PZ_JSON_FALSE,
    PZ_JSON_TRUE,
    PZ_JSON_NUMBER,
    PZ_JSON_STRING,
    PZ_JSON_ARRAY,
    PZ_JSON_OBJECT,
};

typedef struct pz_json_document pz_json_document;
typedef struct pz_json_value pz_json_value;

#endif
