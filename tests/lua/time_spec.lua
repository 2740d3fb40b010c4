local time = lede.time
local T = 1712171400 -- 2024-04-03 19:10:00 UTC, a Wednesday

describe("an instant", function()
  local cases = {
    { "iso", nil, "2024-04-03T19:10:00Z" },
    { "iso", { zone = "Europe/Paris" }, "2024-04-03T21:10:00+02:00" },
    { "rfc822", nil, "Wed, 03 Apr 2024 19:10:00 +0000" },
    { "rfc822", { zone = "America/New_York" }, "Wed, 03 Apr 2024 15:10:00 -0400" },
    { "year", { zone = "Asia/Tokyo" }, "2024" },
    { "%Y-%m-%d %H:%M:%S", nil, "2024-04-03 19:10:00" },
    { "%A %e %B", nil, "Wednesday 3 April" },
    { "%A %e %B", { lang = "fr" }, "mercredi 3 avril" },
    { "%A", { lang = "fr-CA" }, "mercredi" },
    { "%A", { lang = "tlh" }, "Wednesday" },
    { "%j %y %z %%", { zone = "Asia/Kolkata" }, "095 24 +0530 %" },
    { "%I:%M %p", nil, "7:10 p.m." },
    { "%a %e %b", { lang = "it" }, "mer 3 apr" },
    { "%e %B", { lang = "ru" }, "3 апреля" },
    { "%B", { lang = "ru" }, "апрель" },
    { "%o %B", { lang = "fr" }, "3 avril" },
    { "long", { lang = "fr" }, "3 avril 2024" },
    { "short", nil, "3 Apr 2024" },
    { "full", { lang = "en-US", zone = "Asia/Tokyo" }, "Thursday, April 4, 2024" },
    { "time", { lang = "fr", zone = "Europe/Paris" }, "21\u{a0}h\u{a0}10" },
    { "month", { lang = "es" }, "abril de 2024" },
    { "MMMMd", { lang = "de" }, "3. April" },
    { "year", { lang = "ar-u-nu-arab" }, "٢٠٢٤" },
  }
  for _, case in ipairs(cases) do
    it(("as %s is %s"):format(case[1], case[3]), function() expect(time.format(T, case[1], case[2])):to_be(case[3]) end)
  end

  it("has a long and a short form in each language", function()
    for _, lang in ipairs { "en", "fr", "ar", "de", "es" } do
      for _, style in ipairs { "long", "short", "time" } do
        expect(#time.format(T, style, { lang = lang }) > 3):to_be(true)
      end
    end
  end)
  it("is the first of a month as the language says it", function()
    local first = assert(time.parse("2024-05-01"))
    expect(time.format(first, "long", { lang = "fr" })):to_be("1er mai 2024")
    expect(time.format(first, "long", { lang = "de" })):to_be("1. Mai 2024")
  end)
  it("is no style that nobody knows", function()
    expect(function() time.format(T, "lnog") end):to_raise("there is no style 'lnog'")
    expect(function() time.format(T, "%Q") end):to_raise("there is no %Q")
    expect(function() time.format(T, "iso", { zone = "Mars/Base" }) end):to_raise("Mars/Base")
  end)
end)

describe("what is read as an instant", function()
  local cases = {
    { "2024-04-03", nil, 1712102400 },
    { "2024-04-03T19:10:00Z", nil, T },
    { "2024-04-03 19:10:00 +0000", nil, T },
    { "2024-04-03T21:10:00+02:00", nil, T },
    { "2024-04-03 21:10", { zone = "Europe/Paris" }, T },
    { "1969-12-31T23:59:59Z", nil, -1 },
    { "2000-02-29T00:00:00Z", nil, 951782400 },
  }
  for _, case in ipairs(cases) do
    it(case[1], function() expect(time.parse(case[1], case[2])):to_be(case[3]) end)
  end
  for _, bad in ipairs { "", "tomorrow", "2024-13-01", "2024-02-30", "2024-04-03T25:00:00Z", "24" } do
    it(("not %q"):format(bad), function()
      local t, err = time.parse(bad)
      expect(t):to_be_nil()
      expect(tostring(err)):to_hold()
    end)
  end
  it("comes back from its own text", function()
    for _, t in ipairs { 0, T, -86400, 4102444799 } do expect(time.parse(time.rfc3339(t))):to_be(t) end
  end)
end)

describe("the parts of an instant", function()
  it("are those of its zone", function()
    local c = time.civil(T, { zone = "Asia/Tokyo" })
    expect(c):to_equal { year = 2024, month = 4, day = 4, hour = 4, minute = 10, second = 0, weekday = 4, yearday = 95, offset = 540 }
  end)
  it("know summer time on both sides of the change", function()
    expect(time.civil(1711846799, { zone = "Europe/Paris" }).hour):to_be(1)
    expect(time.civil(1711846800, { zone = "Europe/Paris" }).hour):to_be(3)
  end)
end)
