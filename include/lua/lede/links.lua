---@meta lede.links

--- Whether addresses of other sites answer, asked politely: one request to a host at a time, a second apart, HEAD before GET. Tasks
--- on the desk.
---@class lede.links
local links = {}

--- What each address answers: a status, or words. With a cache (a file of JSON) what answered well is not asked again for a week.
---@param urls string[]
---@param options? { cache?: string, private?: boolean } private: addresses of this machine and of private networks too
---@return table<string, integer|string>|nil answers
---@return integer|lede.Error asked how many were not in the cache
function links.ask(urls, options) end

--- Whether a reader can do with an answer.
---@param answer integer|string
---@return boolean
function links.is_good(answer) end

return links
