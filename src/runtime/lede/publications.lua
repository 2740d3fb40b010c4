--- lede.publications: the publications of a site, one line of JSON each in var/publications.jsonl: when, what changed, what was made.
---
--- Kept for people to look at; nothing depends on it, and a line that cannot be written or read is left out.

local fs = require("lede.fs")
local host = require("lede.host")
local json = require("lede.json")

local M = {}

local KEPT = 200

local function file_of(workspace) return workspace.var .. "/publications.jsonl" end

--- What a line says of a report of lede.publish.
function M.entry(report, now)
  local sync, release = report.sync or {}, report.release or {}
  return {
    at = now, edition = report.edition.time, ms = report.ms, ok = report.ok, articles = report.edition.articles, pages = report.pages,
    rendered = report.rendered, failed = #report.failed, written = release.written, removed = release.removed,
    added = sync.added, changed = sync.changed, renamed = sync.renamed, withdrawn = sync.withdrawn, broken = sync.broken,
    stages = report.stages,
  }
end

--- The publications of before, the last one first, at most `limit`.
function M.list(workspace, limit)
  local lines, found = {}, {}
  for line in (fs.read(file_of(workspace)) or ""):gmatch("[^\n]+") do lines[#lines + 1] = line end
  for i = #lines, 1, -1 do
    local entry = json.decode(lines[i])
    if type(entry) == "table" and entry.at then found[#found + 1] = entry end
    if #found == limit then break end
  end
  return found
end

--- Adds a publication; the oldest ones go.
function M.add(workspace, report)
  local kept = M.list(workspace, KEPT - 1)
  local lines = {}
  for i = #kept, 1, -1 do lines[#lines + 1] = json.encode(kept[i]) end
  lines[#lines + 1] = json.encode(M.entry(report, host.now()))
  return fs.write(file_of(workspace), table.concat(lines, "\n") .. "\n")
end

return M
