--- plugins.layout-broadsheet.data: what the head of an article says to machines, as tables for json().

local look = require("plugins.layout-broadsheet.look")

local M = {}

--- The way here. Needs absolute addresses.
---@param steps { [1]: string, [2]: string? }[] name and address; the last one is the page itself
function M.breadcrumb(steps)
  local items = {}
  for i, step in ipairs(steps) do
    items[i] = { ["@type"] = "ListItem", position = i, name = step[1], item = step[2] }
  end
  return { ["@context"] = "https://schema.org", ["@type"] = "BreadcrumbList", itemListElement = items }
end

local function people(article, absolute)
  local list = {}
  for i, author in ipairs(article.author_terms) do
    list[i] = { ["@type"] = "Person", name = author.title, url = look.has_address and author.url and absolute(author.url) or nil }
  end
  return #list > 0 and list or nil
end

local function corrections(article, zone)
  local list = {}
  for i, line in ipairs(article.corrections) do
    local at, words = look.correction(line)
    list[i] = { ["@type"] = "CorrectionComment", text = words, datePublished = at and lede.time.rfc3339(at, zone) or nil }
  end
  return #list > 0 and list or nil
end

--- The piece as schema.org has it. A republished one says on what it is based and to whom it is owed.
---@param article table
---@param context { absolute: function, address: string?, image: string?, section: string?, summary: string, zone: string }
function M.article(article, context)
  local origin, zone = article.origin, context.zone
  local changed = article.updated or article.date
  return {
    ["@context"] = "https://schema.org",
    ["@type"] = "NewsArticle",
    headline = article.title,
    description = context.summary,
    inLanguage = article.lang,
    datePublished = lede.time.rfc3339(article.date, zone),
    dateModified = lede.time.rfc3339(changed, zone),
    dateline = article.dateline,
    articleSection = context.section,
    mainEntityOfPage = context.address or nil,
    image = context.image,
    author = people(article, context.absolute),
    publisher = { ["@type"] = "Organization", name = look.title },
    correction = corrections(article, zone),
    isBasedOn = origin and origin.url or nil,
    creditText = origin and (origin.name or origin.domain) or nil,
  }
end

return M
