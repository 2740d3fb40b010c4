/* test_article_sites.c - every Markdown file of two real sites becomes an article and loses
 * nothing.
 *
 * The sites lie beside the project (../shared/data/sites); without them the tests say that they are
 * skipped. */
#include "article_test.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char SITES[] = "../shared/data/sites";

static bool have_sites(void) {
    struct stat st;
    if (stat(SITES, &st) == 0)
        return true;
    print_message("skipped: no %s here\n", SITES);
    return false;
}

static char *read_file(const char *path, size_t *len) {
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long size = ftell(f);
    rewind(f);
    /* no byte more than the file has: a sanitizer sees a step too far */
    char *bytes = malloc(size ? (size_t)size : 1);
    assert_non_null(bytes);
    *len = fread(bytes, 1, (size_t)size, f);
    assert_int_equal(*len, size);
    fclose(f);
    return bytes;
}

typedef struct walk {
    lede_article_rules rules;
    size_t files, loud;
    void (*look)(struct walk *w, const char *path, parsed *p);
} walk;

static void visit_file(walk *w, const char *path) {
    size_t len;
    char *bytes = read_file(path, &len);
    const char *below = strstr(path, "/content/");
    parsed p;
    parse_bytes(&p, &w->rules, below ? below + 9 : path + sizeof SITES, lede_str_n(bytes, len));
    if (p.status != LEDE_OK)
        fail_msg("%s:%d: %s", path, p.err.line, p.err.message);
    w->files++;
    w->loud += loud_notes(&p) > 0;
    w->look(w, path, &p);
    done(&p);
    free(bytes);
}

static void visit(walk *w, const char *folder) {
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        char path[4096];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] == '.' || stat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            visit(w, path);
        else if (lede_str_ends(lede_str_of(e->d_name), ".md"))
            visit_file(w, path);
    }
    closedir(d);
}

static bool holds(lede_str all, lede_str part) {
    return lede_str_search(all, part, 0) != (size_t)-1;
}

/* Whether a text of the front matter is somewhere in the article. */
static bool is_kept(const lede_article *a, lede_str s, lede_str params_form) {
    for (int f = 0; f < LEDE_TEXT_COUNT; f++)
        if (lede_str_eq(a->text[f], s))
            return true;
    for (int f = 0; f < LEDE_LIST_COUNT; f++)
        for (size_t i = 0; i < a->list[f].count; i++)
            if (lede_str_eq(a->list[f].items[i], s))
                return true;
    return holds(a->text[LEDE_TEXT_PARAMS], params_form);
}

static void assert_kept(const char *path, const lede_article *a, lede_str key,
                        const lede_value *v) {
    if (v->kind == LEDE_LIST)
        for (size_t i = 0; i < v->list.count; i++)
            assert_kept(path, a, key, &v->list.items[i]);
    if (v->kind == LEDE_MAP)
        for (size_t i = 0; i < v->map.count; i++)
            assert_kept(path, a, v->map.pairs[i].key, &v->map.pairs[i].value);
    if (v->kind != LEDE_TEXT || lede_str_trim(v->text).len == 0)
        return;
    static const char *const CHANGED[] = {"date",          "expirydate", "slug",  "aliases",
                                          "redirect_from", "permalink",  "locale"};
    for (size_t i = 0; i < sizeof CHANGED / sizeof *CHANGED; i++)
        if (lede_str_is(key, CHANGED[i]))
            return;
    lede_buf json;
    lede_buf_init(&json, 1 << 20);
    lede_escape_json(&json, v->text);
    bool kept = is_kept(a, lede_str_trim(v->text), lede_buf_str(&json));
    /* several lines in a value become one */
    lede_buf_clear(&json);
    lede_str s = lede_str_trim(v->text);
    for (size_t i = 0; i < s.len; i++)
        lede_buf_addc(&json, (unsigned char)s.ptr[i] < ' ' ? ' ' : s.ptr[i]);
    kept = kept || is_kept(a, lede_buf_str(&json), lede_buf_str(&json));
    if (!kept)
        fail_msg("%s: '%.*s: %.*s' is lost", path, (int)key.len, key.ptr, (int)v->text.len,
                 v->text.ptr);
    lede_buf_fini(&json);
}

static void look_whole(walk *w, const char *path, parsed *p) {
    const lede_article *a = &p->a;
    assert_true(a->text[LEDE_TEXT_TITLE].len > 0);
    assert_true(a->text[LEDE_TEXT_SLUG].len > 0 && a->text[LEDE_TEXT_SLUG].len <= 255);
    assert_true(a->text[LEDE_TEXT_URL].len > 0 && a->text[LEDE_TEXT_URL].ptr[0] == '/');
    assert_true(a->time[LEDE_TIME_DATE] != LEDE_NO_TIME);
    assert_true(lede_article_id_valid(a->text[LEDE_TEXT_ID]));
    lede_buf card;
    lede_buf_init(&card, 1 << 24);
    lede_card_pack(&card, a);
    assert_int_equal(lede_card_check(lede_buf_str(&card), NULL), LEDE_OK);
    lede_buf_fini(&card);

    size_t len;
    char *bytes = read_file(path, &len);
    lede_value front;
    lede_str body;
    uint32_t line;
    lede_notes notes = {0};
    assert_int_equal(lede_article_parse_front(&w->rules, lede_str_n(bytes, len), &p->arena, &front,
                                              &body, &line, &notes, NULL),
                     LEDE_OK);
    assert_true(lede_str_eq(body, a->body));
    assert_kept(path, a, (lede_str){0}, &front);
    free(bytes);
}

static void no_file_of_the_sites_is_lost(void **state) {
    (void)state;
    if (!have_sites())
        return;
    walk w = {.look = look_whole};
    assert_int_equal(lede_article_reader_new(&w.rules.reader, NULL), LEDE_OK);
    visit(&w, SITES);
    print_message("%zu files, %zu with a note\n", w.files, w.loud);
    assert_true(w.files >= 1663 + 509);
    lede_article_reader_free(w.rules.reader);
}

static void look_dated(walk *w, const char *path, parsed *p) {
    (void)w;
    if (lede_str_ends(lede_str_of(path), "/_index.md"))
        return;
    if (p->a.time[LEDE_TIME_DATE] < 1262304000) /* 2010 */
        fail_msg("%s: has no date", path);
}

static void every_post_has_a_date(void **state) {
    (void)state;
    if (!have_sites())
        return;
    walk w = {.look = look_dated};
    visit(&w, "../shared/data/sites/18f-jekyll/content/posts");
    visit(&w, "../shared/data/sites/digitalgov-hugo/content/news");
    assert_true(w.files >= 1663 + 509);
}

/* What another reader of YAML found in the posts of one site lies beside them. */
static void the_posts_read_as_expected(void **state) {
    (void)state;
    static const char FOLDER[] = "../shared/data/sites/18f-jekyll/content/posts";
    char path[4096];
    struct stat st;
    snprintf(path, sizeof path, "%s/_expected.json", FOLDER);
    if (!have_sites() || stat(path, &st) != 0)
        return;
    size_t len;
    char *bytes = read_file(path, &len);
    lede_arena arena;
    lede_arena_init(&arena, 256 << 20);
    lede_value all;
    assert_int_equal(lede_json_read(&arena, lede_str_n(bytes, len), &all, NULL), LEDE_OK);
    for (size_t i = 0; i < all.list.count; i++) {
        const lede_value *post = &all.list.items[i];
        lede_str file = lede_value_get(post, "file")->text;
        snprintf(path, sizeof path, "%s/%.*s", FOLDER, (int)file.len, file.ptr);
        size_t n;
        char *source = read_file(path, &n);
        lede_value front;
        lede_str body;
        uint32_t line;
        lede_notes notes = {0};
        assert_int_equal(lede_article_parse_front(NULL, lede_str_n(source, n), &arena, &front,
                                                  &body, &line, &notes, NULL),
                         LEDE_OK);
        const lede_value *expected = lede_value_get(post, "front");
        assert_int_equal(front.map.count, expected->map.count);
        for (size_t k = 0; k < front.map.count; k++) {
            const lede_pair *p = &front.map.pairs[k];
            char key[4096];
            snprintf(key, sizeof key, "%.*s", (int)p->key.len, p->key.ptr);
            const lede_value *want = lede_value_get(expected, key);
            if (!want)
                fail_msg("%s: the key '%s' is not expected", path, key);
            lede_buf got_json, want_json;
            lede_buf_init(&got_json, 1 << 20);
            lede_buf_init(&want_json, 1 << 20);
            lede_json_write(&got_json, &p->value);
            lede_json_write(&want_json, want);
            if (strcmp(key, "date") != 0 && strcmp(got_json.ptr, want_json.ptr) != 0)
                fail_msg("%s: %s is %s, expected %s", path, key, got_json.ptr, want_json.ptr);
            lede_buf_fini(&got_json);
            lede_buf_fini(&want_json);
        }
        free(source);
    }
    assert_true(all.list.count > 500);
    lede_arena_fini(&arena);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_file_of_the_sites_is_lost),
        cmocka_unit_test(every_post_has_a_date),
        cmocka_unit_test(the_posts_read_as_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
