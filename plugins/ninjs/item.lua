--- plugins.ninjs.item: what ninjs says of an article, in the words of 3.1; those of 2.2 are the same in lower case. What is not known is
--- left out: the format wants no empty texts, and allows no words of one's own.

local json = lede.json

local M = { by_version = {} }

local function said(text) return text and text ~= "" and text or nil end

--- A list of one thing, or nothing.
local function one(value) return value and { value } or nil end

local function people_of(item)
  local people = {}
  for i, person in ipairs(item.people) do people[i] = { name = person.name, rel = "author", uri = person.url } end
  return people[1] and people
end

local function byline_of(item)
  local names = {}
  for i, person in ipairs(item.people) do names[i] = person.name end
  return said(table.concat(names, ", "))
end

--- Section and tags.
local function subjects_of(item)
  local subjects = {}
  if item.section then subjects[1] = { name = item.section, rel = "section" } end
  for _, tag in ipairs(item.tags) do subjects[#subjects + 1] = { name = tag, rel = "tag" } end
  return subjects[1] and subjects
end

local function picture_of(item)
  local image = item.image
  if not image then return nil end
  local rendition = { name = "original", href = image.url, contentType = image.type, width = image.width, height = image.height }
  return {
    name = "main picture", uri = image.url, type = "picture", renditions = { rendition },
    descriptions = one(said(image.caption or image.alt) and { role = image.caption and "caption" or "alternative", contentType = "text/plain", value = image.caption or image.alt }),
    copyrightNotice = said(image.credit),
  }
end

--- What the editors who take it over should know.
local function note_of(item)
  local lines = {}
  for i, correction in ipairs(item.corrections) do lines[i] = "Correction: " .. correction.text end
  if item.source and item.source.notice then lines[#lines + 1] = item.source.notice end
  return said(table.concat(lines, "\n"))
end

local function sources_of(item)
  local source = item.source
  return source and source.name and { { name = source.name, role = "originator", uri = source.url } }
end

local function standard(version)
  return { name = "ninjs", version = version, schema = "http://www.iptc.org/std/ninjs/ninjs-schema_" .. version .. ".json" }
end

--- What there is to read; nothing of what others are not to have.
local function add_texts(words, item)
  if item.status ~= "usable" then return end
  words.headlines = one(said(item.title) and { role = "main", contentType = "text/plain", value = item.title })
  words.descriptions = one(said(item.summary) and { role = "summary", contentType = "text/plain", value = item.summary })
  words.bodies = one(said(item.html) and { role = "main", contentType = "text/html", wordCount = item.words, value = item.html })
  words.title, words.by, words.located, words.slugline = said(item.title), byline_of(item), said(item.located), said(item.kicker)
  words.people, words.subjects, words.infoSources = people_of(item), subjects_of(item), sources_of(item)
  words.associations, words.edNote = one(picture_of(item)), note_of(item)
  words.usageTerms = item.origin and said(item.origin.terms or item.origin.license)
end

--- The words of 3.1.
---@param item lede.WireItem
---@param version string
---@return table
function M.words(item, version)
  local words = {
    uri = item.id, standard = standard(version), type = "text", representationType = item.status == "usable" and "full" or "partial",
    pubStatus = item.status, firstCreated = item.first, versionCreated = item.version, language = said(item.lang), expires = item.expires,
    copyrightHolder = said(item.holder), altIds = item.url:find("^https?:") and { { role = "web", value = item.url } } or nil,
  }
  add_texts(words, item)
  return words
end

local function lowered(value)
  if type(value) ~= "table" then return value end
  local out = {}
  for key, inner in pairs(value) do out[type(key) == "string" and key:lower() or key] = lowered(inner) end
  return out
end

M.by_version["3.1"] = function(item) return json.encode(M.words(item, "3.1")) .. "\n" end
M.by_version["2.2"] = function(item) return json.encode(lowered(M.words(item, "2.2"))) .. "\n" end

return M
