--- lede.related_words: why articles stand in a list of related ones, for people: `lede related --why`, and the newsroom.

local M = {}

local function percent(part) return ("%.0f %%"):format(part * 100) end

local function age(days)
  if days == 0 then return "the same day" end
  return ("%d %s %s"):format(math.abs(days), math.abs(days) == 1 and "day" or "days", days > 0 and "earlier" or "later")
end

local function names_of(terms, cosine)
  local names = {}
  for i, term in ipairs(terms) do names[i] = term.words:gsub("%s+", " ") .. " " .. percent(cosine > 0 and term.share / cosine or 0) end
  return table.concat(names, ", ")
end

--- What brought one into the list, in lines.
---@param item table of publication:related()
---@return string[]
function M.of(item)
  local lines = {}
  if item.pinned then
    lines[1] = "named by its author; " .. age(item.days)
  else
    lines[1] = ("alike %s, tags %s, %s"):format(percent(item.cosine), percent(item.tags), age(item.days))
    if #item.terms > 0 then lines[2] = "words: " .. names_of(item.terms, item.cosine) end
  end
  if #item.shared_tags > 0 then lines[#lines + 1] = "tags: " .. table.concat(item.shared_tags, ", ") end
  return lines
end

--- Why one was left out.
---@param list table of publication:related()
---@param item table of its dropped ones
---@return string
function M.left_out(list, item)
  return ("a copy of %s (%s of the shorter one)"):format(item.copy_of == list.id and "this article" or item.copy_of, percent(item.contained))
end

return M
