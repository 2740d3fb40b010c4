---@meta lede.error

--- What the world refused: second result of a function whose first is nil. tostring() gives the message.
---@class lede.Error
---@field code string      "not-found", "exists", "conflict", "io", "format", "limit", "timeout", "busy", "denied", …
---@field message string
---@field retryable boolean trying again later can help
---@field line? integer
---@field column? integer
