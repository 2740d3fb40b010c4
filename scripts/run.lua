--- lede run SCRIPT.lua [ARGS]: runs a script as a task with the whole API; its arguments are `...` and `arg`.
local core = require("lede.task_core")

--- The traceback of the script's own lines.
local function trace(err)
  local text = debug.traceback(tostring(err), 3)
  return (text:gsub("\n\t%[C%]: in function 'xpcall'\n\tscripts/run%.lua:.*$", ""))
end

return function(lede, args)
  local path = args[1]
  if not path then return nil, "run which script? lede run SCRIPT.lua [ARGS]", 2 end
  local source, err = lede.fs.read(path)
  if not source then return nil, err end
  source = source:gsub("^#[^\n]*", "")
  local words = { [0] = path, table.unpack(args, 2) }
  local env = setmetatable({ arg = words, lede = lede }, {
    __index = _ENV,
    __newindex = function(_, name) error(("a new global '%s' was assigned: write local %s"):format(name, name), 2) end,
  })
  local chunk, message = load(source, "@" .. path, "t", env)
  if not chunk then return nil, message end
  core.listen()
  local ok, result = xpcall(chunk, trace, table.unpack(words))
  if not ok then return nil, result end
  return math.type(result) == "integer" and result or 0
end
