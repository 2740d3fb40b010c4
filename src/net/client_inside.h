/* client_inside.h - what the files of the client share. */
#ifndef LEDE_NET_CLIENT_INSIDE_H
#define LEDE_NET_CLIENT_INSIDE_H

#include "net/client.h"

#include <curl/curl.h>
#include <uv.h>

/* Connections that may be used again for one another. */
typedef struct lede__pool_of {
    CURLM *multi;
    uv_timer_t timer;
    lede__http *http;
} lede__pool_of;

struct lede__http {
    uv_loop_t *uv;
    lede__pool_of pools[2]; /* [private_too] */
    int handles;            /* that are not closed yet */
};

/* The transfer is over: notes why, tells. client_request.c */
void lede__request_over(lede__request *r, CURLcode code);

#endif
