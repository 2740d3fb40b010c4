--- lede.check.atom: Atom 1.0 (RFC 4287), with archives and tombstones as they come.

local check_xml = require("lede.check.xml")
local forms = require("lede.check.forms")
local parts = require("lede.check.parts")
local xml = require("lede.xml")

local ATOM <const> = "http://www.w3.org/2005/Atom"
local FEED_ONCE <const> = { "id", "title", "updated", "generator", "icon", "logo", "rights", "subtitle" }
local ENTRY_ONCE <const> = { "id", "title", "updated", "content", "published", "rights", "source", "summary" }
local TEXTS <const> = { "title", "subtitle", "summary", "rights" }
local INSTANT_REMEDY <const> = "write it with lede.time.rfc3339: 2026-05-01T10:00:00+02:00"

local function required(found, parent, report)
  for _, name in ipairs { "id", "title", "updated" } do
    if not found[name] then report:error(parent.line, ("<%s> has no <%s>"):format(parent.name, name), "id, title and updated are required") end
  end
end

local function check_people(found, report)
  for _, kind in ipairs { "author", "contributor" } do
    for _, person in ipairs(found[kind] or {}) do
      local within = parts.by_name(person, ATOM)
      parts.at_most_once(within, { "name", "uri", "email" }, person, report)
      if not within.name or parts.text(within, "name") == "" then report:error(person.line, ("<%s> has no name"):format(kind), "each person has one <name>") end
      parts.each(within, "email", function(text) return text:find("^[^%s@]+@[^%s@]+$") ~= nil end, report, "is no e-mail address", "leave it out, or write name@example.org")
    end
  end
end

--- A text that is not written as XHTML has no elements in it.
local function check_plain(element, report)
  for _, node in ipairs(element) do
    if type(node) == "table" then return report:error(node.line, ("<%s> has <%s> in it"):format(element.name, node.name), "escape the text with lede.xml.escape, or write type=\"xhtml\"") end
  end
end

local function check_texts(found, report, place)
  for _, name in ipairs(TEXTS) do
    for _, element in ipairs(found[name] or {}) do
      local kind = element.attributes.type or "text"
      if kind ~= "xhtml" then check_plain(element, report) end
      if kind ~= "text" and kind ~= "html" and kind ~= "xhtml" then report:error(element.line, ("<%s>: its type is text, html or xhtml"):format(name), "type=\"html\"") end
      if kind == "html" then parts.html(xml.text(element), element.line, report, place) end
    end
  end
end

--- Links of one parent: addresses, and no two alternates for the same reader.
local function check_links(found, report, place)
  local unique, has = parts.unique(), {}
  for _, link in ipairs(found.link or {}) do
    local a = link.attributes
    local rel = a.rel or "alternate"
    has[rel] = true
    if rel == "self" then
      if not forms.absolute(a.href) then report:error(link.line, "<link rel=\"self\">: its href is no absolute address", "write the address that people subscribe to") end
    else
      parts.address(a.href, link, report, place)
    end
    if a.type and not forms.mime(a.type) then report:error(link.line, "<link>: its type is no media type", "type=\"text/html\"") end
    if a.hreflang and not forms.language(a.hreflang) then report:error(link.line, "<link>: its hreflang is no language", "hreflang=\"fr\"") end
    local before = rel == "alternate" and unique((a.type or "") .. " " .. (a.hreflang or ""), link.line)
    if before then report:error(link.line, ("<link rel=\"alternate\"> has type and language of the one on line %d"):format(before), "keep one of them") end
  end
  return has
end

local function check_content(entry, found, has, report, place)
  local content = found.content and found.content[1]
  if not content then
    if not has.alternate then report:error(entry.line, "<entry> has neither content nor an alternate link", "add <link href=\"…\"/>") end
    return
  end
  local a = content.attributes
  if a.src and not found.summary then report:error(content.line, "<content src> without a <summary>", "add a summary: the content is elsewhere") end
  if not a.type or a.type == "text" or a.type == "html" then check_plain(content, report) end
  if a.type == "html" then parts.html(xml.text(content), content.line, report, place) end
  if a.type == "xhtml" and not xml.child(content, "div", "http://www.w3.org/1999/xhtml") then
    report:error(content.line, "<content type=\"xhtml\"> holds no <div> of XHTML", "put all of it into one <div>, or write type=\"html\"")
  end
end

local function check_common(found, report)
  parts.each(found, "id", forms.absolute, report, "is no absolute IRI", "write lede.feed.id of the article")
  parts.each(found, "updated", forms.instant, report, "is no instant of RFC 3339", INSTANT_REMEDY)
  parts.each(found, "published", forms.instant, report, "is no instant of RFC 3339", INSTANT_REMEDY)
  for _, category in ipairs(found.category or {}) do
    if not category.attributes.term then report:error(category.line, "<category> has no term", "term=\"politics\"") end
  end
  check_people(found, report)
end

--- The source says who wrote when the entry does not.
local function has_author(found)
  return found.author ~= nil or (found.source ~= nil and xml.child(found.source[1], "author", ATOM) ~= nil)
end

local function check_entry(entry, report, place, unique, has_feed_author)
  local found = parts.by_name(entry, ATOM)
  required(found, entry, report)
  parts.at_most_once(found, ENTRY_ONCE, entry, report)
  check_common(found, report)
  check_texts(found, report, place)
  local has = check_links(found, report, place)
  check_content(entry, found, has, report, place)
  if not has_feed_author and not has_author(found) then report:error(entry.line, "nobody is named who wrote this", "add <author><name>…</name></author> to the entry or to the feed") end
  local id, updated = parts.text(found, "id"), parts.text(found, "updated")
  local before = id and unique(id .. " " .. (updated or ""), entry.line)
  if before then report:error(entry.line, ("<entry> has id and updated of the one on line %d"):format(before), "each entry has an id of its own") end
end

return function(bytes, report, place)
  local root = check_xml(bytes, report)
  if not root then return end
  if root.space ~= ATOM then return report:error(root.line, "<feed> is not in Atom's namespace", "xmlns=\"" .. ATOM .. "\"") end
  local found = parts.by_name(root, ATOM)
  required(found, root, report)
  parts.at_most_once(found, FEED_ONCE, root, report)
  check_common(found, report)
  check_texts(found, report, place)
  for _, name in ipairs { "icon", "logo" } do parts.each(found, name, forms.absolute, report, "is no absolute address", "write it with page.absolute") end
  local has = check_links(found, report, place)
  if not has.self then report:warn(root.line, "the feed does not say where it is", "add <link rel=\"self\" href=\"…\"/>") end
  local unique = parts.unique()
  for _, entry in ipairs(found.entry or {}) do check_entry(entry, report, place, unique, found.author ~= nil) end
end
