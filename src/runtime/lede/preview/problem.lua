--- lede.preview.problem: what went wrong, in parts that a page can show: what, where, the lines around it, the way there.

local fs = require("lede.fs")

local M = {}

local AROUND, LINES_MAX, LINE_BYTES = 3, 12, 300

---@class lede.preview.Problem
---@field kind "page"|"article"|"configuration"|"plugins"
---@field url? string       of the page that cannot be shown as it should
---@field message string    without place and lines
---@field file? string      below the site, or as it was named
---@field line? integer
---@field frame? { number: integer, text: string, hit: boolean }[]
---@field way? string[]     templates, the outermost first
---@field plugin? string
---@field hook? string

--- The lines around one of a file.
local function frame_of(path, line)
  local source = fs.read(path)
  if not source or #source > 4 << 20 then return nil end
  local frame, number = {}, 0
  for text in (source .. "\n"):gmatch("(.-)\r?\n") do
    number = number + 1
    if number > line + AROUND then break end
    if number >= line - AROUND then frame[#frame + 1] = { number = number, text = text:sub(1, LINE_BYTES), hit = number == line } end
  end
  return #frame > 0 and frame or nil
end

--- The lines that a message brings along: ">  3 | text".
local function frame_in(message)
  local frame = {}
  for mark, number, text in (message .. "\n"):gmatch("([ >]) *(%d+) | ([^\n]*)\n") do
    if #frame < LINES_MAX then frame[#frame + 1] = { number = math.tointeger(tonumber(number)), text = text, hit = mark == ">" } end
  end
  return #frame > 0 and frame or nil
end

--- The file on disk that a message names, below the site or among the installed plugins.
local function path_of(workspace, file)
  for _, root in ipairs { workspace.root, workspace.plugin_dir and workspace.plugin_dir:match("^(.*)/[^/]+$") } do
    if root and fs.exists(root .. "/" .. file) then return root .. "/" .. file end
  end
  return fs.exists(file) and file or nil
end

local function way_in(message)
  local way = {}
  for name in (message:match("\nby way of ([^\n]+)") or ""):gmatch("[^>]+") do way[#way + 1] = name:match("^%s*(.-)%s*$") end
  return #way > 0 and way or nil
end

--- A message of a worker, of a plugin or of lede.lua, taken apart.
---@param workspace lede.Workspace
---@param message string
---@param base table kind, url; file when it is known
---@return lede.preview.Problem
function M.read(workspace, message, base)
  local first = message:match("^[^\n]*")
  local problem = { kind = base.kind, url = base.url, file = base.file, line = base.line }
  problem.plugin = first:match("plugin '?([%w_-]+)'?")
  problem.hook = first:match("hook ([%w_.]+)")
  if not problem.file then
    local file, line = message:match("([%w_%-%./]+%.%w+):(%d+):")
    problem.file, problem.line = file, math.tointeger(tonumber(line or ""))
  end
  problem.message = problem.file and first:gsub("^.*" .. problem.file:gsub("%p", "%%%0") .. ":%d+:%s*", "") or first
  problem.way = way_in(message)
  local path = problem.file and problem.line and path_of(workspace, problem.file)
  problem.frame = path and frame_of(path, problem.line) or frame_in(message)
  problem.path = path
  return problem
end

--- An article that could not be read: a note of its file.
function M.of_article(workspace, path, note)
  local file = workspace.config.content .. "/" .. path
  return {
    kind = "article", file = file, line = note.line > 0 and note.line or nil, message = note.message, path = workspace.root .. "/" .. file,
    frame = note.line > 0 and frame_of(workspace.root .. "/" .. file, note.line) or nil,
  }
end

return M
