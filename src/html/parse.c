/* parse.c - gumbo inside a bounded arena.
 *
 * gumbo is quadratic on hostile input (10,000 open <div>, formatting elements that are reopened in
 * each paragraph) and does not look whether memory was given. So its memory comes from an arena
 * with a ceiling, and the clock is asked at every 64th allocation; when either is used up, a jump
 * leaves the parser in the middle. What it had built lies in the arena and goes with it. The clock
 * is the thread's CPU time: a busy machine does not change what a page looks like. */
#include "html/internal.h"

#include "base/banned.h"

#include <time.h>

enum { BUDGET_MS = 100, BUDGET_BYTES = 512 * 1024, CLOCK_EVERY = 64 };

static int64_t cpu_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void lede__html_parser_init(lede__html_parser *p, size_t bytes) {
    lede_arena_init(&p->arena, LEDE__HTML_MEMORY);
    p->taken = 0;
    p->deadline = cpu_now() + (int64_t)(1 + bytes / BUDGET_BYTES) * BUDGET_MS * 1000000;
}

void lede__html_parser_fini(lede__html_parser *p) { lede_arena_fini(&p->arena); }

static void *take(void *ctx, size_t n) {
    lede__html_parser *p = ctx;
    void *piece =
        lede_arena_zero(&p->arena, n); /* 0.10.1 leaves a fragment's quirks mode as it finds it */
    if (!piece || (++p->taken % CLOCK_EVERY == 0 && cpu_now() > p->deadline))
        longjmp(p->refused, 1);
    return piece;
}

static void give_back(void *ctx, void *piece) {
    (void)ctx;
    (void)piece;
}

/* context: of a fragment, or GUMBO_TAG_LAST. */
static const GumboOutput *parse(lede__html_parser *p, lede_str html, GumboTag context) {
    GumboOptions o = kGumboDefaultOptions;
    o.allocator = take;
    o.deallocator = give_back;
    o.userdata = p;
    o.max_errors = 0;
    o.fragment_context = context;
    lede_arena_reset(&p->arena);
    if (setjmp(p->refused))
        return NULL;
    return gumbo_parse_with_options(&o, html.len ? html.ptr : "", html.len);
}

const GumboNode *lede__html_parse(lede__html_parser *p, lede_str html) {
    const GumboOutput *out = parse(p, html, GUMBO_TAG_BODY);
    return out ? out->root : NULL;
}

const GumboNode *lede__html_parse_document(lede__html_parser *p, lede_str html) {
    const GumboOutput *out = parse(p, html, GUMBO_TAG_LAST);
    return out ? out->document : NULL;
}
