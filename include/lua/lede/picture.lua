---@meta lede.picture

--- Pictures as files, on the desk. Smaller versions of them are made by lede.pictures.
---@class lede.picture
local picture = {}

---@class lede.picture.Size
---@field width integer  CSS pixels, as a browser lays it out: EXIF orientation of a JPEG and rotation of AVIF and HEIC are applied
---@field height integer
---@field type "jpeg"|"png"|"gif"|"webp"|"avif"|"heic"|"svg"

--- Read from the first bytes of the file. An SVG that says no size, and what is no picture, is refused.
---@param path string
---@return lede.picture.Size|nil size, lede.Error|nil err
function picture.size(path) end

---@class lede.picture.File
---@field path string   below the folder
---@field size integer  bytes
---@field mtime integer  nanoseconds

--- The files below a folder that have the name of a picture, in order of path; hidden ones are left out.
---@param folder string
---@return lede.picture.File[]|nil files, lede.Error|nil err
function picture.find(folder) end

return picture
