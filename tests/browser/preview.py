"""preview.py LEDE [FOLDER [WORD]] - lede serve in a real browser: what an author sees who keeps a page open. A test's name is its sentence. With FOLDER
screenshots are left there. Exits 77 without Chromium."""
import json, os, re, shutil, signal, subprocess, sys, tempfile, time, urllib.request
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chromium

if not chromium.program():
    print("skip: no chromium in PATH (on Debian: apt-get install chromium)\n0 passed, 0 failed, 1 skipped")
    sys.exit(77)

lede = os.path.abspath(sys.argv[1])
shots = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
work = tempfile.mkdtemp()
site = work + "/site"
ARTICLE = site + "/content/news/harbour.md"
URL = "/news/2024/05/the-harbour-opens/"
PARAGRAPHS = "\n\n".join(f"Paragraph number {i} tells of {word} and of what the council said about it on that long and rainy day." for i, word in
                         enumerate("cranes ships gulls ropes tides pilots crates storms lamps wharves nets sails masts docks buoys".split() * 3))

def write(path, text):
    path = path if path.startswith("/") else site + "/" + path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new~", "w") as f: f.write(text)
    os.rename(path + ".new~", path)

def article(title="The harbour opens", body=PARAGRAPHS, extra=""):
    return f"---\ntitle: {title}\ndate: 2024-05-06T08:00:00Z\nsection: News\n{extra}---\n{body}\n"

def reset():
    """The site as every test finds it; gives when it is shown."""
    for name in ("layouts", "plugins"): shutil.rmtree(f"{site}/{name}", ignore_errors=True)
    write("lede.lua", 'return { title = "The Test", base_url = "https://test.example", params = { note = "first" } }\n')
    write(ARTICLE, article())
    write("static/extra.css", "body { --probe: one; }\n")

os.makedirs(site)
reset()
for i in range(8): write(f"content/news/other{i}.md", f"---\ntitle: Another piece, number {i}\ndate: 2024-05-0{i + 1}T07:00:00Z\nsection: News\n---\nOther text {i}{' of lanterns and quays' if i == 3 else ''}.\n")
write("content/news/draft.md", "---\ntitle: Not yet said\ndate: 2024-05-09\nsection: News\ndraft: true\n---\nA draft.\n")
subprocess.run([lede, "publish", "-s", site, "-q"], check=True)
server = subprocess.Popen([lede, "serve", "-s", site, "-q", "--port", "4700", "-j", "2"], stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "LEDE_EDITOR": f"cp {{file}} {work}/opened-{{line}}"})
base = server.stdout.readline().strip().rstrip("/")
browser = chromium.Chromium()
BAR, OVERLAY = "document.querySelector('lede-bar')", "document.querySelector('lede-overlay')"
overlay_text = f"({OVERLAY} ? {OVERLAY}.shadowRoot.querySelector('.sheet').innerText : '')"

def get(path): return urllib.request.urlopen(base + path).read().decode()

def shown(page, url=URL):
    page.open(base + url)
    page.until(f"{BAR} && {BAR}.shadowRoot.querySelector('.time')")
    page.eval("window.same = true")
    return page

def calm(page):
    reset()
    page.until(f"!{OVERLAY}")

# ---- the tests

def a_save_shows_without_loading_the_page_again(page):
    shown(page)
    write(ARTICLE, article(body="Now the text says something new.\n\n" + PARAGRAPHS))
    page.until("document.body.innerText.includes('something new')")
    assert page.eval("window.same") is True, "the page was loaded again"

def scroll_and_focus_stay_where_they_are(page):
    shown(page)
    page.eval("scrollTo(0, 900); [...document.querySelectorAll('p')].find(p => p.innerText.includes('number 20 ')).id = ''; document.querySelector('footer a, nav a').focus({preventScroll: true})")
    at = "Math.round([...document.querySelectorAll('p')].find(p => p.innerText.includes('number 20 ')).getBoundingClientRect().top)"
    before, focused = page.eval(at), page.eval("document.activeElement.outerHTML")
    write(ARTICLE, article(body="One more above.\n\nAnd another above.\n\n" + PARAGRAPHS))
    page.until("document.body.innerText.includes('another above')")
    assert abs(page.eval(at) - before) <= 2, f"the passage moved from {before} to {page.eval(at)}"
    assert page.eval("document.activeElement.outerHTML") == focused, "the focus moved"

def what_is_typed_into_a_field_stays(page):
    write("layouts/article.html", '<% layout("base") %><input id="field"><h1><%= article.title %></h1><%- article.html %>')
    shown(page)
    page.until("document.querySelector('#field')")
    page.eval("document.querySelector('#field').focus()")
    for letter in "abc": page.call("Input.insertText", {"text": letter})
    write(ARTICLE, article("The harbour opens", "Short now.", "slug: the-harbour-opens\n"))
    page.until("document.body.innerText.includes('Short now')")
    assert page.eval("document.querySelector('#field').value") == "abc" and page.eval("document.activeElement.id") == "field"

def a_style_sheet_is_swapped_in_place(page):
    write("layouts/article.html", '<% layout("base") %><link rel="stylesheet" href="/extra.css"><h1><%= article.title %></h1><%- article.html %>')
    shown(page)
    probe = "getComputedStyle(document.body).getPropertyValue('--probe').trim()"
    page.until(f"{probe} === 'one'")
    page.eval("scrollTo(0, 400)")
    write("static/extra.css", "body { --probe: two; }\n")
    page.until(f"{probe} === 'two'")
    assert page.eval("window.same") is True and page.eval("document.querySelectorAll('link[href*=\"extra.css\"]').length") == 1

def a_broken_template_stands_over_the_last_good_page_and_leaves(page):
    shown(page)
    write("layouts/article.html", '<% layout("base") %>\n<h1><%= article.title %></h1>\n<p><%= article.titel %></p>\n')
    page.until(f"{overlay_text}.includes('titel')")
    text = page.eval(overlay_text)
    for wanted in ("layouts/article.html:3", "article.titel", "This page cannot be made"): assert wanted in text, f"the overlay lacks {wanted}: {text}"
    assert page.eval("document.body.innerText.includes('Paragraph number 3')"), "the last good page is gone"
    assert page.eval(f"{OVERLAY}.shadowRoot.querySelector('.hit code').innerText").strip().startswith("<p>")
    if shots: page.shoot(f"{shots}/overlay-{'dark' if dark else 'light'}.png")
    write("layouts/article.html", '<% layout("base") %><h1>Mended</h1>')
    page.until(f"!{OVERLAY} && document.body.innerText.includes('Mended')")
    assert page.eval("window.same") is True

def the_overlay_tells_the_way_through_the_layouts(page):
    write("layouts/article.html", '<% layout("base") %><% partial("deep", {}) %>')
    write("layouts/deep.html", "<p>\n<%= nothing.at_all %>\n</p>")
    page.open(base + URL)
    page.until(f"{overlay_text}.includes('layouts/deep.html:2')")
    assert "article" in page.eval(f"{OVERLAY}.shadowRoot.querySelector('.way').innerText")

def a_template_that_loops_is_stopped_and_shown(page):
    shown(page)
    write("layouts/article.html", "<p>\n<% while true do end %>\n</p>")
    page.until(f"{OVERLAY}", 15)
    assert re.search("too long|deadline|time", page.eval(overlay_text)), page.eval(overlay_text)

def a_broken_plugin_is_named_with_its_hook(page):
    write("plugins/odd/init.lua", 'return { name = "odd", apply = function(site)\n  site:on("page.after", function(page, bytes)\n    local x = nil\n    return x.y\n  end)\nend }')
    write("lede.lua", 'return { title = "The Test", plugins = { "layout-broadsheet", "odd" } }')
    page.open(base + URL)
    page.until(f"{overlay_text}.includes('page.after')")
    text = page.eval(overlay_text)
    for wanted in ("odd", "plugins/odd/init.lua:4", "return x.y"): assert wanted in text, f"the overlay lacks {wanted}: {text}"

def a_broken_configuration_keeps_the_last_good_one(page):
    shown(page)
    write("lede.lua", 'return { title = "Renamed" \n base_url = 7 }\n')
    page.until(f"{overlay_text}.includes('lede.lua cannot be used')")
    assert "lede.lua:2" in page.eval(overlay_text)
    assert "The Test" in get("/"), "the last good configuration is gone"
    write("lede.lua", 'return { title = "Renamed" }')
    page.until(f"!{OVERLAY} && document.body.innerText.includes('Renamed')")

def a_broken_article_is_shown_with_its_line(page):
    shown(page)
    write(ARTICLE, "---lua\nreturn { title = \n---\nText.\n")
    page.until(f"{overlay_text}.includes('content/news/harbour.md')")
    assert page.eval("document.body.innerText.includes('Paragraph number 3')")

def escape_leaves_the_page_alone_until_something_else_is_wrong(page):
    shown(page)
    write("layouts/article.html", "<%= one.two %>")
    page.until(f"{OVERLAY}")
    page.key("Escape", "Escape")
    page.until(f"!{OVERLAY}")
    write("layouts/article.html", "<%= three.four %>")
    page.until(f"{overlay_text}.includes('three')")

def a_clicked_passage_leads_to_its_line(page):
    shown(page)
    page.eval("document.addEventListener('lede:source', e => window.found = e.detail)")
    page.eval("[...document.querySelectorAll('p')].find(p => p.innerText.includes('number 7 ')).dispatchEvent(new MouseEvent('click', {altKey: true, bubbles: true, cancelable: true}))")
    page.until("window.found")
    found = page.eval("window.found")
    line = article().split("\n").index(next(l for l in article().split("\n") if "number 7 " in l)) + 1
    assert (found["file"], found["line"], found["opened"]) == ("content/news/harbour.md", line, True), found
    assert os.path.exists(f"{work}/opened-{line}"), "the editor was not started"

def the_bar_says_what_the_page_read_and_works_by_keyboard(page):
    shown(page)
    text = page.eval(f"{BAR}.shadowRoot.querySelector('.bar').innerText")
    for wanted in ("published", "ms", "Why this page", "Related", "Source"): assert wanted in text, f"the bar lacks {wanted}: {text}"
    page.key("l", "KeyL", modifiers=1)
    for _ in range(12):
        if page.eval(f"{BAR}.shadowRoot.activeElement && {BAR}.shadowRoot.activeElement.id") == "tab-why": break
        page.key("Tab", "Tab")
    page.key("Enter", "Enter", text="\r")
    page.until(f"{BAR}.shadowRoot.querySelector('.panel')")
    panel = page.eval(f"{BAR}.shadowRoot.querySelector('.panel').innerText")
    for wanted in ("The harbour opens", "Templates and modules", "article.html"): assert wanted in panel, f"the panel lacks {wanted}: {panel}"
    if shots: page.shoot(f"{shots}/bar-{'dark' if dark else 'light'}.png")
    page.key("Escape", "Escape")
    page.until(f"!{BAR}.shadowRoot.querySelector('.panel')")
    page.eval(f"{BAR}.shadowRoot.querySelector('.hide').click()")
    page.until(f"!{BAR}")
    page.key("l", "KeyL", modifiers=1)
    page.until(f"{BAR}")

def the_newsroom_shows_articles_publications_and_slow_pages(page):
    shown(page)
    write(ARTICLE, article(body="For the clock: lanterns and quays."))
    page.until("document.body.innerText.includes('For the clock:')")
    page.open(base + "/_lede/")
    text = page.eval("document.body.innerText")
    for wanted in ("The Test", "Published", "Draft", "Slowest pages", "Publications", "Templates and hooks", URL): assert wanted in text, f"the newsroom lacks {wanted}"
    assert "template article" in text or "compiling article" in text, "the newsroom lacks what took the most"
    assert page.eval("document.querySelectorAll('.timeline rect').length") >= 1
    page.eval("document.querySelectorAll('details').forEach((d, i) => { if (i < 2) d.open = true })")
    if shots: page.shoot(f"{shots}/newsroom-{'dark' if dark else 'light'}.png", full=True)
    write(ARTICLE, article(body="For the newsroom: lanterns and quays."))
    page.until("document.body.innerText.includes('last change visible')")
    page.open(base + "/_lede/why?url=" + URL)
    text = page.eval("document.body.innerText")
    for wanted in ("The harbour opens", "Articles", "Templates and modules", "Related articles", "Another piece", "alike", "lanterns"): assert wanted in text, f"the view lacks {wanted}"
    if shots: page.shoot(f"{shots}/why-{'dark' if dark else 'light'}.png", full=True)

def a_page_that_is_not_there_comes_when_it_is_written(page):
    page.open(base + "/news/2024/05/tomorrow/")
    page.until("document.body.innerText.includes('no page at this address')")
    write("content/news/tomorrow.md", "---\ntitle: Tomorrow\ndate: 2024-05-08\nsection: News\n---\nIt came.\n")
    page.until("document.body.innerText.includes('It came')")
    os.unlink(site + "/content/news/tomorrow.md")

TESTS = [f for name, f in list(globals().items()) if callable(f) and getattr(f, "__code__", None) and f.__code__.co_varnames[:1] == ("page",) and f.__code__.co_argcount == 1 and name not in ("shown", "calm")]
passed = failed = 0
try:
    for dark in ((False, True) if len(sys.argv) < 5 else (False,)):
        for test in TESTS if len(sys.argv) < 4 else [t for t in TESTS if sys.argv[3] in t.__name__]:
            page = browser.page(dark=dark)
            try:
                test(page)
                passed += 1
            except (AssertionError, RuntimeError) as error:
                failed += 1
                print(f"not ok {test.__name__.replace('_', ' ')} ({'dark' if dark else 'light'}): {error}")
            page.open("about:blank")
            reset()
            time.sleep(0.3)
finally:
    browser.close()
    server.send_signal(signal.SIGINT)
    status = server.wait(60)
    shutil.rmtree(work, ignore_errors=True)
if status != 0:
    failed += 1
    print(f"not ok lede serve ended with {status}")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
