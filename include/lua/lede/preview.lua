---@meta lede.preview.core

--- The preview as a handle; lede.preview.run has the order of things. Desk only.
---@class lede.preview.Core: userdata
local Core = {}

---@class lede.preview.Page
---@field url string
---@field path string  its file below the output
---@field state "unmade"|"in work"|"good"|"stale"|"failed"
---@field error string why it failed
---@field notes string JSON of what the page had to say, without the brackets of the list
---@field ms number    how long it took
---@field bytes integer
---@field asked integer serial of its last request
---@field tag string    of its bytes, as Server-Timing names it

---@class lede.preview.Request
---@field path string
---@field query string
---@field method "GET"|"HEAD"|"POST"
---@field body string

--- Shows that publication from now on; its workers run on the preview's loop.
---@param publication lede.Publication one that has not begun
---@param static string folder of files that are served as they are
function Core:attach(publication, static) end
--- Opens the edition as it was left, or that of another folder when there is none. Before anything is synchronised.
---@param other string
---@return boolean there_is_one
function Core:map(other) end
--- Lets the lists of related articles of before stand for the edition at hand, where the articles are the same.
---@return boolean
function Core:carry() end
--- Pages are not asked for until renew and routes; those that are being made are made first.
---@return true|nil, lede.Error|nil
function Core:pause() end
--- The publication has another edition, or its plugins other files.
---@return string[]|nil urls of pages that are stale, lede.Error|nil
function Core:renew() end
--- Asks the workers which pages there are; soon after renew.
---@return true|nil, lede.Error|nil
function Core:routes() end
--- A content of the preview's own.
---@param path string
---@param bytes string
---@param type string media type
---@return true|nil, lede.Error|nil
function Core:fixed(path, bytes, type) end
--- Files on disk by their path on the site; replaces those of before.
---@param files table<string, string>
function Core:files(files) end
---@return lede.preview.Page[] those that were asked for
function Core:pages() end
--- What a page read.
---@param url string
---@return { kind: string, key: string, mask: integer }[]|nil
function Core:reads(url) end
--- What templates, hooks and routes took without what they call, since the plugins were loaded.
---@return { name: string, count: integer, ms: number }[]
function Core:times() end
--- The article whose page that is, or with that id.
---@param ref string
---@return { id: string, url: string, path: string, title: string, section: string, state: string, date: integer, related: { title: string, url: string }[] }|nil
function Core:article(ref) end
---@param folders string[] with all below
---@param files string[]
---@return true|nil, lede.Error|nil code "limit": the system watches no more folders
function Core:watch(folders, files) end
--- Forgets what is watched.
---@param poll_ms? integer look every so often instead
---@return true|nil, lede.Error|nil
function Core:rewatch(poll_ms) end
--- The next thing to decide. A request is answered before the next wait.
---@param ms? integer
---@return "changed"|"request"|"pages"|"time"|"tasks"|"stop" event, string[]|lede.preview.Request|nil what
function Core:wait(ms) end
--- The request of the last event.
---@param status integer
---@param bytes string
---@param type string
function Core:answer(status, bytes, type) end
--- To every open page.
---@param event string
---@param data string
---@return true|nil, lede.Error|nil
function Core:send(event, data) end
--- What pages are told when they connect.
---@param data string
function Core:greet(data) end
---@return { port: integer, open: integer, streams: integer, requests: integer, asked: integer }
function Core:state() end
--- Takes no more requests.
function Core:stop() end

---@class lede.preview.core
local core = {}

---@param options { address?: string, port?: integer, port_tries?: integer, host?: string, poll?: integer, folder: string }
---@return lede.preview.Core|nil, lede.Error|nil
function core.open(options) end

return core
