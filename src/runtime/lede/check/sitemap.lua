--- lede.check.sitemap: sitemaps and their index, with pictures, translations and news.

local check_xml = require("lede.check.xml")
local forms = require("lede.check.forms")
local news = require("lede.check.sitemap_news")
local parts = require("lede.check.parts")
local xml = require("lede.xml")

local SITEMAP <const> = "http://www.sitemaps.org/schemas/sitemap/0.9"
local XHTML <const> = "http://www.w3.org/1999/xhtml"
local IMAGE <const> = "http://www.google.com/schemas/sitemap-image/1.1"
local URLS <const>, BYTES <const>, ADDRESS <const> = 50000, 52428800, 2048
local FREQUENCIES <const> = { always = true, hourly = true, daily = true, weekly = true, monthly = true, yearly = true, never = true }

--- What an address has to begin with to stand in the sitemap at `url`: scheme, host and folder.
local function folder_of(url) return url:match("^(%a+://[^/]+.*/)[^/]*$") end

local function check_loc(entry, found, report, place, folder)
  local loc = found.loc and found.loc[1]
  if not loc then return report:error(entry.line, ("<%s> has no <loc>"):format(entry.name), "write the absolute address") end
  local url = parts.text(found, "loc")
  if not forms.web(url) then return report:error(loc.line, ("<loc>: '%s' is no address of the web"):format(url:sub(1, 80)), "write it with page.absolute, and set base_url") end
  if #url > ADDRESS then report:error(loc.line, "<loc>: more than 2,048 characters", "give the page a shorter address") end
  if folder and url:sub(1, #folder) ~= folder then report:error(loc.line, ("<loc>: %s is not below %s"):format(url, folder), "a sitemap speaks for its own host and folder") end
  if place.has and not place.has(url) then report:error(loc.line, ("<loc>: %s is not there"):format(url), "publish that page, or leave the address out") end
  return url
end

local function check_links(entry, report)
  local unique = parts.unique()
  for _, link in ipairs(xml.children(entry, "link", XHTML)) do
    local a = link.attributes
    if a.hreflang ~= "x-default" and not forms.language(a.hreflang) then report:error(link.line, "<xhtml:link>: its hreflang is no language", "hreflang=\"fr\"") end
    if not forms.web(a.href) then report:error(link.line, "<xhtml:link>: its href is no address of the web", "write the absolute address of the translation") end
    if unique(a.hreflang or "", link.line) then report:error(link.line, ("<xhtml:link>: a second one for '%s'"):format(a.hreflang or ""), "name one page for each language") end
  end
end

local function check_images(entry, report)
  local images = xml.children(entry, "image", IMAGE)
  if #images > 1000 then report:error(entry.line, "more than 1,000 pictures", "name the first 1,000") end
  for _, image in ipairs(images) do
    local loc = xml.child(image, "loc", IMAGE)
    if not loc or not forms.web(xml.text(loc)) then report:error(image.line, "<image:image> has no address of the web", "<image:loc>https://…</image:loc>") end
  end
end

local function check_url(entry, report, place, folder)
  local found = parts.by_name(entry, SITEMAP)
  parts.at_most_once(found, { "loc", "lastmod", "changefreq", "priority" }, entry, report)
  local url = check_loc(entry, found, report, place, folder)
  parts.each(found, "lastmod", forms.w3c, report, "is no date", "write it with lede.time.rfc3339")
  parts.each(found, "changefreq", function(text) return FREQUENCIES[text] end, report, "is no frequency", "always, hourly, daily, weekly, monthly, yearly or never")
  parts.each(found, "priority", function(text) return (tonumber(text) or 2) <= 1 and tonumber(text) >= 0 end, report, "is not between 0.0 and 1.0", "leave it out: nobody reads it")
  check_links(entry, report)
  check_images(entry, report)
  return url
end

return function(bytes, report, place)
  if #bytes > BYTES then report:error(1, ("%d bytes: more than 52,428,800"):format(#bytes), "split it: plugin sitemap makes a file a month") end
  local root = check_xml(bytes, report)
  if not root then return end
  if root.space ~= SITEMAP then return report:error(root.line, ("<%s> is not in the namespace of sitemaps"):format(root.name), "xmlns=\"" .. SITEMAP .. "\"") end
  local entries = xml.children(root, root.name == "urlset" and "url" or "sitemap", SITEMAP)
  if #entries > URLS then report:error(root.line, ("%d addresses: more than 50,000"):format(#entries), "split it: plugin sitemap makes a file a month") end
  if #entries == 0 and not bytes:find("sitemap-news", 1, true) then report:warn(root.line, "no address stands in it", "a sitemap names one at least; only that of news may be empty") end
  local unique, folder = parts.unique(), folder_of(place.url)
  for _, entry in ipairs(entries) do
    local url = check_url(entry, report, place, folder)
    local before = url and unique(url, entry.line)
    if before then report:error(entry.line, ("%s stands here a second time, first on line %d"):format(url, before), "name each address once") end
  end
  news(entries, report)
end
