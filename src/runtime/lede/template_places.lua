--- lede.template_places: where in the markup each value of a template stands, and so how it is escaped. Decided when the
--- template is compiled, for every way that its code can take: branches of a block must end in one and the same place.

local places = require("lede.places")
local source_of = require("lede.template_source")

local fail = source_of.fail

local M = {}

--- What a block of Lua leaves open.
---@class lede.template.Open
---@field word string "if", "do", "function", "repeat", "block"
---@field line integer
---@field place string where it began
---@field ends? string where the branches before this one ended, joined
---@field otherwise boolean? an "else" was seen

---@param pieces lede.template.Piece[] value pieces get a `letter`
---@param markup "html"|"xml"|"json"
---@param shown string
function M.assign(pieces, markup, shown)
  local place, open, line = places.begin(markup), {}, 1

  local function join(a, b, began)
    local joined = places.join(a, b)
    if joined then return joined end
    fail(shown, line, ("the markup of this '%s' (line %d) ends in different places: in %s, and in %s. Open and close the same things on every way through it")
      :format(began.word, began.line, places.describe(a), places.describe(b)))
  end

  local function push(word) open[#open + 1] = { word = word, line = line, place = place } end

  local function branch(word)
    local began = open[#open]
    if not began or began.word ~= "if" then fail(shown, line, ("'%s' without an 'if'"):format(word)) end
    began.ends = began.ends and join(began.ends, place, began) or place
    began.otherwise = word == "else"
    place = began.place
  end

  local function pop(word)
    local began = table.remove(open)
    if not began then fail(shown, line, ("there is nothing open that this '%s' ends"):format(word)) end
    if began.word == "block" then fail(shown, line, ("block(…) of line %d is not closed: endblock() is missing"):format(began.line)) end
    if began.ends then place = join(began.ends, place, began) end
    if not began.otherwise then place = join(began.place, place, began) end
    if began.word == "function" then place = began.place end
  end

  local function word_of_code(word)
    if word == "if" or word == "do" or word == "function" or word == "repeat" then
      push(word)
    elseif word == "else" or word == "elseif" then
      branch(word)
    elseif word == "end" or word == "until" then
      pop(word)
    elseif word == "partial" and not places.is_text(place) then
      fail(shown, line, ("a partial prints whole elements, but here %s is open"):format(places.describe(place)))
    end
  end

  local on = {}

  function on.text(piece) place = places.feed(place, piece.text) end

  function on.value(piece)
    local letter, after = places.value(place)
    if not letter then fail(shown, line, ("no value can stand in %s: %s"):format(places.describe(place), after)) end
    piece.letter, place = letter, after
  end

  function on.raw(piece)
    if not places.is_text(place) then fail(shown, line, ("only <%%= %%> can stand in %s: it is escaped as it must be there"):format(places.describe(place))) end
    piece.letter = "r"
  end

  function on.code(piece)
    place = places.pause(place)
    source_of.words(piece.text, word_of_code)
  end

  function on.layout() end

  function on.block(piece)
    if not places.is_text(place, true) then fail(shown, line, ("block(%q) stands in text, but here %s is open"):format(piece.text, places.describe(place))) end
    push("block")
    open[#open].name = piece.text
  end

  function on.endblock()
    local began = table.remove(open)
    if not began then fail(shown, line, "endblock() without a block") end
    if began.word ~= "block" then fail(shown, line, ("'%s' of line %d is not closed: 'end' is missing"):format(began.word, began.line)) end
    place = join(began.place, place, began)
  end

  for _, piece in ipairs(pieces) do
    line = piece.line
    on[piece.kind](piece)
  end
  local began = open[#open]
  if began and began.word == "block" then fail(shown, began.line, ("block(%q) is not closed: endblock() is missing"):format(began.name)) end
  if began then fail(shown, began.line, ("this '%s' is not closed: 'end' is missing"):format(began.word)) end
  if not places.is_text(place) then fail(shown, line, ("the file ends while %s is open"):format(places.describe(place))) end
end

return M
