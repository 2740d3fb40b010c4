--- lede.check.sitemap_news: what a sitemap says of news. Called by lede.check.sitemap with the entries of a file.

local forms = require("lede.check.forms")
local parts = require("lede.check.parts")
local xml = require("lede.xml")

local NEWS <const> = "http://www.google.com/schemas/sitemap-news/0.9"
local MOST <const> = 1000

--- ISO 639, with two exceptions.
local function is_language(text) return text:find("^%l%l%l?$") ~= nil or text == "zh-cn" or text == "zh-tw" end

local function check(item, report)
  local found = parts.by_name(item, NEWS)
  parts.at_most_once(found, { "publication", "publication_date", "title" }, item, report)
  for _, name in ipairs { "publication", "publication_date", "title" } do
    if not found[name] then report:error(item.line, ("<news:news> has no <news:%s>"):format(name), "publication, publication_date and title are required") end
  end
  local publication = found.publication and parts.by_name(found.publication[1], NEWS)
  if publication then
    if (parts.text(publication, "name") or "") == "" then report:error(item.line, "<news:publication> has no name", "the name as it stands on the site") end
    if not is_language(parts.text(publication, "language") or "") then report:error(item.line, "<news:publication>: its language is none", "ISO 639: \"en\"; Chinese is zh-cn or zh-tw") end
  end
  parts.each(found, "publication_date", forms.w3c, report, "is no date", "write it with lede.time.rfc3339")
  if found.title and parts.text(found, "title") == "" then report:error(found.title[1].line, "<news:title> is empty", "the article's headline") end
end

return function(entries, report)
  local count = 0
  for _, entry in ipairs(entries) do
    local items = xml.children(entry, "news", NEWS)
    count = count + #items
    if #items > 1 then report:error(items[2].line, "a second <news:news> for one address", "one article stands at one address") end
    for _, item in ipairs(items) do check(item, report) end
  end
  if count > MOST then report:error(1, ("%d articles of news: more than 1,000"):format(count), "the newest 1,000 of two days") end
end
