--- lede.related_hooks: what plugins say about related articles. The host checks and completes what comes out (bind/related.c).

local M = {}

--- related.fields(article): the answers of all handlers as one; a later one has the last word on each field.
function M.fields(registry, article)
  local fields
  for _, answer in ipairs(registry:run("related.fields", article)) do
    if type(answer.value) ~= "table" then
      lede.log.error(("plugin %s, hook related.fields: it answers a table or nil, not a %s"):format(answer.plugin, type(answer.value)))
    else
      fields = fields or {}
      for key, value in pairs(answer.value) do fields[key] = value end
    end
  end
  return fields
end

--- One handler's answer; what it raises is told with its name.
local function ask(hook, handler, ...)
  local ok, value = pcall(handler.fn, ...)
  if not ok then error(("plugin %s, hook %s: %s"):format(handler.plugin, hook, tostring(value)), 0) end
  return value
end

local function refuse(hook, handler, message, value) error(("plugin %s, hook %s: %s, not a %s"):format(handler.plugin, hook, message, type(value)), 0) end

--- related.score(article, candidate, facts): a number, false to drop it, nil for the score it has.
local function score(handlers, article, list)
  local kept = {}
  for _, entry in ipairs(list) do
    local value = entry.score
    for _, handler in ipairs(handlers) do
      local answer = ask("related.score", handler, article, entry.article, entry)
      if answer ~= nil and answer ~= false and (type(answer) ~= "number" or answer ~= answer) then
        refuse("related.score", handler, "it answers a number, false or nil", answer)
      end
      if answer == false then value = nil break end
      value = answer or value
      entry.score = value
    end
    if value then kept[#kept + 1] = entry end
  end
  local place = {}
  for i, entry in ipairs(kept) do place[entry] = i end
  table.sort(kept, function(a, b)
    if a.score ~= b.score then return a.score > b.score end
    return place[a] < place[b]
  end)
  return kept
end

local function through(hook, handlers, list, ...)
  for _, handler in ipairs(handlers) do
    local answer = ask(hook, handler, ...)
    if answer ~= nil and type(answer) ~= "table" then refuse(hook, handler, "it answers a list or nil", answer) end
    if answer ~= nil then return answer end
  end
  return list
end

--- related.rerank(article, list): another list; each handler gets what the one before left.
local function rerank(handlers, article, list)
  for _, handler in ipairs(handlers) do list = through("related.rerank", { handler }, list, article, list) end
  return list
end

--- The function that makes a list of the engine's: entries { article, score, cosine, tags, days, pinned }, best first. nil when no
--- plugin has a say.
function M.of(registry, edition)
  local scoring, ranking, replacing = registry.handlers["related.score"], registry.handlers["related.rerank"], registry.handlers["related.replace"]
  if not scoring and not ranking and not replacing then return nil end
  return function(article, list)
    local replaced = replacing and through("related.replace", replacing, nil, article, { edition = edition, similar = list })
    if replaced then return replaced end
    if scoring then list = score(scoring, article, list) end
    if ranking then list = rerank(ranking, article, list) end
    return list
  end
end

return M
