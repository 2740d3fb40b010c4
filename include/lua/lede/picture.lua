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

return picture
