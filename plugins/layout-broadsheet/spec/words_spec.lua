local languages = { "ar", "de", "en", "es", "fr", "it", "pt" }

local function words(lang)
  local source = assert(lede.fs.read(require("lede.host").plugin_dir() .. "/layout-broadsheet/i18n/" .. lang .. ".lua"))
  return assert(load(source, lang, "t", {}))()
end

--- Small numbers, and some that languages treat as they please: French has a form for a million.
local numbers = { 100, 1000, 1000000, 2000000, 0.5, 1.5 }
for i = 0, 120 do
  numbers[#numbers + 1] = i
end

local function places(s)
  return select(2, s:gsub("%%s", ""))
end

describe("the words of the pages", function()
  local english = words("en")
  for _, lang in ipairs(languages) do
    local found = words(lang)
    it("are those of English, no more and no fewer, in " .. lang, function()
      for key in pairs(english) do
        expect(found[key]):to_hold()
      end
      for key in pairs(found) do
        expect(english[key]):to_hold()
      end
    end)
    it("say something, with the places that English has, in " .. lang, function()
      for key, text in pairs(found) do
        if type(text) == "string" then
          expect(text):to_match("%S")
          expect(key .. " " .. places(text)):to_be(key .. " " .. places(english[key]))
        end
      end
    end)
    it("have a form for every number, in " .. lang, function()
      for _, word in pairs(found) do
        for _, n in ipairs(type(word) == "table" and numbers or {}) do
          expect(word[lede.text.plural(n, lang)]):to_match("%S")
        end
      end
    end)
  end
end)
