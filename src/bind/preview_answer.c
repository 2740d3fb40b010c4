/* preview_answer.c - who answers a request: a fixed content, a page, a file of the site; else the script, or nobody. */
#include "bind/preview.h"

#include "base/path.h"
#include "codec/hash.h"
#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 512 << 20 };

#define OWN "/_lede/"

/* ---- contents */

/* Where the script goes: before the last </body>, else at the end. */
static size_t place_of_script(lede_str html) {
    for (size_t at = html.len; at-- > 0;)
        if (html.ptr[at] == '<' && lede_str_eq_nocase(lede_str_n(html.ptr + at, html.len - at < 7 ? html.len - at : 7), LEDE_STR("</body>")))
            return at;
    return html.len;
}

lede_status lede__preview_content(lede_buf *bytes, lede_str path, lede_content **out, lede_error *err) {
    const lede_str type = lede_content_type(path);
    lede_buf shown;
    if (!lede_str_starts(type, "text/html"))
        return lede_content_take(bytes, type, out, err);
    const lede_str html = lede_buf_str(bytes);
    const size_t at = place_of_script(html);
    lede_buf_init(&shown, LEDE_BUF_MAX);
    lede_buf_add(&shown, lede_str_n(html.ptr, at));
    lede_buf_adds(&shown, LEDE__PREVIEW_SCRIPT);
    lede_buf_add(&shown, lede_str_sub(html, at));
    lede_status st = lede_buf_status(&shown, err);
    if (!st)
        return lede_content_take(&shown, type, out, err);
    lede_buf_fini(&shown);
    return st;
}

static lede_content *fixed_at(const lede__preview *v, lede_str path) {
    const uint32_t n = lede__names_find(&v->fixed_names, path);
    return n == LEDE_NO_NAME ? NULL : v->fixed[n];
}

/* ---- answers */

void lede__preview_not_found(lede__preview *v, lede_request *q) {
    lede_request_answer(q, &(lede_answer){.status = 404, .content = fixed_at(v, LEDE_STR("not found"))});
}

/* What the last publication has at this path, for a page that was never good here. */
static lede_content *published(const lede__preview *v, lede_str path) {
    lede_buf file, bytes;
    lede_error none = {0};
    lede_content *content = NULL;
    lede_buf_init(&file, 1 << 16);
    lede_buf_init(&bytes, FILE_MAX);
    lede__path_join(&file, lede_str_of(v->publication->dest), path);
    if (!lede__read_file(file.ptr, FILE_MAX, &bytes, &none) && lede__preview_content(&bytes, path, &content, &none))
        content = NULL;
    lede_buf_fini(&bytes);
    lede_buf_fini(&file);
    return content;
}

void lede__preview_answer_page(lede__preview *v, const lede__preview_page *p, lede_request *q) {
    if (p->state == LEDE__UNMADE && p->generation == v->generation) {
        lede__preview_not_found(v, q);
        return;
    }
    lede_content *content = p->content ? lede_content_ref(p->content) : published(v, p->path);
    if (!content && (content = fixed_at(v, LEDE_STR("broken"))) != NULL)
        lede_content_ref(content);
    char timing[64] = "", hex[17];
    if (p->content) {
        lede__hex(lede_content_sha256(p->content), 8, hex);
        snprintf(timing, sizeof timing, "Server-Timing: lede;desc=\"%s\"\r\n", hex);
    }
    lede_request_answer(q, &(lede_answer){.status = content ? 200 : 500, .content = content, .fields = lede_str_of(timing)});
    lede_content_close(content);
}

static void answer_bytes(lede__preview *v, lede_request *q, lede_buf *bytes, lede_status st) {
    lede_content *content;
    if (!st && !lede__preview_content(bytes, lede_request_path(q), &content, NULL)) {
        lede_request_answer(q, &(lede_answer){.content = content});
        lede_content_close(content);
    } else {
        lede__preview_not_found(v, q);
    }
    lede_buf_fini(bytes);
}

/* A file of a plugin, a picture, or what lies in static/. */
static bool answer_file(lede__preview *v, lede_request *q) {
    const lede_str path = lede_str_sub(lede_request_path(q), 1);
    const uint32_t n = lede__names_find(&v->file_names, path);
    lede_buf bytes;
    lede_error err = {0};
    lede_buf_init(&bytes, FILE_MAX);
    lede_status st = LEDE_ENOTFOUND;
    if (n != LEDE_NO_NAME)
        st = lede__read_file(v->files[n].ptr, FILE_MAX, &bytes, &err);
    else if (v->static_fd >= 0 && lede__path_safe(path))
        st = lede__read_below(v->static_fd, path.ptr, FILE_MAX, &bytes, &err);
    if (st) {
        lede_buf_fini(&bytes);
        return false;
    }
    answer_bytes(v, q, &bytes, st);
    return true;
}

static bool answer_page(lede__preview *v, lede_request *q, lede_str url) {
    lede__preview_page *p = lede__preview_page_at(v, url);
    lede__job_page page;
    if (!p || (p->state == LEDE__UNMADE && !lede__preview_find(v, url, &page)))
        return false;
    if (p->state == LEDE__GOOD && p->generation == v->generation) {
        p->asked = ++v->serial;
        lede__preview_answer_page(v, p, q);
    } else {
        lede__preview_wait(v, p, q);
    }
    return true;
}

/* "/a/index.html" is the page "/a/"; "/a" leads to it. */
static bool answer_near(lede__preview *v, lede_request *q) {
    static const char index[] = "index.html";
    const lede_str path = lede_request_path(q);
    lede__job_page page;
    lede_buf url;
    bool done = false;
    if (lede_str_ends(path, "/index.html"))
        return answer_page(v, q, lede_str_n(path.ptr, path.len - strlen(index)));
    if (lede_str_ends(path, "/"))
        return false;
    lede_buf_init(&url, 1 << 16);
    lede_buf_addf(&url, "%.*s/", (int)path.len, path.ptr);
    if (lede__preview_find(v, lede_buf_str(&url), &page)) {
        lede_request_answer(q, &(lede_answer){.status = 308, .location = lede_buf_str(&url)});
        done = true;
    }
    lede_buf_fini(&url);
    return done;
}

static void answer_own(lede__preview *v, lede_request *q) {
    lede_content *content = fixed_at(v, lede_request_path(q));
    if (content)
        lede_request_answer(q, &(lede_answer){.content = content});
    else if (lede_str_is(lede_request_path(q), OWN "events") && lede_request_method(q) == LEDE_GET)
        lede_events_join(v->events, q, LEDE_STR("state"), lede_buf_str(&v->greeting));
    else
        lede__preview_tell(v, LEDE__EVENT_REQUEST, q, NULL, 0);
}

static void answer_later(lede__preview *v, lede_request *q) {
    if (v->n_early == v->cap_early) {
        const size_t cap = v->cap_early ? v->cap_early * 2 : 16;
        lede_request **more = realloc(v->early, cap * sizeof *more);
        if (!more) {
            lede_request_answer(q, &(lede_answer){.status = 503});
            return;
        }
        v->early = more;
        v->cap_early = cap;
    }
    v->early[v->n_early++] = q;
}

void lede__preview_answer(void *ctx, lede_request *q) {
    lede__preview *v = ctx;
    const lede_str path = lede_request_path(q);
    if (lede_str_starts(path, OWN))
        answer_own(v, q);
    else if (lede_request_method(q) == LEDE_POST)
        lede_request_answer(q, &(lede_answer){.status = 405, .fields = LEDE_STR("Allow: GET, HEAD\r\n")});
    else if (!v->ready)
        answer_later(v, q);
    else if (!answer_page(v, q, path) && !answer_file(v, q) && !answer_near(v, q)) {
        if (v->routes_old)
            answer_later(v, q);
        else
            lede__preview_not_found(v, q);
    }
}
