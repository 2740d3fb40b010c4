/* log.h - what the program tells the person before it: one line a message, on stderr.
 *
 * Domain rooms return errors and do not log; this is for the desk. The settings are those of the
 * process: set them before other threads start. */
#ifndef LEDE_BASE_LOG_H
#define LEDE_BASE_LOG_H

#include "lede/text.h"

typedef enum lede__log_level {
    LEDE__LOG_ERROR,
    LEDE__LOG_WARNING,
    LEDE__LOG_INFO,
    LEDE__LOG_DEBUG
} lede__log_level;

/* Gets each message that passes the level, without newline; message is valid during the call. */
typedef void lede__log_sink(void *ctx, lede__log_level level, lede_str message);

/* The last level that is told; LEDE__LOG_INFO at first. --quiet: LEDE__LOG_ERROR, -v:
 * LEDE__LOG_DEBUG. */
void lede__log_set_level(lede__log_level level);
bool lede__log_is_on(lede__log_level level);
/* Colour: -1 where stderr is a terminal and NO_COLOR is not set (as at first), 0 never, 1 always.
 */
void lede__log_set_color(int color);
/* NULL: stderr again. */
void lede__log_set_sink(lede__log_sink *sink, void *ctx);

/* A message longer than 4 KiB is cut; control characters, which could drive a terminal, are shown
 * as '?'. */
void lede__log(lede__log_level level, const char *format, ...) LEDE_PRINTF(2, 3);
/* The name in front of a message: "error", "warning", "info", "debug". */
const char *lede__log_level_name(lede__log_level level);
/* Appends the line that stderr gets: "warning: text\n"; an info message stands without a name. */
void lede__log_line(lede_buf *out, lede__log_level level, lede_str message, bool color);

#endif
