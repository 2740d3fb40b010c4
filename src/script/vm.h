/* vm.h - one Lua state with its limits: memory, time, what it may see. Knows nothing of articles.
 *
 * Two kinds. A desk VM runs configuration, verbs and scripts with the whole standard library less
 * what bypasses us. A page VM runs templates and plugins' page code: no io, os, package, debug,
 * load of bytecode, no clock, no randomness but a seeded one; pairs goes by sorted keys; next,
 * addresses in tostring and %p are withheld. In both: undeclared globals are errors, chunks are
 * text, modules come from the compiled-in runtime, the site's plugins/ and lib/, installed plugins,
 * never from the working directory.
 */
#ifndef LEDE_SCRIPT_VM_H
#define LEDE_SCRIPT_VM_H

#include "lede/text.h"

#include <lauxlib.h>
#include <lua.h>

typedef struct lede_vm lede_vm;

typedef enum lede_vm_kind { LEDE_VM_DESK, LEDE_VM_PAGE } lede_vm_kind;

typedef struct lede_vm_options {
    lede_vm_kind kind;
    size_t memory_limit;   /* bytes, 0 = 256 MiB for a page VM, none for the desk */
    const char *site_root; /* for plugins/ and lib/; NULL = none */
    const char
        *plugin_dir; /* installed plugins; NULL = compiled-in default, LEDE_PLUGINS overrides */
} lede_vm_options;

LEDE_MUST_CHECK lede_status lede_vm_open(const lede_vm_options *o, lede_vm **out, lede_error *err);
void lede_vm_close(lede_vm *vm); /* NULL is fine */
lua_State *lede_vm_lua(lede_vm *vm);
lede_vm *lede_vm_of(lua_State *L);
lede_vm_kind lede_vm_get_kind(const lede_vm *vm);
size_t lede_vm_memory(const lede_vm *vm);          /* bytes in use */
const char *lede_vm_plugin_dir(const lede_vm *vm); /* installed plugins, or NULL */
const char *lede_vm_site_root(const lede_vm *vm);  /* or NULL */
LEDE_MUST_CHECK lede_status lede_vm_set_site_root(lede_vm *vm, const char *root, lede_error *err);
void lede__vm_fail_alloc(lede_vm *vm, size_t nth); /* for tests: this one, and Lua's second try of it; 0 = none */
void lede__vm_seed(lede_vm *vm, uint64_t seed); /* of math.random, page VMs only */

/* The one door into Lua from C: calls the function and nargs arguments on top of the stack, with a
 * traceback handler and a deadline in ms from now (0 = none). nresults as lua_pcall. On failure the
 * stack is as before the function was pushed; the error's message is the script's own words with
 * file:line, *trace (may be NULL, its own buffer) the traceback. LEDE_ESCRIPT, LEDE_ETIMEOUT,
 * LEDE_ENOMEM. A deadline cannot be caught by pcall. */
LEDE_MUST_CHECK lede_status lede_vm_enter(lede_vm *vm, int nargs, int nresults, int deadline_ms,
                                          lede_buf *trace, lede_error *err);
/* Loads a text chunk (never bytecode) named as Lua wants it ("@lede.lua") and leaves the function
 * on the stack. */
LEDE_MUST_CHECK lede_status lede_vm_load(lede_vm *vm, lede_str source, const char *chunkname,
                                         lede_error *err);
/* The compiled-in Lua file of that module name ("lede.template", "scripts.publish"), or empty. */
lede_str lede__embedded(const char *module);

/* ---- output: the buffer that templates of this VM write into; see runtime/lede/template.lua */
lede_buf *lede_vm_out(lede_vm *vm);

/* ---- what is printed again without being made again: partials and lede.memo. See memo.c.
 * The host's recorder takes down what a page reads: begin() starts a recording of its own inside the one that runs,
 * end() ends it and appends it as bytes, replay() adds such bytes to the one that runs. identity() gives a number, not 0,
 * that stands for the host's value at that index on every page, or 0. */
typedef struct lede_vm_recorder {
    void *ctx;
    void (*begin)(void *ctx);
    void (*end)(void *ctx, lede_buf *out);
    void (*replay)(void *ctx, lede_str bytes);
    uint64_t (*identity)(void *ctx, lua_State *L, int index);
} lede_vm_recorder;
void lede_vm_set_recorder(lede_vm *vm, const lede_vm_recorder *recorder);
/* What runs now has an effect besides its text and its reads (a note, a random number): it is not kept. */
void lede_vm_spoil(lede_vm *vm);
/* Ends every recording that an error left open; after each page. */
void lede_vm_settle(lede_vm *vm);

/* ---- what files a VM reads: modules, and what the host's own functions read for it. fn is called with the bytes, or with
 * {NULL, 0} for a file that was looked for and is not there. */
typedef void lede_vm_saw_file(void *ctx, const char *path, lede_str bytes);
/* What the machine did not do for a script of this VM, such as read a file that is there: no fault of the script's. NULL: nothing. */
const lede_error *lede_vm_refusal(const lede_vm *vm);
void lede_vm_note_refusal(lede_vm *vm, const lede_error *why); /* LEDE_EIO; else nothing. The first stays. */
void lede_vm_watch_files(lede_vm *vm, lede_vm_saw_file *fn, void *ctx); /* before anything is loaded */
void lede_vm_note_file(lede_vm *vm, const char *path, lede_str bytes);

/* ---- for bind/: a slot for the host's own context (borrowed), found again from any lua_State of
 * this VM */
void lede_vm_set_context(lede_vm *vm, void *context);
void *lede_vm_context(lua_State *L);

/* Makes the class of a handle: a locked metatable of that name, with metamethods and, as __index, methods. */
void lede_vm_class(lua_State *L, const char *name, const luaL_Reg *metamethods, const luaL_Reg *methods);

/* Registers a module that require() gives: luaopen is called at the first require. */
void lede_vm_preload(lede_vm *vm, const char *module, lua_CFunction luaopen);
/* A module every VM of this kind has already required at start under its dotted name ("lede.json"
 * -> lede.json). */

/* Pushes nil and an error table {code, message, retryable, file, line} with __tostring; returns 2:
 * return lede_vm_refuse(L, &err). */
int lede_vm_refuse(lua_State *L, const lede_error *err);
/* An empty scratch buffer of the VM, good until three more were asked for: fill it, push what is in it, return. An error that
 * is raised meanwhile leaks nothing, because the VM owns it. */
lede_buf *lede_vm_scratch(lua_State *L, size_t limit);
/* A typed safe value (class lede.Safe): text that is right for HTML as it stands. lede_vm_safe
 * returns NULL for others. */
void lede_vm_push_safe(lua_State *L, lede_str html);
const lede_str *lede_vm_safe(lua_State *L, int index);

#endif
