/* A libcurl that was built with other authorities: this curl_version_info stands before the
 * library's. */
#ifndef PZ_SPEC_BUILT_AUTHORITIES_H
#define PZ_SPEC_BUILT_AUTHORITIES_H

#include <dlfcn.h>
#include <stdbool.h>

#include <curl/curl.h>

static bool is_built_otherwise;
static const char *built_file, *built_path; /* if so */

/* libcurl before 7.77 does not tell what it was built with. */
static inline bool tells_authorities(void)
{
    return curl_version_info(CURLVERSION_NOW)->version_num >= 0x074d00;
}

curl_version_info_data *curl_version_info(CURLversion age)
{
    static curl_version_info_data changed;
    curl_version_info_data *(*own)(CURLversion);
    *(void **)&own = dlsym(RTLD_NEXT, "curl_version_info");
    curl_version_info_data *built = own(age);
    if (!is_built_otherwise)
        return built;
    changed = *built;
    changed.cainfo = built_file;
    changed.capath = built_path;
    return &changed;
}

#endif
