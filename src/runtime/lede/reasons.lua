--- lede.reasons: why a page is made, copied or removed, in words. What C and the journal know of it is told in src/bind/tell.h.

local M = {}

--- What a query asks for: "section=news tag=tax limit=20" -> "section news and tag tax (newest 20)".
local function query_words(key)
  local words, window, order = {}, {}, "newest"
  for name, value in key:gmatch("(%w+)=(%S*)") do
    if name == "limit" or name == "offset" then
      window[name] = value
    elseif name == "order" then
      order = value
    elseif name == "from" or name == "to" then
      window.dates = true
    elseif value ~= "" then
      words[#words + 1] = name .. " " .. value
    end
  end
  local what = #words > 0 and table.concat(words, " and ") or "all articles"
  if window.dates then what = what .. " in a range of dates" end
  return what, window.limit and (" (%s %s%s)"):format(order, window.limit, window.offset and window.offset ~= "0" and " after " .. window.offset or "") or ""
end

M.query_words = query_words

local function article_words(x) return x.article and "content/" .. x.article or x.article_url or x.key end

local FIELDS = { date = "date", url = "address", lead = "excerpt", body = "text" }

local function fields_words(fields)
  local words = {}
  for i, name in ipairs(fields or {}) do words[i] = FIELDS[name] or name:gsub("_", " ") end
  return table.concat(words, ", ")
end

local function card_words(x)
  if x.gone then return article_words(x) .. ": it is no longer shown" end
  local fields = fields_words(x.fields)
  return ("%s: %s changed"):format(article_words(x), fields ~= "" and "its " .. fields or "it")
end

local function file_words(x, root)
  if x.key == "lede:program" then return "lede itself is another version" end
  local file = x.key
  if root and file:sub(1, #root + 1) == root .. "/" then file = file:sub(#root + 2) end
  return file .. " changed"
end

local function data_words(x)
  local picture = x.key:match("^lede%.pictures:(.*)")
  if picture then return ("the picture %s changed"):format(picture) end
  if x.key == "lede:redirects" then return "the list of old addresses is another" end
  return ("what plugin %s prepared is other"):format(x.key)
end

local READ = {
  card = card_words,
  body = function(x) return article_words(x) .. (x.gone and ": it is no longer shown" or ": the body changed") end,
  query = function(x)
    local what, window = query_words(x.key)
    return ("the list of %s%s is another"):format(what, window)
  end,
  count = function(x) return ("the number of articles of %s is another"):format((query_words(x.key))) end,
  neighbours = function(x) return x.gone and article_words(x) .. ": it is no longer shown" or article_words(x) .. ": what stands beside it, or is related, is other" end,
  translations = function(x) return article_words(x) .. ": its translations are others" end,
  term = function(x) return ("what is said of %s changed"):format((x.key:gsub(":", " ", 1))) end,
  terms = function(x) return ("the list of %ss is another"):format(x.key) end,
  data = data_words,
  config = function() return "lede.lua changed" end,
  clock = function(x) return ("the %s is another"):format(x.key) end,
  missing = function(x) return ("'%s' was looked for and is there now"):format(x.key) end,
  file = file_words,
}

local WHOLE = {
  full = "everything is made again, as asked for (--full)",
  first = "nothing of this site is published yet",
  records = "nothing is known of how the live site was made",
  edition = "the edition of the last publication is not at hand (--at, --drafts, or a store made anew)",
  routes = "the plugins' kinds of pages changed",
  paths = "a page could not have its address, or two want one",
}

--- Why a publication looks at every page; nil when it does not.
---@param word? string
---@return string|nil
function M.whole(word) return word and (WHOLE[word] or word) end

local STATES = { removed = "removed from the store", withdrawn = "withdrawn", expired = "expired", scheduled = "scheduled for later", embargoed = "under an embargo" }

local function list_words(of) return of.term and (of.term:gsub(":", " ", 1)) or ("route %s of plugin %s"):format(of.route or "?", of.plugin or "?") end

local function new_words(x)
  local of = x.of
  if x.file then return "new file: " .. x.file end
  if of.route == "redirects" then return "an old address that leads on" end
  if x.moved then return "moved from " .. x.moved end
  if x.due then return "it is published by itself now" end
  if of.article or of.article_url then return "new article" end
  if of.archive then return ("list grew: archive page %d of %s is new"):format(of.archive, list_words(of)) end
  if of.term then return ("first article of %s"):format(list_words(of)) end
  return "new page of " .. list_words(of)
end

local function other_words(x)
  local of = x.of
  if x.file then return x.file .. " changed" end
  if of.route == "redirects" then return "an old address that leads on" end
  if of.archive then return "another archive page follows, or none any more" end
  if of.term then return ("the list of %s has another length"):format(list_words(of)) end
  if of.article or of.article_url then return "another article has this address" end
  return "it is made of something else"
end

local function gone_words(x)
  local of = x.of
  if not of then return x.file and x.file .. " is gone" or "nothing makes it any more" end
  if of.moved then return "moved to " .. of.moved end
  if of.state then return "no longer public: " .. (STATES[of.state] or of.state) end
  if of.archive then return ("the list of %s is shorter"):format(list_words(of)) end
  if of.term then return ("no article of %s"):format(list_words(of)) end
  return ("%s makes it no more"):format(list_words(of))
end

--- The reason of a change, as a sentence without an end.
---@param change lede.Change
---@param root? string the site's folder: files in it are named below it
---@return string
function M.words(change, root)
  local what = change.what
  if what == "read" then return READ[change.kind] and READ[change.kind](change, root) or "an answer is another" end
  if what == "new" then return new_words(change) end
  if what == "other" then return other_words(change) end
  if what == "gone" then return gone_words(change) end
  if what == "again" then return "it could not be made last time, or is made each time" end
  if what == "touched" then return "somebody changed it in the live site" end
  return "everything is made again"
end

--- Archive pages that hold other articles than before: an article came or went among older ones.
---@param changes lede.Change[]
---@return { list: string, first: integer, last: integer }[]
function M.shifts(changes)
  local by_list, shifts = {}, {}
  for _, change in ipairs(changes) do
    local of = change.of
    if of and of.archive and change.what == "read" and change.kind == "query" then
      local list = list_words(of)
      local shift = by_list[list]
      if not shift then
        shift = { list = list, first = of.archive, last = of.archive }
        by_list[list], shifts[#shifts + 1] = shift, shift
      end
      shift.first, shift.last = math.min(shift.first, of.archive), math.max(shift.last, of.archive)
    end
  end
  table.sort(shifts, function(a, b) return a.list < b.list end)
  return shifts
end

--- "…ID +1" is the next one of the section, "-1" the one before, a plain number so many related ones.
local function beside_words(key)
  local sign, n = key:match(" ([+-]?)(%d+)$")
  if sign == "+" then return "the next one" end
  if sign == "-" then return "the one before" end
  return (n or "all") .. " related"
end

--- A read of a page, as it stands in a list of what it reads: its kind and its words.
---@return string group, string words
function M.read(x, root)
  local words, window
  if x.kind == "card" then return "articles", ("%s: %s"):format(article_words(x), fields_words(x.fields)) end
  if x.kind == "body" then return "bodies", article_words(x) end
  if x.kind == "query" or x.kind == "count" then
    words, window = query_words(x.key)
    return x.kind == "query" and "lists" or "numbers of articles", words .. (x.kind == "query" and window or "")
  end
  if x.kind == "neighbours" then return "beside and related", article_words(x) .. " (" .. beside_words(x.key) .. ")" end
  if x.kind == "translations" then return "translations", article_words(x) end
  if x.kind == "term" or x.kind == "terms" then return "sections, tags, authors", x.kind == "terms" and "all " .. x.key .. "s" or (x.key:gsub(":", " ", 1)) end
  if x.kind == "data" then return "data of plugins, pictures, old addresses", x.key == "lede:redirects" and "old addresses" or x.key end
  if x.kind == "config" then return "configuration", x.key == "" and "lede.lua" or x.key end
  if x.kind == "clock" then return "clock", x.key end
  if x.kind == "missing" then return "looked for in vain", x.key end
  local file = x.key
  if root and file:sub(1, #root + 1) == root .. "/" then file = file:sub(#root + 2) end
  return "templates, modules, words", x.key == "lede:program" and "lede itself" or file
end

return M
