/* below.c - see sys/below.h. openat2 came with Linux 5.6; containers may forbid it with EPERM. */
#include "sys/below.h"

#include <errno.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

int lede__open_below(int dir, const char *path, int flags, unsigned mode) {
#ifdef SYS_openat2
    struct open_how how = {.flags = (uint64_t)(unsigned)flags,
                           .mode = mode,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    const long fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
    if (fd >= 0 || (errno != EPERM && errno != E2BIG))
        return (int)fd;
#else
    (void)dir, (void)path, (void)flags, (void)mode;
#endif
    errno = ENOSYS;
    return -1;
}
