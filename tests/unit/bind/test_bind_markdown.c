/* lede.markdown as a plugin sees it. Each script raises when something is not as it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bind/bind.h"

static int collect(lua_State *L) {
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

static int luaopen_collect(lua_State *L) {
    lua_pushcfunction(L, collect);
    return 1;
}

static void run(const char *script) {
    lede_vm *vm;
    lede_error err = {0};
    const lede_vm_options o = {.kind = LEDE_VM_PAGE};
    if (lede_vm_open(&o, &vm, &err))
        fail_msg("%s", err.message);
    lede_vm_preload(vm, "lede.markdown", luaopen_lede_markdown);
    lede_vm_preload(vm, "test.collect", luaopen_collect);
    lede_buf source;
    lede_buf_init(&source, LEDE_BUF_MAX);
    lede_buf_adds(&source, "local markdown = require('lede.markdown')\n"
                           "local function is(got, wanted) if got ~= wanted then error(('expected "
                           "%q, got %q'):format(tostring(wanted), tostring(got)), 2) end end\n"
                           "local function raises(part, fn, ...) local ok, m = pcall(fn, ...) if "
                           "ok or not tostring(m):find(part, 1, true) then error('no error with ' "
                           ".. part .. ' but ' .. tostring(m), 2) end end\n");
    lede_buf_adds(&source, script);
    lede_status st = lede_vm_load(vm, lede_buf_str(&source), "@test.lua", &err);
    if (!st)
        st = lede_vm_enter(vm, 0, 0, 10000, NULL, &err);
    lede_buf_fini(&source);
    lede_vm_close(vm);
    if (st)
        fail_msg("%s", err.message);
}

static void render_gives_a_safe_value_or_a_refusal(void **state) {
    (void)state;
    run("is(tostring(markdown.render('# A <b>x</b>')), '<h1 id=\"a-x\">A x</h1>\\n')\n"
        "is(tostring(markdown.render('# A', { extensions = { heading_ids = false } })), "
        "'<h1>A</h1>\\n')\n"
        "is(tostring(markdown.render('<i>a</i>', { unsafe = true })), '<p><i>a</i></p>\\n')\n"
        "is(type(markdown.render('x')), 'userdata')\n"
        "local html, err = markdown.render(('> '):rep(500) .. 'x')\n"
        "is(html, nil) is(err.code, 'limit') is(err.line, 1)\n"
        "raises('string expected', markdown.render)\n");
}

static void extensions_are_switched_off_one_by_one(void **state) {
    (void)state;
    run("is(tostring(markdown.render('~a~ www.b.c')), '<p><del>a</del> <a "
        "href=\"http://www.b.c\">www.b.c</a></p>\\n')\n"
        "is(tostring(markdown.render('~a~ www.b.c', { extensions = { strikethrough = false } })), "
        "'<p>~a~ <a href=\"http://www.b.c\">www.b.c</a></p>\\n')\n"
        "is(tostring(markdown.render('~a~ www.b.c', { extensions = { autolinks = false, tables = "
        "true } "
        "})), '<p><del>a</del> www.b.c</p>\\n')\n"
        "is(tostring(markdown.render('~a~', { commonmark = true })), '<p>~a~</p>\\n')\n"
        "is(tostring(markdown.render('\"a\" !', { language = 'fr' })), "
        "'<p>\u00ab\u00a0a\u00a0\u00bb\u202f!</p>\\n')\n"
        "raises(\"no Markdown extension 'smart'\", markdown.render, 'x', { extensions = { smart = "
        "false } })\n"
        "raises('extensions as a table', markdown.render, 'x', { extensions = 1 })\n"
        "raises('extensions by name', markdown.render, 'x', { extensions = { 'tables' } })\n"
        "raises(\"'language' must be a string\", markdown.render, 'x', { language = {} })\n"
        "raises(\"'directives' must be a table\", markdown.render, 'x', { directives = print })\n");
}

static void raw_html_is_told(void **state) {
    (void)state;
    run("local html, raw = markdown.render('<b>x</b> [y](javascript:z)', { raw_html = true })\n"
        "is(tostring(html), '<p><b>x</b> y</p>\\n') is(raw, true)\n"
        "html, raw = markdown.render('*x*', { raw_html = true }) is(raw, false)\n"
        "local doc = markdown.parse('<b>x</b>', { unsafe = true })\n"
        "is(doc:saw_html(), false) doc:render() is(doc:saw_html(), true)\n");
}

static void directives_are_answered_by_name(void **state) {
    (void)state;
    run("local seen = {}\n"
        "local options = { directives = {\n"
        "  box = function(d) seen[#seen + 1] = d return '<aside>' .. tostring(d.inner) .. "
        "'</aside>' end,\n"
        "  safe = function(d) return d.inner end,\n"
        "  never = function() end,\n"
        "} }\n"
        "local source = ':::box[A *title*]{kind=\"big one\" .c #i}\\nx "
        ":safe[y]\\n:::\\n\\n::never[z]\\n'\n"
        "local html = tostring(markdown.render(source, options))\n"
        "is(html, '<aside><p>x y</p>\\n</aside>\\nz\\n')\n"
        "local d = seen[1]\n"
        "is(d.name, 'box') is(d.kind, 'container') is(d.label, 'A title') is(d.line, 1)\n"
        "is(d.attrs.kind, 'big one') is(d.attrs.class, 'c') is(d.attrs.id, 'i') is(type(d.inner), "
        "'userdata')\n"
        "is(tostring(markdown.parse(source, options):render()), html)\n"
        /* one may render Markdown of its own, more often than there are buffers */
        "local nested = { directives = { md = function(d) for i = 1, 9 do markdown.render('*' .. i "
        ".. '*') end "
        "return markdown.render('**' .. d.label .. '**') end } }\n"
        "is(tostring(markdown.render('a :md[b] c', nested)), '<p>a <p><strong>b</strong></p>\\n "
        "c</p>\\n')\n");
}

static void what_a_directive_raises_is_raised_by_render(void **state) {
    (void)state;
    run("local function one(fn) return { directives = { d = fn } } end\n"
        "raises('oh no', markdown.render, ':d[x] :d[y]', one(function() error('oh no') end))\n"
        "raises('oh no', markdown.parse, ':d[x]', one(function() error('oh no') end))\n"
        "raises(\"directive 'd' must give HTML\", markdown.render, ':d[x]', one(function() return "
        "1 end))\n"
        "raises('zero byte', markdown.render, ':d[x]', one(function() return '\\0' end))\n"
        "raises('call a number', markdown.render, ':d[x]', { directives = { d = 1 } })\n"
        "local ok, e = pcall(markdown.render, ':d[x]', one(function() error({ 7 }) end))\n"
        "is(ok, false) is(e[1], 7)\n"
        "is(tostring(markdown.render('still *here*')), '<p>still <em>here</em></p>\\n')\n");
}

static void notes_reach_the_author(void **state) {
    (void)state;
    run("local notes = {}\n"
        "local options = { on_note = function(n) notes[#notes + 1] = n.kind .. ' ' .. n.name .. ' "
        "' .. n.line "
        ".. ': ' .. n.message end }\n"
        "markdown.render('x\\n\\n:::who\\n\\n[^1]: lost\\n', options)\n"
        "is(#notes, 3) is(notes[1]:match('^footnote 1 5: ') ~= nil, true)\n"
        "is(notes[2], 'directive who 3: not closed; it ends with what it stands in')\n"
        "is(notes[3], 'directive who 3: nobody knows it; its content stays')\n"
        "raises('stop', markdown.render, '::x', { on_note = function() error('stop') end })\n");
}

static void nodes_are_read_and_changed(void **state) {
    (void)state;
    run("local doc = markdown.parse('## Head\\n\\n[a](/u \"t\")\\n\\n```lua\\nx\\n```\\n')\n"
        "local h, link, code = doc:collect('heading')[1], doc:collect('link')[1], "
        "doc:collect('code_block')[1]\n"
        "is(h.level, 2) is(h.type, 'heading') is(h.line, 1) is(h.column, 1) is(h.literal, nil)\n"
        "is(link.url, '/u') is(link.title, 't') is(code.info, 'lua') is(code.literal, 'x\\n')\n"
        "is(link.parent.previous, h) is(h.first.literal, 'Head') is(doc:root().last, code) "
        "is(doc:root().parent, nil)\n"
        "h.level = 3 link.url = '/v' link.title = '' code.info = '' code.literal = '<y>'\n"
        "is(tostring(doc:render()), '<h3 id=\"head\">Head</h3>\\n<p><a "
        "href=\"/v\">a</a></p>\\n<pre><code>&lt;y&gt;</code></pre>\\n')\n"
        "raises('no field', function() return h.nothing end)\n"
        "raises('cannot be set', function() h.type = 'text' end)\n"
        "raises('has no', function() h.url = '/x' end)\n"
        "raises('has no', function() h.level = 9 end)\n"
        "is(doc:outline()[1].id, 'head') is(doc:outline()[1].text, 'Head') "
        "is(doc:outline()[1].level, 3)\n");
}

static void nodes_are_made_moved_and_replaced(void **state) {
    (void)state;
    run("local doc = markdown.parse('one\\n\\ntwo ![p](i.png)\\n')\n"
        "local image = doc:collect('image')[1]\n"
        "image:replace(doc:html('<picture></picture>', { inline = true }))\n"
        "local p = doc:new('paragraph') local t = doc:new('text') t.literal = 'new'\n"
        "p:append(t) doc:root().first:insert_before(p)\n"
        "p:insert_after(doc:html('<hr class=\"x\">'))\n"
        "is(tostring(doc:render()), '<p>new</p>\\n<hr class=\"x\">\\n<p>one</p>\\n<p>two "
        "<picture></picture></p>\\n')\n"
        "p:unlink() p:unlink()\n"
        "is(doc:root().first.type, 'custom_block')\n"
        "raises('cannot stand there', t.append, t, p)\n"
        "raises('no type', doc.new, doc, 'table')\n"
        "local other = markdown.parse('x')\n"
        "raises('same document', p.append, p, other:root())\n");
}

static void walks_enter_and_leave(void **state) {
    (void)state;
    run("local doc, seen = markdown.parse('a *b*\\n\\n- c\\n'), {}\n"
        "doc:walk(function(node, entering) seen[#seen + 1] = (entering and '+' or '-') .. "
        "node.type end)\n"
        "is(table.concat(seen, ' '), '+document +paragraph +text +emph +text -emph -paragraph "
        "+list +item +paragraph +text -paragraph -item -list -document')\n"
        "doc:walk(function(node, entering) if node.type == 'emph' and not entering then "
        "node:unlink() end end)\n"
        "is(tostring(doc:render()), '<p>a </p>\\n<ul>\\n<li>c</li>\\n</ul>\\n')\n"
        "raises('mine', function() doc:walk(function() error('mine') end) end)\n");
}

static void handles_are_the_same_and_die_with_their_document(void **state) {
    (void)state;
    run("local doc = markdown.parse('a')\n"
        "local p = doc:root().first\n"
        "is(p, doc:collect('paragraph')[1])\n"
        "doc:close() doc:close()\n"
        "raises('closed', function() return p.type end)\n"
        "raises('closed', function() p:unlink() end)\n"
        "raises('closed', doc.render, doc)\n"
        "raises('closed', doc.root, doc)\n"
        "local late = markdown.parse('x y')\n"
        "raises('closed', function() late:walk(function() late:close() end) end)\n"
        "local kept\n"
        "do local gone = markdown.parse('k') kept = gone:root().first.first end\n"
        "for i = 1, 200 do markdown.parse(('w %d '):rep(5):format(1, 2, 3, 4, 5)) if i % 50 == 0 "
        "then require('test.collect')() end end\n"
        "is(kept.literal, 'k')\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(render_gives_a_safe_value_or_a_refusal),
        cmocka_unit_test(extensions_are_switched_off_one_by_one),
        cmocka_unit_test(raw_html_is_told),
        cmocka_unit_test(directives_are_answered_by_name),
        cmocka_unit_test(what_a_directive_raises_is_raised_by_render),
        cmocka_unit_test(notes_reach_the_author),
        cmocka_unit_test(nodes_are_read_and_changed),
        cmocka_unit_test(nodes_are_made_moved_and_replaced),
        cmocka_unit_test(walks_enter_and_leave),
        cmocka_unit_test(handles_are_the_same_and_die_with_their_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
