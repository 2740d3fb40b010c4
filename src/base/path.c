/* path.c - paths as text. See base/path.h. */
#include "base/path.h"

#include "base/banned.h"

enum { MAX_STEP = 255, MAX_PATH = 4000 };

static bool step_safe(lede_str step) {
    if (step.len == 0 || step.len > MAX_STEP)
        return false;
    if (lede_str_is(step, ".") || lede_str_is(step, ".."))
        return false;
    for (size_t i = 0; i < step.len; i++) {
        unsigned char c = (unsigned char)step.ptr[i];
        if (c < 0x20 || c == 0x7F || c == '\\')
            return false;
    }
    return true;
}

bool lede__path_safe(lede_str p) {
    if (p.len == 0 || p.len > MAX_PATH)
        return false;
    for (size_t at = 0; at <= p.len;) {
        size_t end = lede_str_find(p, '/', at);
        if (!step_safe(lede_str_n(p.ptr + at, end - at)))
            return false;
        at = end + 1;
    }
    return true;
}

/* The index behind the last '/', 0 when there is none. */
static size_t base_at(lede_str p) {
    size_t i = p.len;
    while (i > 0 && p.ptr[i - 1] != '/')
        i--;
    return i;
}

lede_str lede__path_base(lede_str p) { return lede_str_sub(p, base_at(p)); }

lede_str lede__path_dir(lede_str p) {
    size_t i = base_at(p);
    if (i == 0)
        return lede_str_n(p.ptr, 0);
    return lede_str_n(p.ptr, i == 1 ? 1 : i - 1); /* the root keeps its '/' */
}

/* The index of the '.' before the extension of base, or its length. */
static size_t dot_at(lede_str base) {
    for (size_t i = base.len; i > 1; i--)
        if (base.ptr[i - 1] == '.')
            return i - 1;
    return base.len;
}

lede_str lede__path_stem(lede_str p) {
    lede_str base = lede__path_base(p);
    return lede_str_n(base.ptr, dot_at(base));
}

lede_str lede__path_ext(lede_str p) {
    lede_str base = lede__path_base(p);
    return lede_str_sub(base, dot_at(base) + 1);
}

void lede__path_join(lede_buf *out, lede_str a, lede_str b) {
    if (b.len && b.ptr[0] == '/') {
        lede_buf_add(out, b);
        return;
    }
    lede_buf_add(out, a);
    if (a.len && a.ptr[a.len - 1] != '/' && b.len)
        lede_buf_addc(out, '/');
    lede_buf_add(out, b);
}
