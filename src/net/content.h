/* content.h - the forms of a content that connections send. */
#ifndef LEDE_NET_CONTENT_H
#define LEDE_NET_CONTENT_H

#include "lede/server.h"
#include "net/choose.h"

enum { LEDE__TAG_MAX = 48 };

typedef struct lede__form {
    lede_str bytes; /* borrowed from the content */
    lede__coding coding;
    char tag[LEDE__TAG_MAX]; /* with its quotes; another one for each coding */
} lede__form;
/* The form in this coding, made at first use; in none when it does not pay or memory is short. */
void lede__content_form(lede_content *c, lede__coding wanted, lede__form *out);
bool lede__content_varies(const lede_content *c); /* whether Accept-Encoding matters */
lede_str lede__content_type_of(const lede_content *c);

#endif
