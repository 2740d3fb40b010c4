---@meta lede.timer

---@class lede.timer
local timer = {}

--- Waits for so many seconds; 0 lets the others run once.
---@param seconds number
function timer.sleep(seconds) end

--- Seconds of a clock that never goes back.
---@return number
function timer.now() end

return timer
