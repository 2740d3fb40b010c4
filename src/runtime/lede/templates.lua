--- lede.templates: which file answers for a template, a language's words or an asset. Site files come before plugins', later
--- plugins' before earlier ones'.

local files = require("lede.files")

local M = {}

--- Where a plugin's folder is below: the site's own plugins/ first, then the installed ones.
local function in_plugin(plugin, below)
  return files.read("site", "plugins/" .. plugin .. "/" .. below) or files.read("installed", plugin .. "/" .. below)
end

local function candidates(name)
  if name:find("%.%w+$") then return { name } end
  return { name .. ".html", name .. ".xml", name .. ".json" }
end

--- The source of a template and the name to show for it, or nil.
function M.template(name, plugins)
  if name:find("..", 1, true) then return nil end
  for _, file in ipairs(candidates(name)) do
    local source = files.read("site", "layouts/" .. file)
    if source then return source, "layouts/" .. file end
    for i = #plugins, 1, -1 do
      source = in_plugin(plugins[i].name, "templates/" .. file)
      if source then return source, "plugins/" .. plugins[i].name .. "/templates/" .. file end
    end
  end
end

--- Every template there is: { name, file, why, hidden = the files that stand behind it }, by name.
---@param plugins table[] as a registry has them
---@param list fun(folder: "site"|"installed", below: string): string[] names of files
function M.all(plugins, list)
  local found, names = {}, {}
  local function add(file, shown, why)
    local name = file:gsub("%.%w+$", "")
    if not found[name] then
      found[name] = { name = name, file = shown, why = why, hidden = {} }
      names[#names + 1] = name
    else
      table.insert(found[name].hidden, shown)
    end
  end
  for _, file in ipairs(list("site", "layouts")) do add(file, "layouts/" .. file, "the site's own comes first") end
  for i = #plugins, 1, -1 do
    local plugin = plugins[i].name
    local own = list("site", "plugins/" .. plugin .. "/templates")
    local why = ("of plugin %s"):format(plugin)
    for _, file in ipairs(own) do add(file, "plugins/" .. plugin .. "/templates/" .. file, why .. ", in the site's plugins/") end
    if #own == 0 then
      for _, file in ipairs(list("installed", plugin .. "/templates")) do add(file, "plugins/" .. plugin .. "/templates/" .. file, why) end
    end
  end
  table.sort(names)
  local all = {}
  for i, name in ipairs(names) do
    local entry = found[name]
    if #entry.hidden > 0 and not entry.file:find("^layouts/") then entry.why = entry.why .. ", the last in the list of plugins that has one" end
    all[i] = entry
  end
  return all
end

--- The sources of a language's words: { text, shown }, the one that wins first.
function M.words(lang, plugins)
  local found = {}
  if not lang:find("^[%w-]+$") then return found end
  local own = files.read("site", "i18n/" .. lang .. ".lua")
  if own then found[1] = { text = own, shown = "i18n/" .. lang .. ".lua" } end
  for i = #plugins, 1, -1 do
    local source = in_plugin(plugins[i].name, "i18n/" .. lang .. ".lua")
    if source then found[#found + 1] = { text = source, shown = "plugins/" .. plugins[i].name .. "/i18n/" .. lang .. ".lua" } end
  end
  return found
end

--- The path on disk of a plugin's file.
function M.asset(plugin, name)
  return files.path("site", "plugins/" .. plugin .. "/" .. name) or files.path("installed", plugin .. "/" .. name)
    or error(("plugin %s has no file '%s'"):format(plugin, name), 0)
end

return M
