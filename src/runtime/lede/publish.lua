--- lede.publish: a publication from content/ to the site in place. The order of the stages is here; what each does is C's.
---
--- sync -> pictures -> prepare (edition) -> relate -> render -> copy -> release. A plan goes the same way on a store whose
--- changes are forgotten, looks where it would render, and releases nothing. Hooks of the desk: edition.prepare, publish.planned, deliver, publish.released.

local delivery = require("lede.delivery")
local files = require("lede.templates")
local fs = require("lede.fs")
local history = require("lede.history")
local journal = require("lede.journal")
local log = require("lede.log")
local picture_table = require("lede.picture_table")
local prepare = require("lede.prepare")
local relating = require("lede.relating")
local stages = require("lede.publish.stages")
local task = require("lede.task")
local time = require("lede.time")
local withdrawn = require("lede.withdrawn")
local workspace_of = require("lede.workspace")

local M = {}

---@class lede.PublishOptions
---@field jobs? integer      worker processes
---@field at? string|integer the edition of that moment
---@field drafts? boolean
---@field full? boolean      forget what was published
---@field sync? boolean      false: the store as it is
---@field withheld? boolean  always say what is not shown; else only when something changed
---@field all_notes? boolean also what all pages had to say that are as they were; else a hundred of them
---@field fsync? boolean     false: leave durability to the system
---@field progress? boolean  a line on the terminal
---@field verify? integer    so many pages that hold are made to see that they come out again

---@class lede.PublishReport
---@field sync? table         added, changed, renamed, withdrawn, unchanged, broken; files: notes by file
---@field edition table       what (current, delta, base), articles, seq, time
---@field related table       engine; analysed and lists: how many were made; kept: articles that were not looked at
---@field withheld? table[]   path, reason and time of what the store has and the edition does not show
---@field pages integer       made
---@field failed table[]      path, source, message of each page that could not be made
---@field notes table[]       what plugins, bodies and pictures had to say
---@field verified integer    pages that were made to see that they come out again
---@field more_notes boolean  there are more of pages that are as they were
---@field release table       files, written, linked, kept, removed, bytes, changed, touched, by_link, by_renames, dest
---@field stages table        name -> ms
---@field cpu_ms number       all processes
---@field peak_mb number      all processes, each shared page counted once
---@field ok boolean          nothing failed

local function moment(at, zone)
  if at == nil or type(at) == "number" then return at end
  local t, err = time.parse(at, { zone = zone })
  if not t then return nil, tostring(err) end
  return t
end

--- Runs fn(), keeps its time under name.
local function timed(report, name, fn)
  local began = stages.now_us()
  local result, err = fn()
  report.stages[name] = (stages.now_us() - began) / 1000
  return result, err
end

--- Sizes and variants of the site's pictures. Sync saw those of content/ on its way.
local function look_at_pictures(workspace, synced)
  return task.in_place(function()
    local in_content, err = synced and synced.pictures
    if not in_content then in_content, err = picture_table.remembered(workspace) end
    if not in_content then return nil, err end
    return picture_table.build(workspace, in_content)
  end)
end

--- The edition of a publication, or of a look at one.
local function prepare_edition(publication, registry, pictures, workspace, options)
  local at = moment(options.at, workspace.config.timezone)
  return prepare.edition(publication, registry, pictures, workspace, {
    at = at, look = workspace.look ~= nil, progress = options.progress, before = not options.full and withdrawn.before(workspace.edition) or nil,
  })
end

local function copy_assets(publication, assets)
  for _, asset in ipairs(assets) do
    local ok, err = publication:copy(files.asset(asset.plugin, asset.name), asset.path)
    if not ok then return nil, err end
  end
  return true
end

--- What the site says of earlier publications. Nothing is remembered with releases = 0.
local function forget_old(workspace, report)
  local kept = workspace.config.history
  if kept.releases == 0 or not report.release.changed then return end
  local _, err = history.prune(workspace.history, kept.releases, kept.days)
  if err then log.warn(tostring(err)) end
end

--- Pages that do not come out as they are live: each is said, and that nothing is published.
local function differing_words(rendered)
  for _, page in ipairs(rendered.differing) do log.error(("%s (%s): %s"):format(page.path, page.source, page.message)) end
  return ("%d of %d pages made again come out otherwise than they are live"):format(#rendered.differing, rendered.verified)
end

local function run(publication, workspace, options, registry, report)
  if options.sync ~= false then
    local synced, err = timed(report, "sync", function() return publication:sync() end)
    if not synced then return nil, err end
    report.sync = synced
  end
  local pictures, err = timed(report, "pictures", function() return look_at_pictures(workspace, report.sync) end)
  if not pictures then return nil, err end
  if report.sync then report.sync.pictures = nil end -- they are in the edition
  local edition
  edition, err = timed(report, "edition", function() return prepare_edition(publication, registry, pictures, workspace, options) end)
  if not edition then return nil, err end
  report.edition = edition
  report.related, err = timed(report, "related", function() return publication:relate(relating.sources(workspace, registry)) end)
  if not report.related then return nil, err end
  if edition.in_store > edition.articles and (options.withheld or edition.what ~= "current") then
    report.withheld, err = publication:withheld()
    if not report.withheld then return nil, err end
  end
  local rendered
  rendered, err = timed(report, "render", function() return publication:render() end)
  if not rendered then return nil, err end
  for _, name in ipairs { "pages", "rendered", "failed", "notes", "more_notes", "verified" } do report[name] = rendered[name] end
  if #rendered.differing > 0 then return nil, differing_words(rendered) end
  registry:run("publish.planned", report)
  local copied
  copied, err = timed(report, "copy", function()
    local ok, problem = copy_assets(publication, registry.assets)
    if ok then ok, problem = picture_table.copy(pictures, publication) end
    if not ok then return nil, problem end
    return publication:copy(workspace.static)
  end)
  if not copied then return nil, err end
  report.release, err = timed(report, "release", function() return publication:release(delivery.keeper(workspace, registry, { at = edition.time })) end)
  if not report.release then return nil, err end
  delivery.released(workspace, registry)
  picture_table.sweep(pictures)
  forget_old(workspace, report)
  report.notes = task.in_place(picture_table.explain, report.notes, workspace)
  table.move(pictures.notes, 1, #pictures.notes, #report.notes + 1, report.notes)
  return report
end

--- Registry and handle of a publication, or of a look at one; nil and why.
local function open(workspace, options)
  local registry, message = workspace_of.plugins(workspace)
  if not registry then return nil, message end
  local at, problem = moment(options.at, workspace.config.timezone)
  if problem then return nil, problem end
  local publication, refused = stages.open {
    root = workspace.root,
    config = workspace.config_json,
    store = workspace.store,
    edition = workspace.edition,
    look = workspace.look,
    dest = workspace.output,
    jobs = options.jobs,
    at = at,
    drafts = options.drafts,
    full = options.full,
    verify = options.verify,
    sync_disk = options.fsync ~= false,
    progress = options.progress,
    kept_notes = options.all_notes and math.maxinteger >> 32 or nil,
    plugin_dir = workspace.plugin_dir,
    history = workspace.config.history.releases > 0 and workspace.history or nil,
  }
  if not publication then return nil, refused end
  return publication, nil, registry
end

--- Publishes the site of a workspace (lede.workspace.open). Gives a report, or nil and why the old site is still live.
---@param workspace lede.Workspace
---@param options? lede.PublishOptions
---@return lede.PublishReport|nil, any
function M.run(workspace, options)
  options = options or {}
  local began = stages.now_us()
  local ok, err = workspace_of.make_var(workspace)
  if not ok then return nil, err end
  local handle, refused, registry = open(workspace, options)
  local publication <close> = handle
  if not publication then return nil, refused end
  local report = { stages = {}, failed = {}, notes = {}, pages = 0 }
  local done, why = run(publication, workspace, options, registry, report)
  if not done then return nil, why end
  local cpu, peak = publication:usage()
  report.cpu_ms, report.peak_mb = cpu / 1000, peak / 1048576
  report.ms = (stages.now_us() - began) / 1000
  report.ok = #report.failed == 0 and (not report.sync or report.sync.broken == 0)
  journal.write(publication, workspace, report)
  registry:run("publish.released", report)
  return report
end

--- ---- what a publication would do

---@class lede.Plan
---@field time integer        of the edition that would be published
---@field whole? string       why every page was looked at: "full", "first", "records", "edition", "routes", "paths"; nil: only what changed
---@field changes lede.Change[] what would be written, copied and removed
---@field redirects table[]   from, and to; without `to` it is no more
---@field failed table[]      path, source, message of each page that has no place
---@field sync? table         as in a report

local function look(publication, workspace, options, registry)
  local plan, err = {}
  if options.sync ~= false then
    plan.sync, err = publication:sync()
    if not plan.sync then return nil, err end
  end
  local pictures
  pictures, err = look_at_pictures(workspace, plan.sync)
  if not pictures then return nil, err end
  if plan.sync then plan.sync.pictures = nil end
  local edition
  edition, err = prepare_edition(publication, registry, pictures, workspace, options)
  if not edition then return nil, err end
  local ok
  ok, err = publication:relate(relating.sources(workspace, registry))
  if not ok then return nil, err end
  local pages
  pages, err = publication:look()
  if not pages then return nil, err end
  ok, err = copy_assets(publication, registry.assets)
  if ok then ok, err = picture_table.copy(pictures, publication) end
  if ok then ok, err = publication:copy(workspace.static) end
  if not ok then return nil, err end
  local rest
  rest, err = publication:look_end()
  if not rest then return nil, err end
  plan.time, plan.whole, plan.failed = edition.time, pages.whole, pages.failed
  plan.changes, plan.redirects = rest.changes, rest.redirects
  return plan
end

--- A workspace whose edition, records and pictures lie in a folder of their own, links to what is there.
local function aside(workspace)
  local other = {}
  for key, value in pairs(workspace) do other[key] = value end
  other.look = workspace.var .. "/plan"
  other.var, other.edition = other.look, other.look .. "/edition"
  local file = workspace.store:match("^sqlite:(.+)$")
  if file and not fs.exists(file) then other.store = "memory:" end
  return other
end

--- Runs fn(publication, workspace, registry) on a handle that forgets what it did. Gives what fn gives.
local function rehearse(workspace, options, fn)
  local had_var = fs.exists(workspace.var)
  local beside = aside(workspace)
  local result, err
  do
    local handle, refused, registry = open(beside, options)
    local publication <close> = handle
    if not publication then return nil, refused end
    result, err = fn(publication, beside, registry)
  end
  if not had_var then fs.remove(workspace.var) end
  return result, err
end

--- What M.run would write, copy and remove, with the reason of each. Changes nothing.
---@param workspace lede.Workspace
---@param options? lede.PublishOptions
---@return lede.Plan|nil, any
function M.plan(workspace, options)
  options = options or {}
  return rehearse(workspace, options, function(publication, beside, registry) return look(publication, beside, options, registry) end)
end

---@class lede.Coming
---@field at? integer       nil: nothing changes by itself any more
---@field articles table[]  what ("is published" or "expires"), article (its file), id, url, title

--- The next instant after `after` (now) at which the site changes by itself, and what does it. Changes nothing.
---@param workspace lede.Workspace
---@param options? { after?: string|integer, sync?: boolean }
---@return lede.Coming|nil, any
function M.next(workspace, options)
  options = options or {}
  local after, problem = moment(options.after, workspace.config.timezone)
  if problem then return nil, problem end
  return rehearse(workspace, {}, function(publication)
    if options.sync ~= false then
      local ok, err = publication:sync()
      if not ok then return nil, err end
    end
    return publication:ahead(after or os.time())
  end)
end

---@class lede.Reading
---@field path string
---@field of? table          what the page is of: url, article, route, plugin, term, archive
---@field file? string       of a copied file: where it comes from
---@field reads table[]      kind, key, article, fields
---@field last? lede.JournalEntry the publication that made it last, without its changes
---@field change? lede.Change     the reason, when that publication kept one

--- What the page of the live site at url read, and what made it the last time.
---@param workspace lede.Workspace
---@param url string below the site's address, or with it
---@return lede.Reading|nil, any
function M.why(workspace, url)
  local base = workspace.config.base_url or ""
  if base ~= "" and url:sub(1, #base) == base then url = url:sub(#base + 1) end
  if url:sub(1, 1) ~= "/" then url = "/" .. url end
  local reading, err = stages.reads(workspace.output, workspace.var, url)
  if not reading then return nil, err end
  reading.last, reading.change = journal.last(workspace, reading.path)
  if reading.last then reading.last.changes = nil end
  return reading
end

--- Publications and what they did, newest first.
M.journal = journal.entries

return M
