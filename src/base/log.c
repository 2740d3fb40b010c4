/* log.c - see base/log.h. */
#include "base/log.h"

#include "base/banned.h"

#include <stdatomic.h>
#include <unistd.h>

#define CLEAR_LINE "\r\x1b[K"

enum { MAX_MESSAGE = 16 << 10, MAX_LINE = 4 * MAX_MESSAGE + 64 };

static atomic_bool is_passing; /* a line that is to be overwritten stands on the terminal */

static bool wants_color(void) {
    const char *no = getenv("NO_COLOR");
    return !(no && *no) && isatty(STDERR_FILENO);
}

static void put_level(lede_buf *out, lede__log_level level, bool color) {
    static const struct {
        const char *name, *color;
    } levels[] = {[LEDE__LOG_ERROR] = {"error", "\x1b[1;31m"},
                  [LEDE__LOG_WARNING] = {"warning", "\x1b[1;33m"}};
    if (level == LEDE__LOG_INFO)
        return;
    if (color)
        lede_buf_adds(out, levels[level].color);
    lede_buf_adds(out, levels[level].name);
    lede_buf_adds(out, color ? ":\x1b[0m " : ": ");
}

/* C1 controls (C2 80 .. C2 9F) drive terminals too. */
static void put_defused(lede_buf *out, lede_str s) {
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        const bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
        const bool c1 = c == 0xC2 && i + 1 < s.len && (unsigned char)s.ptr[i + 1] >= 0x80 &&
                        (unsigned char)s.ptr[i + 1] < 0xA0;
        if (control)
            lede_buf_addf(out, "\\x%02x", c);
        else if (c1)
            lede_buf_addf(out, "\\x%02x", (unsigned char)s.ptr[++i]);
        else
            lede_buf_addc(out, (char)c);
    }
}

void lede__log_line(lede_buf *out, lede__log_level level, lede_str message, bool color) {
    if (message.len > MAX_MESSAGE)
        message.len = lede_utf8_cut(message, MAX_MESSAGE);
    lede_buf_adds(out, "lede: ");
    put_level(out, level, color);
    put_defused(out, message);
    lede_buf_addc(out, '\n');
}

void lede__log(lede__log_level level, lede_str message) {
    lede_buf line;
    lede_buf_init(&line, MAX_LINE);
    if (atomic_exchange(&is_passing, false))
        lede_buf_adds(&line, CLEAR_LINE);
    lede__log_line(&line, level, message, wants_color());
    fwrite(line.ptr, 1, line.len, stderr);
    lede_buf_fini(&line);
}

void lede__logf(lede__log_level level, const char *format, ...) {
    lede_buf message;
    va_list args;
    lede_buf_init(&message,
                  LEDE_BUF_MAX); /* cut later: what is appended past a limit is lost whole */
    va_start(args, format);
    lede_buf_vaddf(&message, format, args);
    va_end(args);
    lede__log(level, lede_buf_str(&message));
    lede_buf_fini(&message);
}

void lede__log_passing(lede_str text) {
    if (!atomic_exchange(&is_passing, text.len > 0) && text.len == 0)
        return;
    fprintf(stderr, CLEAR_LINE "%.*s", (int)text.len, text.len ? text.ptr : "");
}
