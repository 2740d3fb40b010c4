local template = require("lede.template")

local function render(source, env, name) return template.render(source, env, name) end

--- An engine over named sources; gives the output of the first.
local output = require("lede.output")
local function site(sources)
  local engine = template.new(function(name)
    if sources[name] then return sources[name], name .. ".html" end
  end, { shout = string.upper })
  return function(name, env)
    local began = output.length()
    engine:render(name, setmetatable({}, { __index = env or {} }))
    return output.since(began)
  end, engine
end

describe("a template", function()
  local cases = {
    { "plain text", "plain text" },
    { "", "" },
    { "<%= 1 + 1 %>", "2" },
    { "<%= title %>", "A &amp; B" },
    { "<%- title %>", "A & B" },
    { "<%= missing %>|<%- missing %>", "|" },
    { "<%= true %> <%= 0.5 %>", "true 0.5" },
    { "<% for i = 1, 3 do %><%= i %>,<% end %>", "1,2,3," },
    { "<% if missing then %>yes<% else %>no<% end %>", "no" },
    { "a\n<% local x = 1 -%>\nb<%= x %>", "a\nb1" },
    { "<%= '%' .. '>' %>", "%&gt;" },
    { '<%= "%>" %>', "%&gt;" },
    { "<%= [==[%>]==] %>", "%&gt;" },
    { "line\r\n\"quoted\" \\ back\0slash", "line\r\n\"quoted\" \\ back\0slash" },
    { "<%= [[<script>]] %>", "&lt;script&gt;" },
    { "<a title=\"<%= [[\"x\"]] %>\">", "<a title=\"&quot;x&quot;\">" },
    { "é <%= 'é' %>", "é é" },
  }
  for _, case in ipairs(cases) do
    it(("%q gives %q"):format(case[1], case[2]), function() expect(render(case[1], { title = "A & B" })):to_be(case[2]) end)
  end

  it("escapes for XML by its name", function() expect(render("<%= 'a\1<' %>", nil, "feed.xml")):to_be("a&lt;") end)
  it("escapes for JSON by its name", function() expect(render([["<%= '"</script>' %>"]], nil, "data.json")):not_to_contain("</script>") end)
  it("prints no tables", function()
    expect(function() render("<%= {} %>") end):to_raise("a template prints text and numbers, not a table")
    expect(function() render("<%- {} %>") end):to_raise("a template prints text, not a table")
  end)
end)

describe("an error in a template", function()
  it("names file and line, and shows the lines around it", function()
    local ok, message = pcall(render, "one\n<% local x = 1 %>\n<%= nothing.at_all %>\nfour")
    expect(ok):to_be(false)
    expect(message):to_contain("template.html:3:")
    expect(message):to_contain(">   3 | <%= nothing.at_all %>")
    expect(message):to_contain("    4 | four")
  end)
  it("has the right line after text, code and trimmed ends of many lines", function()
    local ok, message = pcall(render, "a\nb\n<%\nlocal x\n=\n1\n-%>\n\n<% error('here') %>")
    expect(ok):to_be(false)
    expect(message):to_contain("template.html:9: here")
  end)
  it("is found before anything is rendered", function()
    expect(function() render("a\n<% if x %>") end):to_raise("template.html:2:")
    expect(function() render("a\n<%= x") end):to_raise("template.html:2: this tag is not closed")
    expect(function() render("<% block('x') %>") end):to_raise("block(\"x\") is not closed")
    expect(function() render("<% endblock() %>") end):to_raise("endblock() without a block")
    expect(function() render("text <% layout('base') %>") end):to_raise("layout(…) stands first")
  end)
  it("assigns no globals", function()
    local env = {}
    render("<% fresh = 1 %><%= fresh %>", env)
    expect(env.fresh):to_be_nil()
    expect(rawget(_G, "fresh")):to_be_nil()
  end)
end)

describe("a layout", function()
  local base = "<head><% block('head') %>default<% endblock() %></head><body><% block('content') %><% endblock() %></body>"
  it("holds what stands outside blocks as content", function()
    local go = site { base = base, page = "<% layout('base') %>Hello <%= who %>" }
    expect(go("page", { who = "B&B" })):to_be("<head>default</head><body>Hello B&amp;B</body>")
  end)
  it("takes blocks that see the file's locals", function()
    local go = site { base = base, page = "<% layout('base') %><% local t = 'T' %><% block('head') %><%= t %><% endblock() %>text" }
    expect(go("page")):to_be("<head>T</head><body>text</body>")
  end)
  it("may have a layout", function()
    local go = site { root = "[<% block('main') %><% endblock() %>]", base = "<% layout('root') %><% block('main') %>(<% block('content') %><% endblock() %>)<% endblock() %>", page = "<% layout('base') %>x" }
    expect(go("page")):to_be("[(x)]")
  end)
  it("fills its own blocks when it is rendered alone", function()
    expect(site { base = base }("base")):to_be("<head>default</head><body></body>")
  end)
  it("that is missing is named", function()
    local go = site { page = "<% layout('nowhere') %>x" }
    expect(function() go("page") end):to_raise("there is no template 'nowhere'")
  end)
  it("that failed leaves nothing behind", function()
    for _ = 1, 20 do
      expect(function() render("text<% error('inside') %>") end):to_raise("inside")
      expect(function() render("<% layout('nowhere') %>x") end):to_raise("no template 'nowhere'")
      expect(function() render("<% layout('nowhere') %>x<% error('inside') %>") end):to_raise("inside")
    end
    expect(output.length()):to_be(0)
    expect(render("fine")):to_be("fine")
  end)
end)

describe("a partial", function()
  it("sees its arguments, then the page's names", function()
    local go = site { card = "<%= a %><%= b %>", page = "<% partial('card', { a = 1 }) %>|<% partial('card') %>" }
    expect(go("page", { a = "A", b = "B" })):to_be("1B|AB")
  end)
  it("ends when it includes itself", function()
    local go = site { page = "<% partial('page') %>" }
    expect(function() go("page") end):to_raise("nested more than 32 deep, at 'page'")
    expect(site { page = "ok" }("page")):to_be("ok")
  end)
end)

describe("a helper", function()
  it("is called by its name", function()
    expect(site { page = "<%= shout('a') %> outshout" }("page")):to_be("A outshout")
  end)
end)
