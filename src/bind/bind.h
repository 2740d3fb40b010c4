/* bind.h - the modules' openers, for those who make VMs. */
#ifndef LEDE_BIND_BIND_H
#define LEDE_BIND_BIND_H

#include "script/vm.h"

/* Preloads what every VM has: json, text, time, html, xml, log, files, markdown. */
void lede__bind_open_common(lede_vm *vm);

int luaopen_lede_json(lua_State *L);
int luaopen_lede_text(lua_State *L);
int luaopen_lede_time_core(lua_State *L);
int luaopen_lede_html(lua_State *L);
int luaopen_lede_hash(lua_State *L);
int luaopen_lede_xml_core(lua_State *L);
int luaopen_lede_log(lua_State *L);
int luaopen_lede_files(lua_State *L);
int luaopen_lede_tags(lua_State *L);
int luaopen_lede_markdown(lua_State *L);

/* page VMs */
int luaopen_lede_edition(lua_State *L);
int luaopen_lede_related(lua_State *L);
int luaopen_lede_page_files(lua_State *L);

/* the desk */
int luaopen_lede_store(lua_State *L);
int luaopen_lede_outbox(lua_State *L);
int luaopen_lede_compress(lua_State *L);
int luaopen_lede_search(lua_State *L);
int luaopen_lede_fs(lua_State *L);
int luaopen_lede_publish_stages(lua_State *L);
int luaopen_lede_preview_core(lua_State *L);
int lede__publish_reads(lua_State *L); /* why.c: functions of that module */
int lede__publish_stamp(lua_State *L);
int luaopen_lede_history(lua_State *L);
int luaopen_lede_host(lua_State *L);
int luaopen_lede_picture(lua_State *L);
int luaopen_lede_process(lua_State *L);
int luaopen_lede_timer(lua_State *L);
int luaopen_lede_http_core(lua_State *L);
int luaopen_lede_net(lua_State *L);
int luaopen_lede_watch(lua_State *L);
int luaopen_lede_line(lua_State *L);

#endif
