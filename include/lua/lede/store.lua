---@meta lede.store

--- An article as scripts see it: a table with the fields of lede/article.h. Times are integer seconds.
---@class lede.StoredArticle
---@field id string
---@field path? string      source below content/; absent when the store owns it
---@field url string
---@field title string
---@field slug string
---@field section? string
---@field section_slug? string
---@field kicker? string
---@field dek? string
---@field summary? string
---@field lead? string
---@field lang string
---@field dir string
---@field dateline? string
---@field tags? string[]
---@field authors? string[]
---@field aliases? string[]
---@field corrections? string[]
---@field date integer
---@field updated? integer
---@field embargo? integer
---@field expires? integer
---@field state "draft"|"review"|"scheduled"|"embargoed"|"published"|"corrected"|"withdrawn"|"expired"
---@field origin_name? string
---@field origin_url? string
---@field origin_index? string
---@field params? table
---@field words integer
---@field body? string
---@field revision integer
---@field seq integer
---@field changed_at integer

---@class lede.Revision
---@field number integer
---@field seq integer
---@field at integer
---@field who? string
---@field what? string
---@field article lede.StoredArticle

---@class lede.Store: userdata
local Store = {}

---@param ref string an id, a URL path or a source path
---@return lede.StoredArticle|nil, lede.Error|nil
function Store:get(ref) end

--- Puts a new version. An article that belongs to a content file is refused, naming the file.
---@param article table title is needed; id, date, slug, url are made when absent
---@param change? { who?: string, what?: string, revision?: integer } revision: the one that was edited; 0 or absent: it is new
---@return integer|nil revision, string|lede.Error id
function Store:put(article, change) end

---@param options? { changed_since?: integer, bodies?: boolean }
---@return lede.StoredArticle[]|nil, lede.Error|nil
function Store:articles(options) end

---@param ref string
---@return lede.Revision[]|nil, lede.Error|nil newest first
function Store:history(ref) end

--- Removes an article with all its versions, its text and the redirects to it, for good. Not inside a transaction.
---@param ref string
---@return string|nil id, lede.Error|nil
function Store:purge(ref) end

---@return { seq: integer, changed_at?: integer, articles: integer, uuid: string }|nil, lede.Error|nil
function Store:head() end

--- What fn puts is put together or not at all. An error in fn rolls back and goes on.
---@param fn fun(): any
---@return any
function Store:transaction(fn) end

--- Waits until what was committed is on the disk: a commit alone outlives the process, not a power cut.
---@return true|nil, lede.Error|nil err
function Store:sync() end

---@class lede.store
local store = {}

---@param url string "sqlite:var/lede.db", "memory:", or a plain path
---@return lede.Store|nil, lede.Error|nil
function store.open(url) end

return store
