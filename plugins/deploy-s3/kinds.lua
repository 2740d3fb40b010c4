--- What a file is to a bucket: its type, how long it may be kept, whether it is worth compressing, and when it is its turn.
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
local FEEDS = { xml = true, rss = true, atom = true, json = true, opml = true, txt = true }

local function ending(path) return (path:match("%.(%w+)$") or ""):lower() end

---@param path string
function M.type_of(path) return TYPES[ending(path)] or "application/octet-stream" end

---@param path string
---@return "pages"|"feeds"|"files"
function M.class_of(path)
  local e = ending(path)
  return e == "html" and "pages" or FEEDS[e] and "feeds" or "files"
end

--- Whether compressing can make it smaller.
---@param path string
---@param size integer
function M.is_compressible(path, size) return size >= 256 and not PACKED[ending(path)] end

--- 1: what pages need, 2: pages of one article, 3: lists of them, 4: what sends others to them.
---@param path string
---@param is_article fun(path: string): boolean
---@return integer
function M.turn_of(path, is_article)
  local class = M.class_of(path)
  if class == "files" then return 1 end
  if class == "feeds" then return 4 end
  return is_article(path) and 2 or 3
end

return M
