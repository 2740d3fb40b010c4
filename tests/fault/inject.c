/* inject.c - stands between a program and libc (LD_PRELOAD), counts file operations and allocations
 * over all processes of a publication, and lets the n-th of a kind fail or kills there. See
 * board.h, points.lua.
 *
 *   FAULT_BOARD  the mapped file; without it nothing is done
 *   FAULT_BELOW  only operations on this folder and what is in it count
 *   FAULT_KIND   operation, read or allocation
 *   FAULT_AT     which; 0 = count only
 *   FAULT_TRACE  set: says on stderr from where the struck call came (addr2line -fie PROGRAM
 * ADDRESS) FAULT_HOW    kill (this process), all (each at its next operation), or the number of an
 * error
 *
 * Workers are given a small environment: what they need of ours is put back where the desk starts
 * them. The board is mapped when the library is loaded: workers give up opening files and all
 * signals but to themselves. So "all" is a word on the board that each reads. */
#define _GNU_SOURCE

#include "board.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { KILL = -1, ALL = -2 };

static board *shared;
static const char *below = "", *kind = "";
static uint64_t at;
static int how;
static bool is_desk;

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

#define REAL(result, name, parameters)                                                             \
    static result(*real) parameters;                                                               \
    if (!real)                                                                                     \
    *(void **)&real = next(name)

/* ---- the blow */

static void note(const char *operation, const char *path) {
    shared->pid = (uint64_t)getpid();
    snprintf(shared->operation, sizeof shared->operation, "%s", operation);
    snprintf(shared->path, sizeof shared->path, "%s", path);
    shared->hit = 1;
    if (getenv("FAULT_TRACE")) {
        void *calls[24];
        backtrace_symbols_fd(calls, backtrace(calls, 24), STDERR_FILENO);
    }
}

/* True when this one is to fail; errno is set. */
static bool strikes(_Atomic uint64_t *counter, const char *of, const char *operation,
                    const char *path) {
    const uint64_t n = atomic_fetch_add(counter, 1) + 1;
    if (how == ALL && shared->hit)
        kill(getpid(), SIGKILL);
    if (n != at || strcmp(kind, of) != 0)
        return false;
    note(operation, path);
    if (how == KILL || how == ALL)
        kill(getpid(), SIGKILL);
    errno = how;
    return true;
}

/* ---- which files count */

static bool counts(const char *path) {
    const size_t n = strlen(below);
    return n && strncmp(path, below, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static void path_of_fd(int fd, char out[1024]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const long n = syscall(SYS_readlink, link, out, (size_t)1023);
    out[n > 0 ? n : 0] = '\0';
}

static void path_at(int dir, const char *name, char out[2100]) {
    out[0] = '\0';
    if (name[0] == '/') {
        snprintf(out, 2100, "%s", name);
        return;
    }
    if (dir == AT_FDCWD)
        (void)syscall(SYS_getcwd, out, (size_t)1023);
    else
        path_of_fd(dir, out);
    const size_t n = strlen(out);
    snprintf(out + n, 2100 - n, "/%s", name);
}

static bool fd_fails(const char *operation, int fd, bool is_read) {
    char path[1024];
    const int kept = errno;
    if (!shared || fd < 0)
        return false;
    path_of_fd(fd, path);
    errno = kept;
    if (!counts(path))
        return false;
    return is_read ? strikes(&shared->reads, "read", operation, path)
                   : strikes(&shared->operations, "operation", operation, path);
}

static bool path_fails(const char *operation, int dir, const char *name) {
    char path[2100];
    const int kept = errno;
    if (!shared || !name)
        return false;
    path_at(dir, name, path);
    errno = kept;
    return counts(path) && strikes(&shared->operations, "operation", operation, path);
}

/* ---- operations of files. Each is: may it fail here, else libc's. */

#define OPENS(name)                                                                                \
    int name(const char *path, int flags, ...) {                                                   \
        REAL(int, #name, (const char *, int, ...));                                                \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;              \
        va_end(args);                                                                              \
        return path_fails("open", AT_FDCWD, path) ? -1 : real(path, flags, mode);                  \
    }
OPENS(open)
OPENS(open64)

#define OPENS_AT(name)                                                                             \
    int name(int dir, const char *path, int flags, ...) {                                          \
        REAL(int, #name, (int, const char *, int, ...));                                           \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;              \
        va_end(args);                                                                              \
        return path_fails("openat", dir, path) ? -1 : real(dir, path, flags, mode);                \
    }
OPENS_AT(openat)
OPENS_AT(openat64)

/* What lede calls by number, for libc has no name for it. */
long syscall(long number, ...) {
    REAL(long, "syscall", (long, ...));
    va_list args;
    long a[6];
    va_start(args, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(args, long);
    va_end(args);
    if (number == SYS_openat2 && path_fails("openat2", (int)a[0], (const char *)a[1]))
        return -1;
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

#define BY_FD(result, name, is_read, parameters, fd, arguments)                                    \
    result name parameters {                                                                       \
        REAL(result, #name, parameters);                                                           \
        return fd_fails(#name, fd, is_read) ? (result)-1 : real arguments;                         \
    }
BY_FD(ssize_t, write, false, (int fd, const void *p, size_t n), fd, (fd, p, n))
BY_FD(ssize_t, pwrite, false, (int fd, const void *p, size_t n, off_t to), fd, (fd, p, n, to))
BY_FD(ssize_t, pwrite64, false, (int fd, const void *p, size_t n, off_t to), fd, (fd, p, n, to))
BY_FD(ssize_t, writev, false, (int fd, const struct iovec *v, int n), fd, (fd, v, n))
BY_FD(ssize_t, read, true, (int fd, void *p, size_t n), fd, (fd, p, n))
BY_FD(ssize_t, pread, true, (int fd, void *p, size_t n, off_t to), fd, (fd, p, n, to))
BY_FD(ssize_t, pread64, true, (int fd, void *p, size_t n, off_t to), fd, (fd, p, n, to))
BY_FD(int, fsync, false, (int fd), fd, (fd))
BY_FD(int, fdatasync, false, (int fd), fd, (fd))
BY_FD(int, syncfs, false, (int fd), fd, (fd))
BY_FD(int, ftruncate, false, (int fd, off_t to), fd, (fd, to))
BY_FD(int, ftruncate64, false, (int fd, off_t to), fd, (fd, to))
BY_FD(int, fallocate, false, (int fd, int mode, off_t from, off_t n), fd, (fd, mode, from, n))
BY_FD(int, fallocate64, false, (int fd, int mode, off_t from, off_t n), fd, (fd, mode, from, n))
BY_FD(int, fchmod, false, (int fd, mode_t mode), fd, (fd, mode))
BY_FD(int, futimens, false, (int fd, const struct timespec t[2]), fd, (fd, t))

#define BY_NUMBER(name)                                                                            \
    int name(int fd, off_t from, off_t n) {                                                        \
        REAL(int, #name, (int, off_t, off_t));                                                     \
        return fd_fails(#name, fd, false) ? how : real(fd, from, n);                               \
    }
BY_NUMBER(posix_fallocate)
BY_NUMBER(posix_fallocate64)

/* The descriptor is gone even when it fails, as with Linux. */
int close(int fd) {
    REAL(int, "close", (int));
    const bool failed = fd_fails("close", fd, false);
    const int result = real(fd);
    if (failed)
        errno = how;
    return failed ? -1 : result;
}

#define MAPS(name)                                                                                 \
    void *name(void *p, size_t n, int protection, int flags, int fd, off_t from) {                 \
        REAL(void *, #name, (void *, size_t, int, int, int, off_t));                               \
        return fd_fails("mmap", flags & MAP_ANONYMOUS ? -1 : fd, false)                            \
                   ? MAP_FAILED                                                                    \
                   : real(p, n, protection, flags, fd, from);                                      \
    }
MAPS(mmap)
MAPS(mmap64)

#define BY_PATH(result, failed, name, parameters, dir, path, arguments)                            \
    result name parameters {                                                                       \
        REAL(result, #name, parameters);                                                           \
        return path_fails(#name, dir, path) ? failed : real arguments;                             \
    }
BY_PATH(FILE *, NULL, fopen, (const char *path, const char *mode), AT_FDCWD, path, (path, mode))
BY_PATH(FILE *, NULL, fopen64, (const char *path, const char *mode), AT_FDCWD, path, (path, mode))
BY_PATH(DIR *, NULL, opendir, (const char *path), AT_FDCWD, path, (path))
BY_PATH(int, -1, rename, (const char *from, const char *to), AT_FDCWD, to, (from, to))
BY_PATH(int, -1, renameat, (int d, const char *from, int e, const char *to), e, to,
        (d, from, e, to))
BY_PATH(int, -1, renameat2, (int d, const char *from, int e, const char *to, unsigned flags), e, to,
        (d, from, e, to, flags))
BY_PATH(int, -1, link, (const char *from, const char *to), AT_FDCWD, to, (from, to))
BY_PATH(int, -1, linkat, (int d, const char *from, int e, const char *to, int flags), e, to,
        (d, from, e, to, flags))
BY_PATH(int, -1, unlink, (const char *path), AT_FDCWD, path, (path))
BY_PATH(int, -1, unlinkat, (int d, const char *path, int flags), d, path, (d, path, flags))
BY_PATH(int, -1, mkdir, (const char *path, mode_t mode), AT_FDCWD, path, (path, mode))
BY_PATH(int, -1, mkdirat, (int d, const char *path, mode_t mode), d, path, (d, path, mode))
BY_PATH(int, -1, rmdir, (const char *path), AT_FDCWD, path, (path))
BY_PATH(int, -1, symlink, (const char *target, const char *path), AT_FDCWD, path, (target, path))
BY_PATH(int, -1, symlinkat, (const char *target, int d, const char *path), d, path,
        (target, d, path))
BY_PATH(int, -1, truncate, (const char *path, off_t to), AT_FDCWD, path, (path, to))
BY_PATH(int, -1, chmod, (const char *path, mode_t mode), AT_FDCWD, path, (path, mode))

int utimensat(int dir, const char *path, const struct timespec t[2], int flags) {
    REAL(int, "utimensat", (int, const char *, const struct timespec[2], int));
    return path_fails("utimensat", dir, path) ? -1 : real(dir, path, t, flags);
}

/* ---- memory. dlsym() may ask for some before it has answered: that comes from a pot of our own.
 */

static char pot[1 << 16];
static size_t pot_used;
static _Thread_local int inside;

static bool is_ours(const void *p) {
    return (const char *)p >= pot && (const char *)p < pot + sizeof pot;
}

static void *from_pot(size_t n) {
    void *p = pot + pot_used;
    pot_used += (n + 15) / 16 * 16;
    return pot_used <= sizeof pot ? p : NULL;
}

static bool memory_fails(const char *operation) {
    return shared && strikes(&shared->allocations, "allocation", operation, "memory");
}

static _Atomic uint64_t *blocks(void) { return is_desk ? &shared->blocks : &shared->others; }

static void *counted(void *p) {
    if (p && shared)
        atomic_fetch_add(blocks(), 1);
    return p;
}

#define ALLOCATOR(name, parameters)                                                                \
    static void *(*real)parameters;                                                                \
    if (!real && !inside) {                                                                        \
        inside++;                                                                                  \
        *(void **)&real = next(name);                                                              \
        inside--;                                                                                  \
    }

void *malloc(size_t n) {
    ALLOCATOR("malloc", (size_t))
    if (!real)
        return from_pot(n);
    return memory_fails("malloc") ? NULL : counted(real(n));
}

void *calloc(size_t n, size_t size) {
    ALLOCATOR("calloc", (size_t, size_t))
    if (!real)
        return from_pot(n * size);
    return memory_fails("calloc") ? NULL : counted(real(n, size));
}

void free(void *p) {
    REAL(void, "free", (void *));
    if (!p || is_ours(p))
        return;
    if (shared)
        atomic_fetch_sub(blocks(), 1);
    real(p);
}

void *realloc(void *p, size_t n) {
    ALLOCATOR("realloc", (void *, size_t))
    if (!real || is_ours(p))
        return p ? memcpy(malloc(n), p, n) : from_pot(n);
    if (memory_fails("realloc"))
        return NULL;
    return p ? real(p, n) : counted(real(p, n));
}

int posix_memalign(void **p, size_t align, size_t n) {
    REAL(int, "posix_memalign", (void **, size_t, size_t));
    if (memory_fails("posix_memalign"))
        return ENOMEM;
    const int number = real(p, align, n);
    if (!number)
        counted(*p);
    return number;
}

void *aligned_alloc(size_t align, size_t n) {
    REAL(void *, "aligned_alloc", (size_t, size_t));
    return memory_fails("aligned_alloc") ? NULL : counted(real(align, n));
}

/* libc's own make their block past us: made again from malloc, they count. */
char *strdup(const char *text) {
    const size_t n = strlen(text) + 1;
    char *copy = malloc(n);
    return copy ? memcpy(copy, text, n) : NULL;
}

char *strndup(const char *text, size_t most) {
    const size_t n = strnlen(text, most);
    char *copy = malloc(n + 1);
    if (copy) {
        memcpy(copy, text, n);
        copy[n] = '\0';
    }
    return copy;
}

/* ---- ends that are no ends */

void abort(void) {
    REAL(void, "abort", (void));
    if (shared)
        atomic_fetch_add(&shared->aborts, 1);
    real();
    __builtin_unreachable();
}

static void on_fault(int number) {
    if (shared)
        atomic_fetch_add(&shared->faults, 1);
    signal(number, SIG_DFL);
    raise(number);
}

/* ---- workers */

extern char **environ;
static char *ours[16];
static int n_ours;

static void keep_ours(void) {
    for (char **entry = environ; entry && *entry && n_ours < 15; entry++)
        if (strncmp(*entry, "FAULT_", 6) == 0 || strncmp(*entry, "LD_PRELOAD=", 11) == 0)
            ours[n_ours++] = *entry;
}

/* Called by libuv in the child, which may share our memory until then: nothing is allocated. */
int execvp(const char *file, char *const args[]) {
    REAL(int, "execvp", (const char *, char *const[]));
    static char *with[512];
    int n = 0;
    for (; environ && environ[n] && n < 490; n++)
        with[n] = environ[n];
    for (int i = 0; i < n_ours; i++)
        with[n++] = ours[i];
    with[n] = NULL;
    environ = with;
    return real(file, args);
}

/* ---- the beginning */

static void attach(const char *name) {
    const int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0)
        return;
    void *p =
        (void *)syscall(SYS_mmap, NULL, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (p == MAP_FAILED)
        return;
    uint64_t none = 0;
    board *b = p;
    is_desk = atomic_compare_exchange_strong(&b->desk, &none, (uint64_t)getpid());
    shared = b;
}

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("FAULT_BOARD"), *number = getenv("FAULT_AT"),
               *way = getenv("FAULT_HOW");
    if (!name)
        return;
    below = getenv("FAULT_BELOW") ? getenv("FAULT_BELOW") : "";
    kind = getenv("FAULT_KIND") ? getenv("FAULT_KIND") : "";
    at = number ? strtoull(number, NULL, 10) : 0;
    how = !way ? 0 : strcmp(way, "kill") == 0 ? KILL : strcmp(way, "all") == 0 ? ALL : atoi(way);
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], on_fault);
    keep_ours();
    attach(name);
}
