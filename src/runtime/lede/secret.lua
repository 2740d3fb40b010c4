--- lede.secret: what must stand in no configuration, page, log or record: options name where it is, and who needs it reads it
--- at the moment of use, on the desk; `check` goes for plugins' apply in every VM.

local M = {}

local HOW = "write \"env:NAME\" or \"file:/path\", a secret itself does not stand in lede.lua"

--- Whether an option names a secret as it must. Says nothing of whether it is there.
---@param where string
---@return boolean|nil, string|nil
function M.check(where)
  if where:find("^env:[%w_]+$") or where:find("^file:.") then return true end
  return nil, HOW
end

--- The secret that an option names.
---@param where string "env:NAME" or "file:/path", whose last line end is left out
---@return string|nil, string|nil
function M.read(where)
  local kind, name = where:match("^(%a+):(.+)$")
  if kind == "env" then
    local value = os.getenv(name)
    if not value or value == "" then return nil, ("the environment has no %s"):format(name) end
    return value
  elseif kind == "file" then
    local bytes = require("lede.fs").read(name)
    if not bytes then return nil, ("the file of a secret cannot be read: %s"):format(name) end
    return (bytes:gsub("\r?\n$", ""))
  end
  return nil, HOW
end

return M
