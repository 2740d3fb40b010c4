/* picture.c - lede.picture: the size of a picture's file, for scripts on the desk. See lede/picture.h. */
#include "bind/bind.h"
#include "lede/picture.h"

#include <lauxlib.h>

/* lede.picture.size(path) -> { width, height, type }, or nil, err */
static int l_picture_size(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);

    lede_picture p;
    lede_error err = {0};
    const lede_status st = lede_picture_file(path, &p, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, p.width);
    lua_setfield(L, -2, "width");
    lua_pushinteger(L, p.height);
    lua_setfield(L, -2, "height");
    lua_pushstring(L, lede_picture_type_name(p.type));
    lua_setfield(L, -2, "type");
    return 1;
}

static const luaL_Reg functions[] = {{"size", l_picture_size}, {NULL, NULL}};

int luaopen_lede_picture(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
