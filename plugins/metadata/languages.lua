--- plugins.metadata.languages: an article in several languages, and languages as OpenGraph writes them.

local origin = require("lede.origin")

local M = {}

--- Whether a stands for its language rather than b: the older one does.
local function is_before(a, b)
  local at, other = a.date, b.date
  if at ~= other then return at < other end
  return a.id < b.id
end

--- The originals that stand for each language, the article among them: what each of them tells of all. Nothing when the article
--- does not stand for its own, or stands alone: then nobody tells of it either.
---@param article table
---@return table[] articles by language
function M.group(article)
  local others, lang = article.translations, article.lang
  if #others == 0 or not lang or not origin.of(article).is_own then return {} end
  local best, langs = { [lang] = article }, { lang }
  for _, other in ipairs(others) do
    local its = other.lang
    if its and origin.of(other).is_own then
      local known = best[its]
      if not known then
        langs[#langs + 1] = its
        best[its] = other
      elseif is_before(other, known) then
        best[its] = other
      end
    end
  end
  if best[lang] ~= article or #langs < 2 then return {} end
  table.sort(langs)
  local found = {}
  for i, its in ipairs(langs) do found[i] = best[its] end
  return found
end

--- "fr-CA" as "fr_CA"; of a language without a country what `known` says.
---@param lang string
---@param known table<string, string>
---@return string?
function M.locale(lang, known)
  if known[lang] then return known[lang] end
  local base, country = lang:match("^(%a%a%a?)%-(%a%a)$")
  if not base then base, country = lang:match("^(%a%a%a?)%-%a%a%a%a%-(%a%a)$") end
  return base and base:lower() .. "_" .. country:upper() or nil
end

return M
