/* tell.h - what a publication makes, copies and removes, and why, as JSON that is read long after
 * the edition is gone. */
#ifndef LEDE_BIND_TELL_H
#define LEDE_BIND_TELL_H

#include "bind/plan.h"

/* Each appends one object, with a comma before it when out has some: { path, url?, what, ... }.
 *   what     "read" (an answer is another: kind, key, article?, fields?, gone?), "new", "other"
 * (made of something else), "again" (it could not be made), "whole" (every page is), "gone" and of
 * article (its file or id), or route and plugin, and then of lists: term ("section:news"), archive
 * (number) besides  moved (the address before, or now of what is gone), due (it became public by
 * itself), state (of what is gone) */
void lede__tell_page(const lede__plan *x, uint32_t n, lede_buf *out);
void lede__tell_gone(const lede__publication *p, lede_str path, lede_buf *out);
/* How a page of the records is made, as one object: url, article, route, plugin, term, archive. e
 * may be NULL. */
void lede__tell_made(const lede_edition *e, lede_str how, lede_buf *out);
/* Of what is no page: "file", inside an object. */
void lede__tell_source(lede_str how, lede_buf *out);
void lede__tell_copied(lede_str path, lede_str file, bool was_there, lede_buf *out);
/* A read of a page. */
void lede__tell_read(const lede_edition *now, const lede_edition *before, uint8_t kind,
                     lede_str key, uint64_t mask, lede_buf *out);
/* Appends { from, to } for each redirect that the edition before has not, or all without one, then
 * { from } for those gone. */
void lede__tell_redirects(const lede_edition *before, const lede_edition *now, lede_buf *out);

#endif
