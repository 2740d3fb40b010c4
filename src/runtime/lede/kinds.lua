--- lede.kinds: files by their endings: the type by which others are told of one, and whether compressing makes it smaller.
local M = {}

local TYPES = {
  html = "text/html; charset=utf-8", css = "text/css; charset=utf-8", js = "text/javascript; charset=utf-8", mjs = "text/javascript; charset=utf-8",
  xml = "application/xml; charset=utf-8", rss = "application/rss+xml; charset=utf-8", atom = "application/atom+xml; charset=utf-8",
  json = "application/json; charset=utf-8", jsonld = "application/ld+json", webmanifest = "application/manifest+json", opml = "text/x-opml; charset=utf-8",
  txt = "text/plain; charset=utf-8", md = "text/markdown; charset=utf-8", csv = "text/csv; charset=utf-8", vtt = "text/vtt; charset=utf-8",
  svg = "image/svg+xml", png = "image/png", jpg = "image/jpeg", jpeg = "image/jpeg", gif = "image/gif", webp = "image/webp", avif = "image/avif",
  ico = "image/x-icon", woff = "font/woff", woff2 = "font/woff2", ttf = "font/ttf", otf = "font/otf", pdf = "application/pdf", wasm = "application/wasm",
  mp3 = "audio/mpeg", m4a = "audio/mp4", ogg = "audio/ogg", mp4 = "video/mp4", webm = "video/webm", zip = "application/zip",
}
local PACKED = { png = true, jpg = true, jpeg = true, gif = true, webp = true, avif = true, woff = true, woff2 = true, mp3 = true, m4a = true, ogg = true, mp4 = true, webm = true, zip = true, pdf = true }

local function ending(path) return (path:match("%.(%w+)$") or ""):lower() end

--- The media type of a file or an address.
---@param path string
---@return string|nil
function M.known(path) return TYPES[ending(path:match("^[^?#]*"))] end

---@param path string
---@return string
function M.type_of(path) return M.known(path) or "application/octet-stream" end

--- Whether compressing can make it smaller.
---@param path string
---@param size integer
function M.is_compressible(path, size) return size >= 256 and not PACKED[ending(path)] end

return M
