--- lede.check.page: an HTML page as rules want it: its elements sorted by what they are for.

local html = require("lede.html")

local M = {}

local WANTED <const> = {
  tags = { "html", "img", "meta", "base", "iframe" },
  attributes = { "id", "href", "src", "srcset", "poster", "lang", "rel", "hreflang", "alt", "name", "content", "property", "http-equiv", "charset", "type", "role", "aria-hidden", "aria-label" },
  texts = { "title", "h1", "h2", "h3", "h4", "h5", "h6", "script" },
}

---@class lede.check.Page
---@field path string       below the site's folder
---@field url string        path as an address: "/a/" for a/index.html
---@field doctype boolean
---@field elements lede.HtmlElement[]
---@field flaws lede.HtmlElement[]
---@field ids table<string, integer>  id -> line
---@field doubled lede.HtmlElement[]  whose id another had before
---@field headings lede.HtmlElement[] with level
---@field images lede.HtmlElement[]
---@field links { url: string, line: integer, external?: boolean }[] everything that is loaded or led to
---@field titles lede.HtmlElement[]
---@field metas table<string, lede.HtmlElement> by name in lower case, or property
---@field alternates lede.HtmlElement[] translations: link elements with hreflang
---@field structured lede.HtmlElement[] scripts of JSON-LD
---@field canonical? string
---@field lang? string
---@field refresh? string   where a page that only leads on leads
---@field hidden boolean    search engines are told to leave it out

--- Relations of a link that lead to no file.
local NO_FILE <const> = { preconnect = true, ["dns-prefetch"] = true }

local function add_link(page, url, element)
  if url then page.links[#page.links + 1] = { url = url, line = element.line, tag = element.tag } end
end

local function add_candidates(page, element)
  for url in ((element.attributes.srcset or "") .. ","):gmatch("%s*(%S+)[^,]*,") do add_link(page, (url:gsub(",$", "")), element) end
end

local on = {}

function on.html(page, element) page.lang = element.attributes.lang end

function on.title(page, element) page.titles[#page.titles + 1] = element end

function on.img(page, element) page.images[#page.images + 1] = element end

function on.meta(page, element)
  local a = element.attributes
  local name = a.name and a.name:lower() or a.property
  if name and not page.metas[name] then page.metas[name] = element end
  if a.charset then page.has_charset = true end
  if (a["http-equiv"] or ""):lower() == "refresh" then
    page.refresh = (a.content or ""):match("[uU][rR][lL]%s*=%s*['\"]?([^'\"]+)")
    add_link(page, page.refresh, element)
  end
end

function on.link(page, element)
  local a = element.attributes
  local rel = " " .. (a.rel or ""):lower() .. " "
  if rel:find(" canonical ", 1, true) then page.canonical = a.href end
  if rel:find(" alternate ", 1, true) and a.hreflang then page.alternates[#page.alternates + 1] = element end
end

function on.script(page, element)
  if (element.attributes.type or ""):lower() == "application/ld+json" then page.structured[#page.structured + 1] = element end
end

for level = 1, 6 do
  on["h" .. level] = function(page, element)
    element.level = level
    page.headings[#page.headings + 1] = element
  end
end

local function leads_to_a_file(element)
  local rel = element.attributes.rel
  return not (element.tag == "link" and rel and NO_FILE[rel:lower()])
end

local function sort(page, element)
  local a, sorted = element.attributes, on[element.tag]
  if sorted then sorted(page, element) end
  if a.id then
    if page.ids[a.id] then page.doubled[#page.doubled + 1] = element else page.ids[a.id] = element.line end
  end
  if a.name and element.tag == "a" then page.ids[a.name] = page.ids[a.name] or element.line end
  if element.flaw then page.flaws[#page.flaws + 1] = element end
  if a.href and element.tag ~= "base" and leads_to_a_file(element) then add_link(page, a.href, element) end
  if a.src then add_link(page, a.src, element) end
  if a.poster then add_link(page, a.poster, element) end
  if a.srcset then add_candidates(page, element) end
end

--- "a/index.html" -> "/a/"
---@param path string
---@return string
function M.url_of(path) return "/" .. (path:gsub("index%.html?$", "", 1)) end

--- Reads a page; nil and why it cannot be read.
---@param path string
---@param bytes string
---@return lede.check.Page|nil page
---@return lede.Error|nil err
function M.read(path, bytes)
  local elements, doctype = html.elements(bytes, WANTED)
  if not elements then return nil, doctype end
  local page = {
    path = path, url = path:find("index%.html?$") and M.url_of(path) or "/" .. path, doctype = doctype, flaws = {}, ids = {}, doubled = {}, headings = {},
    images = {}, links = {}, titles = {}, metas = {}, alternates = {}, structured = {},
  }
  for i = 1, #elements do sort(page, elements[i]) end
  local robots = page.metas.robots
  page.hidden = robots ~= nil and (robots.attributes.content or ""):lower():find("noindex", 1, true) ~= nil
  return page
end

return M
