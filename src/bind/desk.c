/* desk.c - opens the desk VM and hands the command line to lede/cli.lua. */
#include "bind/desk.h"

#include "base/log.h"
#include "bind/bind.h"
#include "script/vm.h"
#include "sys/sys.h"

#include <lauxlib.h>
#include <signal.h>
#include <unistd.h>

static void preload(lede_vm *vm) {
    lede__bind_open_common(vm);
    lede_vm_preload(vm, "lede.markdown", luaopen_lede_markdown);
    lede_vm_preload(vm, "lede.store", luaopen_lede_store);
    lede_vm_preload(vm, "lede.fs", luaopen_lede_fs);
    lede_vm_preload(vm, "lede.publish.stages", luaopen_lede_publish_stages);
    lede_vm_preload(vm, "lede.preview.core", luaopen_lede_preview_core);
    lede_vm_preload(vm, "lede.host", luaopen_lede_host);
    lede_vm_preload(vm, "lede.picture", luaopen_lede_picture);
    lede_vm_preload(vm, "lede.process", luaopen_lede_process);
}

int lede__desk_main(int argc, char **argv) {
    lede_vm_options o = {.kind = LEDE_VM_DESK, .site_root = NULL};
    lede_vm *vm;
    lede_error err = {0};
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is an error of write, not our end */
    lede_status st = lede_vm_open(&o, &vm, &err);
    if (st) {
        lede__log(LEDE__LOG_INFO, lede_str_of(err.message));
        return 1;
    }
    preload(vm);
    lua_State *L = lede_vm_lua(vm);
    st = lede_vm_load(vm, lede__embedded("lede.cli"), "@lede/cli.lua", &err);
    if (!st)
        st = lede_vm_enter(vm, 0, 1, 0, NULL, &err);
    int status = 1;
    lede_buf trace;
    lede_buf_init(&trace, 1 << 16);
    if (!st) {
        lua_getfield(L, -1, "main");
        lua_createtable(L, argc, 0);
        for (int i = 0; i < argc; i++) {
            lua_pushstring(L, argv[i]);
            lua_rawseti(L, -2, i);
        }
        st = lede_vm_enter(vm, 1, 1, 0, &trace, &err);
    }
    if (st)
        lede__logf(LEDE__LOG_INFO, "%s%s%s", err.message, trace.len ? "\n" : "", trace.ptr);
    else
        status = (int)lua_tointeger(L, -1);
    lede_buf_fini(&trace);
    fflush(stdout);
    if (ferror(stdout))
        status = status ? status : 1;
    lede_vm_close(vm);
    return status;
}
