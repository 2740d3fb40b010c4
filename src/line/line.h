/* line.h - a line of a terminal, edited: history, completion (libedit inside). One a process; knows
 * nothing of Lua. */
#ifndef LEDE_LINE_LINE_H
#define LEDE_LINE_LINE_H

#include "lede/text.h"

typedef struct lede__line_events {
    void *ctx;
    /* A whole line, or NULL at the end of the input; the prompt is gone by then. */
    void (*line)(void *ctx, const char *text);
    /* Appends what word may become, each with its NUL. */
    void (*complete)(void *ctx, const char *word, lede_buf *out);
} lede__line_events;

/* history: a file that is read, and written at close; NULL = none. events is copied. */
void lede__line_open(const char *history, const lede__line_events *events);
void lede__line_close(void);
/* Shows the prompt: from now on lede__line_feed() reads, until a line is whole. The terminal is as
 * it was afterwards. */
void lede__line_ask(const char *prompt);
void lede__line_feed(void); /* stdin can be read */
void lede__line_stop(void); /* no more of this line */
void lede__line_remember(const char *text);

#endif
