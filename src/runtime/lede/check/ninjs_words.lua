--- lede.check.ninjs_words: which words ninjs 3.1 and 2.2 know, and what may stand under each.
---
--- A type is the name of one, { one_of = names }, { list = type }, or { fields = types, required = names }. Version 2 has nearly
--- the words of 3 in lower case, so it is made from them.

local function words(fields, required) return { fields = fields, required = required or {} } end
local function list(of) return { list = of } end
local function one_of(...) return { one_of = { ... } } end

local M = {}

local CONTACT <const> = words {
  type = "text", role = "text", lang = "text", name = "text", value = "text",
  address = words { lines = list "text", locality = "text", area = "text", postalCode = "text", country = "text" },
}

--- What concepts share: a name, how it is meant, and where it is defined.
local function concept(more)
  local fields = { name = "text", rel = "text", uri = "address", literal = "text" }
  for key, kind in pairs(more or {}) do fields[key] = kind end
  return words(fields)
end

local function said(more)
  local fields = { role = "text", contentType = "text", value = "text" }
  for key, kind in pairs(more or {}) do fields[key] = kind end
  return words(fields, { "value" })
end

local ORGANISATION <const> = concept { symbols = list(words { exchange = "text", symbolType = "address", symbol = "text" }), contactInfo = list(CONTACT) }
local RENDITION <const> = {
  name = "text", href = "address", contentType = "text", title = "text", width = "integer", height = "integer", sizeInBytes = "integer", duration = "number",
  format = "text",
}

local function rendition(more)
  local fields = {}
  for _, from in ipairs { RENDITION, more or {} } do
    for key, kind in pairs(from) do fields[key] = kind end
  end
  return words(fields, { "name" })
end

local STATUS <const> = one_of("usable", "withheld", "canceled")

--- What both versions have, in the words of 3.
local function item()
  return {
    uri = "address", representationType = one_of("full", "partial"), profile = "text", version = "text",
    firstCreated = "instant", versionCreated = "instant", contentCreated = "instant", pubStatus = STATUS, expires = "instant",
    copyrightHolder = "text", copyrightNotice = "text", usageTerms = "text", edNote = "text", language = "text",
    title = "text", by = "text", slugline = "text", located = "text",
    headlines = list(said()), descriptions = list(said()), bodies = list(said { charCount = "integer", wordCount = "integer" }),
    people = list(concept { contactInfo = list(CONTACT) }), organisations = list(ORGANISATION),
    places = list(concept { contactInfo = list(CONTACT), geoJSON = "any" }),
    subjects = list(concept { creator = "text", relevance = "percent", confidence = "percent" }),
    events = list(concept()), objects = list(concept()),
    infoSources = list(words { name = "text", role = "text", uri = "address", literal = "text", contactInfo = list(CONTACT) }),
    altIds = list(words { role = "text", value = "text" }),
    trustIndicators = list(words { role = "address", title = "text", href = "address" }),
    standard = words { name = "text", version = "text", schema = "address" },
    genres = list(words { name = "text", uri = "text", literal = "text" }),
    rightsInfo = words { langId = "address", linkedRights = "address", encodedRights = "text" },
    digitalSourceType = words { name = "text", uri = "address", literal = "text" },
  }
end

--- The same types with names in lower case.
local function lowered(kind)
  if type(kind) ~= "table" then return kind end
  if kind.list then return list(lowered(kind.list)) end
  if not kind.fields then return kind end
  local fields = {}
  for key, inner in pairs(kind.fields) do fields[key:lower()] = lowered(inner) end
  return words(fields, kind.required)
end

local function finish(fields)
  local whole = words(fields, { "uri" })
  local associated = {}
  for key, kind in pairs(fields) do associated[key] = kind end
  associated.name, associated.rel = "text", associated.rel or nil
  fields.associations = list(words(associated, { "name", "uri" }))
  associated.associations = fields.associations
  return whole
end

local function version_3()
  local fields = item()
  fields.type = one_of("text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning")
  fields.embargoedUntil, fields.urgency = "instant", "urgency"
  fields.eventDetails, fields.plannedCoverage = "any", "any" -- lede plans no events
  fields.events = list(concept { id = "text" })
  fields.renditions = list(rendition {
    aspectRatio = "text", videoCodec = "text", frameRate = "number", poi = words { x = "integer", y = "integer" }, transportProtocol = "text",
    scanType = one_of("progressive", "interlaced"), bitrate = "text",
  })
  local whole = finish(fields)
  fields.associations.list.fields.rel = "text"
  return whole
end

local function version_2()
  local fields = lowered(words(item())).fields
  fields.type = one_of("text", "audio", "video", "picture", "graphic", "composite", "component")
  fields.embargoed, fields.urgency = "instant", "number"
  fields.organisations.list.fields.symbols.list.fields.ticker = "text"
  fields.renditions = list(lowered(rendition()))
  return finish(fields)
end

M.by_version = { ["3"] = version_3(), ["2"] = version_2() }

return M
