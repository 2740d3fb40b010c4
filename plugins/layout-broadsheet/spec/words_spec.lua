local languages = { "ar", "de", "en", "es", "fr", "it", "pt" }

local function words(lang)
  local source = assert(lede.fs.read(require("lede.host").plugin_dir() .. "/layout-broadsheet/i18n/" .. lang .. ".lua"))
  return assert(load(source, lang, "t", {}))()
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
        expect(text):to_match("%S")
        expect(key .. " " .. places(text)):to_be(key .. " " .. places(english[key]))
      end
    end)
  end
end)
