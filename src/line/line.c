/* line.c - libedit by its readline interface, fed from outside. See line/line.h.
 *
 * The interface is global, and so is this. Signals are left to the program; the terminal is in its
 * edited state between ask and the end of a line only, so that scripts print as they are used to.
 */
#include "line/line.h"

#include <editline/readline.h>

#include <stdlib.h>

enum { HISTORY_LINES = 1000, WORDS_MAX = 1 << 20 };

static char breaks[] = " \t\n\"\\'`@$><=;|&{}()+-*/[],~#%^"; /* not '.' and ':' */

static lede__line_events the;
static char *history_file;
static bool asking;
static lede_buf words; /* of the completion at work */
static size_t next_word;

static void on_line(char *text) {
    lede__line_stop();
    the.line(the.ctx, text);
    free(text);
}

/* ---- completion */

static char *give_word(const char *text, int state) {
    if (state == 0) {
        lede_buf_clear(&words);
        next_word = 0;
        the.complete(the.ctx, text, &words);
    }
    if (next_word >= words.len)
        return NULL;
    char *word = strdup(words.ptr + next_word);
    next_word += strlen(words.ptr + next_word) + 1;
    return word;
}

static char **complete(const char *text, int start, int end) {
    (void)start, (void)end;
    rl_attempted_completion_over = 1; /* no names of files */
    rl_completion_append_character = 0;
    return rl_completion_matches(text, give_word);
}

/* ---- life */

void lede__line_open(const char *history, const lede__line_events *events) {
    the = *events;
    lede_buf_init(&words, WORDS_MAX);
    rl_readline_name = "lede";
    rl_catch_signals = 0;
    rl_initialize();
    using_history();
    stifle_history(HISTORY_LINES);
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = breaks;
    rl_basic_word_break_characters = breaks;
    history_file = history ? strdup(history) : NULL;
    if (history_file)
        (void)read_history(history_file);
}

void lede__line_close(void) {
    lede__line_stop();
    if (history_file)
        (void)write_history(history_file);
    free(history_file);
    history_file = NULL;
    lede_buf_fini(&words);
}

void lede__line_ask(const char *prompt) {
    asking = true;
    rl_callback_handler_install(prompt, on_line);
}

void lede__line_feed(void) {
    if (asking)
        rl_callback_read_char();
}

void lede__line_stop(void) {
    if (!asking)
        return;
    asking = false;
    rl_callback_handler_remove();
}

void lede__line_remember(const char *text) { add_history(text); }
