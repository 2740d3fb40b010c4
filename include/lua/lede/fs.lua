---@meta lede.fs

--- Files, on the desk. A task waits for the disk while others run; anybody else blocks.
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

--- The names in a folder, sorted, hidden ones too.
---@param folder string
---@return string[]|nil names, lede.Error|nil err
function fs.list(folder) end

---@class lede.fs.Stat
---@field kind "file"|"folder"|"link"|"other"  "link": one that leads nowhere
---@field size integer
---@field mtime number  seconds

---@param path string
---@return lede.fs.Stat|nil stat, lede.Error|nil err
function fs.stat(path) end

--- Removes a file, a link or an empty folder.
---@param path string
---@return true|nil, lede.Error|nil err
function fs.remove(path) end

--- Replaces what is called so.
---@param from string
---@param to string
---@return true|nil, lede.Error|nil err
function fs.rename(from, to) end

--- A file read or written piece by piece; `<close>` closes it.
---@class lede.File
local File = {}

--- At most max bytes (64 KiB); nil at the end.
---@param max? integer
---@return string|nil bytes, lede.Error|nil err
function File:read(max) end

---@param bytes string
---@return true|nil, lede.Error|nil err
function File:write(bytes) end

--- Waits until its bytes are on the disk.
---@return true|nil, lede.Error|nil err
function File:sync() end

function File:close() end

--- "r": an existing file; "w": a new or emptied one; "a": at its end.
---@param path string
---@param mode? "r"|"w"|"a"
---@return lede.File|nil file, lede.Error|nil err
function fs.open(path, mode) end

--- A file that one process holds at a time, as long as it lives; `<close>` gives it back.
---@class lede.Lock
local Lock = {}

function Lock:close() end

--- Takes the lock of that file, which is made when it is not there; "busy" when somebody has it.
---@param path string
---@return lede.Lock|nil lock, lede.Error|nil err
function fs.lock(path) end

--- The path from '/'; the file need not exist.
---@param path string
---@return string
function fs.absolute(path) end

--- SHA-256 of a file's bytes, in hexadecimal.
---@param path string
---@return string|nil digest, lede.Error|nil err
function fs.sha256(path) end

return fs
