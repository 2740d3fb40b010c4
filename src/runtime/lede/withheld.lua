--- lede.withheld: which pieces of a store readers may not see now, and the texts by which a file that shows one is known.

local html = require("lede.html")

local M = {}

local HIDDEN = { draft = true, review = true, withdrawn = true, expired = true }
local TEXT_MIN = 4 -- what lede.history looks for
local TITLE_MIN = 20 -- shorter ones ("Update") would be found in pages that have nothing to do with the piece

--- Whether readers may see it at that moment.
---@param article lede.StoredArticle
---@param at integer
function M.is_public(article, at)
  if HIDDEN[article.state] then return false end
  local begins = math.max(article.date, article.embargo or article.date)
  return begins <= at and (not article.expires or at < article.expires)
end

--- The texts of one piece: id, addresses and long titles of every version.
---@param revisions lede.Revision[]
---@param base_url? string of the site
---@return string[]
function M.texts_of(revisions, base_url)
  local seen, texts = {}, {}
  local function add(text)
    if text and #text >= TEXT_MIN and not seen[text] then
      seen[text] = true
      texts[#texts + 1] = text
    end
  end
  local function add_address(url)
    if #url >= TEXT_MIN then return add(url) end
    add('"' .. url .. '"')
    add((base_url or "") .. url)
  end
  for _, revision in ipairs(revisions) do
    local article = revision.article
    add(article.id)
    add_address(article.url)
    for _, alias in ipairs(article.aliases or {}) do add_address(alias) end
    if #article.title >= TITLE_MIN then
      add(article.title)
      add(tostring(html.escape(article.title)))
    end
  end
  return texts
end

--- The texts of all pieces that are not public at that moment.
---@param store lede.Store
---@param at integer
---@param base_url? string
---@return string[]|nil, any
function M.texts(store, at, base_url)
  local articles, err = store:articles {}
  if not articles then return nil, err end
  local all = {}
  for _, article in ipairs(articles) do
    if not M.is_public(article, at) then
      local revisions, problem = store:history(article.id)
      if not revisions then return nil, problem end
      local texts = M.texts_of(revisions, base_url)
      table.move(texts, 1, #texts, #all + 1, all)
    end
  end
  return all
end

return M
