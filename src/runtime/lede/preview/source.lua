--- lede.preview.source: from a passage of a page back to its line in the article's file, by the positions that cmark keeps.
---
--- Pages stay as they are published, without marks for us; so a passage is found by its words: the block of the Markdown tree
--- that says most nearly the same.

local fs = require("lede.fs")
local markdown = require("lede.markdown")

local M = {}

local BLOCKS = { "paragraph", "heading", "code_block", "html_block" }

--- Letters and digits alone, so that typography and mark-up do not count.
local function plain(text)
  return (text:lower():gsub("%b<>", " "):gsub("[%c%p%s]+", " "):gsub("^ ", ""):gsub(" $", ""))
end

--- How many of the words of a are in b, of all words of both.
local function likeness(a, b)
  local seen, all, common = {}, 0, 0
  for word in a:gmatch("%S+") do seen[word], all = (seen[word] or 0) + 1, all + 1 end
  for word in b:gmatch("%S+") do
    all = all + 1
    if (seen[word] or 0) > 0 then seen[word], common = seen[word] - 1, common + 2 end
  end
  return all > 0 and common / all or 0
end

--- What a reader sees of a node and those below it.
local function words_of(node)
  local parts, child = { node.literal }, node.first
  while child do
    parts[#parts + 1] = words_of(child)
    child = child.next
  end
  return table.concat(parts, " ")
end

--- Lines of the front matter before the body.
local function lines_before(source)
  local fence = source:match("^(%-%-%-)\r?\n") or source:match("^(%+%+%+)\r?\n")
  if not fence then return 0 end
  local _, last = source:find("\n" .. fence:gsub("%p", "%%%0") .. "[ \t]*\r?\n")
  if not last then return 0 end
  return select(2, source:sub(1, last):gsub("\n", ""))
end

--- The line of the block of this file whose words are most like those of the passage; 1 when none is.
function M.line(path, passage)
  local source, err = fs.read(path)
  if not source then return nil, tostring(err) end
  local before = lines_before(source)
  local body = before > 0 and source:gsub("[^\n]*\n", "", before) or source
  local wanted, best, line = plain(passage), 0.3, 1
  local document = markdown.parse(body)
  for _, kind in ipairs(BLOCKS) do
    for _, node in ipairs(document:collect(kind)) do
      local found = likeness(wanted, plain(words_of(node)))
      if found > best and node.line then best, line = found, node.line + before end
    end
  end
  return line
end

return M
