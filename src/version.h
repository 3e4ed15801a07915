/* The one place that states the version; the user agent, _VERSION and the changelog follow it. */
#ifndef PZ_VERSION_H
#define PZ_VERSION_H

#define PZ_VERSION "1.0.0"

#endif
