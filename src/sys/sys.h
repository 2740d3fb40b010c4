/* sys.h - what only Linux gives, with portable fallbacks. The one room with _GNU_SOURCE. Errors
 * name the path. */
#ifndef LEDE_SYS_SYS_H
#define LEDE_SYS_SYS_H

#include "lede/text.h"

typedef struct lede__map {
    const char *ptr;
    size_t len;
} lede__map;
/* Maps a whole file shared and read-only. An empty file maps to len 0. */
LEDE_MUST_CHECK lede_status lede__map_open(const char *path, lede__map *out, lede_error *err);
void lede__map_close(lede__map *m); /* may be repeated */

/* Reads a whole file into out (appends); LEDE_ELIMIT above max. */
LEDE_MUST_CHECK lede_status lede__read_file(const char *path, size_t max, lede_buf *out,
                                            lede_error *err);
/* The same below an open folder, never through a symbolic link that leaves it (openat2 where there
 * is one). */
LEDE_MUST_CHECK lede_status lede__read_below(int dir, const char *path, size_t max, lede_buf *out,
                                             lede_error *err);
/* Writes beside and renames; sync: fsync file and folder. */
LEDE_MUST_CHECK lede_status lede__write_file(const char *path, lede_str bytes, bool sync,
                                             lede_error *err);
LEDE_MUST_CHECK lede_status lede__make_dirs(const char *path, lede_error *err); /* mkdir -p */
/* Exchanges two names atomically. LEDE_EINVAL when kernel or file system cannot (*err says so). */
LEDE_MUST_CHECK lede_status lede__exchange(const char *a, const char *b, lede_error *err);
bool lede__is_mount(const char *path); /* whether a file system, or part of one, is mounted there */
LEDE_MUST_CHECK lede_status lede__sync_fs(int fd, lede_error *err); /* syncfs, else sync */
LEDE_MUST_CHECK lede_status
lede__remove_tree(const char *path, lede_error *err); /* absent is fine; never follows links */
/* Walks files below root (not hidden ones, not ones that begin with '.'), sorted by path within
 * each folder; links to files inside root are followed; of others the first is named in *err, the
 * rest counted there, and the walk answers LEDE_OK. path is relative to root. each false = stop. */
typedef bool lede__walk_each(void *ctx, const char *path, int64_t size, int64_t mtime_ns);
LEDE_MUST_CHECK lede_status lede__walk(const char *root, lede__walk_each *each, void *ctx,
                                       lede_error *err);
/* The same, but the folder or file called shown directly below root is walked though it is hidden.
 */
LEDE_MUST_CHECK lede_status lede__walk_with(const char *root, const char *shown,
                                            lede__walk_each *each, void *ctx, lede_error *err);
/* flock on a file that is made if absent; wait_ms 0 = try once. LEDE_EBUSY. Gives *fd: close() to
 * unlock. */
LEDE_MUST_CHECK lede_status lede__lock(const char *path, int wait_ms, int *fd, lede_error *err);
bool lede__exists(const char *path);
bool lede__is_dir(const char *path);
const char *lede__program_path(void); /* this program's file; static storage */
uint64_t lede__monotonic_ns(void);
uint64_t lede__monotonic_us(void);
uint64_t lede__cpu_us(void); /* user + system of this process */
uint64_t lede__pss_bytes(
    int pid); /* proportional set size from smaps_rollup; 0 when unknown; pid 0 = self */
bool lede__random(void *out, size_t n);
/* Shuts the calling process in: no network, no new processes, files only below writable and
 * readable folders (Landlock), no new privileges. What the kernel lacks is left out; *enforced (may
 * be NULL) gets words for `lede doctor`. Lists end with NULL, may be NULL, and may name what does
 * not exist. Landlock binds the calling thread and those it starts: call it before there are
 * others. For good: it cannot be undone. */
LEDE_MUST_CHECK lede_status lede__shut_in(const char *const *readable, const char *const *writable,
                                          const char **enforced, lede_error *err);
/* What lede__shut_in would enforce here, in words; static storage. */
const char *lede__shut_in_words(void);
/* Calls fn(ctx) once, in a handler of SIGALRM, ms after now; 0 cancels. One at a time: a later one
 * replaces it. */
void lede__alarm(int ms, void (*fn)(void *ctx), void *ctx);

#endif
