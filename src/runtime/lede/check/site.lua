--- lede.check.site: a site that is looked at: its files by address, and what was found.

local document = require("lede.check.document")

local Site = {}
Site.__index = Site

local PLACES <const> = 5 -- of an address of another site that are kept

---@param root string     folder of the site
---@param base_url string
local function new(root, base_url)
  return setmetatable({
    root = root, base = base_url:gsub("/+$", ""), files = {}, findings = {}, looked_at = 0, rule = "", known = {}, links_out = {}, alone = false,
  }, Site)
end

--- ---- addresses

local function decoded(path)
  return (path:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- "/a/../b/./c" -> "/b/c"
local function normal(path)
  if not path:find("/.", 1, true) then return path end
  local parts = {}
  for part in path:gmatch("[^/]+") do
    if part == ".." then
      parts[#parts] = nil
    elseif part ~= "." then
      parts[#parts + 1] = part
    end
  end
  local is_folder = path:find("/%.?%.?$") ~= nil
  return "/" .. table.concat(parts, "/") .. (is_folder and #parts > 0 and "/" or "")
end

--- The file at a path that begins with "/"; false when there is none.
function Site:file_at(path)
  path = normal(decoded(path)):sub(2)
  if path == "" or path:sub(-1) == "/" then
    local index = path .. "index.html"
    return self.files[index] and index or false
  end
  for _, file in ipairs { path, path .. "/index.html", path .. ".html" } do
    if self.files[file] then return file end
  end
  return false
end

--- The path of an address within this site; nil when it is of another one, or of no file.
function Site:within(url, page)
  local base = self.base
  if base ~= "" and url:sub(1, #base) == base then
    local rest = url:sub(#base + 1)
    if rest == "" or rest:find("^[/?#]") then return rest:find("^/") and rest or "/" .. rest end
  end
  if url:find("^//") or url:find("^%a[%w+.%-]*:") then return nil end
  if url:sub(1, 1) == "/" then return url end
  if not page then return nil end
  if url == "" or url:find("^[?#]") then return page.url .. url end
  return page.url:match("^(.*/)") .. url
end

--- The file that an address of a page leads to; false when there is none, nil when it leads out of the site.
---@param url string
---@param page? lede.check.Page
---@return string|false|nil
function Site:path_of(url, page)
  local rooted = url:byte() == 47 or url:find("^%a[%w+.%-]*:") ~= nil
  local known = rooted and self.known[url]
  if known ~= nil and known ~= false then return known end
  local path = self:within(url, page)
  if not path then return nil end
  local found = self:file_at(path:match("^[^?#]*"))
  if rooted then self.known[url] = found or nil end
  return found
end

--- Whether an address is that of a page.
function Site:is_same(url, page) return self:path_of(url, page) == page.path end

--- What rules of documents are told of the site around a file.
---@param path string
---@return lede.check.Place
function Site:place(path)
  return {
    url = self.base .. "/" .. path, base = self.base, deep = true,
    has = not self.alone and function(address) return self:path_of(address) ~= false end or nil,
  }
end

--- Keeps an address of another site.
function Site:outside(url, file, line)
  url = url:gsub("#.*$", "")
  local places = self.links_out[url]
  if not places then
    places = {}
    self.links_out[url] = places
  end
  local last = places[#places]
  if #places < PLACES and not (last and last.file == file) then places[#places + 1] = { file = file, line = line } end
end

--- ---- findings

--- Where the rule that is at work reports what it finds in a file, from a line on.
function Site:report(path, first)
  local rule = self.rule
  return document.report(function(level, line, message, remedy)
    self.findings[#self.findings + 1] = {
      rule = rule, level = level, file = path, url = self.base .. "/" .. path:gsub("index%.html$", ""), line = line, message = message, remedy = remedy,
    }
  end, first)
end

local function earlier(a, b)
  if a.file ~= b.file then return a.file < b.file end
  if a.line ~= b.line then return a.line < b.line end
  if a.rule ~= b.rule then return a.rule < b.rule end
  return a.message < b.message
end

function Site:sorted()
  table.sort(self.findings, earlier)
  return self.findings
end

function Site:sorted_outside()
  local list = {}
  for url, places in pairs(self.links_out) do list[#list + 1] = { url = url, places = places } end
  table.sort(list, function(a, b) return a.url < b.url end)
  return list
end

return { new = new }
