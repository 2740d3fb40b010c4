/* format.h - what the files behind lede/format.h share: a bounded cache of what ICU opened. Private
 * to text/. */
#ifndef LEDE_TEXT_FORMAT_H
#define LEDE_TEXT_FORMAT_H

#include "lede/format.h"

#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uldnames.h>
#include <unicode/ulistformatter.h>
#include <unicode/unum.h>
#include <unicode/upluralrules.h>

enum { LEDE__LOCALE_MAX = 160 };

typedef enum lede__kind {
    LEDE__STYLE,    /* a date by the name of a style, or a skeleton */
    LEDE__PATTERN,  /* a date by a pattern */
    LEDE__PATTERNS, /* patterns by skeletons */
    LEDE__NUMBER,
    LEDE__PLURAL,
    LEDE__LIST,
    LEDE__NAMES
} lede__kind;

typedef union lede__opened {
    struct {
        UCalendar *calendar;
        UDateFormat *format, *first; /* first: of the first of a month, or NULL */
    } date;
    UDateTimePatternGenerator *patterns;
    UNumberFormat *number;
    UPluralRules *plural;
    UListFormatter *list;
    ULocaleDisplayNames *names;
} lede__opened;

/* Opens what is not in the cache yet; *out is zero. May use the cache itself. */
typedef lede_status lede__opener(lede_format *f, lede_str lang, lede_str style, lede__opened *out,
                                 lede_error *err);

/* What was opened for (kind, lang, style), borrowed until the next call. */
LEDE_MUST_CHECK lede_status lede__format_get(lede_format *f, lede__kind kind, lede_str lang,
                                             lede_str style, lede__opener *open,
                                             const lede__opened **out, lede_error *err);
/* The locale of ICU for a BCP 47 tag, whose parts may be joined by '_' too. False, and "en", for
 * what is none. */
bool lede__locale_of_tag(lede_str tag, char out[LEDE__LOCALE_MAX]);
/* The same with the habits that lede/format.h names. */
void lede__locale(lede_str lang, char out[LEDE__LOCALE_MAX]);
/* Fails with ICU's name for code. */
LEDE_MUST_CHECK lede_status lede__fail_icu(lede_error *err, UErrorCode code, const char *what);
/* Appends UTF-16. */
void lede__add_utf16(lede_buf *out, const UChar *s, int32_t len);

#endif
