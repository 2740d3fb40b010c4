/* foreign.c - reads the manifests, and finds, gives back and carries over files that lede did not
 * write.
 *
 * A folder's change time moves when a name in it comes or goes. The manifest's stamp was taken when
 * all of lede's own names were in place, so only folders that changed since have to be read: one
 * fstatat a folder finds what somebody put there. A file that came into the live tree during a
 * publication lies in the retired tree afterwards: the next publication, which works on that tree,
 * first gives it back to the live one.
 */
#include "publish/inside.h"

#include "base/path.h"
#include "sys/os.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_DEPTH = 64 };

/* One look through one tree. */
typedef struct search {
    lede_release *r;
    bool in_live; /* else in the standby */
    bool is_part; /* of a delta: folders that are looked at anyway are passed over */
    int fd;
    uint64_t stamp;
    lede__names changed; /* lede's own folders that changed since the stamp; borrowed names */
    lede_str last;       /* path of the row before */
    lede_error *err;
} search;

static const char *tree_of(const search *s) { return s->in_live ? s->r->dest : s->r->standby; }

static lede_status fail(const search *s, const char *what, const char *path) {
    return lede__fail_os(s->err, errno, "cannot %s '%s' in '%s'", what, path, tree_of(s));
}

static lede_status note_if_changed(search *s, lede_str folder) {
    char name[LEDE__NAME_ROOM];
    struct stat st;
    if (s->is_part && lede__names_find(&s->r->tops, folder) != LEDE_NO_NAME)
        return LEDE_OK;
    memcpy(name, folder.ptr, folder.len);
    name[folder.len] = '\0';
    if (fstatat(s->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode))
        return LEDE_OK;
    if (lede__ns(st.st_ctim) < s->stamp)
        return LEDE_OK;
    return lede__names_add(&s->changed, NULL, folder) == LEDE_NO_NAME ? lede__no_memory(s->err)
                                                                      : LEDE_OK;
}

/* Rows are sorted, so the folders of a path that the row before does not share are new ones. */
static lede_status look_at_folders(search *s, lede_str path) {
    size_t same = 0;
    lede_status st = LEDE_OK;
    while (same < path.len && same < s->last.len && path.ptr[same] == s->last.ptr[same])
        same++;
    for (size_t i = same; i < path.len && !st; i++)
        if (path.ptr[i] == '/')
            st = note_if_changed(s, lede_str_n(path.ptr, i));
    s->last = path;
    return st;
}

/* Whether this tree's manifest, or the live one's, has the file. */
static bool is_listed(const search *s, lede_str path) {
    const char *live, *standby;
    lede__rows_of(s->r, path, &live, &standby);
    if (live || standby)
        return true;
    return lede__names_find(&s->r->listed_foreign, path) != LEDE_NO_NAME ||
           lede__names_find(&s->r->last_foreign, path) != LEDE_NO_NAME;
}

static lede_status note_foreign(lede_release *r, lede_str path, lede_error *err) {
    const uint32_t n = lede__names_add(&r->foreign, &r->arena, path);
    if (n == LEDE_NO_NAME)
        return lede__no_memory(err);
    for (lede_str f = lede__path_dir(r->foreign.items[n]); f.len; f = lede__path_dir(f))
        if (lede__names_add(&r->foreign_folders, NULL, f) == LEDE_NO_NAME)
            return lede__no_memory(err);
    return LEDE_OK;
}

/* Puts a late file from the standby where its owner had put it. */
static lede_status give_back(search *s, int dir, const char *name, const char *path) {
    char live_name[LEDE__NAME_ROOM];
    lede_status st = lede__release_writer(s->r, s->err);
    if (st || s->r->writer.live_fd < 0)
        return st;
    const int to = lede__place_of(&s->r->writer.live, lede_str_of(path), LEDE__ADD, live_name);
    if (to < 0) /* something else has its place now: it stays where it is */
        return LEDE_OK;
    const int number = lede__link_or_copy(dir, name, to, live_name);
    if (number && number != EEXIST) {
        errno = number;
        return fail(s, "give back", path);
    }
    return LEDE_OK;
}

static lede_status found(search *s, int dir, const char *name, const char *path) {
    if (!s->in_live) {
        lede_status st = give_back(s, dir, name, path);
        if (st || !s->r->has_live)
            return st;
    }
    return note_foreign(s->r, lede_str_of(path), s->err);
}

static lede_status read_folder(search *s, int dir, const char *path, bool ours, int depth);

static lede_status visit_folder(search *s, int dir, const char *name, const char *path, bool ours,
                                int depth) {
    struct stat st;
    if (ours && lede__names_find(&s->changed, lede_str_of(path)) != LEDE_NO_NAME)
        return LEDE_OK; /* read by itself */
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? LEDE_OK : fail(s, "look at", path);
    if (ours && lede__ns(st.st_ctim) < s->stamp)
        return LEDE_OK; /* one of lede's */
    const int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? fail(s, "open", path) : read_folder(s, fd, path, false, depth + 1);
}

static bool is_own_name(const char *folder, const char *name) {
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    return !*folder && strncmp(name, LEDE__RESERVED, strlen(LEDE__RESERVED)) == 0;
}

static lede_status visit(search *s, int dir, const struct dirent *e, const char *folder, bool ours,
                         int depth) {
    char path[LEDE__NAME_ROOM];
    struct stat st;
    if (is_own_name(folder, e->d_name))
        return LEDE_OK;
    const int n = snprintf(path, sizeof path, "%s%s%s", folder, *folder ? "/" : "", e->d_name);
    if (n < 0 || n >= (int)sizeof path || depth > MAX_DEPTH)
        return lede_fail(s->err, LEDE_ELIMIT,
                         "'%s' in '%s' is too deep to carry over; move it away", path, tree_of(s));
    bool is_dir = e->d_type == DT_DIR, is_file = e->d_type == DT_REG || e->d_type == DT_LNK;
    if (!is_dir && is_listed(s, lede_str_of(path)))
        return LEDE_OK;
    if (e->d_type == DT_UNKNOWN && fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        is_dir = S_ISDIR(st.st_mode);
        is_file = S_ISREG(st.st_mode) || S_ISLNK(st.st_mode);
    }
    if (is_dir)
        return visit_folder(s, dir, e->d_name, path, ours, depth);
    return is_file ? found(s, dir, e->d_name, path) : LEDE_OK;
}

/* Reads one folder, which it closes. ours: lede made it, and its folders that did not change are
 * lede's too. */
static lede_status read_folder(search *s, int fd, const char *path, bool ours, int depth) {
    DIR *dir = fdopendir(fd);
    lede_status st = LEDE_OK;
    if (!dir) {
        st = fail(s, "read", path);
        close(fd);
        return st;
    }
    for (const struct dirent *e; !st && (e = readdir(dir));)
        st = visit(s, dirfd(dir), e, path, ours, depth);
    closedir(dir);
    return st;
}

static lede_status read_root(search *s) {
    const int fd = openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? fail(s, "open", ".") : read_folder(s, fd, "", true, 0);
}

static lede_status read_changed(search *s) {
    char name[LEDE__NAME_ROOM];
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; i < s->changed.count && !st; i++) {
        memcpy(name, s->changed.items[i].ptr, s->changed.items[i].len);
        name[s->changed.items[i].len] = '\0';
        const int fd = openat(s->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        st = fd < 0 ? fail(s, "open", name) : read_folder(s, fd, name, true, 0);
    }
    return st;
}

static lede_status take_foreign(search *s, const lede__row *row) {
    struct stat st;
    lede__names *list = s->in_live ? &s->r->listed_foreign : &s->r->last_foreign;
    if (lede__names_add(list, NULL, row->path) == LEDE_NO_NAME)
        return lede__no_memory(s->err);
    /* What its owner has removed from the live tree is not carried over. */
    if (s->in_live && fstatat(s->fd, row->path.ptr, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return note_foreign(s->r, row->path, s->err);
    return LEDE_OK;
}

static lede_status take_row(search *s, const lede__row *row) {
    lede_release *r = s->r;
    if (!row->hex)
        return take_foreign(s, row);
    lede__released *p = lede__released_get(r, row->path, false);
    if (!p)
        return lede__no_memory(s->err);
    if (s->in_live)
        p->live = row->hex;
    else
        p->standby = row->hex;
    return LEDE_OK;
}

/* Takes the rows in, and looks for what is not among them when others could have been in the tree.
 */
static lede_status read_tree(lede_release *r, bool in_live, lede__manifest *m, lede_error *err) {
    search s = {.r = r, .in_live = in_live, .fd = -1, .stamp = m->checked, .err = err};
    const bool look = in_live || r->standby_was_live;
    lede__row row;
    bool more = true;

    lede__names_init(&s.changed);
    s.fd = open(tree_of(&s), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    lede_status st = s.fd < 0 ? fail(&s, "open", ".") : LEDE_OK;
    /* Rows of pages and foreign ones are two sorted runs; where they meet, a folder may be looked
     * at twice. */
    while (!st && !(st = lede__manifest_next(m, &r->arena, &row, &more, err)) && more) {
        st = take_row(&s, &row);
        if (!st && look)
            st = look_at_folders(&s, row.path);
    }
    if (!st && look)
        st = read_root(&s);
    if (!st && look)
        st = read_changed(&s);
    if (s.fd >= 0)
        close(s.fd);
    lede__names_fini(&s.changed);
    return st;
}

static void forget_standby(lede_release *r) {
    for (uint32_t i = 0; i < r->paths.count; i++)
        r->pages[i].standby = NULL;
    lede__names_fini(&r->last_foreign);
    r->standby_was_live = false;
}

lede_status lede__read_trees(lede_release *r, lede_error *err) {
    if (r->has_live) {
        const lede_status st = read_tree(r, true, &r->live, err);
        if (st)
            return st == LEDE_EFORMAT ? lede_fail_in(err, st, "'%s'", r->dest) : st;
    }
    if (!r->last.map.ptr)
        return LEDE_OK;
    lede_status st = read_tree(r, false, &r->last, err);
    if (st != LEDE_EFORMAT)
        return st;
    forget_standby(r);
    return lede__new_standby(r, err);
}

/* ---- a delta's looks */

enum { PART_ROWS = 500, PARTS_MAX = 256 };

/* The folders of one part of the pages; the next publication's is the next part. */
static lede_status look_at_part(search *s, const lede__manifest *m) {
    const uint64_t files = s->r->live_files / PART_ROWS + 1,
                   parts = files < PARTS_MAX ? files : PARTS_MAX, part = s->r->serial % parts;
    const size_t length = m->pages_end - m->first;
    const size_t end = m->first + (size_t)(length * (part + 1) / parts);
    size_t next = lede__manifest_row(m, m->first + (size_t)(length * part / parts));
    lede_status st = LEDE_OK;
    for (s->last = (lede_str){0}; next < end && !st;)
        st = look_at_folders(s, lede__manifest_path(m, next, &next));
    return st;
}

/* Sealing gave the list of changes the time of the tree's own folder. */
static bool is_root_changed(const search *s) {
    struct stat tree, list;
    const char *file = s->in_live ? s->r->live_list : s->r->standby_list;
    return fstat(s->fd, &tree) != 0 || stat(file, &list) != 0 ||
           lede__ns(tree.st_mtim) != lede__ns(list.st_mtim);
}

static lede_status look_at_known(search *s, lede__manifest *m) {
    const lede__names *tops = &s->r->tops;
    lede__row row;
    lede_status st = LEDE_OK;
    for (m->at = m->pages_end; !st && lede__manifest_foreign(m, &s->r->arena, &row);) {
        st = take_foreign(s, &row);
        if (!st)
            st = look_at_folders(s, row.path);
    }
    for (uint32_t i = 0; i < tops->count && !st; i++)
        st = note_if_changed(s, tops->items[i]);
    return st;
}

static lede_status look_at_tree(lede_release *r, bool in_live, lede__manifest *m, lede_error *err) {
    search s = {.r = r, .in_live = in_live, .fd = -1, .err = err};
    lede__names_init(&s.changed);
    s.stamp = in_live ? r->live_complete : r->standby_complete;
    s.fd = open(tree_of(&s), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    lede_status st = s.fd < 0 ? fail(&s, "open", ".") : look_at_known(&s, m);
    if (!st && (in_live || r->standby_was_live)) {
        const uint64_t complete = s.stamp;
        s.stamp = m->checked;
        s.is_part = true;
        st = look_at_part(&s, m);
        s.is_part = false;
        s.stamp = complete;
        if (!st && is_root_changed(&s))
            st = read_root(&s);
        st = st ? st : read_changed(&s);
    }
    if (s.fd >= 0)
        close(s.fd);
    lede__names_fini(&s.changed);
    return st;
}

lede_status lede__look_at_some(lede_release *r, lede_error *err) {
    const lede_status st = look_at_tree(r, true, &r->live, err);
    return st || !r->last.map.ptr ? st : look_at_tree(r, false, &r->last, err);
}

/* ---- carrying over */

static lede_status carry(lede_release *r, lede_str path, uint64_t *carried, lede_error *err) {
    char from[LEDE__NAME_ROOM], to[LEDE__NAME_ROOM];
    struct stat a, b;
    const int live = lede__place_of(&r->writer.live, path, LEDE__LOOK, from);
    if (live < 0 || fstatat(live, from, &a, AT_SYMLINK_NOFOLLOW) != 0)
        return LEDE_OK; /* gone meanwhile */
    const int standby = lede__place_of(&r->writer.standby, path, LEDE__RENEW, to);
    if (standby < 0)
        return lede__fail_os(err, errno, "cannot make the folder of '%s'", path.ptr);
    ++*carried;
    if (fstatat(standby, to, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_dev == b.st_dev &&
        a.st_ino == b.st_ino)
        return LEDE_OK;
    int number = lede__remove_below(standby, to);
    if (!number)
        number = lede__link_or_copy(live, from, standby, to);
    return number ? lede__fail_os(err, number, "cannot carry over '%s', which lede did not write",
                                  path.ptr)
                  : LEDE_OK;
}

lede_status lede__carry_foreign(lede_release *r, uint64_t *carried, lede_error *err) {
    lede_status st = r->foreign.count ? lede__release_writer(r, err) : LEDE_OK;
    for (uint32_t i = 0; i < r->foreign.count && !st && r->writer.live_fd >= 0; i++)
        st = carry(r, r->foreign.items[i], carried, err);
    return st;
}
