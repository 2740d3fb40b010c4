--- What a bucket has, as far as lede put it there: a file in var/deploy of lines "PRINT PATH" and "- PATH", the last of a path
--- counts. It is appended to while files are sent, so who is killed knows where to go on, and written anew at the end.
local fs = require("lede.fs")

local M = {}

local Remote = {}
Remote.__index = Remote

local TOGETHER = 100 -- lines are written so many at a time: as many files are sent again after a kill, which does no harm

---@param file string
---@return table|nil remote with .has: prints by path
function M.open(file)
  local has = {}
  for print_of, path in (fs.read(file) or ""):gmatch("(%S+) ([^\n]+)\n") do has[path] = print_of ~= "-" and print_of or nil end
  return setmetatable({ file = file, has = has, lines = {} }, Remote)
end

function Remote:flush()
  if #self.lines == 0 then return true end
  local lines = table.concat(self.lines)
  self.lines = {}
  local out <close>, err = fs.open(self.file, "a")
  if not out then return nil, err end
  return out:write(lines)
end

local function note(self, line)
  self.lines[#self.lines + 1] = line
  if #self.lines >= TOGETHER then return self:flush() end
  return true
end

function Remote:put(path, print_of)
  self.has[path] = print_of
  return note(self, print_of .. " " .. path .. "\n")
end

function Remote:gone(path)
  self.has[path] = nil
  return note(self, "- " .. path .. "\n")
end

--- One line a file again.
function Remote:compact()
  local paths, lines = {}, {}
  for path in pairs(self.has) do paths[#paths + 1] = path end
  table.sort(paths)
  for i, path in ipairs(paths) do lines[i] = self.has[path] .. " " .. path .. "\n" end
  self.lines = {}
  return fs.write(self.file, table.concat(lines))
end

return M
