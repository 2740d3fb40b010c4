/* parse.c - a worker reads content files and answers with packed articles. */
#include "bind/parse.h"

#include "base/path.h"
#include "bind/value.h"
#include "bind/wire.h"
#include "codec/hash.h"
#include "sys/sys.h"
#include "text/slug.h"

#include <fcntl.h>
#include <lauxlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOURCE_MAX = 8 << 20, LUA_FRONT_MS = 1000 };

/* ---- the two things the article room asks back */

static bool drop_tag(void *ctx, const lede_shortcode *s, lede_buf *out) {
    (void)ctx, (void)s, (void)out;
    return true;
}

static void lead_text(void *ctx, lede_str body, size_t max, lede_buf *out) {
    lede__parser *p = ctx;
    lede_str start = {body.ptr, lede_utf8_cut(body, body.len < max * 8 ? body.len : max * 8)};
    if (lede_markdown_has_shortcodes(start)) {
        lede_buf_clear(&p->lead);
        lede_markdown_shortcodes(start, drop_tag, NULL, &p->lead);
        start = lede_buf_str(&p->lead);
    }
    lede_markdown_lead(start, max, out);
}

/* The table after "---lua": an expression or a chunk with return, in a page VM of its own with nothing to reach. */
static lede_status eval_lua(void *ctx, lede_str source, int line, lede_arena *arena,
                            lede_value *out, lede_error *err) {
    lede__parser *p = ctx;
    if (!p->vm) {
        lede_vm_options o = {.kind = LEDE_VM_PAGE, .memory_limit = (size_t)32 << 20};
        lede_status st = lede_vm_open(&o, &p->vm, err);
        if (st)
            return st;
    }
    lua_State *L = lede_vm_lua(p->vm);
    lede_buf chunk;
    lede_buf_init(&chunk, SOURCE_MAX);
    for (int i = 1; i < line; i++)
        lede_buf_addc(&chunk, '\n'); /* so that messages carry the file's own lines */
    lede_str text = lede_str_trim(source);
    if (text.len && text.ptr[0] == '{')
        lede_buf_adds(&chunk, "return ");
    lede_buf_add(&chunk, source);
    lede_status st = lede_buf_status(&chunk, err);
    if (!st)
        st = lede_vm_load(p->vm, lede_buf_str(&chunk), "=front matter", err);
    lede_buf_fini(&chunk);
    if (!st)
        st = lede_vm_enter(p->vm, 0, 1, LUA_FRONT_MS, NULL, err);
    if (!st) {
        st = lua_istable(L, -1) ? lede__bind_to_value(L, -1, arena, out, err)
                                : lede_fail_at(err, LEDE_EFORMAT, line, 1, "Lua front matter is a table: { title = \"...\" }");
        lua_pop(L, 1);
    }
    if (st) { /* nothing of it may reach the next file */
        lede_vm_close(p->vm);
        p->vm = NULL;
    }
    return st;
}

/* ---- answers */

static void put_notes(lede_buf *out, const lede_notes *notes) {
    lede_buf_addc(out, '[');
    for (size_t i = 0; i < notes->count; i++) {
        const lede_note *n = &notes->items[i];
        lede_buf_addf(out, "%s{\"column\":%d,\"hint\":%s,\"level\":\"%s\",\"line\":%d,\"message\":\"", i ? "," : "",
                      n->column, n->is_hint ? "true" : "false", n->is_error ? "error" : "warning", n->line);
        lede_escape_json(out, n->message);
        lede_buf_adds(out, "\"}");
    }
    lede_buf_addc(out, ']');
}

static void begin_answer(lede__parser *p, uint32_t index, const struct stat *st, uint64_t hash,
                         unsigned flags, const lede_notes *notes) {
    lede_buf_clear(&p->frame);
    lede__put32(&p->frame, index);
    lede__put64(&p->frame, hash);
    lede__put64(&p->frame, (uint64_t)st->st_size);
    lede__put64(&p->frame, (uint64_t)st->st_mtim.tv_sec * 1000000000u + (uint64_t)st->st_mtim.tv_nsec);
    lede__put8(&p->frame, (uint8_t)flags);
    lede_buf_clear(&p->notes);
    if (notes && notes->count)
        put_notes(&p->notes, notes);
    lede__put_str(&p->frame, lede_buf_str(&p->notes));
}

static lede_status send_frame(lede__parser *p, lede_worker_io *io, uint8_t type, lede_error *err) {
    lede_status st = lede_buf_status(&p->frame, err);
    return st ? st : lede_worker_send(io, type, lede_buf_str(&p->frame), err);
}

static lede_status answer_broken(lede__parser *p, lede_worker_io *io, uint32_t index,
                                 const struct stat *st, uint64_t hash, lede_notes *notes,
                                 const lede_error *why, lede_error *err) {
    lede_note note = {true, why->line, why->column, lede_str_of(why->message), false};
    lede_notes one = {&note, 1, 1};
    bool said = false;
    for (size_t i = 0; notes && i < notes->count; i++)
        said = said || notes->items[i].is_error;
    begin_answer(p, index, st, hash, 0, said ? notes : &one);
    return send_frame(p, io, LEDE_A_BROKEN, err);
}

/* "news/_index.md": a section says what it is. */
static lede_status answer_section(lede__parser *p, lede_worker_io *io, uint32_t index, lede_str path,
                                  const struct stat *st, uint64_t hash, lede_error *err) {
    lede_value front = {0};
    lede_str body = {0};
    uint32_t body_line = 0;
    lede_notes notes = {0};
    lede_error why = {0};
    if (lede_article_parse_front(&p->site->rules, lede_buf_str(&p->source), &p->arena, &front, &body,
                                 &body_line, &notes, &why))
        return answer_broken(p, io, index, st, hash, &notes, &why, err);
    begin_answer(p, index, st, hash, 0, &notes);

    lede_str dir = lede__path_dir(path);
    const lede_value *title = lede_value_get(&front, "title");
    const lede_value *summary = lede_value_get(&front, "summary");
    if (!summary)
        summary = lede_value_get(&front, "description");
    lede_buf json;
    lede_buf_init(&json, SOURCE_MAX * 2);
    lede_buf_adds(&json, "{\"body\":\"");
    lede_escape_json(&json, body);
    lede_buf_adds(&json, "\",\"folder\":\"");
    lede_escape_json(&json, dir);
    lede_buf_adds(&json, "\",\"params\":");
    if (front.kind == LEDE_MAP)
        lede_json_write(&json, &front);
    else
        lede_buf_adds(&json, "{}");
    lede_buf_adds(&json, ",\"slug\":\"");
    lede_buf slug;
    lede_buf_init(&slug, 4096);
    lede__slug(&slug, lede__path_base(dir));
    lede_buf_add(&json, dir.len ? lede_buf_str(&slug) : LEDE_STR(""));
    lede_buf_fini(&slug);
    lede_buf_adds(&json, "\",\"summary\":\"");
    if (summary && summary->kind == LEDE_TEXT)
        lede_escape_json(&json, summary->text);
    lede_buf_adds(&json, "\",\"title\":\"");
    if (title && title->kind == LEDE_TEXT)
        lede_escape_json(&json, title->text);
    lede_buf_adds(&json, "\"}");
    lede_status status = lede_buf_status(&json, err);
    lede_buf_add(&p->frame, lede_buf_str(&json));
    lede_buf_fini(&json);
    return status ? status : send_frame(p, io, LEDE_A_SECTION, err);
}

static lede_status answer_article(lede__parser *p, lede_worker_io *io, uint32_t index, lede_str path,
                                  const struct stat *st, uint64_t hash, lede_error *err) {
    lede_article_rules rules = p->site->rules;
    rules.reader = p->reader;
    rules.eval_lua = eval_lua;
    rules.eval_ctx = p;
    rules.lead_text = lead_text;
    rules.lead_ctx = p;
    lede_article a;
    lede_notes notes = {0};
    lede_error why = {0};
    if (lede_article_parse(&rules, path, lede_buf_str(&p->source), &p->arena, &a, &notes, &why))
        return answer_broken(p, io, index, st, hash, &notes, &why, err);

    unsigned flags = (a.has_own_id ? LEDE_OWN_ID : 0u) | (a.has_own_slug ? LEDE_OWN_SLUG : 0u) |
                     (a.has_own_url ? LEDE_OWN_URL : 0u);
    begin_answer(p, index, st, hash, flags, &notes);
    lede__put_str(&p->frame, a.body);
    while (p->frame.len % 8) /* a card stands on a multiple of 8; the desk rounds up likewise */
        lede_buf_addc(&p->frame, 0);
    lede_card_pack(&p->frame, &a);
    return send_frame(p, io, LEDE_A_ARTICLE, err);
}

static lede_status parse_one(lede__parser *p, lede_worker_io *io, uint32_t index, lede_str path,
                             lede_error *err) {
    char name[4096];
    struct stat st = {0};
    lede_error why = {0};
    lede_arena_reset(&p->arena);
    lede_buf_clear(&p->source);
    if (path.len >= sizeof name || !lede__path_safe(path)) {
        lede_fail(&why, LEDE_EINVAL, "the name of this file cannot be used");
        return answer_broken(p, io, index, &st, 0, NULL, &why, err);
    }
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    lede_status read = lede__read_below(p->content_fd, name, SOURCE_MAX, &p->source, &why);
    if (!read && fstatat(p->content_fd, name, &st, 0) != 0)
        read = lede_fail(&why, LEDE_EIO, "cannot look at this file");
    if (read)
        return answer_broken(p, io, index, &st, 0, NULL, &why, err);
    uint64_t hash = lede__xxh64(lede_buf_str(&p->source), 0);
    lede_str base = lede__path_base(path);
    return lede_str_starts(base, "_index.") ? answer_section(p, io, index, path, &st, hash, err)
                                            : answer_article(p, io, index, path, &st, hash, err);
}

lede_status lede__parser_job(lede__parser *p, lede_worker_io *io, lede_str frame, lede_error *err) {
    lede__wire w = lede__wire_of(frame);
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && w.at < w.end; i++) {
        lede_str path = lede__get_str(&w);
        if (w.bad)
            return lede_fail(err, LEDE_EFORMAT, "worker: a job could not be read");
        st = parse_one(p, io, i, path, err);
    }
    return st;
}

lede_status lede__parser_init(lede__parser *p, lede__site *site, lede_error *err) {
    *p = (lede__parser){.site = site, .content_fd = -1};
    lede_arena_init(&p->arena, (size_t)128 << 20);
    lede_buf_init(&p->source, SOURCE_MAX + 1);
    lede_buf_init(&p->frame, (size_t)48 << 20);
    lede_buf_init(&p->notes, 4 << 20);
    lede_buf_init(&p->lead, SOURCE_MAX);
    p->content_fd = open(site->content, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->content_fd < 0)
        return lede_fail(err, LEDE_EIO, "cannot open '%s'", site->content);
    return lede_article_reader_new(&p->reader, err);
}

void lede__parser_fini(lede__parser *p) {
    if (p->content_fd >= 0)
        close(p->content_fd);
    lede_vm_close(p->vm);
    lede_article_reader_free(p->reader);
    lede_arena_fini(&p->arena);
    lede_buf_fini(&p->source);
    lede_buf_fini(&p->frame);
    lede_buf_fini(&p->notes);
    lede_buf_fini(&p->lead);
    *p = (lede__parser){.content_fd = -1};
}
