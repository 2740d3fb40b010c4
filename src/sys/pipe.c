/* pipe.c - see sys/pipe.h. Each helper degrades silently: callers are correct without it, only
 * slower or less strict. */
#include "sys/pipe.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

void lede__pipe_widen(int fd, int bytes) { (void)fcntl(fd, F_SETPIPE_SZ, bytes); }

void lede__cloexec_from(int first) {
    if (close_range((unsigned)first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    /* Kernels before 5.11: one by one, as far as descriptors are usually handed out. */
    for (int fd = first; fd < 1024; fd++) {
        const int flags = fcntl(fd, F_GETFD);
        if (flags >= 0)
            (void)fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    }
}

void lede__die_with_parent(void) { (void)prctl(PR_SET_PDEATHSIG, SIGKILL); }
