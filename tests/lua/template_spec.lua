--- Specs of lede.template, run by tests/unit/script and by `lede test tests/lua`.

local output = require("lede.output")
local template = require("lede.template")

--- An engine over a table of sources; gives a function that renders.
local function engine_of(sources, helpers, fields)
  local engine = template.new(function(name)
    local source = sources[name]
    if source then return source, "layouts/" .. (name:find("%.") and name or name .. ".html") end
  end, helpers or {}, { fields = fields })
  return function(name, page)
    page = page or {}
    page.page = page
    output.start()
    local ok, message = pcall(engine.render, engine, name, page)
    if not ok then error(engine:explain(message), 0) end
    return output.take()
  end
end

local function message_of(fn, ...)
  local ok, message = pcall(fn, ...)
  expect(ok):to_be(false)
  return tostring(message)
end

local function render(source, env, name) return template.render(source, env, name) end

describe("a template's tags", function()
  it("write values escaped, also for quoted attributes", function()
    expect(render("<%= v %>", { v = [[<a href="x" title='y'>&]] })):to_be("&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;")
  end)
  it("write raw values as they are", function()
    expect(render("<%- v %>", { v = "<b>&</b>" })):to_be("<b>&</b>")
  end)
  it("print numbers plain, booleans as words, nil as nothing", function()
    expect(render("<%= 1 %>|<%= 1.5 %>|<%= 10 // 3 %>|<%= true %>|<%= false %>|<%= nil %>|")):to_be("1|1.5|3|true|false||")
    expect(render("<%- nil %><%- 2 %>")):to_be("2")
  end)
  it("run code", function()
    expect(render("<% for i, v in ipairs(list) do %><%= i %>=<%= v %>;<% end %>", { list = { "a", "b" } })):to_be("1=a;2=b;")
    expect(render("<% if x then %>yes<% else %>no<% end %>", {})):to_be("no")
  end)
  it("eat the line end after -%>", function()
    expect(render("a\n<% local x = 1 -%>\nb<%= x -%>  \nc\n")):to_be("a\nb1c\n")
    expect(render("a<%= 1 -%> b")):to_be("a1 b")
    expect(render("a<%= 1 -%>\r\nb")):to_be("a1b")
  end)
  it("may hold a closing mark in strings and long brackets", function()
    expect(render([=[<%= "%>" %>|<%= '%>' %>|<%- [==[%>]]==] %>|<%= "a\"%>" %>]=])):to_be("%&gt;|%&gt;|%>]|a&quot;%&gt;")
  end)
  it("may hold comments, which hide nothing behind them", function()
    expect(render("<% -- a note %>text")):to_be("text")
    expect(render("<% -- don't stop at this apostrophe %>text<%= 1 %>")):to_be("text1")
    expect(render("<% local x = 1 -- one\n local y = 2 -- two -%>\n<%= x + y %>")):to_be("3")
    expect(render("<% --[[ long\n %> ]] local x = 4 %><%= x -- shown\n%>")):to_be("4")
  end)
  it("take a minus before the mark as trimming only", function()
    expect(render("<%= 3 -1 %>|<%= 3 - 1 -%>|")):to_be("2|2|")
  end)
  it("keep text byte for byte", function()
    local odd = "a\\n\"'\0\1\127\r\n\t%% [[ ]] é \u{2028}"
    expect(render(odd)):to_be(odd)
    expect(render("")):to_be("")
  end)
  it("do not join with code that begins with a parenthesis", function()
    expect(render("a<% (function() end)() %>b<%= 1 %><% ;(function() end)() %>c")):to_be("ab1c")
  end)
end)

describe("a value is escaped for where it stands:", function()
  local function shown(source, v, name) return render(source, { v = v }, name) end

  it("text, where safe HTML is itself", function()
    expect(shown("<p><%= v %></p>", "<b>&")):to_be("<p>&lt;b&gt;&amp;</p>")
  end)
  it("quoted attributes", function()
    expect(shown([[<p title="<%= v %>" lang='<%= v %>'>]], [["'<>&]])):to_be(
      [[<p title="&quot;&#39;&lt;&gt;&amp;" lang='&quot;&#39;&lt;&gt;&amp;'>]])
  end)
  it("addresses, which lead to no program", function()
    local link = [[<a href="<%= v %>">]]
    expect(shown(link, "/a b?x=1&y='2'")):to_be([[<a href="/a%20b?x=1&amp;y=%272%27">]])
    expect(shown(link, "https://a.example:80/%C3%A9#é")):to_be([[<a href="https://a.example:80/%C3%A9#é">]])
    for _, bad in ipairs { "javascript:alert(1)", " JaVa\tScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "\1javascript:x", "file:///etc/passwd" } do
      expect(shown(link, bad)):to_be([[<a href="about:invalid">]])
    end
    expect(shown([[<img src="<%= v %>">]], "data:image/png;base64,AAAA")):to_contain("data:image/png")
    expect(shown([[<img src="<%= v %>">]], "data:image/svg+xml,x")):to_contain("about:invalid")
  end)
  it("parts of addresses", function()
    expect(shown([[<a href="/tags/<%= v %>/">]], "a:b/c d\"")):to_be([[<a href="/tags/a%3Ab/c%20d%22/">]])
    expect(shown([[<a href="/?q=<%= v %>">]], "a&b=c/d#é")):to_be([[<a href="/?q=a%26b%3Dc%2Fd%23%C3%A9">]])
    expect(render([[<a href="<%= a %><%= b %>">]], { a = "java", b = "script:alert(1)" })):to_be([[<a href="javascript%3Aalert(1)">]])
  end)
  it("srcset", function()
    expect(shown([[<img srcset="<%= v %>">]], "/a.png 1x, javascript:x 2x,/b c.png 3x")):to_be([[<img srcset="/a.png 1x, /b c.png 3x">]])
    expect(shown([[<img srcset="<%= v %>">]], " /a.png 320w,\n/b.png 480w, /c.png 960w")):to_be([[<img srcset="/a.png 320w, /b.png 480w, /c.png 960w">]])
    expect(shown([[<img srcset="/s.png 1x, <%= v %> 2x">]], "javascript:x")):to_be([[<img srcset="/s.png 1x,  2x">]])
  end)
  it("styles", function()
    expect(shown([[<p style="color: <%= v %>">]], "rgb(1, 2, 3)")):to_be([[<p style="color: rgb(1, 2, 3)">]])
    for _, bad in ipairs { "red; background: x", "url(x)", "expression(x)", "a/*b", [[\75rl(x)]], "'x'", "</style>" } do
      expect(shown("<style>p { color: <%= v %> }</style>", bad)):to_be("<style>p { color: invalid }</style>")
    end
  end)
  it("the inside of strings of scripts", function()
    expect(shown([[<script>f('<%= v %>', "<%= v %>")</script>]], [['"\</script>]])):to_be(
      [[<script>f('\u0027\"\\\u003c/script\u003e', "\u0027\"\\\u003c/script\u003e")</script>]])
  end)
  it("the text of a title", function()
    expect(shown("<title><%= v %></title><p><%= v %></p>", "</title><b>")):to_be("<title>&lt;/title&gt;&lt;b&gt;</title><p>&lt;/title&gt;&lt;b&gt;</p>")
  end)
  it("XML, safe values too, without what XML forbids", function()
    expect(render("<%= v %>", { v = "a<b>&\"'\1" }, "feed.xml")):to_be("a&lt;b&gt;&amp;&quot;&#39;")
  end)
  it("the inside of strings in .json files", function()
    expect(render([["<%= v %>"]], { v = 'a"b\\</script>\n' }, "x.json")):to_be([["a\"b\\\u003c/script\u003e\n"]])
  end)
end)

describe("a value is refused", function()
  local function refusal(source) return message_of(render, source, { v = 1, x = true }, "t.html") end

  it("where it would be code or a name, with what to do instead", function()
    for source, remedy in pairs {
      ["<a href=<%= v %>>"] = "double quotes",
      ["<a href=x<%= v %>>"] = "double quotes",
      ["<p <%= v %>>"] = "<% if %>",
      ["<<%= v %>>"] = "<% if %>",
      ["<p on<%= v %>=\"\">"] = "<% if %>",
      [ [[<p onclick="f(<%= v %>)">]] ] = "data- attribute",
      [ [[<iframe srcdoc="<%= v %>">]] ] = "srcdoc",
      [ [[<script type="<%= v %>">]] ] = "written out",
      ["<!-- <%= v %> -->"] = "comment",
      ["<script>// <%= v %>\n</script>"] = "comment",
      ["<script>/* <%= v %> */</script>"] = "comment",
      ["<script>`<%= v %>`</script>"] = "template literal",
      [ [[<script type="text/template"><%= v %></script>]] ] = "application/json",
      ["<iframe><%= v %></iframe>"] = "cannot be escaped",
    } do
      expect(refusal(source)):to_contain(remedy)
    end
  end)
  it("raw in anything but text", function()
    expect(refusal("\n<p title=\"<%- v %>\">")):to_contain("t.html:2: only <%= %> can stand in the attribute title")
    expect(refusal("<script><%- v %></script>")):to_contain("only <%= %>")
  end)
  it("and shows the line", function()
    expect(refusal("a\n<p>\n<a href=<%= v %>>x</a>\n")):to_contain(">   3 | <a href=<%= v %>>x</a>")
  end)
end)

describe("the markup around code", function()
  local function refusal(source) return message_of(render, source, { x = true, list = {} }, "t.html") end

  it("is the same at the end of every branch", function()
    expect(refusal("<p<% if x then %> class=\"a<% end %>>")):to_contain("t.html:1: the markup of this 'if' (line 1) ends in different places")
    expect(refusal("<% if x then %><a href=\"<% else %><b><% end %>")):to_contain("ends in different places")
    expect(refusal("<% for _ in ipairs(list) do %><p <% end %>")):to_contain("this 'do'")
  end)
  it("may be attributes, parts of values, whole elements", function()
    expect(render("<p<% if x then %> hidden<% end %>><a href=\"<% if x then %>/a<% else %>/b/<%= 1 %><% end %>\">", { x = true })):to_be("<p hidden><a href=\"/a\">")
    expect(render("<input<% if x then %> checked<% end %> disabled>", {})):to_be("<input disabled>")
  end)
  it("is whole at the end of a file and around partials", function()
    expect(refusal("<p title=\"x")):to_contain("the file ends while the attribute title is open")
    expect(refusal("<p title=\"<% partial('x') %>\">")):to_contain("a partial prints whole elements")
    expect(refusal("<p <% block('x') %><% endblock() %>>")):to_contain("block(\"x\") stands in text")
  end)
  it("is not confused by words in strings, nor by code without text", function()
    expect(render([[<% local s = "if end" if s then local t = [=[ do ]=] end %><%= s %>]])):to_be("if end")
  end)
  it("needs every block closed", function()
    expect(refusal("a\n<% if x then %>b")):to_contain("t.html:2: this 'if' is not closed")
    expect(refusal("a\n<% end %>")):to_contain("t.html:2: there is nothing open")
    expect(refusal("<p<% if x then %>a<% end %>b>")):to_contain("a name that code interrupts")
  end)
end)

describe("errors", function()
  it("name file, line and show the lines around", function()
    local message = message_of(render, "one\ntwo <%= v.x.y %>\nthree\nfour", { v = {} }, "story.html")
    expect(message):to_contain("story.html:2:")
    expect(message):to_contain("   1 | one\n>   2 | two <%= v.x.y %>\n    3 | three")
    expect(message):not_to_contain("four")
  end)
  it("keep line numbers past trimmed ends, blocks of code, comments and odd text", function()
    local source = "a\n<% local x = 1 -%>\n<%\n-- note\nlocal y = [[\n\n]]\n-%>\n\"\\\\\n'\\n'\n<%= nil .. 'x' %>\n"
    expect(message_of(render, source, {}, "t.html")):to_contain("t.html:11:")
  end)
  it("of syntax name the line and speak of the template", function()
    local message = message_of(render, "a\nb\n<% if x %>text<% end %>", {}, "t.html")
    expect(message):to_contain("t.html:3:")
    expect(message):to_contain("'then' expected before the text that follows")
    expect(message_of(render, "<% if true then %>\nx\n", {}, "t.html")):to_contain("t.html:")
  end)
  it("refuse a value that is no expression", function()
    expect(message_of(render, "\n<%= 1) os(2 %>")):to_contain(":2: in a value:")
    expect(message_of(render, "<%= %>")):to_contain("nothing in this tag")
    expect(message_of(render, "<%= local x %>")):to_contain("in a value:")
    expect(message_of(render, "<%- 1; 2 %>")):to_contain("in a value:")
  end)
  it("refuse a tag that is not closed", function()
    expect(message_of(render, "a\n<%= 1")):to_contain(":2: this tag is not closed")
    expect(message_of(render, "<% x = 'abc")):to_contain("not closed")
    expect(message_of(render, "<% [[ %>")):to_contain("not closed")
  end)
  it("refuse to print a table or a function", function()
    expect(message_of(render, "\n<%= {} %>", {}, "t.html")):to_contain("t.html:2:")
    expect(message_of(render, "<%= string.rep %>")):to_contain("function")
  end)
  it("say which template there is not", function()
    expect(message_of(engine_of {}, "absent")):to_contain("there is no template 'absent'")
    expect(message_of(engine_of { a = "<% partial('absent') %>" }, "a")):to_contain("'absent'")
  end)
end)

describe("a partial", function()
  it("sees its arguments and the page", function()
    local r = engine_of { page = "<% for _, a in ipairs(list) do partial('card', { article = a }) end %>", card = "[<%= article %> <%= title %>]" }
    expect(r("page", { list = { "x", "y" }, title = "T" })):to_be("[x T][y T]")
  end)
  it("may lack arguments", function()
    local r = engine_of({ page = "<% partial('card', {}) %>", card = "<% if length then %>long<% else %>short<% end %>" }, {}, { "article" })
    expect(r("page")):to_be("short")
  end)
  it("may have defaults for what it was not given", function()
    local r = engine_of({ page = "<% partial('card', { n = 1 }) partial('card', { n = 1, length = 5, shown = false }) %>",
      card = "<% defaults { length = 160,\n shown = true } -%>\n[<%= n %> <%= length %> <%= shown %>]" }, {}, { "article" })
    expect(r("page")):to_be("[1 160 true][1 5 false]")
  end)
  it("escapes by its own name", function()
    local r = engine_of { page = "<%= v %>;<% partial('x.json', { v = '<' }) %>", ["x.json"] = '"<%= v %>"' }
    expect(r("page", { v = "<" })):to_be('&lt;;"\\u003c"')
  end)
  it("that includes itself is stopped", function()
    local r = engine_of { a = "<% partial('b') %>", b = "<% partial('a') %>" }
    expect(message_of(r, "a")):to_contain("more than 32 deep")
    expect(message_of(r, "a")):to_contain("more than 32 deep") -- and the engine is as before
  end)
  it("may nest as deep as that", function()
    local r = engine_of { a = "<%= n %><% if n < 31 then partial('a', { n = n + 1 }) end %>" }
    expect(r("a", { n = 1 })):to_match("^1234.*31$")
  end)
  it("reports its own file and line", function()
    local r = engine_of { page = "\n\n<% partial('card', {}) %>", card = "\n<%= nil + 1 %>" }
    expect(message_of(r, "page")):to_contain("layouts/card.html:2:")
  end)
end)

describe("a layout", function()
  local base = "<title><% block('title') %>Site<% endblock() %></title><main><% block('content') %><% endblock() %></main>"

  it("puts the page where its content goes", function()
    expect(engine_of { base = base, page = "<% layout('base') -%>\n<p><%= x %></p>" }("page", { x = "<" })):to_be("<title>Site</title><main><p>&lt;</p></main>")
  end)
  it("shows blocks that the page fills", function()
    local r = engine_of { base = base, page = "<% layout('base') %><% local t = 'T' %><% block('title') %><%= t %>!<% endblock() %>body" }
    expect(r("page")):to_be("<title>T!</title><main>body</main>")
  end)
  it("may have a layout itself", function()
    local r = engine_of {
      base = base,
      middle = "<% layout('base') %><% block('title') %>M<% endblock() %><div><% block('content') %><% endblock() %></div>",
      page = "<% layout('middle') %>x",
    }
    expect(r("page")):to_contain("<title>M</title>")
  end)
  it("lets the page win over the layout between", function()
    local r = engine_of {
      base = base,
      middle = "<% layout('base') %><% block('title') %>M<% endblock() %>",
      page = "<% layout('middle') %><% block('title') %>P<% endblock() %>",
    }
    expect(r("page")):to_contain("<title>P</title>")
  end)
  it("is used by page after page without traces", function()
    local r = engine_of { base = base, a = "<% layout('base') %><% block('title') %>A<% endblock() %>a", b = "<% layout('base') %>b" }
    for _ = 1, 3 do
      expect(r("a")):to_be("<title>A</title><main>a</main>")
      expect(r("b")):to_be("<title>Site</title><main>b</main>")
    end
  end)
  it("that is a layout of itself is stopped", function()
    expect(message_of(engine_of { a = "<% layout('a') %>" }, "a")):to_contain("nested")
    expect(message_of(engine_of { a = "<% layout('b') %>", b = "<% layout('a') %>" }, "a")):to_contain("nested")
  end)
  it("must come first", function()
    expect(message_of(engine_of { base = base, a = "text\n<% layout('base') %>" }, "a")):to_contain("a.html:2:")
  end)
  it("leaves an error in the page with the page's line", function()
    local r = engine_of { base = base, page = "<% layout('base') %>\n<% block('title') %>\n<%= nil .. 1 %><% endblock() %>" }
    expect(message_of(r, "page")):to_contain("layouts/page.html:3:")
  end)
  it("has its blocks closed", function()
    expect(message_of(render, "a\n<% block('x') %>")):to_contain(":2: block(\"x\") is not closed")
    expect(message_of(render, "a\n<% endblock() %>")):to_contain(":2: endblock() without a block")
  end)
end)

describe("names in a page's template", function()
  local fields = { "article", "items", "number", "page" }
  local function rendering(source) return engine_of({ a = source }, { date = function(t) return "d" .. t end }, fields) end

  it("are the page's fields, also those it lacks", function()
    expect(rendering("<%= article %><%= items %>|<%= date(1) %>|<%= page.other %>")("a", { article = "x", other = "o" })):to_be("x|d1|o")
  end)
  it("are an error when nobody knows them", function()
    local message = message_of(rendering("\n<%= artcle %>"), "a")
    expect(message):to_contain("a.html:2: undeclared variable 'artcle'")
    expect(message):to_contain("'article'")
    expect(message_of(rendering("<%= dat(1) %>"), "a")):to_contain("'date'")
  end)
  it("cannot be assigned without local", function()
    expect(message_of(rendering("\n<% x = 1 %>"), "a")):to_contain("a.html:2: a new variable 'x'")
    expect(rendering("<% local x = 1 %><%= x %>")("a")):to_be("1")
  end)
end)
