--- house.lua: the rules of the house that no off-the-shelf lint knows. Run from the project's root: lede run tests/lint/house.lua
---
--- rooms: who may include whom, and third-party headers in their room only; headers compile alone; Lua types against bindings both
--- ways; verbs against scripts; documents name files that exist; nothing forbidden in sources.

local fs = require("lede.fs")
local findings, checks = 0, 0

local function find(where, message)
  findings = findings + 1
  print(where .. ": " .. message)
end

local function check(ok, where, message)
  checks = checks + 1
  if not ok then find(where, message) end
end

--- ---- rooms

--- What each room may include besides itself. ARCHITECTURE.md section 3.
local may = {
  base = {}, sys = { "base" }, codec = { "base" }, text = { "base" },
  article = { "base", "codec", "text" },
  markdown = { "base", "codec", "text" },
  html = { "base" },
  xml = { "base" },
  store = { "base", "sys", "codec", "article" },
  related = { "base" },
  search = { "base", "sys", "codec", "text" },
  edition = { "base", "sys", "codec", "text", "article", "store", "related" },
  publish = { "base", "sys", "codec" },
  loop = { "base", "sys" },
  net = { "base", "sys", "codec", "loop" },
  line = { "base" },
  script = { "base", "sys", "codec" },
  bind = { "base", "sys", "codec", "text", "article", "markdown", "html", "xml", "store", "related", "search", "edition", "publish", "loop", "net", "line", "script" },
  cli = { "bind" },
  tools = {},
}

--- Public headers by the room that answers for them.
local public = {
  error = "base", text = "base", arena = "base", value = "base", time = "base", article = "article", markdown = "markdown", html = "html", xml = "xml",
  store = "store", outbox = "store", related = "related", search = "search", edition = "edition", release = "publish", history = "publish", records = "publish", picture = "codec", format = "text", server = "net",
}

local third = {
  ["cmark.h"] = { "markdown" }, ["gumbo.h"] = { "html" }, ["expat.h"] = { "xml" }, ["sqlite3.h"] = { "store" }, ["libfyaml.h"] = { "article" }, ["jansson.h"] = { "codec" },
  ["xxhash.h"] = { "codec" }, ["openssl/"] = { "codec" }, ["unicode/"] = { "text" }, ["libstemmer.h"] = { "text" }, ["uv.h"] = { "loop", "net" }, ["curl/"] = { "net" }, ["llhttp/"] = { "net" }, ["zlib.h"] = { "codec" }, ["brotli/"] = { "codec" }, ["editline/"] = { "line" },
  ["lua.h"] = { "script", "bind" }, ["lauxlib.h"] = { "script", "bind" }, ["lualib.h"] = { "script" },
}

local function allowed(room, other)
  if room == other then return true end
  for _, name in ipairs(may[room] or {}) do
    if name == other then return true end
  end
  return false
end

local function check_includes(path, room, text)
  for kind, header in text:gmatch('#include%s+([<"])([^>"]+)[>"]') do
    if kind == '"' then
      local other = header:match("^lede/(%w+)%.h$")
      other = other and (public[other] or "?") or header:match("^(%w+)/")
      check(other and allowed(room, other), path, ("room %s may not include %s"):format(room, header))
    else
      for name, rooms in pairs(third) do
        if header == name or (name:sub(-1) == "/" and header:sub(1, #name) == name) then
          local ok = false
          for _, r in ipairs(rooms) do ok = ok or r == room end
          check(ok, path, ("<%s> belongs to %s"):format(header, table.concat(rooms, " and ")))
        end
      end
    end
  end
end

local banned = { "strcpy", "strcat", "sprintf", "strtok", "gmtime", "localtime", "atoi", "alloca" }

local function check_text(path, text)
  for _, name in ipairs(banned) do
    check(not text:find("%f[%w_]" .. name .. "%s*%("), path, name .. " does not belong here")
  end
  check(not text:find("TO" .. "DO[^(]") and not text:find("FIX" .. "ME"), path, "a to-do without the condition that ends it")
  check(not text:find("[ \t]\n"), path, "blanks at a line's end")
end

local function check_rooms()
  for _, path in ipairs(assert(fs.walk("src"))) do
    local room = path:match("^(%w+)/")
    if path:find("%.[ch]$") and room then
      local text = assert(fs.read("src/" .. path))
      check_includes("src/" .. path, room, text)
      if not path:find("banned%.h$") then check_text("src/" .. path, text) end
      check(text:sub(1, 2) == "/*", "src/" .. path, "a file begins with what it is for")
    end
  end
  for _, path in ipairs(assert(fs.walk("include/lede"))) do
    local text = assert(fs.read("include/lede/" .. path))
    check(not text:find("#include%s+<[%w/]*lua") and not text:find("uv%.h") and not text:find("sqlite3"), "include/lede/" .. path, "a public header names no library")
  end
end

--- Every header compiles alone.
local function check_headers()
  local headers = {}
  for _, root in ipairs { "include/lede", "src" } do
    for _, path in ipairs(assert(fs.walk(root))) do
      if path:find("%.h$") then headers[#headers + 1] = root .. "/" .. path end
    end
  end
  for _, header in ipairs(headers) do
    local gnu = header:find("^src/sys/") and "-D_GNU_SOURCE " or ""
    local ok = os.execute("cc -std=c17 " .. gnu .. "-D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -Iinclude -Isrc $(pkg-config --cflags lua5.4 libuv libcmark gumbo expat sqlite3 libfyaml libcurl) -fsyntax-only -x c " .. header)
    check(ok, header, "does not compile alone")
  end
end

--- ---- Lua types against bindings

--- Functions of luaL_Reg tables of a C file: { table name -> set of names }.
local function registered(text)
  local found = {}
  for name, body in text:gmatch("luaL_Reg%s+([%w_]+)%[%]%s*=%s*(%b{});") do
    local set = {}
    for fn in body:gmatch('{%s*"([%w_]+)"') do set[fn] = true end
    found[name] = set
  end
  return found
end

local function check_types()
  local documented = {}
  for _, path in ipairs(assert(fs.walk("include/lua/lede"))) do
    local text = assert(fs.read("include/lua/lede/" .. path))
    check(text:find("^%-%-%-@meta"), "include/lua/lede/" .. path, "a type file begins with ---@meta")
    for name in text:gmatch("function%s+[%w_.]+[.:]([%w_]+)%s*%(") do documented[name] = path end
  end
  local bound = {}
  for _, path in ipairs(assert(fs.walk("src/bind"))) do
    if path:find("%.c$") then
      for name, set in pairs(registered(assert(fs.read("src/bind/" .. path)))) do
        if not name:find("meta") then
          for fn in pairs(set) do
            bound[fn] = path
            if fn ~= "close" and not fn:find("^__") then check(documented[fn], "src/bind/" .. path, ("%s.%s stands in no type file"):format(name, fn)) end
          end
        end
      end
    end
  end
  for _, path in ipairs(assert(fs.walk("src/script"))) do -- tasks are bound beside the VM
    for _, set in pairs(registered(assert(fs.read("src/script/" .. path)))) do
      for fn in pairs(set) do bound[fn] = bound[fn] or path end
    end
  end
  for _, path in ipairs(assert(fs.walk("src/runtime"))) do
    local text = assert(fs.read("src/runtime/" .. path))
    for fn in text:gmatch("function%s+M[.:]([%w_]+)") do bound[fn] = path end
    for fn in text:gmatch("M%.([%w_]+)%s*=") do bound[fn] = path end
    for fn in text:gmatch("{?%s*([%w_]+)%s*=%s*core%.") do bound[fn] = path end
    for fn in text:gmatch("function%s+%w+[.:]([%w_]+)") do bound[fn] = path end
  end
  for fn, path in pairs(documented) do check(bound[fn], "include/lua/lede/" .. path, fn .. " is bound nowhere") end
end

--- ---- verbs against scripts

local function check_verbs()
  local verbs = require("lede.verbs")
  for _, verb in ipairs(verbs.list) do check(fs.exists("scripts/" .. verb.name .. ".lua"), "src/runtime/lede/verbs.lua", verb.name .. " has no script") end
  for _, path in ipairs(assert(fs.walk("scripts"))) do
    local name = path:match("^(%w+)%.lua$")
    if name then check(verbs.find(name), "scripts/" .. path, "is in no verb's table") end
  end
end

--- ---- documents name files that exist

local function check_documents()
  for _, path in ipairs { "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/handbook.md" } do
    local text = fs.read(path)
    check(text ~= nil, path, "is missing")
    for link in (text or ""):gmatch("%]%(([^)#:]+)[^)]*%)") do check(fs.exists(link) or fs.exists("docs/" .. link), path, ("names %s, which is not there"):format(link)) end
  end
end

check_rooms()
check_headers()
check_types()
check_verbs()
check_documents()
print(("house: %d passed, %d failed"):format(checks - findings, findings))
return findings == 0 and 0 or 1
