/* error.c - fills lede_error. See lede/error.h.
 *
 * A message is formed in a buffer of its own before it is stored, so err->message may be one of the
 * arguments. */
#include "lede/error.h"

#include "lede/text.h"

#include "base/refused.h"

#include "base/banned.h"

/* Formats into out and ends it at a whole character. */
LEDE_PRINTF(2, 0)
static void form(char out[LEDE_MESSAGE_MAX], const char *format, va_list args) {
    int n = vsnprintf(out, LEDE_MESSAGE_MAX, format, args);
    if (n < 0)
        out[0] = '\0';
    if (n >= LEDE_MESSAGE_MAX) {
        lede_str all = {out, LEDE_MESSAGE_MAX - 1};
        size_t at = LEDE_MESSAGE_MAX - 1;
        while (at > 0 && ((unsigned char)out[at - 1] & 0xC0) == 0x80)
            at--;
        if (at > 0 && (unsigned char)out[at - 1] >= 0xC0) {
            size_t start = at - 1, next = start;
            /* A first byte whose character did not fit whole decodes as bad and is dropped. */
            if (lede_utf8_next(all, &next) == 0xFFFD && next == start + 1)
                out[start] = '\0';
        }
    }
}

static void store(lede_error *err, lede_status status, int line, int column, const char *message) {
    err->status = status;
    err->line = line;
    err->column = column;
    memcpy(err->message, message, strlen(message) + 1);
}

lede_status lede_fail(lede_error *err, lede_status status, const char *format, ...) {
    if (status == LEDE_ENOMEM)
        lede__note_no_memory();
    if (!err)
        return status;
    char message[LEDE_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    form(message, format, args);
    va_end(args);
    store(err, status, 0, 0, message);
    return status;
}

lede_status lede_fail_at(lede_error *err, lede_status status, int line, int column,
                         const char *format, ...) {
    if (!err)
        return status;
    char message[LEDE_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    form(message, format, args);
    va_end(args);
    store(err, status, line, column, message);
    return status;
}

lede_status lede_fail_in(lede_error *err, lede_status status, const char *format, ...) {
    if (!err)
        return status;
    char message[LEDE_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    form(message, format, args);
    va_end(args);

    size_t prefix = strlen(message), room = LEDE_MESSAGE_MAX - 1 - prefix;
    if (room > 2) {
        memcpy(message + prefix, ": ", 2);
        size_t n = lede_utf8_cut(lede_str_of(err->message), room - 2);
        memcpy(message + prefix + 2, err->message, n);
        message[prefix + 2 + n] = '\0';
    }
    store(err, status, err->line, err->column, message);
    return status;
}

const char *lede_status_name(lede_status status) {
    switch (status) {
    case LEDE_OK:
        return "ok";
    case LEDE_ENOMEM:
        return "no-memory";
    case LEDE_EINVAL:
        return "invalid";
    case LEDE_EFORMAT:
        return "format";
    case LEDE_ENOTFOUND:
        return "not-found";
    case LEDE_EEXIST:
        return "exists";
    case LEDE_ECONFLICT:
        return "conflict";
    case LEDE_EIO:
        return "io";
    case LEDE_ELIMIT:
        return "limit";
    case LEDE_ETIMEOUT:
        return "timeout";
    case LEDE_EBUSY:
        return "busy";
    case LEDE_ESCRIPT:
        return "script";
    case LEDE_EDENIED:
        return "denied";
    case LEDE_ENEWER:
        return "newer";
    case LEDE_ECANCELED:
        return "canceled";
    }
    return "unknown";
}

bool lede_status_retryable(lede_status status) {
    return status == LEDE_EBUSY || status == LEDE_ETIMEOUT || status == LEDE_EIO;
}
