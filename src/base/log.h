/* log.h - what the program tells the person before it, on stderr: the one place that decides how
 * such a line looks.
 *
 * Domain rooms return errors and do not log; this is for the desk, its workers and what Lua says.
 * What a verb prints as its result, and publish's report on the content, are no log. */
#ifndef LEDE_BASE_LOG_H
#define LEDE_BASE_LOG_H

#include "lede/text.h"

/* An error and a warning are called so: "lede: warning: text". An info line has no such word; so
 * does the last line of a program that gives up, which is plain enough: "lede: text". */
typedef enum lede__log_level { LEDE__LOG_ERROR, LEDE__LOG_WARNING, LEDE__LOG_INFO } lede__log_level;

/* Writes one line, whole, so that lines of several processes do not mix. The word for the level has
 * a colour where stderr is a terminal and NO_COLOR is not set. */
void lede__log(lede__log_level level, lede_str message);
void lede__logf(lede__log_level level, const char *format, ...) LEDE_PRINTF(2, 3);
/* Shows text in a line that the next one, or the next message, overwrites; empty: takes it away.
 * For a terminal only, which the caller knows. */
void lede__log_passing(lede_str text);

/* Appends the line that stderr gets. A message longer than 16 KiB is cut; control characters, which
 * could drive a terminal, are shown as \xNN, but newlines and tabs stay: a traceback has them. */
void lede__log_line(lede_buf *out, lede__log_level level, lede_str message, bool color);

#endif
