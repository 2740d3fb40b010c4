/* format.h - dates, numbers, lists and names of languages as a language has them (CLDR, by ICU).
 *
 * A language is a BCP 47 tag ("fr", "pt-BR", "ar-u-nu-arab", "th-u-ca-gregory"). What is no tag, or one that nobody
 * knows, is English. Three habits of newsrooms stand above CLDR: "en" without a country is international (3 April 2024,
 * 19:10; "en-US" has April 3, 2024), Arabic has Latin digits unless the tag asks for others, and the first of a month is
 * "1er" in French. Calendars are those of the language, proleptic where Gregorian.
 *
 * Everything appends to *out. Opening what a language needs costs milliseconds, once for each use of it; a date after
 * that about a microsecond. No file is opened and neither TZ nor LANG is looked at: it works shut in.
 * thread: one at a time for each lede_format. */
#ifndef LEDE_FORMAT_H
#define LEDE_FORMAT_H

#include "lede/time.h"

/* What was opened for languages; bounded, the oldest makes place. */
typedef struct lede_format lede_format;

lede_format *lede_format_new(void); /* NULL without memory; opens nothing yet */
void lede_format_free(lede_format *f);

/* An instant in a zone (NULL = UTC; its rules are lede's, never ICU's). style:
 *   "full"     Wednesday, 3 April 2024        "month"    April 2024
 *   "long"     3 April 2024                   "year"     2024
 *   "short"    3 Apr 2024 ("medium" too)      "time"     19:10
 *   "numeric"  03/04/2024
 * or a skeleton of UTS 35 such as "MMMMd" or "yMMMEd": what to show, in the order and with the words of the language.
 * fails: LEDE_EINVAL for another style, naming those that there are. */
LEDE_MUST_CHECK lede_status lede_format_date(lede_format *f, int64_t at, const lede_zone *zone, lede_str lang,
                                             lede_str style, lede_buf *out, lede_error *err);
/* The same by a pattern of UTS 35 ("d MMMM"), taken as it stands, without names of zones. */
LEDE_MUST_CHECK lede_status lede_format_pattern(lede_format *f, int64_t at, const lede_zone *zone, lede_str lang,
                                                lede_str pattern, lede_buf *out, lede_error *err);

/* 1234567 -> "1,234,567"; 0.5 -> "0,5" in French. A fraction keeps the digits it has, at most 15. */
LEDE_MUST_CHECK lede_status lede_format_integer(lede_format *f, int64_t n, lede_str lang, lede_buf *out,
                                                lede_error *err);
LEDE_MUST_CHECK lede_status lede_format_number(lede_format *f, double n, lede_str lang, lede_buf *out,
                                               lede_error *err);
/* *out: "zero", "one", "two", "few", "many" or "other"; static storage. */
LEDE_MUST_CHECK lede_status lede_format_plural(lede_format *f, double n, lede_str lang, const char **out,
                                               lede_error *err);
enum { LEDE_FORMAT_LIST_MAX = 10000 };
/* "a, b and c"; either: "a, b or c". LEDE_ELIMIT above LEDE_FORMAT_LIST_MAX items. */
LEDE_MUST_CHECK lede_status lede_format_list(lede_format *f, const lede_str *items, size_t count, bool either,
                                             lede_str lang, lede_buf *out, lede_error *err);
/* The name of the language `tag` in `lang`, as it stands in a menu: "Français". An unknown one is its tag. */
LEDE_MUST_CHECK lede_status lede_format_language(lede_format *f, lede_str tag, lede_str lang, lede_buf *out,
                                                 lede_error *err);

#endif
