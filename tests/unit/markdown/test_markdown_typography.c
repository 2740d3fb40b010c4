/* Quotes, dashes and spaces as a language has them, and where nothing may be changed. */
#include "examples.h"

#define NBSP "\xC2\xA0"
#define NARROW "\xE2\x80\xAF"

static void check_in(const char *language, const example *cases, size_t n) {
    const lede_markdown_options o = {.language = lede_str_of(language)};
    check_examples(cases, n, &o, false);
}
#define IN(language, cases) check_in(language, cases, sizeof cases / sizeof *cases)

static void without_a_language_all_stays_as_typed(void **state) {
    (void)state;
    static const example cases[] = {{"\"a\" -- 'b'...\n", "<p>&quot;a&quot; -- 'b'...</p>\n"}};
    CHECK(cases, NULL);
    CHECK(cases,
          (&(lede_markdown_options){.language = LEDE_STR("en"), .off = LEDE_MARKDOWN_TYPOGRAPHY}));
}

static void quotes_open_and_close_by_what_stands_beside_them(void **state) {
    (void)state;
    static const example cases[] = {
        {"\"a\" (\"b\") \"c\"-\"d\"\n", "<p>“a” (“b”) “c”-“d”</p>\n"},
        {"\"*a*\" *\"b\"* \"`c`\" **\"d** e\"\n",
         "<p>“<em>a</em>” <em>“b”</em> “<code>c</code>” <strong>“d</strong> e”</p>\n"},
        {"\"a 'b' c\" 'd \"e\" f'\n", "<p>“a ‘b’ c” ‘d “e” f’</p>\n"},
        {"\"'a'\"\n", "<p>“‘a’”</p>\n"},
        {"don't the '90s dogs' 'tis\n", "<p>don’t the ’90s dogs’ ’tis</p>\n"},
        {"5'10\" and 5' 6\" \" '\n", "<p>5’10&quot; and 5' 6&quot; &quot; '</p>\n"},
        {"\"a\nb\"\n", "<p>“a\nb”</p>\n"},
        {"[\"a\"](u \"t\\\"\") ![\"b\"](i.png)\n",
         "<p><a href=\"u\" title=\"t&quot;\">“a”</a> <img src=\"i.png\" alt=\"“b”\" /></p>\n"},
        {"|\"a|b\"|\n|-|-|\n",
         "<table>\n<thead>\n<tr>\n<th>“a</th>\n<th>b”</th>\n</tr>\n</thead>\n</table>\n"},
    };
    IN("en", cases);
}

static void dashes_and_dots(void **state) {
    (void)state;
    static const example cases[] = {
        {"a -- b--c --- d---e 1--2\n", "<p>a – b–c — d—e 1–2</p>\n"},
        {"a ... b.... c..\n", "<p>a … b.... c..</p>\n"},
        {"run --verbose ---- -\n", "<p>run --verbose ---- -</p>\n"},
        {"*a-*-b *c.*..\n", "<p><em>a-</em>-b <em>c.</em>..</p>\n"},
    };
    IN("en", cases);
}

static void what_is_no_prose_is_left_alone(void **state) {
    (void)state;
    static const example cases[] = {
        {"`\"a\" -- b` http://a.b/c--d?e=\"f \"g\"\n",
         "<p><code>&quot;a&quot; -- b</code> <a "
         "href=\"http://a.b/c--d?e=%22f\">http://a.b/c--d?e=&quot;f</a> “g”</p>\n"},
        {"    \"a\"\n\n```\n'b' ...\n```\n",
         "<pre><code>&quot;a&quot;\n</code></pre>\n<pre><code>'b' ...\n</code></pre>\n"},
        {"<http://a.b/c--d> [x](/y--z)\n",
         "<p><a href=\"http://a.b/c--d\">http://a.b/c--d</a> <a href=\"/y--z\">x</a></p>\n"},
        {"\\\"a\\\" \\'b\\' \\-- \\... c\n", "<p>&quot;a&quot; 'b' -- ... c</p>\n"},
        {"`\\\"` \\\"\n", "<p><code>\\&quot;</code> &quot;</p>\n"},
    };
    IN("en", cases);
    static const example raw[] = {{"<p title=\"a--b\">\"c\"</p>\n\n<b id='x--y'>\"d\"</b>\n",
                                   "<p title=\"a--b\">\"c\"</p>\n<p><b id='x--y'>“d”</b></p>\n"}};
    CHECK(raw, (&(lede_markdown_options){.unsafe = true, .language = LEDE_STR("en")}));
    static const example bare[] = {
        {"http://a.b/c--d;e! \"f\"\n", "<p>http://a.b/c--d;e! «" NBSP "f" NBSP "»</p>\n"}};
    CHECK(bare,
          (&(lede_markdown_options){.language = LEDE_STR("fr"), .off = LEDE_MARKDOWN_AUTOLINKS}));
}

static void french_has_its_spaces(void **state) {
    (void)state;
    static const example cases[] = {
        {"Quoi ? Oui ! Non ; voici : ceci\n",
         "<p>Quoi" NARROW "? Oui" NARROW "! Non" NARROW "; voici" NBSP ": ceci</p>\n"},
        {"Quoi? Oui! Non; voici: ceci?!\n",
         "<p>Quoi" NARROW "? Oui" NARROW "! Non" NARROW "; voici" NBSP ": ceci" NARROW "?!</p>\n"},
        {"\"a\" « b » «c» l'eau\n",
         "<p>«" NBSP "a" NBSP "» «" NBSP "b" NBSP "» «" NBSP "c" NBSP "» l’eau</p>\n"},
        {"12:30 a/b?c=d x!important *gras* ! :-)\n",
         "<p>12:30 a/b?c=d x!important <em>gras</em>" NARROW "! :-)</p>\n"},
        {"« *a* »\n", "<p>«" NBSP "<em>a</em>" NBSP "»</p>\n"},
    };
    IN("fr", cases);
    static const example canada[] = {{"Quoi? Oui ! a : b\n", "<p>Quoi? Oui ! a" NBSP ": b</p>\n"}};
    IN("fr-CA", canada);
}

static void each_language_has_its_quotes(void **state) {
    (void)state;
    static const struct {
        const char *language, *html;
    } cases[] = {
        {"de", "<p>„a ‚b‘ c“? d: e</p>\n"},
        {"de-AT", "<p>„a ‚b‘ c“? d: e</p>\n"},
        {"de-CH", "<p>«a ‹b› c»? d: e</p>\n"},
        {"es", "<p>«a “b” c»? d: e</p>\n"},
        {"it_IT", "<p>«a “b” c»? d: e</p>\n"},
        {"SV", "<p>”a ’b’ c”? d: e</p>\n"},
        {"ru", "<p>«a „b“ c»? d: e</p>\n"},
        {"ja", "<p>「a 『b』 c」? d: e</p>\n"},
        {"xx", "<p>“a ‘b’ c”? d: e</p>\n"},
        {"fr", "<p>«" NBSP "a “b” c" NBSP "»" NARROW "? d" NBSP ": e</p>\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const example one[] = {{"\"a 'b' c\"? d: e\n", cases[i].html}};
        IN(cases[i].language, one);
    }
    static const example spanish[] = {{"¿\"Qué\"? ¡No!\n", "<p>¿«Qué»? ¡No!</p>\n"}};
    IN("es", spanish);
    static const example arabic[] = {
        {"مرحبا, كيف؟ نعم; لا? a, b?\n", "<p>مرحبا، كيف؟ نعم؛ لا؟ a, b?</p>\n"}};
    IN("ar", arabic);
}

static void ids_do_not_change_with_the_language(void **state) {
    (void)state;
    static const example cases[] = {
        {"# L'eau -- \"a\"\n\n# L'eau -- \"a\"\n",
         "<h1 id=\"leau-a\">L’eau – «" NBSP "a" NBSP "»</h1>\n<h1 id=\"leau-a-2\">L’eau – «" NBSP
         "a" NBSP "»</h1>\n"},
    };
    IN("fr", cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_language_all_stays_as_typed),
        cmocka_unit_test(quotes_open_and_close_by_what_stands_beside_them),
        cmocka_unit_test(dashes_and_dots),
        cmocka_unit_test(what_is_no_prose_is_left_alone),
        cmocka_unit_test(french_has_its_spaces),
        cmocka_unit_test(each_language_has_its_quotes),
        cmocka_unit_test(ids_do_not_change_with_the_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
