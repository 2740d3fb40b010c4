---@meta lede.search

--- Articles of a store by their words, on the desk. The index is a folder beside the store, kept up to date by update().
--- A query: words, "phrases", prefix*, -without, title: section: author: tag: lang: before: after: (docs/handbook.md).
---@class lede.search
local search = {}

---@class lede.search.Options
---@field limit? integer 20; at most 1,000
---@field all? boolean   drafts, withdrawn ones and what is to come too
---@field at? integer    the instant at which articles are public, and from which their age counts; now
---@field zone? string   of the days in before: and after:; "UTC"

---@class lede.search.Item
---@field id string
---@field url string
---@field title string
---@field section string slug
---@field lang string
---@field state string
---@field date integer
---@field score number
---@field snippet string plain text on one line, from the body
---@field marks integer[][] pairs of first and last byte of the words that were looked for, in snippet

---@class lede.Search
local Search = {}

--- How many articles at most the index lacks.
---@return integer|nil, lede.Error|nil
function Search:behind() end

--- Brings the index to the newest change of the store; gives how many articles it has.
---@param progress? boolean show how far it is, in a line that passes
---@return integer|nil, lede.Error|nil
function Search:update(progress) end

---@param query string
---@param options? lede.search.Options
---@return { total: integer, items: lede.search.Item[] }|nil, lede.Error|nil
function Search:find(query, options) end

--- The articles that are public at an instant as small texts for browsers (include/lede/search.h); ids from the oldest on.
---@param at integer
---@param most integer none older than the newest so many, by the thousand
---@return { shards: string[], ids: string[], first: integer }|nil, lede.Error|nil
function Search:shards(at, most) end

--- Equal while shards(at) gives the same.
---@param at integer
---@return string
function Search:print(at) end

function Search:close() end

--- The index in folder, for the store at url. An index that is damaged, old or another store's counts as none.
---@param url string
---@param folder string
---@return lede.Search|nil, lede.Error|nil
function search.open(url, folder) end

return search
