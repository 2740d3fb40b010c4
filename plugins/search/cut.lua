--- plugins.search.cut: the parts of the index: texts of words ("w0", "w1", ...), and which articles stand in which block.

local cut = {}

cut.BLOCK = 5 -- articles in a file: a page of results asks for up to ten files

--- What the desk hands to pages: a part for each file.
---@param found { shards: string[], ids: string[], first: integer }
---@return table
function cut.data(found)
  local parts, blocks = {}, 0
  for i, text in ipairs(found.shards) do
    parts["w" .. i - 1] = text
  end
  for i = 1, #found.ids, cut.BLOCK do
    parts["a" .. blocks] = table.move(found.ids, i, math.min(i + cut.BLOCK - 1, #found.ids), 1, {})
    blocks = blocks + 1
  end
  return { shards = #found.shards, blocks = blocks, first = found.first, articles = #found.ids, parts = parts }
end

local function read(file)
  local text = lede.fs.read(file)
  return text and lede.json.decode(text) or nil
end

--- What was cut last; nothing before the first publication. Desk only, as kept is.
---@param file string
---@return table
function cut.remembered(file)
  return read(file) or cut.data { shards = {}, ids = {}, first = 0 }
end

--- What cut.data gives, from file while nothing has changed.
---@param file string
---@param search lede.Search
---@param at integer
---@param most integer
---@return table
function cut.kept(file, search, at, most)
  local print = ("%s %d %d"):format(search:print(at), most, cut.BLOCK)
  local kept = read(file)
  if not kept or kept.print ~= print then
    kept = cut.data(assert(search:shards(at, most)))
    kept.print = print
    assert(lede.fs.write(file, lede.json.encode(kept)))
  end
  return kept
end

--- Without an index the site stays as it is: the desk has said why there is none.
local function check(data)
  return data or error("search: the desk made no index", 0)
end

--- The files of one kind.
---@param data table edition.data.search
---@param count "shards"|"blocks"
---@param folder string
---@param ending string
---@param letter string
---@return { path: string, data: { part: string } }[]
function cut.pages(data, count, folder, ending, letter)
  local pages = {}
  for i = 0, check(data)[count] - 1 do
    pages[i + 1] = { path = folder .. i .. ending, data = { part = letter .. i } }
  end
  return pages
end

--- What the script reads first.
---@param data table
---@return table
function cut.head(data)
  check(data)
  return { version = 1, shards = data.shards, first = data.first, articles = data.articles, block = cut.BLOCK }
end

--- The articles of a block: address, title, date, section; 0 for one that is not public in this edition.
---@param edition table
---@param ids string[]
---@return table[]
function cut.block(edition, ids)
  local list = {}
  for i, id in ipairs(ids) do
    local article = edition:article(id)
    if article then
      local section = article.section_term
      list[i] = {
        article.url, article.title, article.date ~= 0 and lede.time.format(article.date, "%Y-%m-%d") or "",
        section and section.title or "",
      }
    else
      list[i] = 0
    end
  end
  return list
end

return cut
