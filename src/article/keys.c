/* keys.c - the keys that front matter may use, and the nearest one to a misspelt key. See
 * article/front.h.
 *
 * Names are compared in lower case and without '_', '-' and blanks, so publishDate, publish_date
 * and publishdate are one.
 */
#include "article/front.h"

enum { NAME_MAX_BYTES = 40 };

#define TEXT(f) LEDE_TEXT_##f
#define LIST(f) (LEDE_BIT_LIST + LEDE_LIST_##f)
#define TIME(f) (LEDE_BIT_TIME + LEDE_TIME_##f)
#define SLOT(f) LEDE__SLOT_##f

/* Sorted by name (the tests look). Rank 0 is lede's own name, higher ones give way to it. */
const lede__key lede__keys[] = {
    {"alias", LIST(ALIASES), 1, NULL},
    {"aliases", LIST(ALIASES), 0, NULL},
    {"author", LIST(AUTHORS), 1, NULL},
    {"authors", LIST(AUTHORS), 0, NULL},
    {"banner", SLOT(IMAGE), 8, NULL},
    {"byline", LIST(AUTHORS), 2, NULL},
    {"canonical", TEXT(ORIGIN_URL), 3, NULL},
    {"canonicalurl", TEXT(ORIGIN_URL), 2, "canonical_url"},
    {"categories", SLOT(CATEGORIES), 0, NULL},
    {"category", SLOT(CATEGORIES), 1, NULL},
    {"corrections", LIST(CORRECTIONS), 0, NULL},
    {"cover", SLOT(IMAGE), 4, NULL},
    {"coverimage", SLOT(IMAGE), 4, "cover_image"},
    {"createdat", TIME(DATE), 6, "created_at"},
    {"customexcerpt", TEXT(SUMMARY), 3, "custom_excerpt"},
    {"date", TIME(DATE), 0, NULL},
    {"dateline", TEXT(DATELINE), 0, NULL},
    {"datemodified", TIME(UPDATED), 5, "dateModified"},
    {"datepublished", TIME(DATE), 5, "datePublished"},
    {"deck", TEXT(DEK), 1, NULL},
    {"dek", TEXT(DEK), 0, NULL},
    {"description", TEXT(SUMMARY), 1, NULL},
    {"dir", TEXT(DIR), 0, NULL},
    {"draft", SLOT(DRAFT), 0, NULL},
    {"embargo", TIME(EMBARGO), 0, NULL},
    {"embargoed", TIME(EMBARGO), 1, NULL},
    {"embargoeduntil", TIME(EMBARGO), 2, "embargoedUntil"},
    {"excerpt", TEXT(SUMMARY), 2, NULL},
    {"expires", TIME(EXPIRES), 0, NULL},
    {"expirydate", TIME(EXPIRES), 1, "expiryDate"},
    {"extra", SLOT(EXTRA), 0, NULL},
    {"featuredimage", SLOT(IMAGE), 2, "featured_image"},
    {"featureimage", SLOT(IMAGE), 1, "feature_image"},
    {"featureimagealt", TEXT(IMAGE_ALT), 1, "feature_image_alt"},
    {"featureimagecaption", TEXT(IMAGE_CAPTION), 1, "feature_image_caption"},
    {"headline", TEXT(TITLE), 1, NULL},
    {"id", TEXT(ID), 0, NULL},
    {"image", SLOT(IMAGE), 0, NULL},
    {"imagealt", TEXT(IMAGE_ALT), 0, "image_alt"},
    {"imagecaption", TEXT(IMAGE_CAPTION), 0, "image_caption"},
    {"imagecredit", TEXT(IMAGE_CREDIT), 0, "image_credit"},
    {"imagefigcaption", TEXT(IMAGE_CAPTION), 2, "image_figcaption"},
    {"imagepoi", TEXT(IMAGE_POI), 0, "image_poi"},
    {"images", SLOT(IMAGE), 3, NULL},
    {"keywords", LIST(TAGS), 4, NULL},
    {"kicker", TEXT(KICKER), 0, NULL},
    {"label", TEXT(KICKER), 1, NULL},
    {"lang", TEXT(LANG), 0, NULL},
    {"language", TEXT(LANG), 1, NULL},
    {"lastmod", TIME(UPDATED), 0, NULL},
    {"layout", TEXT(LAYOUT), 0, NULL},
    {"locale", TEXT(LANG), 2, NULL},
    {"modified", TIME(UPDATED), 2, NULL},
    {"origin", SLOT(ORIGIN), 0, NULL},
    {"outputs", LIST(OUTPUTS), 0, NULL},
    {"params", SLOT(PARAMS), 0, NULL},
    {"path", TEXT(URL), 2, NULL},
    {"permalink", TEXT(URL), 1, NULL},
    {"pubdate", TIME(DATE), 2, NULL},
    {"publishdate", TIME(DATE), 1, "publishDate"},
    {"published", TIME(DATE), 3, NULL},
    {"publishedat", TIME(DATE), 4, "published_at"},
    {"redirectfrom", LIST(ALIASES), 2, "redirect_from"},
    {"related", SLOT(RELATED), 0, NULL},
    {"section", TEXT(SECTION), 0, NULL},
    {"slug", TEXT(SLUG), 0, NULL},
    {"source", SLOT(SOURCE), 0, NULL},
    {"sourceurl", TEXT(ORIGIN_URL), 1, "source_url"},
    {"standfirst", TEXT(DEK), 2, NULL},
    {"status", SLOT(STATUS), 0, NULL},
    {"subtitle", TEXT(DEK), 3, NULL},
    {"summary", TEXT(SUMMARY), 0, NULL},
    {"tag", LIST(TAGS), 1, NULL},
    {"tags", LIST(TAGS), 0, NULL},
    {"template", TEXT(LAYOUT), 1, NULL},
    {"thumbnail", SLOT(IMAGE), 7, NULL},
    {"title", TEXT(TITLE), 0, NULL},
    {"topics", LIST(TAGS), 2, NULL},
    {"translationkey", TEXT(TRANSLATION), 0, "translationKey"},
    {"type", TEXT(TYPE), 0, NULL},
    {"unpublishdate", TIME(EXPIRES), 2, NULL},
    {"updated", TIME(UPDATED), 1, NULL},
    {"updatedat", TIME(UPDATED), 3, "updated_at"},
    {"url", TEXT(URL), 0, NULL},
    {"weight", SLOT(WEIGHT), 0, NULL},
};
const size_t lede__keys_count = sizeof lede__keys / sizeof *lede__keys;

/* Writes the form of name that is compared, with a NUL; its length, or 0 when it is longer than any
 * key. */
static size_t normalise(lede_str name, char out[NAME_MAX_BYTES]) {
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '_' || c == '-' || c == ' ')
            continue;
        if (n + 1 >= NAME_MAX_BYTES)
            return 0;
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    out[n] = '\0';
    return n;
}

const lede__key *lede__key_find(lede_str name) {
    char norm[NAME_MAX_BYTES];
    if (normalise(name, norm) == 0)
        return NULL;
    size_t from = 0, to = lede__keys_count;
    while (from < to) {
        size_t middle = (from + to) / 2;
        int order = strcmp(norm, lede__keys[middle].name);
        if (order == 0)
            return &lede__keys[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

static unsigned smallest(unsigned a, unsigned b, unsigned c) {
    unsigned m = a < b ? a : b;
    return m < c ? m : c;
}

/* How many letters must be put in, left out, changed or swapped with their neighbour to make b of
 * a. */
static unsigned distance(const char *a, size_t na, const char *b, size_t nb) {
    unsigned rows[3][NAME_MAX_BYTES + 1];
    for (size_t j = 0; j <= nb; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= na; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= nb; j++) {
            row[j] = smallest(row[j - 1] + 1, above[j] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                two_above[j - 2] + 1 < row[j])
                row[j] = two_above[j - 2] + 1;
        }
    }
    return rows[na % 3][nb];
}

static uint32_t letters(const char *s, size_t n) {
    uint32_t set = 0;
    for (size_t i = 0; i < n; i++)
        set |= UINT32_C(1) << (s[i] & 31);
    return set;
}

static unsigned bit_count(uint32_t v) {
    unsigned n = 0;
    for (; v; v &= v - 1)
        n++;
    return n;
}

const char *lede__key_near(lede_str name) {
    char norm[NAME_MAX_BYTES];
    size_t n = normalise(name, norm);
    if (n < 3)
        return NULL;
    unsigned best = n >= 6 ? 3 : 2; /* fewer mistakes than this */
    uint32_t set = letters(norm, n);
    const lede__key *found = NULL;
    for (size_t i = 0; i < lede__keys_count; i++) {
        const lede__key *k = &lede__keys[i];
        size_t len = strlen(k->name);
        if (len + 2 < n || n + 2 < len || bit_count(set ^ letters(k->name, len)) > 4)
            continue;
        if (n < 5 && norm[0] != k->name[0]) /* "math" is no "path" */
            continue;
        unsigned d = distance(norm, n, k->name, len);
        if (d < best) {
            best = d;
            found = k;
        }
    }
    return found ? found->shown ? found->shown : found->name : NULL;
}
