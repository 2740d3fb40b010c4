--- plugins.metadata.schema: an article as schema.org has it, as text that is right within a <script>. Texts are put together here,
--- and not encoded as one table, because every article has one: it is most of what a head costs.

local address = require("lede.address")
local corrections = require("lede.corrections")
local gate = require("lede.gate")
local json = require("lede.json")
local text = require("lede.text")
local time = require("lede.time")

local M = {}

local HEADLINE <const> = 110 -- characters that search engines show of one
local quote = json.script

--- Names that stand on many pages, quoted once a VM. Bounded.
local known, known_count = {}, 0

local function name(s)
  local found = known[s]
  if found then return found end
  if known_count == 4096 then known, known_count = {}, 0 end
  found = quote(s)
  known[s], known_count = found, known_count + 1
  return found
end

local function people(article, record, absolute)
  local terms = article.author_terms
  if #terms == 0 then return record.author and '[{"@type":"Person","name":' .. quote(record.author) .. "}]" end
  local found = {}
  for i, author in ipairs(terms) do
    local url = absolute and author.url
    found[i] = '{"@type":"Person","name":' .. name(author.title) .. (url and ',"url":' .. name(absolute(url)) or "") .. "}"
  end
  return "[" .. table.concat(found, ",") .. "]"
end

--- A member that is there when its value is.
local function member(key, value) return value and ',"' .. key .. '":' .. value or "" end

local function keywords(article)
  local tags = article.tags
  if #tags == 0 then return "" end
  for i, tag in ipairs(tags) do tags[i] = name(tag) end
  return ',"keywords":[' .. table.concat(tags, ",") .. "]"
end

local function comments(article, zone)
  local lines = article.corrections
  if #lines == 0 then return "" end
  for i, line in ipairs(lines) do
    local one = corrections.read(line)
    lines[i] = quote { ["@type"] = "CorrectionComment", text = one.text, datePublished = one.at and time.rfc3339(one.at, zone) or nil }
  end
  return ',"correction":[' .. table.concat(lines, ",") .. "]"
end

local function picture(image)
  if not image then return "" end
  return member("image", quote {
    { ["@type"] = "ImageObject", url = image.url, width = image.width, height = image.height, caption = image.caption, creditText = image.credit },
  })
end

--- Whom a republished piece is owed to.
local function debt(record)
  local credit, license = name(record.name or record.domain), address.web(record.license)
  local owner = '{"@type":"Organization","name":' .. credit .. member("url", record.home and name(record.home)) .. "}"
  return member("isBasedOn", record.url and quote(record.url)) .. member("creditText", credit) .. member("sourceOrganization", owner)
    .. member("copyrightHolder", owner) .. member("license", license and name(license))
end

--- What is the same for every article of a site.
---@param publisher table
---@param principles string? an address
---@param is_free boolean
---@return string
function M.constant(publisher, principles, is_free)
  return ',"isAccessibleForFree":' .. tostring(is_free) .. (principles and ',"publishingPrinciples":' .. quote(principles) or "")
    .. ',"publisher":' .. quote(publisher) .. "}"
end

--- The article of a head that has an address.
---@param m plugins.metadata.Head
---@param site { zone: string, absolute: (fun(url: string): string)|false, constant: string } absolute: false without base_url
---@return string
function M.article(m, site)
  local article, record, title, section = m.article, m.record, m.title, m.section
  return '{"@type":"NewsArticle","headline":' .. quote(#title > HEADLINE and text.excerpt(title, HEADLINE, "…") or title)
    .. ',"description":' .. quote(m.description) .. member("inLanguage", article.lang and name(article.lang)) .. ',"datePublished":"' .. m.published
    .. '","dateModified":"' .. m.modified .. '","mainEntityOfPage":' .. quote(m.address)
    .. member("dateline", article.dateline and name(article.dateline)) .. member("articleSection", section and name(section.title))
    .. keywords(article) .. picture(m.image) .. member("author", people(article, record, site.absolute)) .. comments(article, site.zone)
    .. (record.has_origin and debt(record) or "") .. site.constant
end

--- Where a page stands: the names of what it is below, each with its absolute address, and its own.
---@param steps { name: string, url: string }[]
---@param title string
---@return string
function M.crumbs(steps, title)
  local items = {}
  for i, step in ipairs(steps) do
    items[i] = '{"@type":"ListItem","position":' .. i .. ',"name":' .. name(step.name) .. ',"item":' .. name(step.url) .. "},"
  end
  return '{"@type":"BreadcrumbList","itemListElement":[' .. table.concat(items)
    .. '{"@type":"ListItem","position":' .. #steps + 1 .. ',"name":' .. quote(title) .. "}]}"
end

--- The element that holds an article and its place, or one of them; nil for none. Nothing in them can end it: json.script
--- wrote every text.
---@param article string?
---@param place string?
---@return string? html
function M.element(article, place)
  if not article and not place then return nil end
  local graph = '{"@context":"https://schema.org","@graph":[' .. (article or "") .. (article and place and "," or "") .. (place or "") .. "]}"
  gate.vouch(graph)
  return '<script type="application/ld+json">' .. graph .. "</script>"
end

return M
