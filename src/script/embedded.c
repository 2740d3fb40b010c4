/* embedded.c - finds the Lua files that are compiled in. */
#include "script/embedded.h"

#include "script/vm.h"

lede_str lede__embedded(const char *module) {
    for (const lede__embedded_file *f = lede__embedded_files; f->module; f++)
        if (strcmp(f->module, module) == 0)
            return (lede_str){f->source, f->len};
    return (lede_str){0};
}
