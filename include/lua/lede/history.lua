---@meta lede.history

--- Sites of earlier publications, on the desk. The folder is var/history of a site.
---@class lede.history
local history = {}

---@class lede.history.Entry
---@field serial integer of the release that ended this site
---@field at integer     when
---@field files integer  that differ from the site that came after it

---@class lede.history.Order
---@field history string the folder
---@field dest string    where the site is live
---@field back integer   1: the site before the live one
---@field never string[] texts (addresses, ids, titles) of pieces that must not come back: files with one are left out
---@field sync_disk? boolean
---@field sealed? fun(of: lede.Sealed): true|nil, any  as of lede.Publication:release

---@class lede.history.Report
---@field files integer  of the site
---@field written integer
---@field removed integer
---@field changed boolean
---@field left_out { path: string, text: string }[] files that stay as they are now

--- The sites that the live one can go back to, newest first.
---@param folder string
---@param dest string
---@return lede.history.Entry[]|nil, lede.Error|nil
function history.list(folder, dest) end

--- Makes an earlier site live, as a publication of its own.
---@param order lede.history.Order
---@return lede.history.Report|nil, lede.Error|nil
function history.go_back(order) end

--- Forgets all but the newest `releases` of at most `days` days; 0 = no such limit.
---@param folder string
---@param releases integer
---@param days integer
---@return integer|nil removed, lede.Error|nil err
function history.prune(folder, releases, days) end

--- Removes every remembered file that has one of these texts.
---@param folder string
---@param texts string[]
---@return integer|nil removed, lede.Error|nil err
function history.forget(folder, texts) end

--- Removes the trees beside the live one; the next publication makes one anew.
---@param dest string
---@return true|nil, lede.Error|nil
function history.drop_retired(dest) end

return history
