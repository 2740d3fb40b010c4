/* desk.c - opens the desk VM and hands the command line to lede/cli.lua. */
#include "bind/desk.h"

#include "base/log.h"
#include "bind/bind.h"
#include "bind/task.h"
#include "script/vm.h"
#include "sys/sys.h"
#include "text/icu_memory.h"

#include <lauxlib.h>
#include <signal.h>
#include <unistd.h>

static void preload(lede_vm *vm) {
    lede__bind_open_common(vm);
    lede_vm_preload(vm, "lede.markdown", luaopen_lede_markdown);
    lede_vm_preload(vm, "lede.store", luaopen_lede_store);
    lede_vm_preload(vm, "lede.outbox", luaopen_lede_outbox);
    lede_vm_preload(vm, "lede.compress", luaopen_lede_compress);
    lede_vm_preload(vm, "lede.search", luaopen_lede_search);
    lede_vm_preload(vm, "lede.fs", luaopen_lede_fs);
    lede_vm_preload(vm, "lede.publish.stages", luaopen_lede_publish_stages);
    lede_vm_preload(vm, "lede.preview.core", luaopen_lede_preview_core);
    lede_vm_preload(vm, "lede.history", luaopen_lede_history);
    lede_vm_preload(vm, "lede.host", luaopen_lede_host);
    lede_vm_preload(vm, "lede.picture", luaopen_lede_picture);
    lede_vm_preload(vm, "lede.process", luaopen_lede_process);
}

lede_status lede__desk_open(lede__desk *d, lede_error *err) {
    const lede_vm_options o = {.kind = LEDE_VM_DESK, .site_root = NULL};
    lede_vm *vm;
    *d = (lede__desk){0};
    const lede_status st = lede_vm_open(&o, &vm, err);
    if (st)
        return st;
    preload(vm);
    lede__desk_join(d, vm);
    return LEDE_OK;
}

/* Leaves lede.cli's main and the command line as its argument on the main stack. */
static lede_status push_main(lede_vm *vm, int argc, char **argv, lede_error *err) {
    lua_State *L = lede_vm_lua(vm);
    lede_status st = lede_vm_load(vm, lede__embedded("lede.cli"), "@lede/cli.lua", err);
    if (!st)
        st = lede_vm_enter(vm, 0, 1, 0, NULL, err);
    if (st)
        return st;
    lua_getfield(L, -1, "main");
    lua_createtable(L, argc, 0);
    for (int i = 0; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i);
    }
    return LEDE_OK;
}

int lede__desk_main(int argc, char **argv) {
    lede__desk desk;
    lede_error err = {0};
    lede__text_watch_memory();
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is an error of write, not our end */
    lede_status st = lede__desk_open(&desk, &err);
    if (st) {
        lede__log(LEDE__LOG_INFO, lede_str_of(err.message));
        return 1;
    }
    int status = 1;
    st = push_main(desk.vm, argc, argv, &err);
    if (st)
        lede__log(LEDE__LOG_INFO, lede_str_of(err.message));
    else
        status = lede__desk_run(&desk, 1);
    fflush(stdout);
    if (ferror(stdout))
        status = status ? status : 1;
    lede__desk_close(&desk);
    return status;
}
