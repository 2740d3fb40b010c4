/* entry.h - what a folder holds: looked at, removed, renamed. Errors name the path. */
#ifndef LEDE_SYS_ENTRY_H
#define LEDE_SYS_ENTRY_H

#include "lede/text.h"

typedef enum lede__entry_kind {
    LEDE__FILE,
    LEDE__FOLDER,
    LEDE__LINK,
    LEDE__OTHER
} lede__entry_kind;

typedef struct lede__entry {
    lede__entry_kind kind;
    int64_t size, mtime_ns;
} lede__entry;

/* Follows a symbolic link; one that leads nowhere is a LEDE__LINK. LEDE_ENOTFOUND. */
LEDE_MUST_CHECK lede_status lede__entry_look(const char *path, lede__entry *out, lede_error *err);
/* Appends the names in a folder, hidden ones too, sorted by bytes, each with its NUL. */
LEDE_MUST_CHECK lede_status lede__entry_list(const char *path, lede_buf *out, lede_error *err);
/* Sorts such a list by bytes; names that come more than once are left once. */
LEDE_MUST_CHECK lede_status lede__entry_sort(lede_buf *names, lede_error *err);
/* A file, a link (not what it leads to) or an empty folder. */
LEDE_MUST_CHECK lede_status lede__entry_remove(const char *path, lede_error *err);
/* Replaces what is called so. */
LEDE_MUST_CHECK lede_status lede__entry_rename(const char *from, const char *to, lede_error *err);

#endif
