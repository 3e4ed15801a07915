/* libmicrohttpd, and how old it may be: callbacks return enum MHD_Result since 0.9.71. */
#ifndef PZ_EMULATOR_LIBMICROHTTPD_H
#define PZ_EMULATOR_LIBMICROHTTPD_H

#include <microhttpd.h>

#if MHD_VERSION < 0x00097100
#error "the emulator needs libmicrohttpd 0.9.71 or newer: the headers found are of an older one"
#endif

#endif
