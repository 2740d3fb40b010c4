/* test_search_index.c - what queries find, whatever way the articles came into the index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/search.h"
#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DAY = 86400, NOW = 20000 * DAY };

typedef struct piece {
    const char *id, *title, *body, *section, *author, *tag, *lang;
    int day;
} piece;

/* Ids are one letter, filled up. */
static const piece archive[] = {
    {"a", "Harbour opens", "The cranes of the harbour lift the first crates.", "news", "Jane Doe",
     "port", "en", 100},
    {"b", "Council meets", "The city council spoke of cranes, and of the harbour's bridges.",
     "news", "John Roe", "port", "en", 200},
    {"c", "A council of birds", "Cranes fly over the city. Harbouring doubts, the council waits.",
     "nature", "Jane Doe", "birds", "en", 300},
    {"d", "L'élection du maire", "Les élections municipales de la ville.", "news", "Zoé", "ville",
     "fr", 400},
    {"e", "The Who", "They play. To be or not to be.", "music", "John Roe", "", "en", 500},
};
enum { ARCHIVE = sizeof archive / sizeof *archive };

static char folder[64];

static int make_folder(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/lede-search-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return lede__remove_tree(folder, NULL) ? -1 : 0;
}

static void fill_id(const char *id, char out[27]) {
    memset(out, '0', 26);
    out[0] = id[0];
    out[26] = '\0';
}

static lede_search *open_index(const char *uuid) {
    lede_search *x;
    assert_int_equal(lede_search_open(folder, uuid, &x, NULL), LEDE_OK);
    return x;
}

static void add(lede_search *x, const piece *p, int64_t seq) {
    char id[27];
    const lede_str author = lede_str_of(p->author), tag = lede_str_of(p->tag);
    fill_id(p->id, id);
    const lede_search_doc d = {.id = lede_str_of(id),
                               .lang = lede_str_of(p->lang),
                               .title = lede_str_of(p->title),
                               .body = lede_str_of(p->body),
                               .section = lede_str_of(p->section),
                               .authors = &author,
                               .n_authors = 1,
                               .tags = &tag,
                               .n_tags = 1,
                               .date = p->day * DAY,
                               .from = p->day * DAY,
                               .until = INT64_MAX,
                               .seq = seq};
    assert_int_equal(lede_search_add(x, &d, NULL), LEDE_OK);
}

/* Indexes pieces as changes first + 1, first + 2, ...; all are at hand when older ones are asked
 * for again. */
static void index_pieces(lede_search *x, const piece *pieces, int count, int upto) {
    int64_t after;
    assert_int_equal(lede_search_begin(x, upto, 0, &after, NULL), LEDE_OK);
    for (int i = 0; i < count; i++) {
        bool newest = i >= after && i < upto;
        for (int k = i + 1; k < upto && newest; k++)
            newest = strcmp(pieces[k].id, pieces[i].id) != 0;
        if (newest)
            add(x, &pieces[i], i + 1);
    }
    assert_int_equal(lede_search_commit(x, NULL), LEDE_OK);
    assert_int_equal(lede_search_seq(x), upto);
}

static lede_search *open_archive(void) {
    lede_search *x = open_index("one");
    if (lede_search_seq(x) != ARCHIVE)
        index_pieces(x, archive, ARCHIVE, ARCHIVE);
    return x;
}

/* The first letters of what is found, best first. */
static const char *found(lede_search *x, const char *text, int64_t at) {
    static char out[64];
    lede_search_query q;
    lede_search_hit hits[16];
    uint32_t count, total;
    assert_int_equal(lede_search_parse(lede_str_of(text), NULL, &q, NULL), LEDE_OK);
    assert_int_equal(lede_search_find(x, &q, at, NOW, hits, 16, &count, &total, NULL), LEDE_OK);
    assert_int_equal(count, total);
    for (uint32_t i = 0; i < count; i++)
        out[i] = hits[i].id[0];
    out[count] = '\0';
    return out;
}

static void queries_find_what_they_ask_for(void **state) {
    (void)state;
    static const struct {
        const char *query, *found;
    } table[] = {
        {"harbour", "acb"}, /* the title first; inflected forms too */
        {"CRANE", "acb"},
        {"council cranes", "bc"},
        {"\"city council\"", "b"},
        {"\"council city\"", ""},
        {"\"harbour's bridges\"", "b"},
        {"\"the who\"", "e"},
        {"\"to be or not to be\"", "e"},
        {"harb*", "acb"},
        {"brid*", "b"},
        {"\"city counc*\"", "b"},
        {"cranes -council", "a"},
        {"cranes -\"city council\"", "ac"},
        {"title:council", "bc"},
        {"title:harbour", "a"},
        {"section:news cranes", "ab"},
        {"author:\"Jane Doe\"", "ca"},
        {"author:jane-doe cranes -section:nature", "a"},
        {"tag:port", "ba"},
        {"-tag:port lang:en", "ec"},
        {"before:1970-07-20 cranes", "a"},
        {"after:1970-07-20", "edcb"},
        {"election", "d"},
        {"élections", "d"},
        {"lang:fr", "d"},
        {"the", "eacb"},
        {"the cranes council", "bc"},
        {"nowhere", ""},
        {"cranes nowhere", ""},
        {"&", ""},
        {"cranes & council", "bc"},
    };
    lede_search *x = open_archive();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *answer = found(x, table[i].query, LEDE_NO_TIME);
        if (strcmp(answer, table[i].found) != 0)
            fail_msg("%s finds %s, not %s", table[i].query, answer, table[i].found);
    }
    lede_search_close(x);
}

static void what_is_not_public_at_the_instant_is_not_found(void **state) {
    (void)state;
    lede_search *x = open_archive();
    assert_string_equal(found(x, "cranes", 250 * DAY), "ab");
    assert_string_equal(found(x, "cranes", 50 * DAY), "");
    lede_search_close(x);
}

/* Twelve changes of four articles, one edition at a time and all at once. */
static void an_index_that_grew_says_what_a_new_one_says(void **state) {
    (void)state;
    static const piece steps[] = {
        {"a", "Rain", "rain and more rain", "news", "", "", "en", 10},
        {"b", "Sun", "rain turns to sun", "news", "", "", "en", 20},
        {"a", "Rain", "rain, sun and wind", "news", "", "", "en", 10},
        {"c", "Wind", "the wind brings rain", "news", "", "", "en", 30},
        {"b", "Sun", "the sun and the wind", "news", "", "", "en", 20},
        {"d", "Fog", "fog, no wind", "news", "", "", "en", 40},
        {"d", "Fog", "fog, then sun and rain", "news", "", "", "en", 40},
        {"a", "Storm", "wind", "news", "", "", "en", 10},
        {"c", "Wind", "sun", "news", "", "", "en", 30},
    };
    enum { STEPS = sizeof steps / sizeof *steps };
    static const char *const queries[] = {"rain", "sun", "wind", "sun wind", "fog rain", "s*"};
    lede_search_hit hits[2][16];
    uint32_t count[2], total;
    for (int upto = 1; upto <= STEPS; upto++) {
        lede_search *grown = open_index("grown"), *fresh;
        index_pieces(grown, steps, STEPS, upto);
        lede_search_close(grown);
        grown = open_index("grown");
        char other[80];
        snprintf(other, sizeof other, "%s/fresh", folder);
        assert_int_equal(lede_search_open(other, "fresh", &fresh, NULL), LEDE_OK);
        lede_search_forget(fresh);
        index_pieces(fresh, steps, STEPS, upto);
        assert_int_equal(lede_search_count(grown), lede_search_count(fresh));
        for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
            lede_search_query q;
            memset(hits, 0, sizeof hits);
            assert_int_equal(lede_search_parse(lede_str_of(queries[i]), NULL, &q, NULL), LEDE_OK);
            assert_int_equal(lede_search_find(grown, &q, LEDE_NO_TIME, NOW, hits[0], 16, &count[0],
                                              &total, NULL),
                             LEDE_OK);
            assert_int_equal(lede_search_find(fresh, &q, LEDE_NO_TIME, NOW, hits[1], 16, &count[1],
                                              &total, NULL),
                             LEDE_OK);
            assert_int_equal(count[0], count[1]);
            assert_memory_equal(hits[0], hits[1], sizeof hits[0]);
        }
        lede_search_close(grown);
        lede_search_close(fresh);
    }
}

static void damage(const char *name, long at) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, at < 0 ? SEEK_END : SEEK_SET), 0);
    const int c = fgetc(f);
    assert_int_equal(fseek(f, -1, SEEK_CUR), 0);
    fputc(c ^ 0x55, f);
    fclose(f);
}

static void a_damaged_or_strange_index_counts_as_none(void **state) {
    (void)state;
    static const struct {
        const char *name;
        long at;
    } places[] = {{"index", 0}, {"index", 60}, {"index", 90},  {"1.seg", 3},
                  {"1.seg", 9}, {"1.seg", 20}, {"1.seg", 200}, {"1.seg", 700}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        assert_int_equal(lede__remove_tree(folder, NULL), LEDE_OK);
        lede_search_close(open_archive());
        damage(places[i].name, places[i].at);
        lede_search *x = open_index("one");
        assert_int_equal(lede_search_seq(x), 0);
        assert_string_equal(found(x, "cranes", LEDE_NO_TIME), "");
        lede_search_close(x);
    }
    assert_int_equal(lede__remove_tree(folder, NULL), LEDE_OK);
    lede_search_close(open_archive());
    lede_search *other = open_index("two");
    assert_int_equal(lede_search_seq(other), 0);
    lede_search_close(other);
}

static void damaged_postings_are_told_when_they_are_read(void **state) {
    (void)state;
    lede_search_query q;
    lede_search_hit hit;
    uint32_t count, total;
    lede_error err = {0};
    lede_search_close(open_archive());
    damage("1.seg", -1);
    lede_search *x = open_index("one");
    assert_int_equal(lede_search_seq(x), ARCHIVE);
    /* the last term by its bytes is the last word of the archive's alphabet */
    assert_int_equal(lede_search_parse(LEDE_STR("who zoe w*"), NULL, &q, NULL), LEDE_OK);
    assert_int_equal(lede_search_find(x, &q, LEDE_NO_TIME, NOW, &hit, 1, &count, &total, &err),
                     LEDE_EFORMAT);
    assert_non_null(strstr(err.message, "damaged"));
    lede_search_close(x);
    assert_int_equal(lede__remove_tree(folder, NULL), LEDE_OK);
}

static void one_process_at_a_time_brings_it_up_to_date(void **state) {
    (void)state;
    int64_t after;
    lede_search *x = open_archive(), *y = open_index("one");
    assert_int_equal(lede_search_begin(x, 6, 0, &after, NULL), LEDE_OK);
    assert_int_equal(lede_search_begin(y, 6, 0, &after, NULL), LEDE_EBUSY);
    lede_search_abandon(x);
    assert_int_equal(lede_search_begin(y, 6, 0, &after, NULL), LEDE_OK);
    lede_search_close(y);
    assert_string_equal(found(x, "bridges", LEDE_NO_TIME), "b");
    lede_search_close(x);
}

static void a_snippet_shows_the_words_and_marks_them(void **state) {
    (void)state;
    static const char text[] =
        "Nothing is said here of what is looked for, and it goes on for a while, as texts do.\n\n"
        "Then the council\nof the city of Göttingen spoke of cranes. It was late, and the night "
        "fell on a town that had seen many such evenings and would see many more of them.";
    lede_search *x = open_archive();
    lede_search_query q;
    lede_search_mark marks[LEDE_SEARCH_MARKS];
    uint32_t n;
    lede_buf out;
    lede_buf_init(&out, 4096);
    assert_int_equal(lede_search_parse(LEDE_STR("crane \"of the city\" -late the"), NULL, &q, NULL),
                     LEDE_OK);
    assert_int_equal(
        lede_search_snippet(x, &q, LEDE_STR("en"), lede_str_of(text), 100, &out, marks, &n, NULL),
        LEDE_OK);
    assert_true(lede_str_starts(lede_buf_str(&out), "… "));
    assert_true(lede_str_ends(lede_buf_str(&out), " …"));
    assert_null(strchr(out.ptr, '\n'));
    assert_true(n >= 2);
    const lede_search_mark last = marks[n - 1];
    assert_true(last.at + last.len <= out.len);
    assert_memory_equal(out.ptr + marks[n - 1].at, "cranes", 6);
    lede_buf_fini(&out);
    lede_search_close(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_find_what_they_ask_for),
        cmocka_unit_test(what_is_not_public_at_the_instant_is_not_found),
        cmocka_unit_test(an_index_that_grew_says_what_a_new_one_says),
        cmocka_unit_test(a_damaged_or_strange_index_counts_as_none),
        cmocka_unit_test(damaged_postings_are_told_when_they_are_read),
        cmocka_unit_test(one_process_at_a_time_brings_it_up_to_date),
        cmocka_unit_test(a_snippet_shows_the_words_and_marks_them)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
