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
