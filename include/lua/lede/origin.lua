---@meta lede.origin

--- Where an article comes from and what follows from it. One record decides what notice, canonical link, robots, structured
--- data, feeds, sitemaps and search engines say of an article. Pages and desk.
---@class lede.origin
local origin = {}

---@class lede.Origin
---@field is_own boolean        this page is the original, or as good as it
---@field has_origin boolean    the article names where it comes from
---@field index "noindex-news"|"noindex"|"canonical"|"self"
---@field robots { name: string, content: string }[] meta elements of the page
---@field in_sitemap boolean
---@field in_news boolean       in a news sitemap, for as long as it is news
---@field in_indexnow boolean
---@field pictures boolean      whether feeds, wires and partners may take its pictures along
---@field canonical? string     address of the original, when another page than this one is to be found
---@field name? string
---@field url? string           address of the original
---@field home? string          address of the publication
---@field domain? string        "leprogres.fr"
---@field feed? string          address of the publication's feed
---@field author? string
---@field license? string
---@field terms? string
---@field notice? string        a sentence in the article's language; %s in it is where the original is
---@field published? integer
---@field expires? integer      when the article withdraws itself

--- What origins/<name>.lua of a site returns, <name> being the slug of the origin's name; or only the function.
---@class lede.OriginRules
---@field name? string
---@field home? string
---@field url? string
---@field feed? string
---@field author? string
---@field license? string
---@field terms? string
---@field index? string
---@field notice? string|table<string, string> one sentence, or one a language
---@field pictures? boolean
---@field decide? fun(article: lede.Article, record: lede.Origin): lede.Origin? changes the record, or gives another

--- What all outputs say of an article: of pages, or of the store.
---@param article lede.Article|lede.StoredArticle
---@return lede.Origin record not to be changed
function origin.of(article) end

--- The notice as a sentence without markup; nil when there is nothing to tell.
---@param record lede.Origin
---@return string?
function origin.sentence(record) end

--- A pattern in two halves, around what stands for its %s.
---@param pattern string
---@return string before
---@return string after
function origin.around(pattern) end

--- The host of an address without "www.".
---@param url string?
---@return string?
function origin.domain(url) end

return origin
