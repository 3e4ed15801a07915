/* What libcurl calls while a transfer runs. No Lua here, and no call back into libcurl. */
#ifndef PZ_HTTP_CALLBACKS_H
#define PZ_HTTP_CALLBACKS_H

#include "http/transfer.h"

/* They stay with the handle, and find its transfer of the time. */
CURLcode pz_callbacks_apply(pz_handle *handle);

#endif
