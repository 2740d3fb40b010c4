--- lede.check.jsonld: what a page says of itself for search engines: the words of schema.org that lede writes.
---
--- The gate asks it of each article page, so it looks for names that it knows and walks nothing else.

local forms = require("lede.check.forms")
local json = require("lede.json")
local time = require("lede.time")

--- What may stand in a thing of a type: dates, addresses, and other things.
local STORY <const> = {
  dates = { "datePublished", "dateModified" }, addresses = { "url", "mainEntityOfPage", "image", "isBasedOn", "license", "publishingPrinciples" },
  parts = { "author", "publisher", "image", "correction", "mainEntityOfPage", "isBasedOn", "copyrightHolder", "sourceOrganization", "liveBlogUpdate" },
  is_story = true,
}
local SHAPES <const> = {
  Person = { dates = {}, addresses = { "url", "image", "sameAs" }, parts = {} },
  Organization = { dates = {}, addresses = { "url", "logo", "sameAs" }, parts = { "logo" } },
  CorrectionComment = { dates = { "datePublished" }, addresses = {}, parts = {} },
  BreadcrumbList = { dates = {}, addresses = {}, parts = { "itemListElement" } },
  ListItem = { dates = {}, addresses = { "item" }, parts = { "item" } },
  ImageObject = { dates = {}, addresses = { "url", "contentUrl", "license" }, parts = {} },
}
for _, name in ipairs { "", "News", "ReportageNews", "AnalysisNews", "OpinionNews", "ReviewNews", "BackgroundNews" } do SHAPES[name .. "Article"] = STORY end
SHAPES.BlogPosting, SHAPES.LiveBlogPosting, SHAPES.NewsMediaOrganization = STORY, STORY, SHAPES.Organization

--- Of all other types.
local ANYTHING <const> = {
  dates = { "datePublished", "dateModified", "dateCreated", "expires", "uploadDate", "coverageStartTime", "coverageEndTime" },
  addresses = { "url", "@id", "mainEntityOfPage", "image", "logo", "thumbnailUrl", "contentUrl", "isBasedOn", "sameAs", "item", "license" },
  parts = { "author", "publisher", "image", "logo", "itemListElement", "item", "mainEntity", "mainEntityOfPage", "isBasedOn", "hasPart", "@graph" },
}
local DEEPEST <const> = 16

local function is_date(value) return forms.instant(value) or forms.w3c(value) end

--- Whether an instant is before another; texts with the same zone compare as they stand.
local function is_before(a, b)
  if a:sub(20) == b:sub(20) then return a < b end
  local from, to = time.parse(a), time.parse(b)
  return from ~= nil and to ~= nil and from < to
end

local function check_dates(node, names, what, report)
  for i = 1, #names do
    local value = node[names[i]]
    if value ~= nil and not is_date(value) then return report:error(1, ("%s: its %s is no date: %s"):format(what, names[i], tostring(value)), "write it with lede.time.rfc3339") end
  end
  local published, modified = node.datePublished, node.dateModified
  if published and modified and published ~= modified and #published > 10 and #modified > 10 and is_before(modified, published) then
    report:error(1, ("%s: dateModified is before datePublished"):format(what), "an article that did not change has equal ones")
  end
end

local function check_address(value, name, what, report)
  if type(value) == "string" then
    if not forms.absolute(value) then report:warn(1, ("%s: its %s is no absolute address: %s"):format(what, name, value:sub(1, 80)), "write it with absolute(), and set base_url") end
  elseif type(value) == "table" and value[1] then
    for i = 1, #value do check_address(value[i], name, what, report) end
  end
end

local function check_story(node, what, report)
  if type(node.headline) ~= "string" or not node.headline:find("%S") then report:warn(1, what .. " has no headline", "headline: the article's title") end
  local authors = node.author
  if type(authors) ~= "table" then return end
  for i = 1, authors[1] and #authors or 1 do
    local author = authors[1] and authors[i] or authors
    if type(author) == "table" and author["@type"] and not (type(author.name) == "string" and author.name:find("%S")) then
      report:warn(1, what .. ": an author has no name", "name: only the name, without \"By\"")
    end
  end
end

local function check_crumbs(node, report)
  local crumbs = node.itemListElement
  if type(crumbs) ~= "table" or not crumbs[1] then return report:error(1, "BreadcrumbList has no items", "leave it out on a page without a way to it") end
  for i, crumb in ipairs(crumbs) do
    if type(crumb) ~= "table" or crumb.position ~= i then return report:error(1, ("BreadcrumbList: position %d is missing"):format(i), "count from 1") end
    local inner = type(crumb.item) == "table" and crumb.item or crumb
    if not (crumb.name or inner.name) then report:error(1, ("BreadcrumbList: item %d has no name"):format(i), "name: what the reader sees") end
    if crumb.item == nil and i < #crumbs then report:error(1, ("BreadcrumbList: item %d has no address"):format(i), "only the last may go without") end
  end
end

local check

local function check_node(node, report, depth)
  local kind = node["@type"]
  if type(kind) == "table" then kind = kind[1] end
  local what, shape = type(kind) == "string" and kind or "an object", SHAPES[kind] or ANYTHING
  check_dates(node, shape.dates, what, report)
  for i = 1, #shape.addresses do
    local value = node[shape.addresses[i]]
    if value ~= nil then check_address(value, shape.addresses[i], what, report) end
  end
  if shape.is_story then check_story(node, what, report) end
  if kind == "BreadcrumbList" then check_crumbs(node, report) end
  for i = 1, #shape.parts do
    local part = node[shape.parts[i]]
    if type(part) == "table" then check(part, report, depth + 1) end
  end
end

function check(value, report, depth)
  if depth > DEEPEST then return report:error(1, "it is nested too deep to be read", "say less") end
  if value[1] == nil then return check_node(value, report, depth) end
  for i = 1, #value do
    if type(value[i]) == "table" then check(value[i], report, depth + 1) end
  end
end

local function check_root(root, report)
  local context = root["@context"]
  local is_schema = type(context) == "string" and context:find("^https?://schema%.org/?$")
  if not is_schema and type(context) ~= "table" then report:error(1, "its @context is not schema.org", "\"@context\": \"https://schema.org\"") end
  if not root["@type"] and not root["@graph"] then report:error(1, "it has no @type", "\"@type\": \"NewsArticle\"") end
end

return function(bytes, report)
  local root, err = json.decode(bytes)
  if type(root) ~= "table" then
    return report:error(err and err.line or 1, "JSON-LD: " .. (err and err.message or "it is no object"), "print values with <%= %>, which escapes them for where they stand")
  end
  for _, one in ipairs(root[1] and root or { root }) do
    if type(one) ~= "table" then return report:error(1, "JSON-LD: it is no object", "write {\"@context\": …}") end
    check_root(one, report)
  end
  check(root, report, 1)
end
