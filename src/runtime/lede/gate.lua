--- lede.gate: the rules that a page has to pass before it is written, of formats where an invalid file does harm: feeds, sitemaps,
--- JSON-LD. bind/gate.c asks after each page of a worker; what fails counts as a page that could not be made, so the version that is
--- live stays. Only errors count, and only what the document tells by itself.

local document = require("lede.check.document")

local M = {}

local GATED <const> = { rss = true, atom = true, jsonfeed = true, sitemap = true }

local kind_at_work, first_line, first_words

local report = document.report(function(level, line, message, remedy)
  if level ~= "error" or first_words then return end
  first_line, first_words = line, ("%s: %s (%s)"):format(kind_at_work, message, remedy)
end)

local place = { url = "", base = "", deep = false }

--- The first error of a document: its line in it, and words. Nothing when it may pass.
---@param kind string
---@param bytes string
---@param url string
---@return integer|nil line
---@return string|nil message
local function first_error(kind, bytes, url)
  kind_at_work, first_line, first_words, place.url = kind, nil, nil, url
  document.check(kind, bytes, report, place)
  return first_line, first_words
end

local vouched -- the script that stands in the page at work by its writer's word

--- Says of a script of the page at work that it is right: its writer puts it together of quoted texts, dates and addresses, and
--- tests hold what it writes against the same rules. That script, byte for byte, is not read again: every article has one.
---@param text string
function M.vouch(text) vouched = text end

--- Of a script of JSON-LD in a page.
---@param text string
---@return integer|nil line
---@return string|nil message
function M.script(text)
  if text ~= vouched then return first_error("jsonld", text, "") end
end

--- Of a whole file that may be a feed or a sitemap.
---@param bytes string
---@param path string
---@param url string its absolute address
---@return integer|nil line
---@return string|nil message
function M.file(bytes, path, url)
  if path:sub(-5) == ".json" and not bytes:find("jsonfeed.org", 1, true) then return end
  local kind = document.kind_of(path, bytes)
  if GATED[kind] then return first_error(kind, bytes, url) end
end

return M
