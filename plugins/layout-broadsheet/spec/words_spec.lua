local function words(lang)
  local source = assert(lede.fs.read(require("lede.host").plugin_dir() .. "/layout-broadsheet/i18n/" .. lang .. ".lua"))
  return assert(load(source, lang, "t", {}))()
end

describe("the words of the pages", function()
  local english = words("en")
  for _, lang in ipairs { "ar", "de", "es", "fr", "it", "pt" } do
    it("are complete in " .. lang, function()
      local found = words(lang)
      for key in pairs(english) do
        expect(found[key]):to_hold()
      end
      for key in pairs(found) do
        expect(english[key]):to_hold()
      end
      expect(found.origin):to_contain("%s")
    end)
  end
end)
