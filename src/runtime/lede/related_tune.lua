--- lede.related_tune: which settings of related articles bring back the links that a site's own authors made.
---
--- An article that links to earlier ones of its site is a question, what it links to is the answer. Half of the questions choose the
--- settings, the other half says what they are worth: a gain that was only luck shows there.

local M = {}

M.grid = { bigrams = { 0.2, 0.4, 0.5 }, tags = { 0, 0.04, 0.1 }, recency = { 0, 0.1, 0.2, 0.35 } }
M.default = { bigrams = 0.4, tags = 0.04, recency = 0.2 }
M.least = 40 -- questions; with fewer the answer is chance

local SHOWN, RESAMPLES = 5, 1000

--- Paths that a body links to.
function M.links(body, base_url)
  local found = {}
  local function add(url)
    if base_url ~= "" and url:sub(1, #base_url) == base_url then url = url:sub(#base_url + 1) end
    url = url:match("^[^#?]*")
    if url:sub(1, 1) == "/" then found[#found + 1] = url end
  end
  for url in body:gmatch("%]%(%s*<?([^%s)>]+)") do add(url) end
  for url in body:gmatch("%]:%s+<?([^%s>]+)") do add(url) end
  for url in body:gmatch('href%s*=%s*"([^"]+)"') do add(url) end
  return found
end

--- The questions of articles: { id, wanted = set of ids }, in order of ids.
---@param articles table[] id, url, date, body
function M.questions(articles, base_url)
  local by_url, questions = {}, {}
  for _, article in ipairs(articles) do by_url[article.url] = article end
  for _, article in ipairs(articles) do
    local wanted, count = {}, 0
    for _, url in ipairs(M.links(article.body or "", base_url)) do
      local other = by_url[url] or by_url[url .. "/"]
      if other and other.id ~= article.id and other.date <= article.date and not wanted[other.id] then
        wanted[other.id], count = true, count + 1
      end
    end
    if count > 0 then questions[#questions + 1] = { id = article.id, wanted = wanted, count = count } end
  end
  table.sort(questions, function(a, b) return a.id < b.id end)
  return questions
end

--- How well a list answers: normalised discounted cumulative gain of its first five.
function M.gain(list, question)
  local got, best = 0, 0
  for i = 1, SHOWN do
    local weight = 1 / math.log(i + 1, 2)
    if list[i] and question.wanted[list[i]] then got = got + weight end
    if i <= question.count then best = best + weight end
  end
  return got / best
end

local function mean(values)
  local sum = 0
  for _, v in ipairs(values) do sum = sum + v end
  return #values > 0 and sum / #values or 0
end

--- The middle 95 % of the mean of values, by drawing them again and again; always the same draws.
function M.interval(values)
  local means, seed = {}, 1
  for r = 1, RESAMPLES do
    local sum = 0
    for _ = 1, #values do
      seed = (seed * 1103515245 + 12345) % 2147483648
      sum = sum + values[seed // 65536 % #values + 1]
    end
    means[r] = sum / #values
  end
  table.sort(means)
  return means[RESAMPLES * 25 // 1000 + 1], means[RESAMPLES * 975 // 1000]
end

local function gains(trials, settings, questions)
  local ids = {}
  for i, question in ipairs(questions) do ids[i] = question.id end
  local lists = assert(trials:lists(settings, ids))
  local out = {}
  for i, question in ipairs(questions) do out[i] = M.gain(lists[i], question) end
  return out
end

--- Every setting of the grid, the default first: what is as good as it does not replace it.
function M.variants()
  local out = { M.default }
  for _, bigrams in ipairs(M.grid.bigrams) do
    for _, tags in ipairs(M.grid.tags) do
      for _, recency in ipairs(M.grid.recency) do out[#out + 1] = { bigrams = bigrams, tags = tags, recency = recency } end
    end
  end
  return out
end

--- Gives { questions, best, variants, default_gain, best_gain, gain, low, high }, or nil and why it cannot be said.
function M.run(trials, questions)
  if #questions < M.least then
    return nil, ("only %d articles link to earlier ones of this site; with fewer than %d the best settings would be chance"):format(#questions, M.least)
  end
  local choosing, judging = {}, {}
  for i, question in ipairs(questions) do table.insert(i % 2 == 1 and choosing or judging, question) end
  local variants, best, best_mean = M.variants(), nil, -1
  for _, settings in ipairs(variants) do
    local value = mean(gains(trials, settings, choosing))
    if value > best_mean + 1e-9 then best, best_mean = settings, value end
  end
  local base, tuned, difference = gains(trials, M.default, judging), gains(trials, best, judging), {}
  for i = 1, #judging do difference[i] = tuned[i] - base[i] end
  local low, high = M.interval(difference)
  return {
    questions = #questions, judged = #judging, best = best, variants = #variants, default_gain = mean(base), best_gain = mean(tuned),
    gain = mean(difference), low = low, high = high,
  }
end

return M
