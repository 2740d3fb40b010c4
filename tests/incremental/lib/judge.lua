--- lib.judge: publishes a site as it stands, once step by step and once from nothing, and compares them byte for byte.
---
--- From nothing: a copy of the store alone, in a folder without edition, records and site. Pages that could not be made keep their
--- last version, which a publication from nothing has not: both must name the same pages, and those are not compared.
local fs = require("lede.fs")
local json = require("lede.json")
local process = require("lede.process")

local M = {}

local function read(path)
  local file <close> = io.open(path, "rb")
  return file and file:read("a")
end

local function publish(site, to, store, flags)
  local order = { site.program, "publish", "--no-fsync", "--json", "-s", site.root, "-d", to, "--store", store, "-j", tostring(site.jobs or 1), timeout = 300 }
  if site.at then table.move({ "--at", site.at }, 1, 2, #order + 1, order) end
  if site.drafts then order[#order + 1] = "--drafts" end
  table.move(flags, 1, #flags, #order + 1, order)
  local result = assert(process.run(order))
  local line = result.out:match("[^\n]+")
  return { status = result.status, signal = result.signal, err = result.err, report = line and json.decode(line) or nil }
end

--- ---- what was said

local function failed_pages(report)
  local list = {}
  for _, f in ipairs(report.failed) do list[#list + 1] = f.path .. ": " .. f.message end
  table.sort(list)
  return list
end

local function notes(report)
  local list = {}
  for _, note in ipairs(report.notes) do list[#list + 1] = json.encode(note) end
  table.sort(list)
  return list
end

local function first_difference(a, b)
  for i = 1, math.max(#a, #b) do
    if a[i] ~= b[i] then return ("'%s', and from nothing '%s'"):format(a[i] or "nothing", b[i] or "nothing") end
  end
end

local function words_differ(step, whole)
  local failed = first_difference(failed_pages(step), failed_pages(whole))
  if failed then return "pages that could not be made: " .. failed end
  if step.pages ~= whole.pages then return ("%d pages, and from nothing %d"):format(step.pages, whole.pages) end
  local said = first_difference(notes(step), notes(whole))
  return said and "notes: " .. said
end

--- ---- what was written

--- Rows of a manifest by path; the first line holds a serial and a time, which differ.
local function rows_of(tree)
  local rows = {}
  for sum, size, path in (read(tree .. "/.lede-manifest") or ""):gmatch("\n(%x+) (%d+) ([^\n]+)") do rows[path] = sum .. " " .. size end
  return rows
end

local function manifest_lies(tree, files)
  local rows = rows_of(tree)
  for _, path in ipairs(files) do
    local row = ("%s %d"):format(assert(fs.sha256(tree .. "/" .. path)), #read(tree .. "/" .. path))
    if rows[path] ~= row then return ("%s: the manifest has '%s', the file is '%s'"):format(path, tostring(rows[path]), row) end
    rows[path] = nil
  end
  local path = next(rows)
  while path and path:find("^%.") do path = next(rows, path) end -- fs.walk leaves hidden files out
  return path and "the manifest names '" .. path .. "', which is not there"
end

local function excepted(report)
  local set = {}
  for _, f in ipairs(report.failed) do
    local path = f.path:gsub("^/", "")
    set[path], set[path .. "index.html"] = true, true
  end
  return set
end

local function what_differs(a, b)
  for at = 1, math.min(#a, #b) do
    if a:byte(at) ~= b:byte(at) then
      return ("at byte %d\n  step by step: %q\n  from nothing: %q"):format(at, a:sub(math.max(1, at - 60), at + 60), b:sub(math.max(1, at - 60), at + 60))
    end
  end
  return ("%d bytes, and %d from nothing"):format(#a, #b)
end

--- Nil when both trees are the same but for the pages of except.
function M.compare(tree, whole, except)
  local here, there = fs.walk(tree) or {}, fs.walk(whole) or {}
  local missing = {}
  for _, path in ipairs(there) do missing[path] = true end
  for _, path in ipairs(here) do
    if not missing[path] and not except[path] then return path .. ": is there, and is not from nothing" end
    if missing[path] and not except[path] then
      local a, b = read(tree .. "/" .. path), read(whole .. "/" .. path)
      if a ~= b then return path .. ": differs " .. what_differs(a, b) end
    end
    missing[path] = nil
  end
  for _, path in ipairs(there) do
    if missing[path] and not except[path] then return path .. ": is not there, and is from nothing" end
  end
  return manifest_lies(tree, here)
end

--- ---- both

--- Publishes step by step. Gives how it ended, or nil and what is wrong.
function M.step(site)
  local step = publish(site, site.out, site.store, {})
  if step.signal then return nil, "killed by signal " .. step.signal .. ": " .. step.err end
  return step
end

--- Whether what stands is what a publication from nothing makes. Gives the pages made and all of them, or nil and the difference.
function M.whole(site, step)
  os.execute(("rm -rf '%s' '%s'"):format(site.whole, site.whole_var))
  assert(fs.mkdir(site.whole_var))
  for _, tail in ipairs { "", "-wal" } do
    local bytes = read(site.store .. tail)
    if bytes then
      local copy <close> = assert(io.open(site.whole_var .. "/lede.db" .. tail, "wb"))
      copy:write(bytes)
    end
  end
  local whole = publish(site, site.whole, site.whole_var .. "/lede.db", { "--no-sync" })
  if whole.signal then return nil, "from nothing: killed by signal " .. whole.signal end
  if not step.report or not whole.report then -- a configuration that cannot be read: nothing is published, either way
    if step.report or whole.report then return nil, "only one was published: " .. step.err .. " | " .. whole.err end
    return 0, 0
  end
  local difference = words_differ(step.report, whole.report) or M.compare(site.out, site.whole, excepted(step.report))
  if difference then return nil, difference end
  return step.report.rendered, whole.report.pages
end

return M
