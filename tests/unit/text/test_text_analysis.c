/* test_text_analysis.c - words of many languages as terms that compare, and which language a text
 * is in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/analysis.h"
#include "text/tongue.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct seeing {
    lede_buf out;
    lede_str text;
    size_t end; /* of the last word */
} seeing;

/* "[term]" of each word, "-" behind a weak one; words stand in their text, one after the other. */
static bool see(void *ctx, const lede__token *t) {
    seeing *s = ctx;
    assert_true(t->at >= s->end && t->len > 0 && t->at + t->len <= s->text.len);
    s->end = t->at + t->len;
    lede_buf_addf(&s->out, "[%.*s%s]", (int)t->term.len, t->term.ptr, t->weak ? "-" : "");
    return true;
}

static lede__analyser *analyser;

static int open_analyser(void **state) {
    (void)state;
    analyser = lede__analyser_new();
    return analyser ? 0 : -1;
}
static int close_analyser(void **state) {
    (void)state;
    lede__analyser_free(analyser);
    return 0;
}

static void shows(const char *lang, const char *text, const char *terms) {
    seeing s = {.text = lede_str_of(text)};
    lede_buf_init(&s.out, LEDE_BUF_MAX);
    assert_int_equal(lede__analyse(analyser, lede_str_of(lang), s.text, see, &s, NULL), LEDE_OK);
    assert_string_equal(s.out.ptr, terms);
    lede_buf_fini(&s.out);
}

static void words_of_one_stem_are_one_term(void **state) {
    (void)state;
    shows("en", "Voting, votes: the VOTED vote.", "[vote][vote][the-][vote][vote]");
    shows("en-GB", "The Council's plans", "[the-][council][plan]");
    shows("de", "Die Häuser, das Haus", "[die-][haus][das-][haus]");
    shows("es", "elecciones municipales, elección municipal",
          "[eleccion][municipal][eleccion][municipal]");
    shows("ru", "Выборы выборов", "[выбор][выбор]");
    shows("ar", "الانتخابات والكتاب", "[انتخاب][كتاب]");
    shows("xx", "Voting votes", "[voting][votes]");
}

static void numbers_are_weak_unless_they_may_be_years(void **state) {
    (void)state;
    shows("en", "In 2024 some 35 of 10,000", "[in-][2024][some-][35-][of-][10-][000-]");
    shows("en", "COVID-19 and G20", "[covid][19-][and-][g20]");
}

static void apostrophes_belong_to_words_and_elisions_do_not(void **state) {
    (void)state;
    shows("fr", "L'élection qu’aujourd'hui d'un", "[elect][aujourdhui][un-]");
    shows("it", "dell'acqua nell’anno", "[acqua][anno]");
    shows("ca", "l'ajuntament", "[ajunt]");
    shows("en", "O'Neil isn't 'quoted'", "[oneil][isnt-][quot]");
    shows("en", "rock ' roll", "[rock][roll]");
}

static void accents_and_composition_do_not_matter(void **state) {
    (void)state;
    shows("xx", "Café cafe\xcc\x81 CAFÉ", "[cafe][cafe][cafe]");
    shows("xx", "Łódź Straße Ærø ﬁne", "[lodz][strasse][aero][fine]");
    shows("tr", "ISPARTA Isparta ısparta İl il", "[ispar][ispar][ispar][il][il]");
    shows("xx", "ＡＢＣ soft\xc2\xadhyphen", "[abc][softhyphen]");
    shows("fa", "کتاب كتاب می‌شود", "[كتاب][كتاب][ميشود]");
    shows("xx", "ёлка елка", "[елка][елка]");
}

static void scripts_without_blanks_are_parted_by_dictionary(void **state) {
    (void)state;
    shows("th", "สภาเทศบาลขยายบริการรถไฟ", "[สภา][เทศบาล][ขยาย][บริการ][รถไฟ]");
    shows("ja", "東京都で選挙が行われた。", "[東京][都][で-][選挙][が-][行][われ-][た-]");
    shows("zh", "市议会的投票", "[市][议会][的-][投票]");
    shows("zh", "北京2024年mayor", "[北京][2024][年][mayor]");
}

static void korean_particles_are_cut(void **state) {
    (void)state;
    shows("ko", "서울시의회는 서울시의회가 서울시의회에서", "[서울시의회][서울시의회][서울시의회]");
    shows("ko", "나는", "[나는]"); /* too short to tell */
}

static void a_long_run_without_blanks_is_parted_as_a_short_one_is(void **state) {
    (void)state;
    lede_buf text, terms;
    lede_buf_init(&text, LEDE_BUF_MAX);
    lede_buf_init(&terms, LEDE_BUF_MAX);
    for (int i = 0; i < 700; i++) {
        lede_buf_adds(&text, "选举");
        lede_buf_adds(&terms, "[选举]");
    }
    shows("zh", text.ptr, terms.ptr);
    lede_buf_fini(&text);
    lede_buf_fini(&terms);
}

static void hashes_are_those_of_terms_whatever_came_before(void **state) {
    (void)state;
    /* A table that is full is emptied: 100,000 spellings pass, then the first one again. */
    char word[32];
    for (int i = 0; i < 100000; i++) {
        snprintf(word, sizeof word, "w%dx", i);
        seeing s = {.text = lede_str_of(word)};
        lede_buf_init(&s.out, 100);
        assert_int_equal(lede__analyse(analyser, LEDE_STR("en"), s.text, see, &s, NULL), LEDE_OK);
        lede_buf_fini(&s.out);
    }
    shows("en", "votes", "[vote]");
}

static void no_bytes_of_valid_text_are_too_odd(void **state) {
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 300; round++) {
        lede_buf b;
        lede_buf_init(&b, LEDE_BUF_MAX);
        for (int i = 0; i < 200; i++) {
            char utf8[4];
            seed = seed * 1664525u + 1013904223u;
            uint32_t c = (seed >> 8) % (round % 2 ? 0x3000 : 0x110000);
            if (c == 0 || (c >= 0xD800 && c < 0xE000))
                c = '\'';
            lede_buf_addn(&b, utf8, lede_utf8_put(utf8, c));
        }
        seeing s = {.text = lede_buf_str(&b)};
        lede_buf_init(&s.out, LEDE_BUF_MAX);
        assert_int_equal(
            lede__analyse(analyser, lede_str_of(round % 3 ? "en" : "fr"), s.text, see, &s, NULL),
            LEDE_OK);
        lede__tongue_guess(s.text);
        assert_true(lede_utf8_valid(lede_buf_str(&s.out), NULL));
        lede_buf_fini(&s.out);
        lede_buf_fini(&b);
    }
}

static void the_language_of_a_sentence_is_guessed(void **state) {
    (void)state;
    static const char *const table[][2] = {
        {"en",
         "The city council voted on Tuesday to extend bus and tram service across the region."},
        {"de", "Der Stadtrat stimmte am Dienstag für den Ausbau des Verkehrs in der Region."},
        {"fr", "Le conseil municipal a voté mardi l'extension du service de bus dans la région."},
        {"es", "El ayuntamiento votó el martes la ampliación del servicio en la región."},
        {"it",
         "Il consiglio comunale ha votato martedì per l'ampliamento del servizio degli autobus."},
        {"pt", "A câmara municipal votou na terça-feira a ampliação do serviço de autocarros e não "
               "mais."},
        {"nl",
         "De gemeenteraad stemde dinsdag voor de uitbreiding van het busvervoer in de regio."},
        {"sv", "Kommunfullmäktige röstade på tisdagen för att bygga ut busstrafiken och det som är "
               "nytt."},
        {"fi", "Kaupunginvaltuusto äänesti tiistaina, että bussiliikenne on laajennettava ja se "
               "oli hyvä."},
        {"pl", "Rada miasta głosowała we wtorek za rozszerzeniem komunikacji, która jest dla "
               "mieszkańców."},
        {"ru",
         "Городской совет проголосовал во вторник за расширение автобусного сообщения в регионе."},
        {"uk",
         "Міська рада проголосувала за розширення, що також є важливим для міста та його людей."},
        {"el", "Το δημοτικό συμβούλιο ψήφισε για την επέκταση."},
        {"ar", "صوت مجلس المدينة يوم الثلاثاء على توسيع خدمة الحافلات"},
        {"fa", "شورای شهر به گسترش خدمات اتوبوس رای داد که "
               "می‌گوید"},
        {"he", "מועצת העיר הצביעה ביום שלישי"},
        {"th", "สภาเทศบาลลงมติขยายบริการรถไฟ"},
        {"ja", "市議会はバス路線の拡大を決めた。"},
        {"zh", "市议会投票决定扩大公交服务"},
        {"ko", "시의회는 버스 노선을 확대하기로 했다"},
        {"hi", "नगर परिषद ने बस सेवा बढ़ाने के लिए मतदान किया"},
        {"", "Xyzzy 12"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(lede__tongue_guess(lede_str_of(table[i][1])), table[i][0]);
}

static void a_tag_says_what_compares(void **state) {
    (void)state;
    static const char *const table[][2] = {{"de-AT", "de"},   {"nb", "no"},    {"nn-NO", "no"},
                                           {"zh-Hant", "zh"}, {"EN_us", "en"}, {"gsw", "gsw"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_true(lede_str_is(lede__analysis_lang(lede_str_of(table[i][0])), table[i][1]));
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_analyser, close_analyser)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(words_of_one_stem_are_one_term),
        T(numbers_are_weak_unless_they_may_be_years),
        T(apostrophes_belong_to_words_and_elisions_do_not),
        T(accents_and_composition_do_not_matter),
        T(scripts_without_blanks_are_parted_by_dictionary),
        T(korean_particles_are_cut),
        T(a_long_run_without_blanks_is_parted_as_a_short_one_is),
        T(hashes_are_those_of_terms_whatever_came_before),
        T(no_bytes_of_valid_text_are_too_odd),
        T(the_language_of_a_sentence_is_guessed),
        T(a_tag_says_what_compares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
