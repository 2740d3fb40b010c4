--- plugins.republish.kit: which articles partners may take, where the page of each is, and what they take.

local escape = lede.html.escape
local feed = require("lede.feed")
local origin = require("lede.origin")
local words = require("plugins.republish.words")

local M = {}

local WINDOW <const> = 10000 -- articles that are asked for at a time

local options, base, title

function M.setup(site, given) options, base, title = given, site.base_url, site.title end

function M.counter_path() return options.folder .. "counter.gif" end

---@return string terms, string license
function M.rules() return options.terms, options.license end

local function is_wanted(article)
  if article.type == "page" or origin.of(article).has_origin then return false end
  if #options.sections == 0 then return true end
  for _, slug in ipairs(options.sections) do
    if article.section_slug == slug then return true end
  end
  return false
end

--- One page for each article, oldest first. The first one with a slug has it to itself for ever; a later one gets the end of its id.
---@param edition lede.Edition
---@return { path: string, data: table }[]
function M.pages(edition)
  local pages, taken, offset = {}, {}, 0
  repeat
    local some = edition:articles { order = "oldest", offset = offset, limit = WINDOW }
    for _, article in ipairs(some) do
      if is_wanted(article) then
        local slug = article.slug
        if taken[slug] then slug = slug .. "-" .. article.id:sub(-6):lower() end
        taken[slug] = true
        pages[#pages + 1] = { path = options.folder .. slug .. "/", data = { id = article.id } }
      end
    end
    offset = offset + WINDOW
  until #some < WINDOW
  return pages
end

local function link(address, text) return '<a href="' .. escape(address) .. '">' .. escape(text) .. "</a>" end

--- What a partner puts into a page: headline, byline, body, the notice with a link to the original, and the counter.
---@param article lede.Article
---@return string
function M.html(article)
  local address = base .. article.url
  local names = {}
  for i, person in ipairs(feed.people(article)) do names[i] = person.name end
  local out = { "<h1>", escape(article.title), "</h1>\n" }
  if names[1] then out[#out + 1] = "<p>" .. escape(table.concat(names, ", ")) .. "</p>\n" end
  out[#out + 1] = feed.html(article)
  local before, after = origin.around(words.notice(article.lang))
  out[#out + 1] = "\n<p>" .. escape(before) .. link(address, title) .. escape(after) .. "</p>\n"
  if options.counter then
    out[#out + 1] = '<img src="' .. escape(base .. M.counter_path() .. "?" .. article.id) .. '" width="1" height="1" alt="" referrerpolicy="strict-origin-when-cross-origin">\n'
  end
  return table.concat(out)
end

--- For the partner's head: search engines are to find the original.
---@param article lede.Article
---@return string
function M.canonical(article) return '<link rel="canonical" href="' .. escape(base .. article.url) .. '">' end

return M
