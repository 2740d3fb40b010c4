--- lede.types: what the type files say: functions of modules and methods of classes, with their arguments.

local host = require("lede.host")

local M = {}

M.modules = {
  "edition", "error", "feed", "files", "fs", "host", "html", "http", "json", "line", "log", "markdown", "memo", "net", "picture", "process", "publish",
  "related", "store", "tags", "task", "text", "time", "timer", "watch", "xml",
}

local read = {}

--- { functions = { name -> "(args)" }, methods = { name -> "(args)" } } of a module.
function M.of(module)
  if read[module] then return read[module] end
  local found = { functions = {}, methods = {} }
  local source = host.embedded("include.lua.lede." .. module) or ""
  for _, mark, name, args in source:gmatch("\nfunction ([%w_]+)([.:])([%w_]+)(%b())") do
    found[mark == ":" and "methods" or "functions"][name] = args
  end
  read[module] = found
  return found
end

--- Every method of every class.
function M.methods()
  local all = {}
  for _, module in ipairs(M.modules) do
    for name, args in pairs(M.of(module).methods) do all[name] = args end
  end
  return all
end

return M
