/* log.c - see base/log.h. A line is formed whole and written at once, so lines of several threads
 * do not mix. */
#include "base/log.h"

#include "base/banned.h"

#include <stdatomic.h>
#include <unistd.h>

enum { MAX_MESSAGE = 4096 };

static atomic_int last_level = LEDE__LOG_INFO;
static atomic_int color_mode = -1;
static struct {
    lede__log_sink *write;
    void *ctx;
} sink;

void lede__log_set_level(lede__log_level level) { atomic_store(&last_level, (int)level); }

bool lede__log_is_on(lede__log_level level) { return (int)level <= atomic_load(&last_level); }

void lede__log_set_color(int color) { atomic_store(&color_mode, color); }

void lede__log_set_sink(lede__log_sink *write, void *ctx) {
    sink.write = write;
    sink.ctx = ctx;
}

static bool wants_color(void) {
    const int mode = atomic_load(&color_mode);
    if (mode >= 0)
        return mode > 0;
    const char *no = getenv("NO_COLOR");
    return !(no && *no) && isatty(STDERR_FILENO);
}

const char *lede__log_level_name(lede__log_level level) {
    switch (level) {
    case LEDE__LOG_ERROR:
        return "error";
    case LEDE__LOG_WARNING:
        return "warning";
    case LEDE__LOG_INFO:
        return "info";
    case LEDE__LOG_DEBUG:
        return "debug";
    }
    return "log";
}

static const char *color_of(lede__log_level level) {
    switch (level) {
    case LEDE__LOG_ERROR:
        return "\x1b[1;31m";
    case LEDE__LOG_WARNING:
        return "\x1b[1;33m";
    case LEDE__LOG_INFO:
        return "";
    case LEDE__LOG_DEBUG:
        return "\x1b[2m";
    }
    return "";
}

void lede__log_line(lede_buf *out, lede__log_level level, lede_str message, bool color) {
    if (level != LEDE__LOG_INFO) {
        if (color)
            lede_buf_adds(out, color_of(level));
        lede_buf_adds(out, lede__log_level_name(level));
        lede_buf_adds(out, color ? ":\x1b[0m " : ": ");
    }
    lede_buf_add(out, message);
    lede_buf_addc(out, '\n');
}

/* Newlines and tabs stay: a traceback has them. C1 controls (C2 80 .. C2 9F) drive terminals too.
 */
static void defuse(char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)text[i];
        const bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
        const bool c1 = c == 0xC2 && i + 1 < len && (unsigned char)text[i + 1] < 0xA0;
        if (control || c1)
            text[i] = '?';
        if (c1)
            text[i + 1] = '?';
    }
}

static void to_stderr(lede__log_level level, lede_str message) {
    lede_buf line;
    lede_buf_init(&line, MAX_MESSAGE + 64);
    lede__log_line(&line, level, message, wants_color());
    fwrite(line.ptr, 1, line.len, stderr);
    lede_buf_fini(&line);
}

void lede__log(lede__log_level level, const char *format, ...) {
    if (!lede__log_is_on(level))
        return;
    char text[MAX_MESSAGE];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0)
        return;
    lede_str message = {text, (size_t)n};
    if (message.len >= sizeof text)
        message.len = lede_utf8_cut((lede_str){text, sizeof text - 1}, sizeof text - 2);
    defuse(text, message.len);
    if (sink.write)
        sink.write(sink.ctx, level, message);
    else
        to_stderr(level, message);
}
