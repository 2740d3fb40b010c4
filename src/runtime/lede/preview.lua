--- lede.preview: a site kept open. What is asked for is made by the workers of a publication; a save is synchronised, the pages
--- that read what changed are named to the browsers that show them, and what went wrong is told in parts.
---
--- The order of things is here; serving, making and watching are C's (bind/preview.h). One wait, one event, one answer.

local deliver = require("lede.deliver")
local templates = require("lede.templates")
local host = require("lede.host")
local json = require("lede.json")
local picture_table = require("lede.picture_table")
local prepare = require("lede.prepare")
local core = require("lede.preview.core")
local newsroom = require("lede.preview.newsroom")
local problem = require("lede.preview.problem")
local relating = require("lede.relating")
local stages = require("lede.publish.stages")
local task = require("lede.task")
local time = require("lede.time")
local timer = require("lede.timer")
local withdrawn = require("lede.withdrawn")
local workspace_of = require("lede.workspace")

local M = {}

local PORT, PORT_TRIES = 1313, 20
local CATCH_UP_MS = 150 -- of quiet after a save, before what nobody waits for
local FIRST_LOOK_MS = 250 -- the first page comes before the first look at content/
local CODE = { "layouts", "plugins", "i18n", "lib", "origins" }

---@class lede.preview.Options
---@field port? integer
---@field address? string
---@field host? string      one more name for this machine
---@field poll? integer     look every so many ms instead of watching
---@field at? string|integer
---@field drafts? boolean
---@field jobs? integer
---@field deliver? boolean  false: what publications left to tell is not told
---@field say? fun(text: string)
---@field ready? fun(url: string)

---@class lede.preview.Session
local Session = {}
Session.__index = Session

local function moment(at, zone)
  if at == nil or type(at) == "number" then return at end
  local t, err = time.parse(at, { zone = zone })
  if not t then return nil, tostring(err) end
  return t
end

local function below(path, folder) return path:sub(1, #folder + 1) == folder .. "/" end

--- ---- the site

--- Whether what is shown is not what would be published now: then no edition of before will do.
function Session:is_special() return self.options.drafts or self.options.at ~= nil end

--- Where its editions lie.
function Session:edition_folder(workspace) return workspace.var .. "/preview/" .. (self:is_special() and "special" or "edition") end

--- A publication of this configuration, never released: the preview shows it.
function Session:open_publication(workspace)
  local registry, message = workspace_of.plugins(workspace)
  if not registry then return nil, message end
  local at, wrong = moment(self.options.at, workspace.config.timezone)
  if wrong then return nil, wrong end
  local publication, err = stages.open {
    root = workspace.root, config = workspace.config_json, store = workspace.store, edition = self:edition_folder(workspace),
    dest = workspace.output, jobs = self.options.jobs, at = at, drafts = self.options.drafts, plugin_dir = workspace.plugin_dir,
  }
  if not publication then return nil, err end
  return publication, registry
end

--- Shows the site as lede.lua now says. What was shown before stays when it cannot be.
function Session:configure()
  local workspace, message = workspace_of.open(self.args)
  if not workspace then return nil, message end
  local publication, registry = self:open_publication(workspace)
  if not publication then return nil, registry end
  self.preview:attach(publication, workspace.static)
  if self.publication then self.publication:close() end
  self.workspace, self.publication, self.registry, self.synced = workspace, publication, registry, nil
  return true
end

--- What is watched: folders with all below, and the names of them, for they may come later.
function Session:watch()
  local root, folders = self.workspace.root, {}
  for _, name in ipairs(CODE) do folders[#folders + 1] = root .. "/" .. name end
  folders[#folders + 1] = root .. "/" .. self.workspace.config.content
  folders[#folders + 1] = self.workspace.static
  folders[#folders + 1] = self.workspace.plugin_dir
  local names = table.move(folders, 1, #folders, 2, { root .. "/lede.lua" })
  local ok, err = self.preview:watch(folders, names)
  if ok or self.options.poll then return ok, err end
  self.say(("%s; looking every second instead"):format(tostring(err)))
  self.options.poll = 1000
  ok, err = self.preview:rewatch(1000)
  if not ok then return nil, err end
  return self.preview:watch(folders, names)
end

--- ---- problems

local function each_error(files, fn)
  for _, file in ipairs(files) do
    for _, note in ipairs(file.notes) do
      if note.level == "error" then fn(file.path, note) end
    end
  end
end

--- What is said of files now: those that were looked at say it anew.
local function renewed(before, synced, saved)
  if synced.complete then return synced.files end
  local files = table.move(synced.files, 1, #synced.files, 1, {})
  for _, file in ipairs(before) do
    if not saved[file.path] then files[#files + 1] = file end
  end
  return files
end

--- Articles that cannot be read are shown once they were saved while somebody looks; those of before stand in the newsroom.
function Session:note_articles(sync, saved)
  local broken = {}
  self.warnings = renewed(self.warnings, sync, saved)
  each_error(self.warnings, function(path, note)
    if saved[path] or self.broken[path] then broken[path] = problem.of_article(self.workspace, path, note) end
  end)
  self.broken = broken
end

function Session:problems()
  local all = json.array {}
  if self.global then all[1] = self.global end
  local paths = {}
  for path in pairs(self.broken) do paths[#paths + 1] = path end
  table.sort(paths)
  for _, path in ipairs(paths) do all[#all + 1] = self.broken[path] end
  for _, page in ipairs(self.preview:pages()) do
    if page.state == "failed" then all[#all + 1] = problem.read(self.workspace, page.error, { kind = "page", url = page.url }) end
  end
  return all
end

--- Tells all open pages how things are.
function Session:tell_state()
  local state = json.encode {
    started = self.started, drafts = self.options.drafts == true, at = self.options.at and tostring(self.options.at) or nil,
    generation = self.generation, problems = self:problems(), ms = self.took,
  }
  self.preview:greet(state)
  if state ~= self.told then self.preview:send("state", state) end
  self.told = state
end

--- ---- bringing up to date

local function list_of(set)
  local list = {}
  for name in pairs(set) do list[#list + 1] = name end
  table.sort(list)
  return list
end

--- Brings the edition up to the store.
function Session:prepare(pictures)
  local edition, state = prepare.edition(self.publication, self.registry, pictures, self.workspace, {
    look = true, before = self.withdrawn or withdrawn.before(self:edition_folder(self.workspace)),
  })
  if edition then self.withdrawn = state end
  return edition, state
end

--- Files of plugins by their path on the site.
function Session:assets()
  local found = {}
  for _, asset in ipairs(self.registry.assets) do found[asset.path] = templates.asset(asset.plugin, asset.name) end
  return found
end

--- Files on disk that a publication would copy: of plugins, and pictures.
function Session:collect_files(pictures)
  local copied = self:assets()
  local collector = {
    copy = function(_, file, path) copied[path] = file return true end,
    folder = function(_, source) return self.publication:folder(source) end,
  }
  local ok, err = picture_table.copy(pictures, collector)
  if not ok then self.say(tostring(err)) end
  self.preview:files(copied)
end

--- Compares texts, with the workers that else make pages.
function Session:relate()
  self.unrelated = false
  local ok, err = self.preview:pause()
  if not ok then return nil, err end
  return self.publication:relate(relating.sources(self.workspace, self.registry))
end

--- The edition of the store as it is now, and which pages are not as it has them. saved: files of content/ that were.
function Session:bring_up(saved)
  local synced, pictures, edition, stale, err
  synced, err = self.publication:sync(self.synced and list_of(saved) or nil)
  if not synced then return nil, err end
  self:note_articles(synced, saved)
  self.synced = synced.complete and synced.pictures or self.synced
  pictures, err = picture_table.build(self.workspace, self.synced)
  if not pictures then return nil, err end
  self.pictures = pictures
  edition, err = self:prepare(pictures)
  if not edition then return nil, err end
  self.edition = edition
  self.unrelated = self.preview:carry()
  if not self.unrelated then
    local ok, problem_of_it = self:relate()
    if not ok then return nil, problem_of_it end
  end
  stale, err = self.preview:renew()
  if not stale then return nil, err end
  self.late = true
  return stale
end

--- What nobody waits for after a save: which pages there are now, and files that would be copied.
function Session:catch_up()
  if not self.late then return true end
  self.late = false
  local related, ok, err
  if self.unrelated then
    related, err = self:relate()
    if not related then return nil, err end
    ok, err = self.preview:renew()
    if not ok then return nil, err end
  end
  local stale = ok or {}
  ok, err = self.preview:routes()
  if not ok then return nil, err end
  self:collect_files(self.pictures)
  if #stale > 0 then self.preview:send("changed", json.encode { urls = json.array(stale), generation = self.generation }) end
  return true
end

--- ---- changes

--- What a change is to the site: { config, code, content = { path = true }, styles, files }.
function Session:sort_changes(paths)
  local root, config = self.workspace.root, self.workspace.config
  local kinds = { content = {}, styles = json.array {}, files = json.array {} }
  for _, path in ipairs(paths) do
    if path == root .. "/lede.lua" then
      kinds.config = true
    elseif below(path, root .. "/" .. config.content) then
      kinds.content[path:sub(#root + #config.content + 3)] = true
    elseif below(path, self.workspace.static) then
      local url = path:sub(#self.workspace.static + 1)
      local list = url:find("%.css$") and kinds.styles or kinds.files
      list[#list + 1] = url
    elseif path:find("%.css$") then
      for url, file in pairs(self:assets()) do
        if file == path then kinds.styles[#kinds.styles + 1] = "/" .. url end
      end
    else
      for _, name in ipairs(CODE) do
        if path == root .. "/" .. name or below(path, root .. "/" .. name) then kinds.code = true end
      end
      if below(path, self.workspace.plugin_dir) then kinds.code = true end
    end
  end
  return kinds
end

function Session:fail(kind, message)
  self.global = problem.read(self.workspace, tostring(message), { kind = kind, file = nil })
  self.say(("%s: %s"):format(kind, tostring(message)))
end

function Session:update(kinds)
  local began = stages.now_us()
  self.global = nil
  if kinds.config or kinds.code then
    local ok, message = self:configure()
    if not ok then return self:fail(kinds.config and "configuration" or "plugins", message) end
  end
  local stale, err = self:bring_up(kinds.content)
  if not stale then return self:fail("configuration", err) end
  if kinds.config or kinds.code then
    local ok, message = self:catch_up()
    if not ok then return self:fail("plugins", message) end
  end
  self.took = (stages.now_us() - began) / 1000
  self.generation = self.generation + 1
  self.preview:send("changed", json.encode { urls = json.array(stale), generation = self.generation })
  self.say(("%.0f ms: %d of the pages you opened changed"):format(self.took, #stale))
end

function Session:changed(paths)
  local kinds = self:sort_changes(paths)
  if #kinds.styles > 0 then self.preview:send("style", json.encode { paths = kinds.styles }) end
  if #kinds.files > 0 then self.preview:send("files", json.encode { paths = kinds.files }) end
  if kinds.config or kinds.code or next(kinds.content) or #kinds.files > 0 then self:update(kinds) end
  self:watch() -- folders that came
  self:tell_state()
end

--- ---- life

--- The last edition of this machine answers while content/ is looked at.
function Session:first_look()
  if not self:is_special() and self.preview:map(self.workspace.edition) then
    local ok, err = self.preview:renew()
    if ok then ok, err = self.preview:routes() end
    if ok then self.preview:files(self:assets()) else self:fail("plugins", err) end
    self:tell_state()
    self:handle_until("time", FIRST_LOOK_MS)
  end
  if self.stopped then return true end
  local ok, err = self:watch()
  if not ok then return nil, tostring(err) end
  self:update { content = {} }
  self:tell_state()
  return true
end

function Session:handle(event, what)
  if event == "changed" then
    self:changed(what)
  elseif event == "request" then
    self.preview:answer(newsroom.answer(self, what))
  elseif event == "pages" then
    self:tell_state()
  elseif event == "stop" then
    self.stopped = true
  elseif event == "time" and self.late then
    local ok, err = self:catch_up()
    if not ok then self:fail("plugins", err) end
    self:tell_state()
  end
end

--- The next event; deliveries have their turns meanwhile.
function Session:wait(ms)
  local until_at = ms and timer.now() + ms / 1000
  while true do
    local event, what = self.preview:wait(until_at and math.max(0, math.ceil((until_at - timer.now()) * 1000)))
    if event ~= "tasks" then return event, what end
    task.pause()
    if until_at and timer.now() >= until_at then return "time" end
  end
end

--- Handles what comes until it is `last`, each wait no longer than ms.
function Session:handle_until(last, ms)
  while not self.stopped do
    local event, what = self:wait(self.late and CATCH_UP_MS or ms)
    self:handle(event, what)
    if event == last then return end
  end
end

function Session:address()
  local state = self.preview:state()
  local name = (not self.options.address or self.options.address == "127.0.0.1") and "localhost" or self.options.address
  return ("http://%s:%d/"):format(name:find(":", 1, true) and "[" .. name .. "]" or name, state.port)
end

--- Tells what publications left to tell, beside all else. It begins again with each new configuration.
function Session:keep_delivering()
  while self.options.deliver ~= false do
    local registry = self.registry
    if next(registry.targets) then
      local ok, err = deliver.run(self.workspace, registry, { forever = true, unless = function() return self.registry ~= registry end, report = self.say })
      if not ok then self.say(("deliveries: %s"):format(tostring(err))) end
    end
    timer.sleep(1)
  end
end

--- Shows the site of args (as workspace.open takes them) until it is interrupted. Gives true, or nil and what is wrong.
---@param args table
---@param options lede.preview.Options
---@return true|nil, string|nil
function M.run(args, options)
  local workspace, message = workspace_of.open(args)
  if not workspace then return nil, message end
  local ok, err = workspace_of.make_var(workspace)
  if not ok then return nil, tostring(err) end
  local preview <close>, refused = core.open {
    address = options.address, port = options.port or PORT, port_tries = PORT_TRIES, host = options.host, poll = options.poll,
    folder = workspace.var .. "/preview/pages",
  }
  if not preview then return nil, tostring(refused) end
  local session = setmetatable({
    args = args, options = options, preview = preview, broken = {}, warnings = {}, generation = 0, say = options.say or function() end, started = host.ulid(), workspace = workspace,
  }, Session)
  newsroom.install(session)
  ok, message = session:configure()
  if not ok then return nil, message end
  local publication <close> = setmetatable({}, { __close = function() session.publication:close() end }) -- luacheck: ignore
  local deliveries <close> = task.spawn(function() session:keep_delivering() end) -- luacheck: ignore
  if options.ready then options.ready(session:address()) end
  ok, message = session:first_look()
  if not ok then return nil, message end
  session:handle_until("stop")
  preview:stop()
  return true
end

return M
