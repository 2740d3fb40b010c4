---@meta lede.line

--- Lines of the terminal, edited, with history and completion, for tasks on the desk.
---@class lede.line
local line = {}

---@class lede.Line
local Line = {}

--- Waits for a line; nil at the end of the input.
---@param prompt string
---@return string|nil text, lede.Error|nil err
function Line:ask(prompt) end

--- Puts a line into the history.
---@param text string
function Line:remember(text) end

--- Writes the history; `<close>` does.
function Line:close() end

--- One at a time.
---@param history string|nil a file
---@param complete fun(word: string): string[] what a word may become; it cannot wait
---@return lede.Line
function line.open(history, complete) end

return line
