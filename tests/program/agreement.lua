--- agreement.lua SITE: every output of a published site says of each article what the record of its origin says, no more and no
--- less: notice, canonical link, og:url, robots, structured data, sitemap, news sitemap, feeds. An article says in params.wanted
--- which policy it is to have. Run by `lede run`; prints what disagrees.

local fs, html, json, origin, xml = lede.fs, lede.html, lede.json, lede.origin, lede.xml
local site = assert(lede.workspace.open { source = ... })
local base, public = site.config.base_url, site.output
origin.setup(site.config)
local checks, findings = 0, {}

local function agree(article, output, got, wanted)
  checks = checks + 1
  if got ~= wanted then findings[#findings + 1] = ("%s: %s: says %s, the record says %s"):format(article.title, output, tostring(got), tostring(wanted)) end
end

local function read(path) return assert(fs.read(public .. path)) end

--- ---- pages

local function meta_of(elements)
  local found = {}
  for _, e in ipairs(elements) do
    local a = e.attributes
    if e.tag == "meta" and (a.name or a.property) then found[a.name or a.property] = a.content end
    if e.tag == "link" and a.rel == "canonical" then found.canonical = a.href end
    if e.tag == "a" and a.rel == "external" then found.notice = a.href end
    if e.tag == "script" then found.graph = assert(json.decode(e.text))["@graph"] end
  end
  return found
end

local function check_page(article, record)
  local text = read(article.url .. "index.html")
  local said = meta_of(assert(html.elements(text, { tags = { "meta", "link", "a", "script" }, texts = { "script" }, attributes = {
    "name", "property", "content", "rel", "href",
  } })))
  local address = record.canonical or base .. article.url
  agree(article, "canonical", said.canonical, address)
  agree(article, "og:url", said["og:url"], address)
  local wanted = {}
  for _, meta in ipairs(record.robots) do wanted[meta.name] = meta.content end
  for _, name in ipairs { "robots", "Googlebot-News", "googlebot" } do agree(article, "robots " .. name, said[name], wanted[name]) end
  agree(article, "notice", said.notice, record.has_origin and (record.url or record.home) or nil)
  local sentence = origin.sentence(record)
  agree(article, "words of the notice", sentence == nil or html.to_text(text):find(sentence, 1, true) ~= nil, true)
  local story = said.graph[1]
  agree(article, "JSON-LD page", story.mainEntityOfPage, address)
  agree(article, "JSON-LD isBasedOn", story.isBasedOn, record.has_origin and record.url or nil)
  agree(article, "JSON-LD creditText", story.creditText, record.has_origin and record.name or nil)
  agree(article, "JSON-LD license", story.license, record.license)
  agree(article, "JSON-LD dateModified", story.dateModified, lede.time.rfc3339(lede.corrections.updated(article), site.config.timezone))
  agree(article, "JSON-LD corrections", story.correction and #story.correction or 0, #(article.corrections or {}))
end

--- ---- lists

local function locations(path, inside)
  local found = {}
  for _, url in ipairs(xml.children(assert(xml.parse(read(path))), "url")) do
    found[xml.text(xml.child(url, "loc"))] = inside and xml.child(url, inside) or url
  end
  return found
end

local function items(path, entry, id)
  local root = assert(xml.parse(read(path)))
  root = xml.child(root, "channel") or root
  local found = {}
  for _, e in ipairs(xml.children(root, entry)) do found[xml.text(xml.child(e, id))] = e end
  return found
end

local function link(entry, rel)
  for _, l in ipairs(xml.children(entry, "link")) do
    if l.attributes.rel == rel then return l.attributes.href end
  end
end

local sitemap, news = locations("/sitemap.xml"), locations("/sitemap-news.xml", "news")
local rss, atom, feed = items("/index.xml", "item", "guid"), items("/atom.xml", "entry", "id"), {}
for _, item in ipairs(assert(json.decode(read("/feed.json"))).items) do feed[item.id] = item end

local function check_lists(article, record)
  local own, id = base .. article.url, ("tag:%s,2026:%s"):format(base:match("//(.*)"), article.id)
  local with_picture = article.image_src ~= nil and record.pictures
  agree(article, "sitemap", sitemap[own] ~= nil, record.in_sitemap)
  agree(article, "news sitemap", news[own] ~= nil, record.in_news)
  if sitemap[own] then agree(article, "picture in sitemap", xml.child(sitemap[own], "image") ~= nil, with_picture) end
  local source = xml.child(rss[id], "source")
  agree(article, "RSS source", source and source.attributes.url, record.feed)
  agree(article, "picture in RSS", xml.child(rss[id], "content", "http://search.yahoo.com/mrss/") ~= nil, with_picture)
  agree(article, "Atom via", link(atom[id], "via"), record.has_origin and record.url or nil)
  agree(article, "Atom source", xml.child(atom[id], "source") ~= nil, record.has_origin and (record.feed or record.url) ~= nil)
  agree(article, "JSON Feed external_url", feed[id].external_url, record.has_origin and record.url or nil)
  agree(article, "Atom updated", lede.time.parse(xml.text(xml.child(atom[id], "updated"))), lede.corrections.updated(article))
end

local store <close> = assert(lede.store.open(site.store))
local seen = 0
for _, article in ipairs(assert(store:articles {})) do
  local record = origin.of(article)
  seen = seen + 1
  agree(article, "the record's policy", record.index, article.params.wanted)
  check_page(article, record)
  check_lists(article, record)
end
for _, finding in ipairs(findings) do print(finding) end
print(("%d articles, %d checks, %d findings"):format(seen, checks, #findings))
return #findings == 0 and seen > 0 and 0 or 1
