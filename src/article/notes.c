/* notes.c - what an author is told about a file. See article/front.h. */
#include "article/front.h"

#include <stdio.h>

enum { NOTES_MAX = 200 }; /* of one file; more would drown the others */

static void add(lede_arena *arena, lede_notes *notes, lede_note note, const char *message) {
    if (!notes || (notes->count > NOTES_MAX && !note.is_error))
        return;
    if (notes->count == NOTES_MAX && !note.is_error)
        message = "there is more to say about this file; mend the above first";
    if (notes->count == notes->cap) {
        size_t cap = notes->cap ? notes->cap * 2 : 8;
        lede_note *items = lede_arena_take(arena, cap * sizeof *items);
        if (!items)
            return;
        if (notes->count)
            memcpy(items, notes->items, notes->count * sizeof *items);
        notes->items = items;
        notes->cap = cap;
    }
    note.message = lede_arena_copy(arena, lede_str_of(message));
    if (note.message.ptr)
        notes->items[notes->count++] = note;
}

/* Formats into out; what was cut is cut at a character, and a line break inside a quoted key
 * becomes a blank. */
static void say(char *out, size_t size, const char *format, va_list args) {
    int n = vsnprintf(out, size, format, args);
    if (n < 0)
        out[0] = '\0';
    if (n >= (int)size)
        out[lede_utf8_cut(lede_str_of(out), size - 1)] = '\0';
    for (char *p = out; *p; p++)
        if ((unsigned char)*p < ' ')
            *p = ' ';
}

void lede__note(lede_arena *arena, lede_notes *notes, lede__weight weight, int line, int column,
                const char *format, ...) {
    char message[LEDE_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    say(message, sizeof message, format, args);
    va_end(args);
    add(arena, notes,
        (lede_note){.is_error = weight == LEDE__ERROR,
                    .line = line,
                    .column = column,
                    .is_hint = weight == LEDE__HINT},
        message);
}

lede_status lede__refuse(lede_arena *arena, lede_notes *notes, lede_error *err, lede_status status,
                         int line, int column, const char *format, ...) {
    char message[LEDE_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    say(message, sizeof message, format, args);
    va_end(args);
    add(arena, notes, (lede_note){.is_error = true, .line = line, .column = column}, message);
    return lede_fail_at(err, status, line, column, "%s", message);
}
