"""search.py LEDE [SITE] - the search page of a published site in a real browser: a folder of files behind a server that knows nothing. A test's
name is its sentence. With SITE (published, with the plugin) only what a first query costs there is printed. Exits 77 without Chromium."""
import functools, http.server, os, re, shutil, subprocess, sys, tempfile, threading
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chromium

if not chromium.program():
    print("skip: no chromium in PATH (on Debian: apt-get install chromium)\n0 passed, 0 failed, 1 skipped")
    sys.exit(77)

lede = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp()
MOST = 40 * 1024

class Files(http.server.SimpleHTTPRequestHandler):
    sent = {}
    def log_message(self, *_): pass
    def copyfile(self, source, output):
        data = source.read()
        Files.sent[self.path.split("?")[0]] = len(data)
        output.write(data)

def serve(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"

def cost():
    """Bytes of the script, the index and what of it was read: not the page and its style, which every page has."""
    return sum(size for path, size in Files.sent.items() if "search" in path and not path.endswith("/search/"))

def article(title, date, body, lang="en"): return f"---\ntitle: {title}\ndate: {date}\nsection: News\nlang: {lang}\n---\n{body}\n"

def write(path, text):
    path = f"{work}/site/{path}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f: f.write(text)

def publish(): subprocess.run([lede, "publish", "-s", work + "/site", "-q", "--no-fsync"], check=True)

STATUS = "document.getElementById('search-status').textContent"
TITLES = "[...document.querySelectorAll('#search-results a')].map((a) => a.textContent)"

def ask(page, words):
    page.eval(f"document.getElementById('search-words').focus(), document.getElementById('search-words').value = {words!r}, {STATUS[:-12]}.textContent = ''")
    page.key("Enter", "Enter", text="\r")
    page.until(STATUS)
    return page.eval(TITLES)

def open_search(page, query=""):
    page.open(base + "/search/" + query)
    page.until("document.getElementById('search-words')")

browser = chromium.Chromium()
if len(sys.argv) > 2:
    base = serve(os.path.abspath(sys.argv[2]))
    for words in sys.argv[3:]:
        Files.sent.clear()
        page = browser.page()
        page.call("Network.enable"); page.call("Network.setCacheDisabled", {"cacheDisabled": True})
        open_search(page)
        titles = ask(page, words)
        print(f"{cost():6} bytes in {len([p for p in Files.sent if '/search/' in p]) - 1} files: {words}: {page.eval(STATUS)} {titles[:1]}")
    browser.close()
    sys.exit(0)

write("lede.lua", 'return { title = "The Test", plugins = { "layout-broadsheet", "search" } }\n')
write("content/a.md", article("Harbours open", "2024-01-01", "Cranes lift the first crates. The mayor's café is near."))
write("content/b.md", article("The council meets", "2024-01-02", "It spoke of the harbour, and of bridges."))
write("content/c.md", article("Les élections", "2024-01-03", "L’élection du maire et l'écluse.", "fr"))
write("content/d.md", article("Die Straße", "2024-01-04", "Der Bürgermeister öffnet die Brücken.", "de"))
write("content/z.md", article("東京の天気", "2024-01-05", "東京は雨です。", "ja"))
write("content/draft.md", article("Nobody knows", "2024-01-06", "Secretly harbour.").replace("lang: en", "lang: en\ndraft: true"))
for i in range(25): write(f"content/n{i}.md", article(f"Number {i}", "2023-01-01", "A piece of the series on lamps." + " Trains." * (i < 14)))
publish()
base = serve(work + "/site/public")

def test_words_are_found_in_every_form(page):
    open_search(page)
    assert ask(page, "harbour") == ["Harbours open", "The council meets"], page.eval(TITLES)
    assert page.eval(STATUS) == "2 articles", page.eval(STATUS)
    assert ask(page, "Council's BRIDGE") == ["The council meets"], page.eval(TITLES)

def test_accents_elisions_and_scripts_without_blanks_are_no_hindrance(page):
    open_search(page)
    for words, title in {"cafe": "Harbours open", "l'élection": "Les élections", "ECLUSE": "Les élections", "strasse": "Die Straße", "burgermeister": "Die Straße", "東京": "東京の天気"}.items():
        assert ask(page, words) == [title], (words, page.eval(TITLES))

def test_beginnings_are_found_and_a_form_that_nobody_wrote(page):
    open_search(page)
    assert ask(page, "bridg") == ["The council meets"] and ask(page, "cranelike") == [] and ask(page, "councils") == ["The council meets"]

def test_all_words_must_be_there(page):
    open_search(page)
    assert ask(page, "harbour crates") == ["Harbours open"] and ask(page, "crates bridges") == []
    assert page.eval(STATUS) == "Nothing is found."

def test_what_is_not_public_stands_in_no_file(page):
    open_search(page)
    assert ask(page, "secretly") == []
    assert subprocess.run(["grep", "-rqi", "secretly", work + "/site/public"]).returncode == 1

def test_more_results_come_when_asked_and_keep_the_keyboard(page):
    open_search(page)
    assert len(ask(page, "trains")) == 10
    page.eval("document.getElementById('search-more').click()")
    page.until(f"{TITLES}.length === 14 && document.getElementById('search-more').hidden")
    assert page.eval("document.activeElement === document.querySelectorAll('#search-results a')[10]")

def test_a_query_has_an_address_and_back_goes_back(page):
    open_search(page, "?q=bridges")
    page.until(f"{TITLES}.length === 1")
    ask(page, "crates")
    assert page.eval("location.search") == "?q=crates"
    page.eval("history.back()")
    page.until(f"{TITLES}[0] === 'The council meets' && document.getElementById('search-words').value === 'bridges'")

def test_what_stands_in_most_articles_is_said_to(page):
    open_search(page)
    assert ask(page, "lamps") == [] and "most articles" in page.eval(STATUS)
    assert len(ask(page, "lamps harbour")) == 2

def test_the_page_names_its_field_and_says_its_results(page):
    open_search(page)
    assert page.eval("document.querySelector('label[for=search-words]').textContent.length > 3 && document.querySelector('form[role=search]') !== null")
    assert page.eval("document.getElementById('search-status').getAttribute('aria-live')") == "polite"
    assert page.eval("[...document.scripts].every((s) => s.src)"), "an inline script"

def test_a_query_is_text_and_nothing_else(page):
    open_search(page, "?q=%3Cimg+src%3Dx+onerror%3D%22window.bad%3D1%22%3E")
    page.until(STATUS)
    assert page.eval("window.bad") is None and page.eval("document.querySelector('main img')") is None

def test_an_edit_changes_the_files_of_its_words_only(page):
    before = {name: open(f"{work}/site/public/search/w/{name}").read() for name in os.listdir(work + "/site/public/search/w")}
    write("content/a.md", article("Harbours open", "2024-01-01", "Cranes lift the first crates. The mayor's zeppelin is near."))
    publish()
    after = {name: open(f"{work}/site/public/search/w/{name}").read() for name in before}
    changed = [name for name in before if before[name] != after[name]]
    assert 1 <= len(changed) <= 3, changed
    open_search(page)
    assert ask(page, "zeppelin") == ["Harbours open"] and ask(page, "cafe") == []
    os.remove(work + "/site/content/b.md")
    publish()
    open_search(page)
    assert ask(page, "bridges") == []

passed = failed = 0
for name, test in [(n, f) for n, f in list(globals().items()) if n.startswith("test_")]:
    page = browser.page()
    page.call("Network.enable"); page.call("Network.setCacheDisabled", {"cacheDisabled": True})
    try:
        test(page)
        passed += 1
    except (AssertionError, RuntimeError) as error:
        failed += 1
        print(f"FAILED: {name[5:].replace('_', ' ')}: {error!r}")
browser.close()
shutil.rmtree(work, ignore_errors=True)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
