--- lede.pictures: smaller variants of a picture, made once by vipsthumbnail and kept by content. Desk only.

local fs = require("lede.fs")
local host = require("lede.host")
local log = require("lede.log")
local picture = require("lede.picture")
local process = require("lede.process")

local M = {}

local PIXELS_MAX = 200 * 1000 * 1000 -- decoded at 4 bytes each; more is a mistake or an attack
local TIMEOUT_S = 60

--- What a variant is written as, %d for the quality. SVG scales by itself, a GIF may move: neither has variants.
local FORMATS = {
  jpeg = { ending = "jpg", options = "[Q=%d,strip]", quality = 82 },
  heic = { ending = "jpg", options = "[Q=%d,strip]", quality = 82 },
  png = { ending = "png", options = "[strip]" },
  webp = { ending = "webp", options = "[Q=%d,strip,profile=none]", quality = 80 },
  avif = { ending = "webp", options = "[Q=%d,strip,profile=none]", quality = 80 },
}

---@class lede.pictures.Options
---@field widths integer[]
---@field folder string    where variants are kept: var/pictures
---@field quality? integer  1 to 100, of JPEG and WebP; 82 and 80
---@field program? string  "vipsthumbnail"

---@class lede.pictures.Variant: lede.picture.Size
---@field path string      below folder, named by content and width

local KEYS = { widths = true, folder = true, program = true, quality = true }

--- Checks what the caller gave; gives the widths that are smaller than the picture, ascending, each once.
local function smaller_widths(options, size)
  local widths, seen = {}, {}
  for _, width in ipairs(options.widths) do
    if math.type(width) ~= "integer" or width < 1 then error(("pictures.variants: '%s' is no width"):format(tostring(width)), 3) end
    if width < size.width and not seen[width] then
      seen[width], widths[#widths + 1] = true, width
    end
  end
  table.sort(widths)
  return widths
end

local found = {} -- program -> whether it can be started

--- Whether the program that makes variants can be started.
---@param program? string "vipsthumbnail"
---@return boolean
function M.has_program(program)
  program = program or "vipsthumbnail"
  if found[program] == nil then found[program] = process.run { program, "--version" } ~= nil end
  return found[program]
end

local said_missing = false

local function say_missing(program)
  if said_missing then return end
  said_missing = true
  log.warn(("pictures: there is no %s, so there are no smaller variants of pictures: apt-get install libvips-tools"):format(program))
end

--- Runs the program for one width, beside the place; then the file is moved there. Gives true, or nil and an error.
local function make(program, source, place, width, format, quality)
  local beside = ("%s/.%s.%s"):format(place:match("^(.*)/"), host.ulid(), format.ending)
  local result, err = process.run {
    program, fs.absolute(source), "--size", width .. "x", "--export-profile", "srgb", "-o", beside .. format.options:format(quality or format.quality or 0),
    timeout = TIMEOUT_S, env = { VIPS_BLOCK_UNTRUSTED = "1" }, -- no decoder that its makers do not trust with any bytes
  }
  local ok = result and result.status == 0 and picture.size(beside)
  if ok then ok, err = os.rename(beside, place) end
  if ok then return true end
  os.remove(beside)
  if result and not err then err = ("pictures: %s made no variant of '%s': %s"):format(program, source, (result.err:gsub("%s+$", ""):gsub("%s*\n%s*", "; "))) end
  return nil, err
end

--- The variant of one width: the kept one, or a new one. Gives it, or nil and an error.
local function variant(program, source, stem, width, format, quality)
  local place = ("%s-%d%s.%s"):format(stem, width, quality and format.quality and "q" .. quality or "", format.ending)
  local size, err = picture.size(place)
  if not size then
    local made
    made, err = make(program, source, place, width, format, quality)
    if made then size, err = picture.size(place) end
  end
  if not size then return nil, err end
  size.path = place
  return size
end

--- Variants of a picture in smaller widths, ascending: none for widths that it does not have, for SVG and GIF, and where
--- the program is missing, which is said once. A variant is kept in folder under the SHA-256 of the picture, and made
--- again only when that changes, or when another quality is asked for, which is part of its name.
---@param source string path of the picture
---@param options lede.pictures.Options
---@return lede.pictures.Variant[]|nil variants, lede.Error|string|nil err
function M.variants(source, options)
  for key in pairs(options) do
    if not KEYS[key] then error(("pictures.variants: there is no option '%s' (widths, folder, program, quality)"):format(tostring(key)), 2) end
  end
  local size, err = picture.size(source)
  if not size then return nil, err end
  local widths, format = smaller_widths(options, size), FORMATS[size.type]
  if #widths == 0 or not format then return {} end
  if size.width * size.height > PIXELS_MAX then
    return nil, ("pictures: '%s' has %d x %d pixels, more than lede makes variants of"):format(source, size.width, size.height)
  end
  local folder = fs.absolute(options.folder)
  if folder:find("%%") then return nil, ("pictures: vipsthumbnail cannot write below '%s': a '%%' has a meaning for it"):format(folder) end
  local made
  made, err = fs.mkdir(folder)
  if not made then return nil, err end
  local digest
  digest, err = fs.sha256(source)
  if not digest then return nil, err end
  local list, program = {}, options.program or "vipsthumbnail"
  for _, width in ipairs(widths) do
    local entry
    entry, err = variant(program, source, folder .. "/" .. digest, width, format, options.quality)
    if not entry then
      if type(err) == "table" and err.code == "not-found" then
        say_missing(program)
        return list
      end
      return nil, err
    end
    list[#list + 1] = entry
  end
  return list
end

return M
