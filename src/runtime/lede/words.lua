--- lede.words: t(key, lang, n), the words of i18n files. Where the files are, its caller knows.

local text = require("lede.text")

local M = {}

local FORMS = { zero = true, one = true, two = true, few = true, many = true, other = true }

--- A word with plural forms, and the language whose numbers choose among them.
---@class lede.words.Forms
---@field forms table<string, string>
---@field lang string

---@return lede.words.Forms
local function checked(forms, key, lang, shown)
  for name, form in pairs(forms) do
    if not FORMS[name] or type(form) ~= "string" then
      error(("%s: '%s.%s' is no plural form: they are texts named zero, one, two, few, many and other"):format(shown, key, tostring(name)), 0)
    end
  end
  if not forms.other then error(("%s: '%s' lacks the form 'other'"):format(shown, key), 0) end
  return { forms = forms, lang = lang }
end

--- The words of a language; of several sources the first wins.
local function merge(sources, lang)
  local merged = {}
  for _, source in ipairs(sources) do
    local chunk, message = load(source.text, "@" .. source.shown, "t", {})
    if not chunk then error(message, 0) end
    for key, word in pairs(chunk()) do
      if merged[key] == nil then merged[key] = type(word) == "table" and checked(word, key, lang, source.shown) or word end
    end
  end
  return merged
end

local function base_of(lang) return lang:match("^%a+") or "en" end

--- t(key, lang, n): a word of the language, of its base, of English, at last the key itself. With a number it is the
--- form that goes with it, and %d in it is the number as the language writes it.
---@param sources_of fun(lang: string): { text: string, shown: string }[]
---@param default string the language when none is named
---@return fun(key: string, lang?: string, n?: number): string
function M.translator(sources_of, default)
  local by_lang = {}
  local function of(lang)
    local found = by_lang[lang]
    if found then return found end
    found = merge(sources_of(lang), lang)
    by_lang[lang] = found
    local base = base_of(lang)
    local next_lang = base ~= lang and base or lang ~= "en" and "en" or nil
    return setmetatable(found, { __index = next_lang and of(next_lang) or function(_, key) return key end })
  end
  return function(key, lang, n)
    lang = lang or default
    local word = (by_lang[lang] or of(lang))[key]
    if type(word) == "table" then
      if type(n) ~= "number" then error(("t: '%s' has plural forms: name the number, t(\"%s\", lang, n)"):format(key, key), 2) end
      if base_of(lang) ~= base_of(word.lang) then lang = word.lang end -- an English word counts as English does
      word = word.forms[text.plural(n, lang)] or word.forms.other
    elseif not n then
      return word
    end
    return (word:gsub("%%d", text.number(n, lang)))
  end
end

return M
