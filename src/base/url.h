/* url.h - which URLs a page may carry when they come from outside the program. */
#ifndef LEDE_BASE_URL_H
#define LEDE_BASE_URL_H

#include "lede/text.h"

/* Whether url may stand in a page: relative, or of scheme http, https, mailto or tel; as an image http, https, or data: of
 * a PNG, GIF, JPEG or WebP. Read as a browser does: white space and controls do not count. */
bool lede__url_allowed(lede_str url, bool image);

/* Whether rest, what stands behind "https://", begins with a host that can be one, and a port at most: no name or password
 * before it, and nothing that no name of a machine holds. */
bool lede__url_host_whole(lede_str rest);

#endif
