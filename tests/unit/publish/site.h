/* site.h - what the tests of releases share: a folder of their own, small sites, looks at trees. */
#ifndef LEDE_TEST_PUBLISH_SITE_H
#define LEDE_TEST_PUBLISH_SITE_H

#include "codec/hash.h"
#include "lede/release.h"
#include "publish/tree.h"
#include "sys/sys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[200], dest[220], history_folder[220];

static inline int make_root(void **state) {
    (void)state;
    const char *base = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/lede-release-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(root))
        return -1;
    snprintf(dest, sizeof dest, "%s/public", root);
    snprintf(history_folder, sizeof history_folder, "%s/history", root);
    return 0;
}

static inline int remove_root(void **state) {
    (void)state;
    lede__release_hook = NULL;
    return lede__remove_tree(root, NULL) == LEDE_OK ? 0 : -1;
}

/* Text of a file below root, "" when absent; static storage. */
static inline const char *text_of(const char *path) {
    static char text[4][512];
    static int turn;
    char name[1024];
    char *out = text[turn++ % 4];
    snprintf(name, sizeof name, "%s/%s", root, path);
    const int fd = open(name, O_RDONLY | O_NOFOLLOW);
    const ssize_t n = fd < 0 ? 0 : read(fd, out, 511);
    if (fd >= 0)
        close(fd);
    out[n > 0 ? n : 0] = '\0';
    return out;
}

static inline bool there(const char *path) {
    char name[1024];
    struct stat st;
    snprintf(name, sizeof name, "%s/%s", root, path);
    return lstat(name, &st) == 0;
}

static inline ino_t inode_of(const char *path) {
    char name[1024];
    struct stat st;
    snprintf(name, sizeof name, "%s/%s", root, path);
    return lstat(name, &st) == 0 ? st.st_ino : 0;
}

static inline void put_file(const char *path, const char *text) {
    char name[1024];
    snprintf(name, sizeof name, "%s/%s", root, path);
    char *slash = strrchr(name, '/');
    *slash = '\0';
    assert_int_equal(lede__make_dirs(name, NULL), LEDE_OK);
    *slash = '/';
    const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

typedef struct page {
    const char *path, *text; /* text NULL: it could not be made */
} page;

static const lede_release_options quick = {
    .no_sync = true, .retired_seconds = -1, .lock_wait_ms = -1};

static inline lede_status write_page(lede_release *r, lede_release_writer *w, const page *p,
                                     lede_error *err) {
    lede_release_known known;
    unsigned char sum[32];
    lede_release_action action;
    bool kept;
    const lede_str path = lede_str_of(p->path);
    lede_status st = lede_release_claim(r, path, lede_str_of("test"), err);
    lede_release_know(r, path, &known);
    if (!st && !p->text)
        return lede_release_keep(r, path, &kept, err);
    if (!st)
        st = lede_release_write(w, path, lede_str_of(p->text), &known, sum, &action, err);
    return st ? st : lede_release_add(r, path, strlen(p->text), sum, action, err);
}

/* Claims, writes and adds the pages up to one with path NULL. */
static inline lede_status write_pages(lede_release *r, const page *pages, lede_error *err) {
    lede_release_writer w;
    lede_status st =
        lede_release_writer_open(lede_release_standby(r), lede_release_live(r), &w, err);
    for (const page *p = pages; p->path && !st; p++)
        st = write_page(r, &w, p, err);
    lede_release_writer_close(&w);
    return st;
}

static inline bool is_as_live(const lede_release *r, const page *p) {
    lede_release_known known;
    unsigned char sum[32];
    lede_release_know(r, lede_str_of(p->path), &known);
    lede__sha256(lede_str_of(p->text), sum);
    return known.in_live && memcmp(known.live, sum, sizeof sum) == 0;
}

/* Says how the pages differ from those that may have been live before. */
static inline lede_status write_delta(lede_release *r, const page *before, const page *pages,
                                      lede_error *err) {
    lede_release_writer w;
    lede_status st =
        lede_release_writer_open(lede_release_standby(r), lede_release_live(r), &w, err);
    for (const page *b = before; b->path && !st; b++) {
        const page *p = pages;
        while (p->path && strcmp(p->path, b->path) != 0)
            p++;
        if (!p->path)
            st = lede_release_drop(r, lede_str_of(b->path), err);
    }
    for (const page *p = pages; p->path && !st; p++)
        if (!p->text || !is_as_live(r, p))
            st = write_page(r, &w, p, err);
    lede_release_writer_close(&w);
    return st;
}

static inline lede_status publish_delta(const lede_release_options *o, const page *before,
                                        const page *pages, lede_release_stats *n, bool *changed,
                                        lede_error *err) {
    lede_release *r;
    lede_status st = lede_release_open(dest, o, &r, err);
    if (st)
        return st;
    st = lede_release_is_delta(r) ? write_delta(r, before, pages, err) : write_pages(r, pages, err);
    if (st) {
        lede_release_abort(r);
        return st;
    }
    return lede_release_commit(r, n, changed, err);
}

static inline lede_status publish_with(const lede_release_options *o, const page *pages,
                                       lede_release_stats *n, bool *changed, lede_error *err) {
    lede_release *r;
    lede_status st = lede_release_open(dest, o, &r, err);
    if (st)
        return st;
    st = write_pages(r, pages, err);
    if (st) {
        lede_release_abort(r);
        return st;
    }
    return lede_release_commit(r, n, changed, err);
}

static inline lede_release_stats publish(const page *pages) {
    lede_release_stats n;
    bool changed;
    lede_error err = {0};
    const lede_status st = publish_with(&quick, pages, &n, &changed, &err);
    if (st)
        print_error("%s\n", err.message);
    assert_int_equal(st, LEDE_OK);
    return n;
}

#endif
