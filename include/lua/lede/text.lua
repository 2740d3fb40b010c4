---@meta lede.text

---@class lede.text
local text = {}

--- The address of a name: ASCII letters and digits joined by '-', at most 255 bytes, never empty.
---@param s string
---@return string
function text.slug(s) end

--- s cut at a word to at most length characters, then ellipsis if anything was cut. Words of Thai, Lao, Khmer, Burmese,
--- Chinese and Japanese are found by dictionaries, by script: no language needs to be said.
---@param s string|lede.Safe
---@param length? integer characters, 160
---@param ellipsis? string "..."
---@return string
function text.excerpt(s, length, ellipsis) end

---@param s string
---@return integer count
function text.words(s) end

--- 1234567 as the language groups it, with its decimal sign: "1,234,567", "1 234,5". A fraction keeps its digits.
---@param n number
---@param lang? string "en"
---@return string
function text.number(n, lang) end

--- Which form of a word goes with a number: "zero", "one", "two", "few", "many" or "other".
---@param n number
---@param lang? string "en"
---@return "zero"|"one"|"two"|"few"|"many"|"other"
function text.plural(n, lang) end

--- "a, b and c", as the language joins them; "or": "a, b or c".
---@param items string[] at most 10,000
---@param lang? string "en"
---@param kind? "and"|"or"
---@return string
function text.list(items, lang, kind) end

--- The name of a language in a language, as it stands in a menu: text.language("fr", "fr") is "Français".
---@param tag string
---@param lang? string "en"
---@return string
function text.language(tag, lang) end

--- The language that a text is most likely written in, by its script and its commonest words: "fr"; "" when that cannot be said.
---@param s string
---@return string
function text.guess(s) end

--- How a language is written.
---@param tag string
---@return "ltr"|"rtl"
function text.direction(tag) end

--- The id of an article that is known elsewhere by a name of its own; the same for ever.
---@param name string
---@return string
function text.id(name) end

return text
