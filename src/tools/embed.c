/* embed.c - build-time: writes Lua files as C arrays, with a table that lede__embedded() searches.
 *
 * usage: embed OUT.c FILE.lua ...   src/runtime/lede/x.lua is module "lede.x", scripts/x.lua is "scripts.x",
 * include/lua/lede/x.lua is "include.lua.lede.x". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void module_name(const char *path, char *out, size_t room) {
    const char *from = strstr(path, "src/runtime/") == path ? path + strlen("src/runtime/") : path;
    snprintf(out, room, "%s", from);
    size_t n = strlen(out);
    if (n > 4 && strcmp(out + n - 4, ".lua") == 0)
        out[n - 4] = '\0';
    for (char *p = out; *p; p++)
        if (*p == '/')
            *p = '.';
}

static int write_array(FILE *out, const char *path, int n) {
    FILE *in = fopen(path, "rb");
    if (!in) {
        fprintf(stderr, "embed: cannot open '%s'\n", path);
        return 0;
    }
    fprintf(out, "static const char file_%d[] = {", n);
    size_t count = 0;
    for (int c; (c = getc(in)) != EOF; count++)
        fprintf(out, "%s%d,", count % 24 ? "" : "\n    ", c >= 128 ? c - 256 : c);
    fprintf(out, "0};\n");
    fclose(in);
    return 1;
}

int main(int argc, char **argv) {
    FILE *out = argc > 1 ? fopen(argv[1], "wb") : NULL;
    if (!out) {
        fprintf(stderr, "usage: embed OUT.c FILE.lua ...\n");
        return 2;
    }
    fprintf(out, "/* made by src/tools/embed.c */\n#include \"script/embedded.h\"\n\n");
    for (int i = 2; i < argc; i++)
        if (!write_array(out, argv[i], i))
            return 1;
    fprintf(out, "\nconst lede__embedded_file lede__embedded_files[] = {\n");
    for (int i = 2; i < argc; i++) {
        char name[512];
        module_name(argv[i], name, sizeof name);
        fprintf(out, "    {\"%s\", file_%d, sizeof file_%d - 1},\n", name, i, i);
    }
    fprintf(out, "    {0, 0, 0},\n};\n");
    return fclose(out) == 0 ? 0 : 1;
}
