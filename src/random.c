/* Uses getentropy(), which Linux, the BSDs and macOS have in common. */
#include "random.h"

#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

bool pz_random_bytes(void *out, size_t length)
{
    return getentropy(out, length) == 0;
}
