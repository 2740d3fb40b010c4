--- lede.check: whether a published site is right: every page, feed, sitemap and wire of it by the rules of its format, and all of
--- them together: links, titles, translations. Desk; `lede check` is its verb.
---
--- A rule of pages is a module lede.check.<name> with page(page, report, site, memory) for each page and finish(site, memory) when
--- all were seen; memory is the rule's own. Rules of other documents are in lede.check.document.

local check_page = require("lede.check.page")
local check_site = require("lede.check.site")
local document = require("lede.check.document")
local fs = require("lede.fs")
local suggest = require("lede.suggest")
local task = require("lede.task")

local M = {}

--- Rules of pages, in the order in which they look.
M.page_rules = { "html", "links", "images", "headings", "titles", "descriptions", "hreflang" }

--- ---- which rules are asked

local function all_rules()
  local names = {}
  for _, list in ipairs { M.page_rules, document.kinds, { "xml" } } do table.move(list, 1, #list, #names + 1, names) end
  return names
end

--- { name = true } of the rules that are wanted: all when none are named.
local function wanted_rules(only)
  local names, wanted = all_rules(), {}
  for _, name in ipairs(only or names) do
    local known = false
    for _, other in ipairs(names) do known = known or other == name end
    if not known then error(("check: there is no rule '%s'.%s"):format(name, suggest.hint(name, names)), 3) end
    wanted[name] = true
  end
  return wanted
end

local function load_rules(wanted)
  local rules = {}
  for _, name in ipairs(M.page_rules) do
    if wanted[name] then rules[#rules + 1] = { name = name, rule = require("lede.check." .. name), memory = {} } end
  end
  return rules
end

--- ---- a file

local function look_at_document(site, wanted, kind, path, bytes, line)
  if not wanted[kind] then return end
  site.rule = kind
  document.check(kind, bytes, site:report(path, line), site:place(path))
end

local function look_at_page(site, rules, wanted, path, bytes)
  local page, err = check_page.read(path, bytes)
  if not page then
    site.rule = "html"
    return site:report(path):warn(1, tostring(err), "readers have to read it too: split the page")
  end
  for _, entry in ipairs(rules) do
    site.rule = entry.name
    entry.rule.page(page, site:report(path), site, entry.memory)
  end
  for _, script in ipairs(page.structured) do look_at_document(site, wanted, "jsonld", path, script.text, script.line) end
end

local function look_at(site, rules, wanted, path)
  local ending = path:match("%.(%w+)$")
  if not document.endings[ending or ""] then return true end
  local bytes, err = fs.read(site.root .. "/" .. path)
  if not bytes then return nil, err end
  local kind = document.kind_of(path, bytes)
  if kind == "html" then
    look_at_page(site, rules, wanted, path, bytes)
  elseif kind then
    look_at_document(site, wanted, kind, path, bytes)
  end
  if kind then site.looked_at = site.looked_at + 1 end
  return true
end

--- ---- all of it

local function look_at_all(site, rules, wanted)
  local paths, err = fs.walk(site.root)
  if not paths then return nil, err end
  for _, path in ipairs(paths) do site.files[path] = true end
  for _, path in ipairs(paths) do
    local ok, problem = look_at(site, rules, wanted, path)
    if not ok then return nil, problem end
  end
  for _, entry in ipairs(rules) do
    site.rule = entry.name
    if entry.rule.finish then entry.rule.finish(site, entry.memory) end
  end
  return true
end

---@class lede.check.Finding
---@field rule string     "links"
---@field level "error"|"warning" an error: those who read the format cannot do with it
---@field file string     below the site's folder
---@field url string      where it is published
---@field line integer
---@field message string
---@field remedy string

---@class lede.check.Result
---@field findings lede.check.Finding[] by file and line
---@field files integer   that were looked at
---@field outside { url: string, places: { file: string, line: integer }[] }[] addresses of other sites, sorted, with the first places

--- Looks at the site that lies in a folder.
---@param root string
---@param options? { base_url?: string, rules?: string[] }
---@return lede.check.Result|nil result
---@return lede.Error|nil err
function M.site(root, options)
  options = options or {}
  local wanted = wanted_rules(options.rules)
  local rules = load_rules(wanted)
  local site = check_site.new(root, options.base_url or "")
  local ok, err = task.in_place(look_at_all, site, rules, wanted)
  if not ok then return nil, err end
  return { findings = site:sorted(), files = site.looked_at, outside = site:sorted_outside() }
end

--- Looks at one document by itself, whatever site it is of. Gives nil when there are no rules for it.
---@param name string  its file's name
---@param bytes string
---@return lede.check.Finding[]|nil
function M.file(name, bytes)
  local kind = document.kind_of(name, bytes)
  if not kind then return nil end
  local site = check_site.new("", "")
  local wanted = wanted_rules()
  site.alone = true
  if kind == "html" then
    look_at_page(site, load_rules { html = true, images = true, headings = true }, wanted, name, bytes)
  else
    look_at_document(site, wanted, kind, name, bytes)
  end
  return site:sorted()
end

return M
