---@meta lede.fs

--- Files, on the desk.
---@class lede.fs
local fs = {}

---@param path string
---@return string|nil bytes, lede.Error|nil err
function fs.read(path) end

--- Written beside, synced, then renamed: there is the old file or the new one.
---@param path string
---@param bytes string
---@return true|nil, lede.Error|nil err
function fs.write(path, bytes) end

--- Makes a folder and those above it.
---@param path string
---@return true|nil, lede.Error|nil err
function fs.mkdir(path) end

---@param path string
---@return boolean
function fs.exists(path) end

---@param path string
---@return boolean
function fs.is_dir(path) end

--- Files below a folder, sorted, relative to it; hidden ones are left out.
---@param folder string
---@return string[]|nil paths, lede.Error|nil err
function fs.walk(folder) end

--- The path from '/'; the file need not exist.
---@param path string
---@return string
function fs.absolute(path) end

--- SHA-256 of a file's bytes, in hexadecimal.
---@param path string
---@return string|nil digest, lede.Error|nil err
function fs.sha256(path) end

return fs
