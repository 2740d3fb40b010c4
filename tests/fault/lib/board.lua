--- lib.board: the file that the injector and we share; board.h has its shape.
local M = {}

local SIZE = 4096
local names = { "operations", "reads", "allocations", "hit", "pid", "aborts", "faults", "blocks", "others", "desk" }

--- A board on which nothing is written.
function M.clear(path)
  local file <close> = assert(io.open(path, "wb"))
  file:write(("\0"):rep(SIZE))
end

---@return table what stands on it, by name
function M.read(path)
  local file <close> = assert(io.open(path, "rb"))
  local bytes, board = file:read("a"), {}
  for i, name in ipairs(names) do board[name] = string.unpack("=i8", bytes, i * 8 - 7) end
  board.operation, board.path = string.unpack("z", bytes, #names * 8 + 1), string.unpack("z", bytes, #names * 8 + 25)
  return board
end

return M
