/* test_article_fields.c - keys and their aliases become fields; what is not understood is kept. */
#include "article_test.h"

#include "article/front.h"
#include "text/slug.h"

static void the_table_of_keys_is_sorted_and_normal(void **state) {
    (void)state;
    for (size_t i = 0; i < lede__keys_count; i++) {
        if (i)
            assert_true(strcmp(lede__keys[i - 1].name, lede__keys[i].name) < 0);
        assert_ptr_equal(lede__key_find(lede_str_of(lede__keys[i].name)), &lede__keys[i]);
        if (lede__keys[i].shown)
            assert_ptr_equal(lede__key_find(lede_str_of(lede__keys[i].shown)), &lede__keys[i]);
    }
    assert_null(lede__key_find(LEDE_STR("nothing")));
    assert_null(lede__key_find(LEDE_STR("")));
    assert_null(
        lede__key_find(LEDE_STR("a key that is much longer than any key could be, by far")));
}

static void every_alias_reaches_its_field(void **state) {
    (void)state;
    static const struct {
        const char *line;
        unsigned char field;
        const char *expected;
    } CASES[] = {
        {"headline: X", LEDE_TEXT_TITLE, "X"},
        {"label: X", LEDE_TEXT_KICKER, "X"},
        {"Kicker: X", LEDE_TEXT_KICKER, "X"},
        {"deck: X", LEDE_TEXT_DEK, "X"},
        {"standfirst: X", LEDE_TEXT_DEK, "X"},
        {"description: X", LEDE_TEXT_SUMMARY, "X"},
        {"excerpt: X", LEDE_TEXT_SUMMARY, "X"},
        {"custom_excerpt: X", LEDE_TEXT_SUMMARY, "X"},
        {"template: X", LEDE_TEXT_LAYOUT, "X"},
        {"locale: fr_CA.UTF-8", LEDE_TEXT_LANG, "fr-CA"},
        {"lang: ar", LEDE_TEXT_DIR, "rtl"},
        {"dir: RTL", LEDE_TEXT_DIR, "rtl"},
        {"translation_key: X", LEDE_TEXT_TRANSLATION, "X"},
        {"dateline: PARIS", LEDE_TEXT_DATELINE, "PARIS"},
        {"image: /a.jpg", LEDE_TEXT_IMAGE_SRC, "/a.jpg"},
        {"feature_image: /a.jpg", LEDE_TEXT_IMAGE_SRC, "/a.jpg"},
        {"images: [/a.jpg, /b.jpg]", LEDE_TEXT_IMAGE_SRC, "/a.jpg"},
        {"image: {src: /a.jpg, alt: A}", LEDE_TEXT_IMAGE_ALT, "A"},
        {"image: {src: /a.jpg, poi: [0.5, 0.25]}", LEDE_TEXT_IMAGE_POI, "0.5, 0.25"},
        {"image_caption: C", LEDE_TEXT_IMAGE_CAPTION, "C"},
        {"permalink: /2020/x/", LEDE_TEXT_URL, "/2020/x/"},
        {"permalink: /old/page.html", LEDE_TEXT_URL, "/old/page.html"},
        {"permalink: /:year/:slug.html", LEDE_TEXT_URL, "/2024/t.html"},
        {"path: some/where", LEDE_TEXT_URL, "/some/where/"},
        {"url: /Caf\xc3\xa9 noir/", LEDE_TEXT_URL, "/Caf%C3%A9%20noir/"},
        {"url: /caf%c3%a9/", LEDE_TEXT_URL, "/caf%C3%A9/"},
        {"slug: 'Two Words!'", LEDE_TEXT_SLUG, "two-words"},
        {"source: Wire", LEDE_TEXT_ORIGIN_NAME, "Wire"},
        {"source: https://www.wire.example/a", LEDE_TEXT_ORIGIN_NAME, "wire.example"},
        {"canonical_url: https://wire.example:8080/a", LEDE_TEXT_ORIGIN_NAME, "wire.example"},
        {"origin: https://u@wire.example/a", LEDE_TEXT_ORIGIN_URL, "https://u@wire.example/a"},
        {"origin: https://u@wire.example/a", LEDE_TEXT_ORIGIN_NAME, "wire.example"},
        {"origin: {name: W, licence: CC-BY}", LEDE_TEXT_ORIGIN_LICENSE, "CC-BY"},
        {"origin: {name: W, index: self}", LEDE_TEXT_ORIGIN_INDEX, "self"},
        {"origin: {name: W}", LEDE_TEXT_ORIGIN_INDEX, ""},
        {"kicker: [A, B]", LEDE_TEXT_KICKER, "A, B"},
        {"kicker: 1984", LEDE_TEXT_KICKER, "1984"},
        {"kicker: NO", LEDE_TEXT_KICKER, "NO"},
        {"kicker: true", LEDE_TEXT_KICKER, "true"},
        {"kicker: \"a\\nb\"", LEDE_TEXT_KICKER, "a b"},
        {"id: 01arz3ndektsv4rrffq69g5fav", LEDE_TEXT_ID, "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char source[256];
        snprintf(source, sizeof source, "---\n%sdate: 2024-04-03\n%s\n---\n",
                 CASES[i].field == LEDE_TEXT_TITLE ? "" : "title: T\n", CASES[i].line);
        parsed p;
        parse(&p, "a.md", source);
        if (!lede_str_is(p.a.text[CASES[i].field], CASES[i].expected))
            print_error("%s\n", CASES[i].line);
        assert_str(p.a.text[CASES[i].field], CASES[i].expected);
        assert_quiet(&p);
        done(&p);
    }
}

static void every_name_of_a_time_is_read(void **state) {
    (void)state;
    static const struct {
        const char *key;
        enum lede_time_field field;
    } CASES[] = {
        {"publishDate", LEDE_TIME_DATE},       {"pubdate", LEDE_TIME_DATE},
        {"published", LEDE_TIME_DATE},         {"lastmod", LEDE_TIME_UPDATED},
        {"updated", LEDE_TIME_UPDATED},        {"modified", LEDE_TIME_UPDATED},
        {"expiryDate", LEDE_TIME_EXPIRES},     {"expirydate", LEDE_TIME_EXPIRES},
        {"unpublishdate", LEDE_TIME_EXPIRES},  {"expires", LEDE_TIME_EXPIRES},
        {"embargo", LEDE_TIME_EMBARGO},        {"embargoed", LEDE_TIME_EMBARGO},
        {"embargoedUntil", LEDE_TIME_EMBARGO},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char source[256];
        snprintf(source, sizeof source, "---\ntitle: T\n%s%s: 2024-04-03T10:00:00Z\n---\n",
                 CASES[i].field == LEDE_TIME_DATE ? "" : "date: 2020-01-01\n", CASES[i].key);
        parsed p;
        parse(&p, "a.md", source);
        assert_true(p.a.time[CASES[i].field] == 1712138400);
        assert_quiet(&p);
        done(&p);
    }
}

static void the_better_name_wins_and_the_other_is_kept(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\ntitle: T\npublishDate: 2024-05-01\ndate: 2024-04-03\nexcerpt: E\ndescription: "
          "D\nsummary: ''\n---\n");
    assert_true(TIME(p, DATE) == 1712102400);
    assert_str(TEXT(p, SUMMARY), "D");
    assert_str(TEXT(p, PARAMS), "{\"excerpt\":\"E\",\"publishDate\":\"2024-05-01\"}");
    done(&p);
    parse(&p, "a.md", "---\ntitle: T\ndate: 2024-04-03\nexcerpt: Same\ndescription: Same\n---\n");
    assert_str(TEXT(p, PARAMS), "");
    done(&p);
}

static void unknown_keys_are_kept_and_near_misses_told(void **state) {
    (void)state;
    parsed p;
    parse(
        &p, "a.md",
        "---\ntitle: T\ndate: 2024-04-03\nsumary: S\nhero: {b: 1, a: [x, 2.5, null, true]}\n---\n");
    assert_str(TEXT(p, PARAMS),
               "{\"hero\":{\"a\":[\"x\",2.5,null,true],\"b\":1},\"sumary\":\"S\"}");
    const lede_note *n = assert_note(&p, "unknown key 'sumary'; did you mean 'summary'?");
    assert_int_equal(n->line, 4);
    assert_int_equal(n->column, 1);
    assert_false(n->is_hint);
    assert_true(assert_note(&p, "'hero'")->is_hint);
    done(&p);
}

static void near_misses_are_found(void **state) {
    (void)state;
    static const char *const CASES[][2] = {
        {"titel", "title"},  {"sumary", "summary"},       {"expirty_date", "expiryDate"},
        {"kiker", "kicker"}, {"catgories", "categories"}, {"redirect_form", "redirect_from"},
        {"tgas", "tags"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *near = lede__key_near(lede_str_of(CASES[i][0]));
        assert_non_null(near);
        assert_string_equal(near, CASES[i][1]);
    }
    static const char *const OTHERS[] = {"hero", "name", "logo", "github", "agency",
                                         "toc",  "math", "x",    ""};
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        assert_null(lede__key_near(lede_str_of(OTHERS[i])));
}

static void params_and_extra_are_laid_together(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\ntitle: T\ndate: 2024-04-03\ncolour: top\nparams: {colour: red, b: .inf}\nextra: "
          "{c: 3, b: 1}\n---\n");
    assert_str(TEXT(p, PARAMS), "{\"b\":\".inf\",\"c\":3,\"colour\":\"red\"}");
    done(&p);
    parse(&p, "a.md", "---\ntitle: T\ndate: 2024-04-03\nparams: text\n---\n");
    assert_str(TEXT(p, PARAMS), "{\"params\":\"text\"}");
    assert_note(&p, "'params' should be a map");
    done(&p);
}

static void tags_are_a_list_or_text_with_commas(void **state) {
    (void)state;
    static const char *const CASES[][2] = {
        {"[a, b c, a]", "a|b c"},      {"a, b c ,, d", "a|b c|d"},        {"one tag", "one tag"},
        {"[1, true, null]", "1|true"}, {"[{name: A}, {slug: b}]", "A|b"}, {"[[a, b], c]", "a|b|c"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char source[256];
        snprintf(source, sizeof source, "---\ntitle: T\ndate: 2024-04-03\ntags: %s\n---\n",
                 CASES[i][0]);
        parsed p;
        parse(&p, "a.md", source);
        assert_list(&p.a, LEDE_LIST_TAGS, CASES[i][1]);
        assert_quiet(&p);
        done(&p);
    }
}

static void authors_are_lists_maps_or_text(void **state) {
    (void)state;
    static const char *const CASES[][2] = {
        {"authors: [Ada, Ben]", "Ada|Ben"},
        {"author: Ada Novak, PhD", "Ada Novak, PhD"},
        {"authors: Ada, Ben", "Ada|Ben"},
        {"authors: Novak, Ada; Gupta, Ben", "Novak, Ada|Gupta, Ben"},
        {"byline: Our desk", "Our desk"},
        {"author: {name: Ada, url: /ada/}", "Ada"},
        {"authors: [{name: Ada}, Ben]", "Ada|Ben"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char source[256];
        snprintf(source, sizeof source, "---\ntitle: T\ndate: 2024-04-03\n%s\n---\n", CASES[i][0]);
        parsed p;
        parse(&p, "a.md", source);
        assert_list(&p.a, LEDE_LIST_AUTHORS, CASES[i][1]);
        done(&p);
    }
}

static void the_first_category_is_the_section(void **state) {
    (void)state;
    parsed p;
    parse(&p, "x/a.md",
          "---\ntitle: T\ndate: 2024-04-03\ncategories: [World, Africa]\ntags: [a]\n---\n");
    assert_str(TEXT(p, SECTION), "World");
    assert_list(&p.a, LEDE_LIST_TAGS, "a|Africa");
    done(&p);
    parse(&p, "x/a.md",
          "---\ntitle: T\ndate: 2024-04-03\ncategories: [World, Africa]\nsection: Politics "
          "Monitor\n---\n");
    assert_str(TEXT(p, SECTION), "Politics Monitor");
    assert_str(TEXT(p, SECTION_SLUG), "politics-monitor");
    assert_list(&p.a, LEDE_LIST_TAGS, "World|Africa");
    done(&p);
    parse(&p, "local-news/deep/a.md", "---\ntitle: T\ndate: 2024-04-03\n---\n");
    assert_str(TEXT(p, SECTION), "Local news");
    assert_str(TEXT(p, SECTION_SLUG), "local-news");
    done(&p);
    parse(&p, "_posts/2024-04-03-a.md", "---\ntitle: T\n---\n");
    assert_str(TEXT(p, SECTION_SLUG), "posts");
    done(&p);
    parse(&p, "a.md", "---\ntitle: T\ndate: 2024-04-03\n---\n");
    assert_str(TEXT(p, SECTION), "");
    assert_str(TEXT(p, URL), "/2024/04/t/");
    done(&p);
    parse(&p, "bundle/index.md", "---\ntitle: T\ndate: 2024-04-03\n---\n");
    assert_str(TEXT(p, SECTION), "");
    assert_str(TEXT(p, SLUG), "bundle");
    done(&p);
}

static void slugs_follow_their_order(void **state) {
    (void)state;
    static const char *const CASES[][3] = {
        {"news/2024-04-03-by-name.md", "slug: said", "said"},
        {"news/2024-04-03-by-name.md", "", "by-name"},
        {"news/bundle-folder/index.md", "", "bundle-folder"},
        {"news/2024-04-03-bundle/index.md", "", "bundle"},
        {"news/file.md", "", "the-title"},
        {"news/2024-04-03.md", "", "2024-04-03"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char source[256];
        snprintf(source, sizeof source, "---\ntitle: The title\ndate: 2024-04-03\n%s\n---\n",
                 CASES[i][1]);
        parsed p;
        parse(&p, CASES[i][0], source);
        assert_str(TEXT(p, SLUG), CASES[i][2]);
        done(&p);
    }
    parsed p;
    parse(&p, "news/file-name.md", "---\ntitle: '?!'\ndate: 2024-04-03\n---\n");
    assert_str(TEXT(p, SLUG), "file-name");
    done(&p);
}

static void states_come_from_draft_status_and_published(void **state) {
    (void)state;
    static const struct {
        const char *lines;
        lede_state expected;
        bool loud;
    } CASES[] = {
        {"", LEDE_PUBLISHED, false},
        {"draft: true", LEDE_DRAFT, false},
        {"draft: false", LEDE_PUBLISHED, false},
        {"draft: yes", LEDE_DRAFT, false},
        {"published: false", LEDE_DRAFT, false},
        {"published: true", LEDE_PUBLISHED, false},
        {"status: draft", LEDE_DRAFT, false},
        {"status: hidden", LEDE_DRAFT, false},
        {"status: Published", LEDE_PUBLISHED, false},
        {"status: publish", LEDE_PUBLISHED, false},
        {"status: withdrawn", LEDE_WITHDRAWN, false},
        {"status: published\ndraft: true", LEDE_DRAFT, false},
        {"status: nonsense", LEDE_DRAFT, true},
        {"date: 2999-01-01", LEDE_PUBLISHED, false},
        {"embargo: soon", LEDE_DRAFT, true},
        {"embargoed: true", LEDE_DRAFT, true},
        {"embargoed: false", LEDE_PUBLISHED, false},
        {"corrections: [a]", LEDE_CORRECTED, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char source[256];
        snprintf(source, sizeof source, "---\ntitle: T\n%s\n---\nB", CASES[i].lines);
        parsed p;
        parse(&p, "2024-04-03-a.md", source);
        if (p.a.state != CASES[i].expected)
            print_error("%s\n", CASES[i].lines);
        assert_int_equal(p.a.state, CASES[i].expected);
        assert_int_equal(loud_notes(&p) > 0, CASES[i].loud);
        done(&p);
    }
}

static void a_source_with_its_address_is_an_origin(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2024-04-03-a.md",
          "---\ntitle: T\nsource: \"wire-desk\"\nsource_url: https://wire.example/a\n---\n");
    assert_str(TEXT(p, ORIGIN_NAME), "wire-desk");
    assert_str(TEXT(p, ORIGIN_URL), "https://wire.example/a");
    assert_str(TEXT(p, ORIGIN_INDEX), "");
    assert_quiet(&p);
    done(&p);
    parse(&p, "2024-04-03-a.md",
          "---\ntitle: T\nsource_url: https://two.example/\norigin:\n  name: One\n  url: "
          "https://one.example/\n"
          "  published: 2024-04-01\n  expires: 2025-04-01\n  index: maybe\n  colour: red\n---\n");
    assert_str(TEXT(p, ORIGIN_URL), "https://one.example/");
    assert_true(TIME(p, ORIGIN_PUBLISHED) == 1711929600);
    assert_true(TIME(p, EXPIRES) == 1743465600);
    assert_str(TEXT(p, ORIGIN_INDEX), "");
    assert_note(&p, "no origin.index 'maybe'");
    assert_note(&p, "unknown key 'origin.colour'");
    assert_true(lede_str_search(TEXT(p, PARAMS), LEDE_STR("\"colour\":\"red\""), 0) != (size_t)-1);
    assert_true(lede_str_search(TEXT(p, PARAMS), LEDE_STR("https://two.example/"), 0) !=
                (size_t)-1);
    done(&p);
    parse(&p, "2024-04-03-a.md", "---\ntitle: T\ncanonical: /here/\n---\n");
    assert_str(TEXT(p, ORIGIN_NAME), "");
    assert_str(TEXT(p, PARAMS), "{\"canonical\":\"/here/\"}");
    done(&p);
}

static void an_image_without_source_is_kept_under_params(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2024-04-03-a.md", "---\ntitle: T\nfeatured_image:\n  uid: x\n  alt: A\n---\n");
    assert_str(TEXT(p, IMAGE_SRC), "");
    assert_str(TEXT(p, IMAGE_ALT), "");
    assert_str(TEXT(p, PARAMS), "{\"featured_image\":{\"alt\":\"A\",\"uid\":\"x\"}}");
    assert_quiet(&p);
    done(&p);
}

static void corrections_have_an_instant_and_a_text(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2024-04-03-a.md",
          "---\ntitle: T\ncorrections:\n- {date: 2024-05-01T10:00:00Z, text: A name was wrong}\n- "
          "Plain text\n- {x: 1}\n---\n");
    assert_list(&p.a, LEDE_LIST_CORRECTIONS,
                "2024-05-01T10:00:00Z\tA name was wrong|1970-01-01T00:00:00Z\tPlain text");
    assert_int_equal(assert_note(&p, "a correction is")->line, 6);
    assert_true(lede_str_search(TEXT(p, PARAMS), LEDE_STR("\"x\":1"), 0) != (size_t)-1);
    done(&p);
}

static void related_pins_and_blocks_are_lists(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2024-04-03-a.md",
          "---\ntitle: T\nrelated: {pin: [/a/, b.md], block: c.md, limit: 3}\n---\n");
    assert_list(&p.a, LEDE_LIST_PINS, "/a/|b.md");
    assert_list(&p.a, LEDE_LIST_BLOCKS, "c.md");
    assert_true(lede_str_search(TEXT(p, PARAMS), LEDE_STR("\"limit\":3"), 0) != (size_t)-1);
    done(&p);
}

static void aliases_are_addresses_of_this_site(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2024-04-03-a.md",
          "---\ntitle: T\nredirect_from:\n- /old/\n- old.html\n- https://site.example/a b\n- "
          "../up/\n- /a%2Fb/\n---\n");
    assert_list(&p.a, LEDE_LIST_ALIASES, "/old/|/old.html|/a%20b/");
    assert_note(&p, "the alias '../up/'");
    assert_note(&p, "the alias '/a%2Fb/'");
    assert_true(lede_str_search(TEXT(p, PARAMS), LEDE_STR("../up/"), 0) != (size_t)-1);
    done(&p);
}

static void addresses_that_lead_outside_are_refused(void **state) {
    (void)state;
    static const char *const CASES[] = {"/../etc/passwd",  "/a/%2e%2e/b/", "https://else.example/",
                                        "//else.example/", "pretty",       "/a/%00/",
                                        "/a\\\\b/",        "false"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char source[256];
        snprintf(source, sizeof source, "---\ntitle: T\nurl: \"%s\"\n---\n", CASES[i]);
        parsed p;
        parse(&p, "2024-04-03-a.md", source);
        assert_str(TEXT(p, URL), "/2024/04/a/");
        assert_note(&p, "'url' is no path on this site");
        done(&p);
    }
}

static void a_foreign_id_is_kept_and_the_own_one_derived(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2024-04-03-a.md", "---\ntitle: T\nid: 123\n---\n");
    char id[27];
    lede_article_id_from_path(LEDE_STR("2024-04-03-a.md"), id);
    assert_str(TEXT(p, ID), id);
    assert_false(p.a.has_own_id);
    assert_str(TEXT(p, PARAMS), "{\"id\":123}");
    done(&p);
}

static void json_front_matter_is_read(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2024-04-03-a.md",
          "{\n \"title\": \"T {\\\"x\\\"}\",\n \"tags\": [\"a\", 7], \"weight\": 2\n}\n\nBody");
    assert_str(TEXT(p, TITLE), "T {\"x\"}");
    assert_list(&p.a, LEDE_LIST_TAGS, "a|7");
    assert_int_equal(p.a.weight, 2);
    assert_str(p.a.body, "\nBody");
    assert_int_equal(p.a.body_line, 5);
    assert_quiet(&p);
    done(&p);
    parse(&p, "2024-04-03-a.md", "---json\n{\"title\": \"T\", \"x\": [1, 2,],}\n---\nBody");
    assert_str(TEXT(p, TITLE), "T");
    assert_str(TEXT(p, PARAMS), "{\"x\":[1,2]}");
    assert_int_equal(assert_note(&p, "not strict JSON")->line, 2);
    done(&p);
}

static lede_status eval_two(void *ctx, lede_str source, int line, lede_arena *arena,
                            lede_value *out, lede_error *err) {
    int *seen = ctx;
    *seen = line;
    if (lede_str_starts(source, "bad"))
        return lede_fail_at(err, LEDE_ESCRIPT, line + 1, 0, "unexpected symbol");
    lede_pair *p = lede_arena_zero(arena, 2 * sizeof *p);
    if (!p)
        return lede_fail(err, LEDE_ENOMEM, "no memory");
    p[0].key = LEDE_STR("title");
    p[0].value = (lede_value){.kind = LEDE_TEXT, .text = LEDE_STR("From Lua")};
    p[1].key = LEDE_STR("weight");
    p[1].value = (lede_value){.kind = LEDE_INT, .integer = 9};
    *out = (lede_value){.kind = LEDE_MAP, .map = {p, 2}};
    return LEDE_OK;
}

static void lua_front_matter_is_evaluated_by_the_caller(void **state) {
    (void)state;
    int line = 0;
    lede_article_rules rules = {.eval_lua = eval_two, .eval_ctx = &line};
    parsed p;
    parse_bytes(&p, &rules, "2024-04-03-a.md", LEDE_STR("\n---lua\n{ title = 'x' }\n---\nBody"));
    assert_int_equal(line, 3);
    assert_str(TEXT(p, TITLE), "From Lua");
    assert_int_equal(p.a.weight, 9);
    assert_str(p.a.body, "Body");
    done(&p);
    parse_bytes(&p, &rules, "2024-04-03-a.md", LEDE_STR("--- lua\nbad\n---\nBody"));
    assert_int_equal(p.status, LEDE_EFORMAT);
    assert_int_equal(p.err.line, 3);
    assert_true(assert_note(&p, "unexpected symbol")->is_error);
    done(&p);
    parse(&p, "2024-04-03-a.md", "---lua\n{}\n---\n");
    assert_int_equal(p.status, LEDE_EFORMAT);
    assert_note(&p, "Lua front matter is not read here");
    done(&p);
}

static void lead_from(void *ctx, lede_str body, size_t max, lede_buf *out) {
    (void)ctx;
    lede_buf_add(out, lede_str_n(body.ptr, lede_utf8_cut(body, max)));
}

static void the_lead_is_the_summary_or_the_bodys_start(void **state) {
    (void)state;
    lede_article_rules rules = {.lead_text = lead_from};
    parsed p;
    parse_bytes(&p, &rules, "2024-04-03-a.md",
                LEDE_STR("---\ntitle: T\n---\nShown.\n<!-- x -->\n<!-- more -->\nHidden."));
    assert_str(TEXT(p, EXCERPT), "Shown.\n<!-- x -->");
    done(&p);
    parse_bytes(&p, &rules, "2024-04-03-a.md",
                LEDE_STR("---\ntitle: T\ndeck: D\n---\nBody<!--more-->"));
    assert_str(TEXT(p, EXCERPT), "D");
    done(&p);
    parse_bytes(&p, &rules, "2024-04-03-a.md",
                LEDE_STR("---\ntitle: T\nsummary: S\ndeck: D\n---\nBody"));
    assert_str(TEXT(p, EXCERPT), "S");
    done(&p);
    char source[1200] = "---\ntitle: T\nsummary: ";
    for (int i = 0; i < 100; i++)
        memcpy(source + 22 + i * 10, "012345678 ", 11);
    memcpy(source + 22 + 1000, "\n---\n", 6);
    parse(&p, "2024-04-03-a.md", source);
    assert_int_equal(TEXT(p, SUMMARY).len, 999);
    assert_int_equal(TEXT(p, EXCERPT).len, 399);
    done(&p);
}

static void naive_times_are_of_the_sites_zone(void **state) {
    (void)state;
    lede_zone *zone;
    assert_int_equal(lede_zone_open("+02:00", &zone, NULL), LEDE_OK);
    lede_article_rules rules = {
        .zone = zone, .lang = LEDE_STR("fr"), .permalink = LEDE_STR("/:lang/:day/:slug/")};
    parsed p;
    parse_bytes(&p, &rules, "2024-04-03-a.md", LEDE_STR("---\ntitle: T\n---\n"));
    assert_true(TIME(p, DATE) == 1712095200);
    assert_str(TEXT(p, URL), "/fr/03/a/");
    done(&p);
    lede_zone_close(zone);
}

static void a_reader_is_used_again(void **state) {
    (void)state;
    lede_article_rules rules = {0};
    assert_int_equal(lede_article_reader_new(&rules.reader, NULL), LEDE_OK);
    for (int i = 0; i < 50; i++) {
        parsed p;
        parse_bytes(&p, &rules, "2024-04-03-a.md",
                    i % 3 == 1 ? LEDE_STR("---\ntitle: a: [b\nx: \"\n---\n")
                               : LEDE_STR("---\ntitle: T\n---\n"));
        assert_int_equal(p.status, LEDE_OK);
        assert_str(TEXT(p, TITLE), i % 3 == 1 ? "a: [b" : "T");
        done(&p);
    }
    lede_article_reader_free(rules.reader);
    lede_article_reader_free(NULL);
}

static void front_matter_is_read_alone_for_sections(void **state) {
    (void)state;
    lede_arena arena;
    lede_arena_init(&arena, 1 << 20);
    lede_value front;
    lede_str body;
    uint32_t line;
    lede_notes notes = {0};
    assert_int_equal(lede_article_parse_front(NULL,
                                              LEDE_STR("---\ntitle: News\nflag: no\n---\nWords"),
                                              &arena, &front, &body, &line, &notes, NULL),
                     LEDE_OK);
    assert_str(lede_value_get(&front, "title")->text, "News");
    assert_int_equal(lede_value_get(&front, "flag")->kind, LEDE_TEXT);
    assert_int_equal(lede_value_get(&front, "flag")->line, 3);
    assert_int_equal(lede_value_get(&front, "flag")->column, 7);
    assert_str(body, "Words");
    assert_int_equal(line, 5);
    lede_arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_keys_is_sorted_and_normal),
        cmocka_unit_test(every_alias_reaches_its_field),
        cmocka_unit_test(every_name_of_a_time_is_read),
        cmocka_unit_test(the_better_name_wins_and_the_other_is_kept),
        cmocka_unit_test(unknown_keys_are_kept_and_near_misses_told),
        cmocka_unit_test(near_misses_are_found),
        cmocka_unit_test(params_and_extra_are_laid_together),
        cmocka_unit_test(tags_are_a_list_or_text_with_commas),
        cmocka_unit_test(authors_are_lists_maps_or_text),
        cmocka_unit_test(the_first_category_is_the_section),
        cmocka_unit_test(slugs_follow_their_order),
        cmocka_unit_test(states_come_from_draft_status_and_published),
        cmocka_unit_test(a_source_with_its_address_is_an_origin),
        cmocka_unit_test(an_image_without_source_is_kept_under_params),
        cmocka_unit_test(corrections_have_an_instant_and_a_text),
        cmocka_unit_test(related_pins_and_blocks_are_lists),
        cmocka_unit_test(aliases_are_addresses_of_this_site),
        cmocka_unit_test(addresses_that_lead_outside_are_refused),
        cmocka_unit_test(a_foreign_id_is_kept_and_the_own_one_derived),
        cmocka_unit_test(json_front_matter_is_read),
        cmocka_unit_test(lua_front_matter_is_evaluated_by_the_caller),
        cmocka_unit_test(the_lead_is_the_summary_or_the_bodys_start),
        cmocka_unit_test(naive_times_are_of_the_sites_zone),
        cmocka_unit_test(a_reader_is_used_again),
        cmocka_unit_test(front_matter_is_read_alone_for_sections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
