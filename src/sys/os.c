/* os.c - words for errno, clocks, randomness, what the process costs. See sys/sys.h and sys/os.h.
 */
#include "sys/os.h"

#include "sys/sys.h"

#include "base/banned.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

lede_status lede__os_status(int number) {
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return LEDE_ENOTFOUND;
    case EEXIST:
        return LEDE_EEXIST;
    case ENOMEM:
        return LEDE_ENOMEM;
    case ENAMETOOLONG:
        return LEDE_EINVAL;
    default:
        return LEDE_EIO;
    }
}

lede_status lede__fail_os(lede_error *err, int number, const char *format, ...) {
    const lede_status status = lede__os_status(number);
    if (!err)
        return status;
    char what[LEDE_MESSAGE_MAX], words[128];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    /* With _GNU_SOURCE strerror_r() is the GNU one: it may answer with a text of its own. */
    return lede_fail(err, status, "%s: %s", what, strerror_r(number, words, sizeof words));
}

static char program[4096];

static void find_program(void) {
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0) {
        memcpy(program, "lede", sizeof "lede"); /* left to PATH */
        return;
    }
    program[n] = '\0';
    char *deleted = strstr(program, " (deleted)"); /* the file was replaced while it runs */
    if (deleted && deleted[sizeof " (deleted)" - 1] == '\0')
        *deleted = '\0';
}

const char *lede__program_path(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_program);
    return program;
}

uint64_t lede__monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t lede__monotonic_us(void) { return lede__monotonic_ns() / 1000; }

static uint64_t microseconds(struct timeval t) {
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec;
}

uint64_t lede__cpu_us(void) {
    struct rusage use;
    if (getrusage(RUSAGE_SELF, &use) != 0)
        return 0;
    return microseconds(use.ru_utime) + microseconds(use.ru_stime);
}

uint64_t lede__pss_bytes(int pid) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid ? pid : (int)getpid());
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    uint64_t kilobytes = 0;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "Pss:", 4) == 0) {
            kilobytes = strtoull(line + 4, NULL, 10);
            break;
        }
    }
    fclose(file);
    return kilobytes * 1024;
}

static bool random_from_file(char *out, size_t n) {
    const int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    while (n > 0) {
        const ssize_t got = read(fd, out, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        out += got;
        n -= (size_t)got;
    }
    close(fd);
    return n == 0;
}

bool lede__random(void *out, size_t n) {
    char *p = out;
    while (n > 0) {
        const ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return random_from_file(p, n);
        p += got;
        n -= (size_t)got;
    }
    return true;
}
