/* embedded.h - the Lua files that are compiled in; the table is written by src/tools/embed.c. */
#ifndef LEDE_SCRIPT_EMBEDDED_H
#define LEDE_SCRIPT_EMBEDDED_H

#include <stddef.h>

typedef struct lede__embedded_file {
    const char *module; /* NULL ends the table */
    const char *source;
    size_t len;
} lede__embedded_file;

extern const lede__embedded_file lede__embedded_files[];

#endif
