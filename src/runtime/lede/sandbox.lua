--- lede.sandbox: the policy half of a VM's globals; script/sandbox.c calls it with what it keeps back from scripts.
--- In page VMs: pairs goes by sorted keys, tostring and string.format show no addresses. In all: undeclared globals are errors.

local host = ...
local raw_next, raw_tostring = host.next, host.tostring
local globals = _G

if host.kind == "page" then
  local rank = { number = 1, string = 2, boolean = 3 }

  local function before(a, b)
    local ta, tb = rank[type(a)], rank[type(b)]
    if ta ~= tb then return ta < tb end
    if ta == 3 then return b and not a end
    return a < b
  end

  local function sorted_keys(t)
    local keys, n = {}, 0
    for k in raw_next, t do
      if not rank[type(k)] then error("pairs: a key that is a " .. type(k) .. " has no order; use a list", 3) end
      n = n + 1
      keys[n] = k
    end
    if n > 0 and n == #t then return nil end -- a sequence
    table.sort(keys, before)
    return keys
  end

  local function step(state)
    local keys, t = state.keys, state.t
    local k, v
    repeat -- what was removed meanwhile is passed over
      state.i = state.i + 1
      k = keys[state.i]
      if k == nil then return nil end
      v = t[k]
    until v ~= nil
    return k, v
  end

  function globals.pairs(t)
    local mt = getmetatable(t)
    if type(mt) == "table" and mt.__pairs then return mt.__pairs(t) end
    if type(t) ~= "table" then error("pairs: a table is needed, not " .. type(t), 2) end
    local keys = sorted_keys(t)
    if not keys then return ipairs(t) end
    return step, { keys = keys, t = t, i = 0 }, nil
  end

  local opaque = { table = true, ["function"] = true, thread = true, userdata = true }

  function globals.tostring(v)
    local kind = type(v)
    if not opaque[kind] then return raw_tostring(v) end
    local text = raw_tostring(v)
    return (text:gsub(": 0x%x+$", ""))
  end

  local format, tostring = string.format, globals.tostring
  function string.format(pattern, ...)
    if pattern:gsub("%%%%", ""):find("%%[%-%d]*p") then error("string.format: %p is withheld: addresses differ from run to run", 2) end
    local args, n = { ... }, select("#", ...)
    for i = 1, n do
      if opaque[type(args[i])] then args[i] = tostring(args[i]) end
    end
    return format(pattern, table.unpack(args, 1, n))
  end
  host.methods.format = string.format

  local create, resume = coroutine.create, coroutine.resume
  local function pass(ok, ...)
    if not ok then error((...), 0) end
    return ...
  end
  function coroutine.wrap(fn)
    local co = create(fn)
    return function(...) return pass(resume(co, ...)) end
  end
end

local declared = {}
for k in (raw_next or next), globals do declared[k] = true end
declared.lede = true

local function names()
  local list = {}
  for k in (raw_next or next), globals do list[#list + 1] = k end
  return list
end

setmetatable(globals, {
  __index = function(_, name)
    if name == "lede" then
      local lede = require("lede")
      rawset(globals, "lede", lede)
      return lede
    end
    if declared[name] then return nil end
    error(("undeclared global '%s'.%s"):format(raw_tostring and raw_tostring(name) or tostring(name), require("lede.suggest").hint(name, names())), 2)
  end,
  __newindex = function(_, name, value)
    if declared[name] then
      rawset(globals, name, value)
      return
    end
    error(("a new global '%s' was assigned: write local %s"):format(raw_tostring and raw_tostring(name) or tostring(name), raw_tostring and raw_tostring(name) or tostring(name)), 2)
  end,
  __metatable = "locked",
})
