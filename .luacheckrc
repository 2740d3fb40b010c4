-- luacheck: what lede's Lua may take for granted
std = "lua54"
max_line_length = false
globals = {}
read_globals = { "lede" }
exclude_files = { "build" }
ignore = { "212/_.*", "213/_.*" }
files["src/runtime/lede/sandbox.lua"] = { ignore = { "122", "142", "143" } }
files["include/lua"] = { ignore = { "211", "212", "241", "221" } }
files["**/spec"] = { read_globals = { "describe", "it", "expect", "before_each" } }
files["tests/lua"] = { read_globals = { "describe", "it", "expect", "before_each" } }
