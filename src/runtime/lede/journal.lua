--- lede.journal: what publications did and why, a line of JSON each (var/publications.log). Desk only.
---
--- A publication by changes has one entry a page or file; of one that looked at every page only the reason of that is kept.
--- One that changed nothing leaves no line. The newest lines are kept: a file that has grown is renamed to .1, which replaces
--- the one before. A line that a killed process left unfinished is passed over.

local fs = require("lede.fs")
local json = require("lede.json")
local log = require("lede.log")

local M = {}

local FILE_MAX = 4 << 20

---@class lede.JournalEntry
---@field at integer           when it was live
---@field time integer         of the edition
---@field seq integer          of the store
---@field kind "changes"|"whole"
---@field whole? string        why every page was looked at
---@field pages integer        of the site
---@field rendered integer
---@field written integer      files
---@field removed integer
---@field failed integer
---@field ms number
---@field changes lede.Change[] pages and files that were made, copied and removed; of a publication by changes
---@field untold? integer      so many more had no room

---@class lede.Change
---@field path string          below the output
---@field what "read"|"new"|"other"|"again"|"whole"|"touched"|"gone"
---@field of? table            of a page: article (file) or article_url, or route, plugin, term ("section:news"), archive; moved, state
---@field file? string         of a copied file: where it comes from
---@field url? string
---@field kind? string         of "read": which question is answered otherwise; with key, article, fields, gone
---@field key? string
---@field moved? string        the address before
---@field due? boolean         it became public by itself

local function path_of(workspace) return workspace.var .. "/publications.log" end

--- Appends a line. What was torn before it is ended first.
local function append(file, line)
  local state = fs.stat(file)
  if state and state.size > FILE_MAX then fs.rename(file, file .. ".1") end
  local out <close>, err = io.open(file, "a+b")
  if not out then return nil, err end
  if out:seek("end") > 0 then
    out:seek("end", -1)
    if out:read(1) ~= "\n" then line = "\n" .. line end
  end
  return out:write(line, "\n")
end

--- Says what was done; when that fails nothing else does.
function M.write(publication, workspace, report)
  if workspace.store:find("^memory:") or not report.release.changed and report.rendered == 0 then return end
  local head = json.encode {
    at = os.time(), time = report.edition.time, seq = report.edition.seq, pages = report.pages, rendered = report.rendered,
    written = report.release.written, removed = report.release.removed, failed = #report.failed, ms = report.ms,
  }
  local story, err = publication:story()
  if story then
    story, err = append(path_of(workspace), head:sub(1, -2) .. "," .. story .. "}")
  end
  if not story then log.warn(tostring(err)) end
end

--- Lines of a file, newest first.
local function lines_of(file)
  local text, lines = fs.read(file), {}
  for line in (text or ""):gmatch("([^\n]*)\n") do lines[#lines + 1] = line end
  local at = #lines + 1
  return function()
    at = at - 1
    return lines[at]
  end
end

--- The publications of which something is kept, newest first, as an iterator.
---@param workspace lede.Workspace
---@return fun(): lede.JournalEntry|nil
function M.entries(workspace)
  local file = path_of(workspace)
  local next_line, older = lines_of(file), true
  return function()
    while true do
      local line = next_line()
      if not line and not older then return nil end
      if not line then
        next_line, older = lines_of(file .. ".1"), false
      else
        local entry = json.decode(line)
        if type(entry) == "table" and entry.at then return entry end
      end
    end
  end
end

local function mentions(line, texts)
  for _, text in ipairs(texts) do
    if line:find(text, 1, true) or line:find(json.encode(text):sub(2, -2), 1, true) then return true end
  end
  return false
end

--- A line without the changes that have one of the texts; nil when it cannot be read.
local function without(line, texts)
  local entry = json.decode(line)
  if type(entry) ~= "table" then return nil end
  local kept = json.array {}
  for _, change in ipairs(entry.changes or {}) do
    if not mentions(json.encode(change), texts) then kept[#kept + 1] = change end
  end
  entry.changes = kept
  return json.encode(entry)
end

--- Takes every change out that has one of these texts: what is left of an article that is removed for good.
---@param workspace lede.Workspace
---@param texts string[]
---@return true|nil, lede.Error|nil
function M.forget(workspace, texts)
  for _, file in ipairs { path_of(workspace), path_of(workspace) .. ".1" } do
    local lines, changed = {}, false
    for line in (fs.read(file) or ""):gmatch("([^\n]*)\n") do
      local kept = line
      if mentions(line, texts) then kept, changed = without(line, texts), true end
      lines[#lines + 1] = kept
    end
    if changed then
      lines[#lines + 1] = ""
      local ok, err = fs.write(file, table.concat(lines, "\n"))
      if not ok then return nil, err end
    end
  end
  return true
end

--- Why the file at path was made, copied or removed the last time: the entry and the change; of a publication that looked at
--- every page, the entry alone. Nothing when the journal does not go back that far.
---@return lede.JournalEntry|nil, lede.Change|nil
function M.last(workspace, path)
  for entry in M.entries(workspace) do
    if entry.kind == "whole" then return entry end
    for _, change in ipairs(entry.changes or {}) do
      if change.path == path then return entry, change end
    end
  end
end

return M
