/* page.c - a page's description, on the wire. */
#include "bind/page.h"

void lede__job_page_put(lede_buf *b, const lede__job_page *p) {
    lede__put32(b, p->number);
    lede__put32(b, p->route);
    lede__put8(b, p->each);
    lede__put32(b, p->item);
    lede__put32(b, p->archive);
    lede__put32(b, p->archives);
    lede__put32(b, p->size);
    lede__put_str(b, p->path);
    lede__put_str(b, p->url);
    lede__put_str(b, p->data);
    lede__put8(b, (uint8_t)((p->known.in_live ? 1 : 0) | (p->known.in_standby ? 2 : 0) | (p->verify ? 4 : 0)));
    if (p->known.in_live)
        lede_buf_addn(b, p->known.live, sizeof p->known.live);
    if (p->known.in_standby)
        lede_buf_addn(b, p->known.standby, sizeof p->known.standby);
}

static bool get_sum(lede__wire *w, unsigned char sum[32]) {
    lede_str s = lede__get_bytes(w, 32);
    if (s.ptr)
        memcpy(sum, s.ptr, 32);
    return s.ptr != NULL;
}

void lede__job_page_get(lede__wire *w, lede__job_page *p) {
    *p = (lede__job_page){0};
    p->number = lede__get32(w);
    p->route = (uint16_t)lede__get32(w);
    p->each = lede__get8(w);
    p->item = lede__get32(w);
    p->archive = lede__get32(w);
    p->archives = lede__get32(w);
    p->size = lede__get32(w);
    p->path = lede__get_str(w);
    p->url = lede__get_str(w);
    p->data = lede__get_str(w);
    uint8_t known = lede__get8(w);
    p->verify = known & 4;
    p->known.in_live = (known & 1) && get_sum(w, p->known.live);
    p->known.in_standby = (known & 2) && get_sum(w, p->known.standby);
}
