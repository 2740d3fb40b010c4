/* path.h - names of files as text; never touches the disk. '/' only. */
#ifndef LEDE_BASE_PATH_H
#define LEDE_BASE_PATH_H

#include "lede/text.h"

/* Whether p stays below its root: relative, no empty, "." or ".." step, no NUL or control byte, no
 * backslash, every step at most 255 bytes, 4,000 in all. */
bool lede__path_safe(lede_str p);
lede_str lede__path_base(lede_str p); /* what follows the last '/' */
lede_str lede__path_dir(lede_str p);  /* what precedes the last '/', or empty */
lede_str
lede__path_stem(lede_str p); /* base without its last ".ext" (a leading dot does not count) */
lede_str lede__path_ext(lede_str p); /* "md", without the dot; empty when none */
/* Appends a and b with exactly one '/' between; b absolute replaces a. */
void lede__path_join(lede_buf *out, lede_str a, lede_str b);

#endif
