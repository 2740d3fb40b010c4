# cases.sh - see run. Every case starts in an empty folder of its own.

test_version_and_help_answer() {
    exits 0 "$lede" version; has out "lede 0.1"
    exits 0 "$lede" help; has out "publish"
    exits 0 "$lede" help publish; has out "--jobs"
    exits 0 "$lede" help --man; has out ".TH LEDE"
    exits 0 "$lede" publish --help; has out "usage: lede publish"
}

test_misspelt_verbs_flags_and_keys_get_a_suggestion() {
    exits 2 "$lede" publsh; has err "Did you mean 'publish'?"
    exits 2 "$lede" publish --job 2; has err "Did you mean '--jobs'?" || has err "Did you mean 'jobs'?"
    site; echo 'return { title = "x", base_ulr = "https://x.example" }' >lede.lua
    exits 1 "$lede" publish; has err "base_url"; has err "lede.lua"
}

test_a_site_from_nothing_publishes() {
    exits 0 "$lede" init my-site
    exits 0 "$lede" publish -s my-site
    [ -f my-site/public/index.html ]; has my-site/public/index.html "Hello, readers"
    exits 1 "$lede" init my-site; has err "is a site already"
}

test_new_article_prints_its_file_and_never_overwrites() {
    exits 0 "$lede" init s; exits 0 "$lede" new article "Two ministers: a \"call\"" --section Politics -s s
    f=$(cat out); [ -f "$f" ]; has "$f" 'title: "Two ministers: a \"call\""'; has "$f" "id: "
    exits 1 "$lede" new article "Two ministers: a \"call\"" --section Politics -s s; has err "is there already"
    exits 0 "$lede" publish -s s; grep -rqF "Two ministers" s/public
}

test_new_layouts_and_plugins_work_as_they_stand() {
    exits 0 "$lede" init s; cd s
    exits 0 "$lede" new layout morning; exits 0 "$lede" new plugin minutes
    exits 1 "$lede" new layout morning; has err "is there already"
    exits 2 "$lede" new layout Up/../x; has err "lower-case letters"
    exits 0 "$lede" test morning minutes; has out "2 passed, 0 failed"
    echo 'return { title = "T", plugins = { "morning", "minutes" } }' >lede.lua
    exits 0 "$lede" publish; has public/index.html 'class="card"'; has public/index.html "/assets/morning.css"
    exits 0 "$lede" doctor --templates; has out "plugins/morning/templates/card.html"
}

test_doctor_says_which_file_answers_for_a_template() {
    site; mkdir layouts; echo '<p <%= x %>>' >layouts/card.html
    exits 3 "$lede" doctor --templates
    has out "layouts/card.html   (the site's own comes first)"; has out "not plugins/layout-broadsheet/templates/card.html"
    has out "layouts/card.html:1: no value can stand in a tag"
    exits 3 "$lede" doctor --templates --json; has out '"problems":1'
}

# Two pages of one section: what a partial prints is kept only while it does not look at the page it stands in.
test_a_partial_that_looks_at_its_page_is_made_for_each_page() {
    site; article content/a.md One 2024-01-02 "Text."; article content/b.md Two 2024-01-03 "Text."
    mkdir layouts
    echo '<% partial("same", { n = 1 }) %><% partial("page", { n = 1 }) %><% partial("late", {}) %><% partial("dice", { n = 1 }) %>' >layouts/article.html
    echo '<b><%= n %><%= lede.memo("test", function() return edition:count {} end) %></b>' >layouts/same.html
    echo '<i><%= page.url %></i><% partial("inner", { m = n }) %>' >layouts/page.html
    echo '<u><%= m %><%= article.title %></u>' >layouts/inner.html
    echo '<s><%= later or "none" %></s>' >layouts/late.html
    echo '<q><%= math.random(1000000) %></q>' >layouts/dice.html
    mkdir -p plugins/later
    echo 'return { name = "later", apply = function(site) site:on("page.before", function(page) if page.article.title == "Two" then page.later = "x" end end) end }' >plugins/later/init.lua
    echo 'return { title = "T", plugins = { "layout-broadsheet", "later" } }' >lede.lua
    "$lede" publish -j 1 >out 2>err || true # lists have no article for the plugin: their pages fail, these do not
    one=$(find public -path '*one*' -name index.html) two=$(find public -path '*two*' -name index.html)
    has "$one" "<b>12</b>"; has "$two" "<b>12</b>"; has "$one" "one/</i>"; has "$two" "two/</i>"
    has "$one" "<u>1One</u>"; has "$two" "<u>1Two</u>"; has "$one" "<s>none</s>"; has "$two" "<s>x</s>"
    [ "$(grep -o '<q>.*</q>' "$one")" != "$(grep -o '<q>.*</q>' "$two")" ]
}

test_any_number_of_workers_and_any_two_runs_give_the_same_bytes() {
    for j in 1 2 4; do exits 0 "$lede" publish --no-fsync -s "$top/examples/politics-monitor" -d "$PWD/o$j" --store "$PWD/v$j/lede.db" -j $j; done
    same o1 o2; same o1 o4; cmp <(tail -n +2 o1/.lede-manifest) <(tail -n +2 o4/.lede-manifest)
}

test_a_second_publication_writes_nothing() {
    site; article content/a.md One 2024-01-02 "Text."
    publish; publish --json; has out '"written":0'; has out '"changed":false'
}

# The worker tells of a file once; here with a page that has something to say and therefore no record.
test_a_template_that_appears_changes_pages_made_after_one_with_a_note() {
    site; article content/b.md Second 2024-01-02 "Text."; article content/a.md First 2024-01-03 "{{< nobody >}}"
    publish -j 1; has err "no plugin knows the tag 'nobody'"
    file layouts/article.html <<<'<p>new: <%= article.title %></p>'
    publish; has public/news/2024/01/first/index.html "new: First"; has public/news/2024/01/second/index.html "new: Second"
}

test_a_changed_article_changes_its_pages_only() {
    site; article content/a.md One 2024-01-02 "Text."; article content/b.md Two 2024-01-03 "Other."
    publish; before=$(stat -c %i public/news/2024/01/one/index.html); sleep 0.01
    article content/b.md Two 2024-01-03 "Other words."; publish; publish
    has public/news/2024/01/two/index.html "Other words."
    [ "$before" = "$(stat -c %i public/news/2024/01/one/index.html)" ] || fail "an unchanged page was written anew"
}

test_a_file_that_disappears_withdraws_its_article_and_keeps_its_history() {
    site; article content/a.md One 2024-01-02 "Text."; article content/b.md Two 2024-01-03 "Other."
    publish; rm content/a.md; publish
    [ ! -e public/news/2024/01/one/index.html ]; lacks public/index.html One
    exits 0 "$lede" article history a.md; has out withdrawn; has out created
}

test_a_rename_keeps_the_identity_and_is_said_aloud() {
    site; article content/a.md One 2024-01-02 "Text."
    publish; exits 0 "$lede" article list --json; id=$(grep -o '"id":"[^"]*"' out)
    mv content/a.md content/z.md; publish; has err "renamed from a.md"
    exits 0 "$lede" article list --json; has out "$id"
}

test_the_store_can_be_made_anew_without_changing_an_id_or_address() {
    site; article content/a.md One 2024-01-02 "Text."; article content/x/b.md Two 2024-01-03 "Other."
    publish; exits 0 "$lede" article list --all --json; grep -oE '"(id|url)":"[^"]*"' out >one
    rm -rf var; publish; exits 0 "$lede" article list --all --json; grep -oE '"(id|url)":"[^"]*"' out >two; cmp one two
}

test_one_bad_article_does_not_stop_the_others_and_its_place_is_named() {
    site; article content/a.md One 2024-01-02 "Text."
    printf -- '---lua\n{ title = "x", date = os.time() }\n---\nBody\n' | file content/bad.md
    publish && fail "exit 0"; has err "content/bad.md:2"; [ -f public/news/2024/01/one/index.html ]
}

test_lua_and_json_front_matter_are_read_and_toml_is_explained() {
    site; printf -- '---lua\n{ title = "From Lua", date = "2024-02-03", section = "News", tags = { "a", "b" } }\n---\nBody\n' | file content/l.md
    printf '{ "title": "From JSON", "date": "2024-02-04", "section": "News" }\n\nBody\n' | file content/j.md
    printf '+++\ntitle = "t"\n+++\nBody\n' | file content/t.md
    publish || true; [ -f public/news/2024/02/from-lua/index.html ]; [ -f public/news/2024/02/from-json/index.html ]; has err TOML
}

test_two_articles_with_one_explicit_address_are_an_error_naming_both() {
    site; for n in a b; do printf -- '---\ntitle: %s\ndate: 2024-01-01\nurl: /same/\n---\nx\n' $n | file content/$n.md; done
    publish && fail "exit 0"; has err "a.md"; has err "b.md"; [ -f public/same/index.html ]
}

test_equal_titles_get_addresses_of_their_own() {
    site; article content/a.md Same 2024-01-02 "One."; article content/b.md Same 2024-01-03 "Two."
    publish; [ -f public/news/2024/01/same/index.html ]; [ -f public/news/2024/01/same-2/index.html ]
}

test_a_template_that_loops_is_an_error_of_its_page_and_others_are_made() {
    site; article content/a.md One 2024-01-02 "Text."; article content/b.md Two 2024-01-03 "Text."
    printf '<%% if article.slug == "one" then while true do end end %%><p><%%= article.title %%></p>\n' | file layouts/article.html
    publish && fail "exit 0"; has err "news/2024/01/one"; has err "took too long"; has public/news/2024/01/two/index.html "<p>Two</p>"
}

test_a_template_error_shows_file_line_and_code() {
    site; article content/a.md One 2024-01-02 "Text."
    printf '<p>\n<%%= article.title %%>\n<%%= nothing.here %%>\n</p>\n' | file layouts/article.html
    publish && fail "exit 0"; has err "layouts/article.html:3"; has err ">   3 |"
}

test_a_plugin_that_cannot_load_leaves_the_old_site_live() {
    site; article content/a.md One 2024-01-02 "Text."; publish
    echo 'return { title = "The Test", plugins = { "layout-broadsheet", "broken" } }' >lede.lua
    echo 'return { name = "broken", apply = function() error("no good") end }' | file plugins/broken/init.lua
    publish && fail "exit 0"; has err broken; has err "no good"; [ -f public/news/2024/01/one/index.html ]
}

test_a_plugin_with_unknown_options_is_refused_with_a_suggestion() {
    site; article content/a.md One 2024-01-02 "Text."
    echo 'return { title = "T", base_url = "https://t.example", plugins = { "layout-broadsheet", rss = { limt = 3 } } }' >lede.lua
    publish && fail "exit 0"; has err "plugins.rss.limt"; has err "limit"
}

test_what_titles_hold_is_escaped_everywhere() {
    site; printf -- '---\ntitle: "<script>alert(1)</script> & \\"q\\""\ndate: 2024-01-02\nsection: "<b>News</b>"\ntags: ["<i>"]\n---\n<script>alert(2)</script>\n\n[x](javascript:alert(3))\n' | file content/a.md
    publish; ! grep -rE '<script>alert|<b>News|href="javascript' public || fail "unescaped"
}

test_drafts_scheduled_and_expired_pieces_are_not_in_one_byte_of_the_site() {
    site; article content/a.md One 2024-01-02 "Text."
    printf -- '---\ntitle: Draftzebra\ndate: 2024-01-02\ndraft: true\n---\nx\n' | file content/d.md
    printf -- '---\ntitle: Futurezebra\ndate: 2999-01-02\n---\nx\n' | file content/f.md
    printf -- '---\ntitle: Oldzebra\ndate: 2020-01-02\nexpires: 2021-01-01\n---\nx\n' | file content/e.md
    publish --json; ! grep -rq zebra public; has out '"reason":"scheduled"'; has out '"reason":"expired"'; has out '"reason":"draft"'
    publish --at 2020-06-01 -d at; grep -rq Oldzebra at; ! grep -rq One at/index.html
    publish --drafts -d drafts --store other.db; grep -rq Draftzebra drafts
}

test_what_lede_did_not_write_is_never_touched() {
    site; article content/a.md One 2024-01-02 "Text."; mkdir -p public; echo mine >public/mine.txt
    publish && fail "exit 0"; has err "did not write"; [ "$(cat public/mine.txt)" = mine ]
    rm public/mine.txt; publish; echo mine >public/mine.txt; mkdir -p public/.well-known; echo k >public/.well-known/key
    article content/b.md Two 2024-01-03 "x"; publish; [ "$(cat public/mine.txt)" = mine ]; [ "$(cat public/.well-known/key)" = k ]
    article content/b.md Two 2024-01-03 "y"; publish; [ "$(cat public/mine.txt)" = mine ]
}

test_killed_anywhere_a_publication_leaves_one_whole_site() {
    site; for i in $(seq 1 60); do article content/a$i.md "Piece $i" 2024-01-02 "First text $i."; done; publish
    for ms in 2 5 10 20 30 45 60 80; do
        for i in $(seq 1 60); do article content/a$i.md "Piece $i" 2024-01-02 "Text of round $ms."; done
        "$lede" publish --no-fsync >/dev/null 2>&1 & pid=$!; sleep 0.0$(printf %02d $ms); kill -9 $pid 2>/dev/null || true; wait $pid 2>/dev/null || true
        n=$(grep -rlE "First text|Text of round" public/news | wc -l); [ "$n" -ge 60 ] || fail "$n pages after $ms ms"
        [ "$(grep -rhoE 'Text of round [0-9]+|First text' public/news/2024/01/piece-*/ | sort -u | wc -l)" -eq 1 ] || fail "a mixture after $ms ms"
    done
    publish; [ "$(grep -rlF "Text of round 80" public/news/2024/01/piece-*/ | wc -l)" -eq 60 ]
}

test_old_addresses_lead_to_where_the_article_is() {
    site; article content/a.md "First title" 2024-01-02 "Text."; sed -i 's/^section/aliases: [\/very-old\/, \/older.html]\nsection/' content/a.md
    echo 'return { title = "T", base_url = "https://t.example", plugins = { "layout-broadsheet", redirects = { maps = { nginx = true } } } }' >lede.lua
    publish; has public/very-old/index.html 'url=https://t.example/news/2024/01/first-title/'; has public/older.html "first-title"
    sed -i 's/First title/Second title/' content/a.md; publish
    has public/news/2024/01/first-title/index.html 'url=https://t.example/news/2024/01/second-title/'
    has public/very-old/index.html second-title; has public/redirects.nginx.conf "/news/2024/01/first-title/ /news/2024/01/second-title/;"
    article content/b.md "First title" 2024-01-03 "Another."; publish # its old address is an article's again
    has public/news/2024/01/first-title/index.html "Another."
}

test_static_files_and_assets_are_copied() {
    site; article content/a.md One 2024-01-02 "Text."; echo "User-agent: *" | file static/robots.txt; publish
    cmp static/robots.txt public/robots.txt; [ -s public/assets/style.css ]
}

test_of_hidden_static_files_only_well_known_ones_are_copied() {
    site; article content/a.md One 2024-01-02 "Text."; mkdir -p outside; echo no | tee outside/x | file static/.htpasswd
    for f in .well-known/security.txt .well-known/acme/.hidden below/.well-known/x .git/config; do echo "$f" | file "static/$f"; done
    publish; publish; cmp static/.well-known/security.txt public/.well-known/security.txt; has public/.lede-manifest security.txt
    for f in .htpasswd .well-known/acme below/.well-known .git; do [ ! -e "public/$f" ] || fail "$f was copied"; done
    rm -r static/.well-known; publish; [ ! -e public/.well-known ]
    ln -s ../outside static/.well-known; publish; [ ! -e public/.well-known ] || fail "a link was followed"
}

test_the_seed_page_has_its_parts_in_order() {
    exits 0 "$lede" publish --no-fsync -s "$top/examples/politics-monitor" -d "$PWD/o" --store "$PWD/v/lede.db"
    p=o/politics-monitor/2024/04/two-ministers-spoke-on-the-phone/index.html
    [ "$(grep -c '<h1' $p)" = 1 ]; has $p 'id="stop-all-exploitation"'; has $p 'This article is originally published on <a rel="external"'; has $p "Related Articles"
    order=$(grep -noE 'class="breadcrumb"|class="kicker"|<h1|class="origin"|class="related"' $p | sed 's/.*://' | awk '!s[$0]++' | tr '\n' ' ')
    [ "$order" = 'class="breadcrumb" class="kicker" <h1 class="origin" class="related" ' ] || fail "$order"
    [ "$(sed -n '/class="related"/,$p' $p | grep -c 'class="excerpt">.*\.\.\.</p>')" = 4 ]
}

test_tags_of_other_tools_become_markdown() {
    site; article content/a.md One 2024-01-02 'See {{< img src="https://x.example/a.png" alt="An A" >}}, {{< note >}}a *word*{{< /note >}} and {% if x %}more{% endif %}.'; publish
    p=$(find public -path '*one*' -name index.html); has "$p" '<img src="https://x.example/a.png" alt="An A"'; has "$p" "a <em>word</em>"; has "$p" "more"; lacks "$p" "{%"
}

# png FILE WIDTH HEIGHT: the head of a picture, which is all that its size needs
be32() { printf "\\\\x%02x" $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)); }
png() { printf '\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR%b%b\x08\x06\0\0\0' "$(be32 $2)" "$(be32 $3)" | file "$1"; }

test_pictures_have_their_sizes_and_all_but_the_first_wait() {
    site; png static/images/a.png 640 480; png content/news/piece/b.png 300 200
    printf -- '---\ntitle: One\ndate: 2024-01-02\nsection: News\nimage: { src: "/images/a.png", alt: "A" }\n---\n![x](/images/a.png "T") ![y](https://x.example/y.png)\n' | file content/one.md
    printf -- '---\ntitle: Two\ndate: 2024-01-03\nsection: News\n---\n![x](b.png) ![z](./b.png?v=1#f) ![w](../../../../images/a.png)\n\n{{< img src="/images/a.png" >}}\n' | file content/news/piece/index.md
    publish; lacks err ": error"; lacks err ": warning"
    one=public/news/2024/01/one/index.html two=public/news/2024/01/piece/index.html
    has $one '<img src="/images/a.png" alt="A" width="640" height="480" fetchpriority="high"'
    has $one '<img src="/images/a.png" alt="x" title="T" width="640" height="480" loading="lazy" decoding="async" />'
    has $one '<img src="https://x.example/y.png" alt="y" loading="lazy" decoding="async" />'
    has $two '<img src="b.png" alt="x" width="300" height="200" decoding="async" />'; has $two '<img src="./b.png?v=1#f" alt="z" width="300"'
    has $two '<img src="../../../../images/a.png" alt="w" width="640"'; has $two '<img src="/images/a.png" alt="" width="640" height="480" loading="lazy"'
    cmp content/news/piece/b.png public/news/2024/01/piece/b.png; lacks $one srcset; has public/index.html 'width="640" height="480"'
    publish --json; has out '"written":0'; publish --no-sync --json; has out '"written":0'; [ -e public/news/2024/01/piece/b.png ]
    png static/images/a.png 800 480; publish; has $one 'width="800"'
    printf -- '---\ntitle: Two\ndate: 2024-01-03\ndraft: true\n---\n![x](b.png)\n' >content/news/piece/index.md; publish; [ -z "$(find public -name b.png)" ] || fail "a draft's picture is public"
}

test_a_picture_that_is_not_there_is_an_error_with_its_line() {
    site; echo words | file static/images/words.png; png static/assets/c.png 9 9
    printf -- '---\ntitle: One\ndate: 2024-01-02\nsection: News\nimage: /images/lost.jpg\n---\nText.\n\n![x](/images/none.png) ![y](/images/none.png) ![z](/assets/style.css) ![w](x/../../../../../../../out.png)\n' | file content/one.md
    printf -- '---\ntitle: Two\ndate: 2024-01-03\nsection: News\n---\n![x](gone.png)\n' | file content/two/index.md
    exits 0 "$lede" publish; [ "$(grep -c ': error: there is no picture' err)" -eq 3 ] || fail "$(cat err)"
    has err "content/one.md:5: error: there is no picture '/images/lost.jpg': put the file at static/images/lost.jpg"
    has err "content/one.md:9: error: there is no picture '/images/none.png'"; has err "content/two/index.md:6: error: there is no picture 'gone.png': put the file beside the article, in content/two/"
    has err "static/images/words.png: warning: "; has public/news/2024/01/one/index.html '<img src="/images/none.png" alt="x" loading="lazy"'
    exits 0 "$lede" publish --json; has out '"kind":"picture"'; has out '"line":9'
    png static/images/none.png 5 5; exits 0 "$lede" publish; lacks err none.png
}

test_two_bundles_that_publish_one_picture_to_one_place_are_told_of() {
    site; echo 'return { title = "T", base_url = "https://test.example", ugly_urls = true }' >lede.lua
    for n in one two; do png content/$n/b.png 300 200; article content/$n/index.md $n 2024-01-02 '![x](b.png)'; done
    exits 0 "$lede" publish; has err "content/two/b.png: error: "; has err "give one of the two another name"; [ -e public/news/2024/01/b.png ]
}

test_addresses_of_pictures_that_are_none_cost_nothing_but_themselves() {
    site; png static/a.png 4 4
    { printf -- '---\ntitle: One\ndate: 2024-01-02\nsection: News\nimage: "/%%FF.png"\n---\n'
      printf '![x](%s)\n' /%FF%FE.png /%00a.png /%0a%1b.png /../../etc/passwd /%2e%2e/%2e%2e/a.png '<//a b.png>' '?x' '#y' / . .. ./ a:b.png '<\"onerror=x>' "/$(head -c 20000 /dev/zero | tr '\0' a).png" "$(printf 'a/%.0s' $(seq 5000))x.png" /a.png/
      for i in $(seq 3000); do printf '![](n%s)' $i; done; } | file content/one.md
    article content/two.md Two 2024-01-03 "![x](/e.png?&#27;[31m) ![y](/f.png?$(printf 'a%.0s' $(seq 300)))"; exits 0 "$lede" publish -v; has err "'/e.png??[31m'"; has err "aaa…'"
    exits 0 "$lede" publish --json; [ "$(grep -o '"kind":"picture"' out | wc -l)" -le 210 ]; p=public/news/2024/01/one/index.html; lacks $p '"onerror'; has $p 'src="n3000"'
}

test_variants_of_pictures_are_made_kept_and_swept() {
    site; echo 'return { title = "T", base_url = "https://test.example", pictures = { widths = { 40, 80, 400 } } }' >lede.lua
    png static/a.png 100 50; article content/a.md One 2024-01-02 '![x](/a.png)'
    mkdir bin; ln -s "$(command -v sh)" bin/sh; PATH=$PWD/bin exits 0 "$lede" publish; has err "apt-get install libvips-tools"; has public/news/2024/01/one/index.html 'width="100" height="50" decoding'
    PATH=$PWD/bin exits 3 "$lede" doctor; has out "look  vipsthumbnail: not there"
    command -v vipsthumbnail >/dev/null && command -v vips >/dev/null || { echo "vipsthumbnail is not installed (libvips-tools)"; exit 77; }
    vips black static/a.png 100 50; exits 0 "$lede" publish; lacks err ": warning"
    p=public/news/2024/01/one/index.html; sum=$(sha256sum <static/a.png | cut -d' ' -f1)
    has $p "srcset=\"/pictures/$sum-40.png 40w, /pictures/$sum-80.png 80w, /a.png 100w\" sizes=\"(min-width: 40rem) 38rem, 100vw\""
    [ "$(ls public/pictures)" = "$(printf '%s\n' $sum-40.png $sum-80.png)" ]; has public/index.xml 'src=&quot;https://test.example/a.png&quot;'; lacks public/index.xml srcset
    touch -d 2001-01-01 var/pictures/*.png; exits 0 "$lede" publish --json; has out '"written":0'; [ var/pictures/$sum-40.png -ot lede.lua ] || fail "made again"
    rm var/pictures/$sum-40.png; exits 0 "$lede" publish --json; [ -e var/pictures/$sum-40.png ]
    vips black static/a.png 60 50; exits 0 "$lede" publish; [ "$(ls public/pictures | wc -l)" -eq 1 ]; [ "$(ls var/pictures/*.png | wc -l)" -eq 1 ]
    echo 'return { title = "T" }' >lede.lua; exits 0 "$lede" publish; [ ! -e public/pictures ]; lacks $p srcset; [ -z "$(ls var/pictures/*.png 2>/dev/null)" ]
    for wrong in 'widths = {}' 'widths = { 3 }' 'widths = { "a" }' 'quality = 200' 'width = { 40 }'; do echo "return { title = \"T\", pictures = { $wrong } }" >lede.lua; exits 1 "$lede" publish; has err "pictures."; done
}

test_feeds_and_sitemaps_are_well_formed() {
    command -v xmllint >/dev/null || { echo "xmllint is missing"; exit 77; }
    exits 0 "$lede" publish --no-fsync -s "$top/examples/politics-monitor" -d "$PWD/o" --store "$PWD/v/lede.db"
    xmllint --noout o/index.xml o/sitemap.xml o/*/index.xml; has o/index.xml "<guid"; has o/index.xml 'rel="self"'; has o/sitemap.xml "<loc>https://politics-monitor.example/"
}

test_articles_can_be_listed_and_shown() {
    site; article content/a.md One 2024-01-02 "Text."; publish
    exits 0 "$lede" article list; has out One; exits 0 "$lede" article show a.md; has out "Text."
    exits 0 "$lede" article show /news/2024/01/one/ --json; has out '"title":"One"'; exits 1 "$lede" article show nope
}

test_markdown_reads_stdin_and_is_safe_unless_told_otherwise() {
    printf '# Hi\n\n<script>x</script>\n' | "$lede" markdown >out; has out '<h1 id="hi">'; lacks out "<script>"
    printf '<b>x</b>\n' | "$lede" markdown --unsafe --commonmark >out; has out "<b>x</b>"
}

test_sanitize_cleans_a_file_or_lines_and_names_the_line_that_is_wrong() {
    printf '<p class=a onclick=b>c<script>d</script> <a href=e>f</a></p>' >in.html
    exits 0 "$lede" sanitize in.html --base https://g.example/h; [ "$(cat out)" = '<p>c <a href="https://g.example/e" rel="nofollow noopener noreferrer">f</a></p>' ]
    "$lede" sanitize --owner <in.html >out; [ "$(cat out)" = '<p class="a">c <a href="e">f</a></p>' ]
    printf '{"id":7,"html":"<b>x"}\n\n{"id":"y","html":"a\\u0000<svg>b"}\n' | "$lede" sanitize --jsonl >out
    [ "$(wc -l <out)" -eq 2 ]; has out '"id":7'; lacks out svg
    printf '{"id":1,"html":"a"}\n{"id":2}\nx\n{"id":3,"html":"b"}\n' >in.jsonl
    exits 1 "$lede" sanitize --jsonl in.jsonl; has err "line 2"; has err "line 3"; has out '{"html":"b","id":3}'
}

test_scripts_run_with_the_whole_api_and_show_their_own_lines() {
    echo 'print(lede.json.encode({ b = 1, a = { 1, 2 } }), (...)) return 3' >s.lua; exits 3 "$lede" run s.lua word; has out '{"a":[1,2],"b":1}	word'
    printf 'local x\n\nlocal y = x.z\n' >bad.lua; exits 1 "$lede" run bad.lua; has err "bad.lua:3"
    echo 'undeclared = 1' >g.lua; exits 1 "$lede" run g.lua; has err "undeclared"
}

test_code_is_never_taken_from_the_working_directory() {
    echo 'return "evil"' >json.lua; mkdir -p lede; echo 'return "evil"' >lede/json.lua
    echo 'print(type(require("lede.json")), pcall(require, "json"))' >s.lua; exits 0 "$lede" run s.lua; has out "table	false"
}

test_config_and_doctor_explain_the_site() {
    site; exits 0 "$lede" config title; has out "The Test"; exits 0 "$lede" doctor; has out "plugins: metadata "; has out ", layout-broadsheet "
    exits 1 "$lede" config nothing; exits 1 "$lede" publish -s /nonexistent
}

test_the_installed_program_works_from_any_folder() {
    [ -z "$LEDE_SAN" ] || { echo "plain build only"; exit 77; }
    make -s -C "$top" install PREFIX=/usr DESTDIR="$PWD/root" >make.log 2>&1 || { tail -5 make.log; fail install; }
    site; article content/a.md One 2024-01-02 "Text."; (cd / && "$OLDPWD/root/usr/bin/lede" publish -s "$OLDPWD" >/dev/null 2>&1); [ -f public/news/2024/01/one/index.html ]
    [ -f root/usr/share/man/man1/lede.1 ]; [ -f root/usr/include/lede/article.h ]; [ -f root/usr/lib/liblede.a ]
}

test_what_a_plugin_says_is_a_line_that_cannot_drive_a_terminal() {
    site; article content/a.md One 2024-01-02 "Text."; echo 'return { title = "T", plugins = { "loud" } }' >lede.lua
    file plugins/loud/init.lua <<'END'
return { name = "loud", version = "1", apply = function(site)
  site:on("publish.planned", function() lede.log.warn("odd\27[2J") error("this hook fails", 0) end)
  site:on("page.before", function() print("a page", 1, "\r") end)
  site:route { name = "x", path = "/", render = function() return "x" end }
end }
END
    publish; has err 'lede: warning: odd\x1b[2J'; has err 'lede: error: plugin loud, hook publish.planned: this hook fails'
    has err "lede: a page$(printf '\t')1$(printf '\t')\\x0d"
}

test_two_publications_at_once_do_not_harm_each_other() {
    site; for i in $(seq 1 30); do article content/a$i.md "Piece $i" 2024-01-02 "Text $i."; done
    "$lede" publish --no-fsync >o1 2>e1 & a=$!; "$lede" publish --no-fsync >o2 2>e2 & b=$!
    wait $a; sa=$?; wait $b; sb=$?
    for s in $sa $sb; do [ $s -eq 0 ] || [ $s -eq 75 ] || { cat e1 e2; fail "exit $s"; }; done
    [ "$(ls public/news/2024/01 | wc -l)" -eq 30 ]
}

test_own_plugin_example_adds_its_route() {
    exits 0 "$lede" publish --no-fsync -s "$top/examples/own-plugin" -d "$PWD/o" --store "$PWD/v/lede.db"; [ -f o/index.html ]
    exits 0 "$lede" publish --no-fsync -s "$top/examples/hello" -d "$PWD/h" --store "$PWD/w/lede.db"; [ -f h/index.html ]
}

test_minimal_layout_example_is_a_site_without_the_broadsheet() {
    exits 0 "$lede" publish --no-fsync -s "$top/examples/minimal-layout" -d "$PWD/o" --store "$PWD/v/lede.db"
    has o/what-the-lamp-knows/index.html "<em>furniture</em>"; has o/notes/index.html "A chair by the window"; [ ! -e o/assets ]
    [ "$(cat "$top"/examples/minimal-layout/plugins/plain/templates/*.html | wc -l)" -lt 60 ]
}

test_the_archive_has_every_month_that_has_something() {
    site; for i in 1 2 3; do article content/a$i.md "Piece $i" 2024-0$i-02 "Text."; done; article content/b.md Later 2025-12-31 "Text."
    printf -- '---\ntitle: About\ntype: page\nurl: /about/\n---\nWho we are.\n' | file content/about.md; publish
    has public/archive/index.html 'href="/2024/02/"'; has public/2024/index.html "Piece 2"; has public/2025/12/index.html "Later"
    [ ! -e public/1970 ]; [ ! -e public/2024/04 ]; lacks public/about/index.html "<time"; lacks public/index.html ">About<"
}

test_translations_find_each_other_and_pages_are_no_news() {
    site; printf 'return { title = "T", base_url = "https://t.example", plugins = { "layout-broadsheet", rss = true, sitemap = { split = 1 } } }\n' >lede.lua
    printf -- '---\ntitle: The vote\ndate: 2024-01-02\ntranslation_key: vote\n---\nText.\n' | file content/vote.md
    printf -- '---\ntitle: Le vote\ndate: 2024-01-02\nlang: fr\ntranslationKey: vote\n---\nTexte.\n' | file content/le-vote.md
    printf -- '---\ntitle: About\ntype: page\nurl: /about/\n---\nWho we are.\n' | file content/about.md
    "$lede" publish --no-fsync >out 2>&1; lacks out "no date"
    has public/2024/01/the-vote/index.html '<link rel="alternate" hreflang="fr" href="https://t.example/2024/01/le-vote/">'
    has public/2024/01/le-vote/index.html 'hreflang="en" lang="en"><bdi>English</bdi></a>'
    has public/sitemap-2024-01.xml 'hreflang="fr" href="https://t.example/2024/01/le-vote/"'
    [ ! -e public/sitemap-1970-01.xml ]; has public/sitemap-pages.xml "<url><loc>https://t.example/about/</loc></url>"
    has public/index.xml "Le vote"; lacks public/index.xml "About"
    rm content/le-vote.md; publish
    lacks public/2024/01/the-vote/index.html hreflang; lacks public/sitemap-2024-01.xml "xhtml:link"
}

test_a_layout_takes_colours_and_refuses_what_is_none() {
    site; article content/a.md One 2024-01-02 "Text."
    echo 'return { title = "T", plugins = { ["layout-broadsheet"] = { colours = { accent = "#075" }, archive = "" } } }' >lede.lua; publish
    has public/assets/theme.css "--accent:#075"; has public/index.html 'href="/assets/theme.css"'; [ ! -e public/archive ]
    echo 'return { title = "T", plugins = { ["layout-broadsheet"] = { colours = { accent = "red;}*{display:none" } } } }' >lede.lua
    exits 1 "$lede" publish; has err "colours.accent"
}

test_wire_copy_carries_notice_canonical_and_policy() {
    site; printf -- '---\ntitle: Wire\ndate: 2024-01-02\nsection: News\norigin: { name: Le Progrès, url: "https://www.leprogres.fr/a" }\n---\nx\n' | file content/w.md; publish
    p=public/news/2024/01/wire/index.html; has $p 'rel="canonical" href="https://www.leprogres.fr/a"'; has $p 'Googlebot-News'; has $p ">leprogres.fr</a>"
}

# copy FILE WANTED ORIGIN [MORE]: an article of the last two days, with a picture; WANTED is the policy that it is to have.
copy() {
    printf -- '---\ntitle: "%s"\ndate: 2024-06-02T10:00:00Z\nsection: News\nlang: fr\nimage: /images/a.png\nparams: { wanted: %s }\n%s\n%s\n---\nText.\n' \
        "$1" "$2" "$3" "$4" | file "content/$1.md"
}

test_every_output_takes_the_origins_word() {
    site; echo 'return { title = "The Test", base_url = "https://test.example", timezone = "Europe/Paris", origin = { index = "noindex", notice = { fr = "Repris de %s" } },
        plugins = { "layout-broadsheet", "rss", "atom", "jsonfeed", "sitemap", "sitemap-news", robots = { ai = { training = "deny" }, license = "https://test.example/rsl.xml" } } }' >lede.lua
    mkdir -p static/images; printf 'P' >static/images/a.png
    echo 'return { home = "https://wire.example/", feed = "https://wire.example/feed.xml", index = "canonical", pictures = true, license = "https://wire.example/license",
        decide = function(article, record) if article.slug:find("exclusive") then record.index = "self" elseif not record.url then record.url = "https://wire.example/" .. article.slug end end }' | file origins/the-wire.lua
    echo 'return function(article, record) record.index, record.pictures = "noindex-news", article.image_src ~= nil end' | file origins/le-journal.lua
    copy own self ""; copy own-corrected self "" 'corrections: [{ date: 2024-06-02T11:30:00Z, text: "46 < 47 & more" }]'
    for policy in noindex-news noindex canonical self; do copy "said-$policy" $policy "origin: { name: Somebody, url: \"https://www.somebody.example/$policy?a=1&b=2\", index: $policy }"; done
    copy by-the-site noindex 'origin: { name: Nobody, url: "https://nobody.example/a" }'
    copy by-the-file canonical 'origin: { name: The Wire, url: "https://wire.example/a" }'; copy computed canonical 'origin: The Wire'
    copy exclusive self 'origin: { name: The Wire, url: "https://wire.example/b" }'; copy said-over-the-file noindex 'origin: { name: The Wire, url: "https://wire.example/c", index: noindex }'
    copy function canonical 'origin: { name: Other, url: "https://other.example/c", index: canonical }'; copy by-a-function noindex-news 'origin: { name: Le Journal, url: "https://journal.example/c", index: self }'
    publish --at 2024-06-02T12:00:00Z; exits 0 "$lede" run "$top/tests/program/agreement.lua" .; has out "13 articles"; has out " 0 findings"
    xmllint --noout public/sitemap.xml public/sitemap-news.xml public/atom.xml
    has public/robots.txt "Sitemap: https://test.example/sitemap-news.xml"; has public/robots.txt "License: https://test.example/rsl.xml"; has public/robots.txt "User-agent: GPTBot"
    exits 0 "$lede" origin show computed.md; has out "canonical        https://wire.example/computed"; has out "news sitemap     no"
    exits 0 "$lede" origin show exclusive.md --json; has out '"in_indexnow":true'; has out '"index":"self"'
    # The pages that a changed file of origins/ leads to are those of its articles, and all agree again.
    echo 'return { index = "noindex" }' >origins/le-journal.lua; sed -i 's/index: self/terms: x/; s/wanted: noindex-news/wanted: noindex/' content/by-a-function.md
    publish --at 2024-06-02T12:00:00Z; exits 0 "$lede" run "$top/tests/program/agreement.lua" .
    sed -i 's/"canonical"/"noindex"/; s/license = "[^"]*"/license = "https:\/\/wire.example\/other"/' origins/the-wire.lua; sed -i 's/wanted: canonical/wanted: noindex/' content/by-the-file.md content/computed.md
    publish --at 2024-06-02T12:00:00Z --json; exits 0 "$lede" run "$top/tests/program/agreement.lua" .
    echo 'return { indx = "self" }' >origins/le-journal.lua; publish --at 2024-06-02T12:00:00Z && fail "exit 0"; has err "origins/le-journal.lua: there is no key 'indx'. Did you mean 'index'?"
}

test_a_sites_own_robots_file_stays() {
    site; echo 'return { title = "T", base_url = "https://t.example", plugins = { "layout-broadsheet", "robots", "sitemap" } }' >lede.lua; article content/a.md One 2024-01-02 "Text."
    publish; has public/robots.txt "Sitemap: https://t.example/sitemap.xml"; echo "User-agent: *" | file static/robots.txt
    publish; has err "static/robots.txt"; cmp static/robots.txt public/robots.txt; rm static/robots.txt; publish; has public/robots.txt "Sitemap:"
}

test_a_news_sitemap_holds_two_days_and_follows_the_clock() {
    site; echo 'return { title = "T", base_url = "https://t.example", plugins = { "layout-broadsheet", "sitemap-news" } }' >lede.lua
    article content/a.md One 2024-06-01T10:30:00Z "Text."; article content/b.md Two 2024-06-02T09:00:00Z "Text."
    publish --at 2024-06-02T12:00:00Z; has public/sitemap-news.xml "<news:title>One</news:title>"; has public/sitemap-news.xml "<news:publication_date>2024-06-02T09:00:00Z"
    publish --at 2024-06-02T12:59:59Z --json; has out '"written":0'
    publish --at 2024-06-03T10:30:01Z; lacks public/sitemap-news.xml "<news:title>One"; has public/sitemap-news.xml "<news:title>Two"
    publish --at 2024-06-03T10:30:01Z --full; lacks public/sitemap-news.xml "<news:title>One"
    publish --at 2024-06-09T00:00:00Z; lacks public/sitemap-news.xml "<url>"; xmllint --noout public/sitemap-news.xml
}

test_sitemaps_of_past_months_stay_as_they_are() {
    site; echo 'return { title = "T", base_url = "https://t.example", plugins = { "layout-broadsheet", sitemap = { split = 1 } } }' >lede.lua
    article content/a.md One 2024-01-02 "Text."; article content/b.md Two 2024-02-03 "Text."; article content/c.md Three 2024-02-04 "Text."
    publish; cp public/sitemap-2024-01.xml public/sitemap-2024-02.xml .; before=$(stat -c %i public/sitemap-2024-01.xml)
    article content/d.md Four 2024-03-05 "Text."; publish; cmp sitemap-2024-01.xml public/sitemap-2024-01.xml; cmp sitemap-2024-02.xml public/sitemap-2024-02.xml
    [ "$before" = "$(stat -c %i public/sitemap-2024-01.xml)" ]; has public/sitemap.xml sitemap-2024-03.xml
    exits 0 "$lede" article correct a.md --text "It was 46."; publish; has public/sitemap-2024-01.xml "<lastmod>$(date -u +%Y)"; cmp sitemap-2024-02.xml public/sitemap-2024-02.xml
}

test_a_correction_is_told_on_the_page_in_data_feeds_and_its_own_list() {
    site; echo 'return { title = "T", base_url = "https://t.example", plugins = { "layout-broadsheet", "atom", "corrections" } }' >lede.lua
    article content/a.md One 2024-01-02 "Text."; article content/b.md Two 2024-01-03 "Text."; publish; lacks public/corrections/index.html "<article"
    exits 2 "$lede" article correct a.md; has err "--text"
    exits 0 "$lede" article correct a.md --text 'An earlier version said "46" & <b>more</b>.' --date 2024-05-01T10:00:00Z; has err "content/a.md"; has content/a.md "corrections:"; has content/a.md "title: One"
    publish; p=public/news/2024/01/one/index.html; has $p 'An earlier version said &quot;46&quot; &amp; &lt;b&gt;more&lt;/b&gt;.'; has $p '"@type":"CorrectionComment"'; has $p '"dateModified":"2024-05-01T10:00:00Z"'
    has public/atom.xml "<updated>2024-05-01T10:00:00Z</updated>"; has public/corrections/index.html 'One</a>'; has public/corrections/index.html '&lt;b&gt;more'
    has public/corrections/atom.xml "correction-1</id>"; xmllint --noout public/corrections/atom.xml; lacks public/corrections/index.html 'Two</a>'
    exits 0 "$lede" article correct a.md --text "And 47." --date 2024-05-02; publish --json; has out '"failed":[]'; has public/corrections/atom.xml "correction-2</id>"
    before=$(stat -c %i public/corrections/index.html); article content/c.md Three 2024-01-04 "Text."; publish; [ "$before" = "$(stat -c %i public/corrections/index.html)" ] || fail "another article made the page of corrections anew"
    echo 'local s = lede.store.open("sqlite:var/lede.db"); assert(s:put{ title = "Stored", section = "News", date = 1704067200, body = "x" }); s:close()' >put.lua; exits 0 "$lede" run put.lua
    exits 0 "$lede" article correct /news/2024/01/stored/ --text "Not so." --json; has out '"where":"the store"'; exits 0 "$lede" article history /news/2024/01/stored/; has out "corrected: Not so."
    publish; has public/corrections/index.html "Not so."; has public/news/2024/01/stored/index.html "Not so."
    exits 0 "$lede" article withdraw /news/2024/01/stored/; publish; lacks public/corrections/index.html "Not so."; lacks public/corrections/atom.xml "Not so."
    printf '{ "title": "J", "date": "2024-01-05" }\n\nBody\n' | file content/j.md; publish; exits 1 "$lede" article correct j.md --text x; has err "content/j.md"; has err "corrections: a list"
}

test_any_layout_has_the_head_with_one_line() {
    site; echo 'return { title = "T", base_url = "https://t.example", plugins = { "plain", "metadata", "atom" } }' >lede.lua; article content/a.md One 2024-01-02 "Text."
    echo 'return { name = "plain", apply = function(site) site:route { name = "article", each = "article", template = "article" } end }' | file plugins/plain/init.lua
    echo '<!doctype html><html lang="en"><head><title><%= article.title %></title><% partial("metadata") %></head><body><%= article.html %></body></html>' | file plugins/plain/templates/article.html
    publish; p=public/news/2024/01/one/index.html; has $p '"@type":"NewsArticle"'; has $p 'rel="canonical" href="https://t.example/news/2024/01/one/"'; has $p 'href="https://t.example/atom.xml"'
}

test_full_writes_every_page_and_gives_the_same_bytes() {
    site; article content/a.md One 2024-01-02 "Text."; publish; cp -r public before; publish --full --json; lacks out '"written":0'; same before public
}

test_scripts_put_articles_but_never_over_a_file() {
    site; article content/a.md One 2024-01-02 "Text."; publish
    cat >put.lua <<'L'
local store <close> = assert(lede.store.open("sqlite:var/lede.db"))
local revision, id = store:put({ title = "From a script", section = "News", date = 1704240000, body = "Hello from **Lua**.", lang = "en", dir = "ltr" }, { who = "desk" })
assert(revision == 1, tostring(id))
local again, err = store:put({ id = id, title = "Edited", section = "News", date = 1704240000, body = "x" }, { revision = 9 })
assert(not again and err.code == "conflict")
local a = assert(store:get("a.md"))
a.title, a.path = "Taken over", nil
local taken, why = store:put(a, { revision = a.revision })
assert(not taken and tostring(why):find("a.md", 1, true), tostring(why))
L
    exits 0 "$lede" run put.lua; publish; grep -rqF "Hello from <strong>Lua</strong>." public
}

test_an_interrupted_publication_says_so() {
    site; for i in $(seq 1 400); do article content/a$i.md "Piece $i" 2024-01-02 "Text $i."; done
    printf '<%% local n = 0 for i = 1, 3e6 do n = n + i end %%><%%= article.title %%>' | file layouts/article.html
    "$lede" publish --no-fsync >out 2>err & pid=$!; sleep 1; kill -TERM $pid; got=0; wait $pid || got=$?
    [ $got -eq 130 ] || fail "exit $got"; [ ! -e public ]
}

test_an_earlier_site_comes_back_and_goes_again() {
    site; article content/a.md First 2024-01-01 "Version one."
    publish; article content/a.md First 2024-01-01 "Version two."; publish
    article content/b.md Second 2024-01-02 "A second piece."; publish; cp -r public last
    exits 0 "$lede" rollback --list; [ "$(wc -l <out)" -eq 2 ]
    exits 0 "$lede" rollback 2 --no-fsync; has err "2 publications ago is live"
    grep -rqF "Version one" public; nowhere "second piece" public
    exits 0 "$lede" rollback --no-fsync; same public last
    exits 1 "$lede" rollback 50; has err "does not reach that far"; same public last
    exits 2 "$lede" rollback soon; exits 2 "$lede" rollback 0
    exits 0 "$lede" rollback 1 --no-fsync; publish; same public last
    [ -z "$(find public -name '.lede-new*')" ]
}

test_a_rollback_never_brings_back_a_piece_that_is_not_public() {
    site; article content/a.md "Harmless news" 2024-01-01 "Nothing to see."
    article content/b.md "Names of the witnesses in the trial" 2024-01-02 "Jane Doe."
    article content/c.md "A piece that ends some day" 2024-01-03 "Old offer."
    publish; grep -rqF "Jane Doe" public; grep -rqF "Old offer" public; cp -r public before
    rm content/b.md; printf -- '---\ntitle: A piece that ends some day\ndate: 2024-01-03\nexpires: 2024-02-01\nsection: News\n---\nOld offer.\n' >content/c.md
    article content/a.md "Harmless news, corrected" 2024-01-01 "Nothing to see at all."; publish
    nowhere "Jane Doe|witnesses|Old offer|ends some day" public
    exits 0 "$lede" rollback --no-fsync --json; has out '"left_out"'; has err "of a piece that is not public"
    nowhere "Jane Doe|witnesses|Old offer|ends some day" public
    grep -rqE "witnesses" before
    publish; grep -rqF "corrected" public
}

test_an_article_of_the_store_is_withdrawn_and_purged() {
    site; article content/a.md "Stays here" 2024-01-01 "Stays."
    cat >put.lua <<'L'
local store <close> = assert(lede.store.open("var/lede.db"))
print(select(2, assert(store:put({ title = "A story nobody may keep", body = "Unforgettable words.", date = 1700000000 }))))
L
    publish; exits 0 "$lede" run put.lua; id=$(tail -1 out); publish
    grep -rqF "Unforgettable" public
    exits 1 "$lede" article purge "$id"; has err "is public: withdraw it"
    exits 0 "$lede" article withdraw "$id" --reason "by order of a court"; publish
    nowhere Unforgettable public; grep -rqF "Unforgettable" .public.standby*
    exits 0 "$lede" article history "$id"; has out "by order of a court"
    exits 0 "$lede" article purge "$id"; has err "removed for good"; has err "$id"
    rm put.lua out err; nowhere "Unforgettable|nobody may keep" .
    exits 1 "$lede" article show "$id"; publish; exits 0 "$lede" article list; has out "Stays here"
    exits 1 "$lede" article withdraw /news/2024/01/stays-here/; has err "content/a.md"
    exits 1 "$lede" article purge /news/2024/01/stays-here/; has err "delete content/a.md first"
}

test_two_machines_give_the_same_manifest() {
    site; for i in $(seq 1 30); do article "content/p$i.md" "Piece number $i" "2024-01-$((i % 28 + 1))" "Text of $i."; done
    mkdir -p static/img one; echo x >static/img/x.txt; echo y >static/y.txt; publish
    # The other one's folder is filled in another order, and it has another zone, mask and language.
    mkdir two; for f in var static lede.lua; do cp -a "$f" two/; done; mkdir two/content; for f in $(ls content/*.md | tac); do cp -a "$f" two/content/; done
    publish --full --no-sync --at 2024-06-01T00:00:00Z -j 1 -d "$PWD/one/public"
    (cd two; umask 077; TZ=Asia/Tokyo LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 publish --full --at 2024-06-01T00:00:00Z -j 4 -d "$PWD/other/deep")
    cmp <(tail -n +2 one/public/.lede-manifest) <(tail -n +2 two/other/deep/.lede-manifest)
    [ "$(wc -l <one/public/.lede-manifest)" -gt 40 ]; tail -n +2 one/public/.lede-manifest | sed '$d' | cut -d' ' -f3- >paths; LC_ALL=C sort -c paths
}

# A small archive in which the texts decide: three of trams, three of bees, by turns.
archive() {
    site
    article content/t1.md "Trams return" 2024-01-01 "The city council wants tram lines along the river, with new stations at the harbour."
    article content/b1.md "Bees wake" 2024-01-02 "Beekeepers open their hives in spring; honey is scarce after the frost."
    article content/t2.md "Tram bill" 2024-02-01 "The tram lines along the river cost more; the city council votes on stations at the harbour."
    article content/b2.md "Honey prices" 2024-02-02 "Honey prices rise: beekeepers count their hives after the frost of spring."
    article content/t3.md "Tram opens" 2024-03-01 "Stations at the harbour open, the tram lines along the river are ready, says the city council."
    article content/b3.md "Hives on roofs" 2024-03-02 "On roofs beekeepers keep hives; honey from the city after a spring without frost."
}
related() { "$lede" related "$@" 2>err | sed -nE 's/^ +[0-9]+\. [^ ]+ +[^ ]+  (.*)  .*/\1/p' | paste -sd'|'; } # related REF...: the titles

test_related_articles_are_earlier_ones_with_the_same_words() {
    archive; exits 0 "$lede" publish
    [ "$(related t3.md --limit 2)" = "Tram bill|Trams return" ] || fail "$(related t3.md)"
    [ "$(related b2.md --limit 1)" = "Bees wake" ] || fail "$(related b2.md)"
    exits 0 "$lede" related t1.md; has out "nothing is near enough"
    exits 0 "$lede" related t2.md --why; has out "words:"; has out "31 days earlier"; has out "river"
    exits 0 "$lede" related t2.md --json; has out '"title":"Trams return"'; has out '"terms":['
    exits 1 "$lede" related /nowhere/; has err "no public article '/nowhere/'"
    exits 2 "$lede" related; has err "related REF"
}

test_an_arrival_changes_no_list_but_its_own() {
    archive; exits 0 "$lede" publish --no-fsync --json; has out '"analysed":6'
    "$lede" related --all --tsv 2>err >before
    article content/t4.md "Tram late" 2024-04-01 "The tram lines along the river are late, the city council says at the harbour stations."
    exits 0 "$lede" publish --no-fsync --json; has out '"analysed":1'; has out '"lists":1'
    "$lede" related --all --tsv 2>err >after
    [ "$(grep -vxFf before after | cut -f1 | sort -u | wc -l)" -eq 1 ] || fail "other lists changed"
    exits 0 "$lede" publish --no-fsync --json; has out '"analysed":0'; has out '"lists":0'
}

# An archive of N articles by chance, on the days from 2024-01-01 on: a few themes, a few words of each.
chance() { # chance SEED N: N words
    awk -v seed="$1" -v n="$2" 'BEGIN { srand(seed); theme = int(rand() * 5); for (i = 0; i < n; i++) printf "%s%d ", rand() < 0.5 ? "theme" theme "word" : "word", int(rand() * 40) }'
}
chance_article() { article "content/$1.md" "Piece $(chance "$2" 4)" "$3" "$(chance "$2" 60)"; } # chance_article NAME SEED DATE
day() { date -u -d "2024-01-01 $1 days" +%F; }
lists_from_nothing() { # in `fresh`: the lists when all that lies beside the edition is gone; it is put back
    cp -r var/edition kept-edition; rm -rf var/edition
    "$lede" related --all --tsv >fresh 2>err; rm -rf var/edition; mv kept-edition var/edition
}
expect_lists_from_nothing() { # expect_lists_from_nothing WORDS: those of this publication are those from nothing
    "$lede" related --all --tsv >now 2>err; lists_from_nothing; cmp now fresh || fail "$1"; [ -s now ]
}

test_whatever_comes_and_goes_lists_are_those_from_nothing() {
    site; for i in $(seq 1 60); do chance_article "p$i" "$i" "$(day "$i")"; done
    exits 0 "$lede" publish --no-fsync --json; has out '"kept":0'; [ -f var/edition/related.base ]; [ -f var/edition/related.epoch ]
    chance_article new1 101 "$(day 70)"; exits 0 "$lede" publish --no-fsync --json; has out '"kept":60'; has out '"lists":1'; expect_lists_from_nothing arrival
    chance_article new2 102 "$(day 71)"; sed -i 's/word1/word2/' content/new1.md; exits 0 "$lede" publish --no-fsync --json; has out '"kept":60'; expect_lists_from_nothing "arrival and edit"
    sed -i 's/word1/word2/' content/p57.md; exits 0 "$lede" publish --no-fsync --json; has out '"kept":56'; expect_lists_from_nothing "an edit of what is kept"
    chance_article mid 103 "$(day 50)"; exits 0 "$lede" publish --no-fsync --json; has out '"kept":50'; expect_lists_from_nothing "in the middle"
    rm content/p45.md; exits 0 "$lede" publish --no-fsync --json; has out '"kept":44'; expect_lists_from_nothing removal
    sed -i '2irelated: { pin: [new9.md] }' content/new2.md; exits 0 "$lede" publish --no-fsync; expect_lists_from_nothing "a pin of nobody"
    chance_article new9 109 "$(day 72)"; exits 0 "$lede" publish --no-fsync; expect_lists_from_nothing "the pinned one came"
    sed -i '2irelated: { pin: [new9.md] }' content/p9.md; exits 0 "$lede" publish --no-fsync; expect_lists_from_nothing "an early one pins a late one"
    rm content/new9.md; exits 0 "$lede" publish --no-fsync; expect_lists_from_nothing "the pinned one went"
    for i in $(seq 1 13); do chance_article "undated$i" "20$i" ""; sed -i /^date:/d "content/undated$i.md"; done; exits 0 "$lede" publish --no-fsync; expect_lists_from_nothing "articles without a date"
    chance_article new3 120 "$(day 80)"; exits 0 "$lede" publish --no-fsync --json; has out '"epoch":true'; expect_lists_from_nothing "another epoch"
    echo 'return { title = "T", related = { tags = 0.5, depth = 7 } }' >lede.lua; exits 0 "$lede" publish --no-fsync --json; has out '"kept":0'; expect_lists_from_nothing "other settings"
    chance_article new4 121 "$(day 81)"; exits 0 "$lede" publish --no-fsync --json; lacks out '"kept":0'; expect_lists_from_nothing "arrival after it"
}

test_what_is_kept_for_arrivals_is_never_trusted() {
    site; for i in $(seq 1 50); do chance_article "p$i" "$i" "$(day "$i")"; done
    exits 0 "$lede" publish --no-fsync; n=60; mkdir old; cp var/edition/related.* old/
    for f in related.base related.epoch; do
        for at in 0 60 200 5000; do
            n=$((n + 1)); printf '\377\376\375\374' | dd of="var/edition/$f" bs=1 seek=$at conv=notrunc status=none
            chance_article "n$n" "$n" "$(day $n)"; exits 0 "$lede" publish --no-fsync; expect_lists_from_nothing "$f, damaged at $at"
        done
        n=$((n + 1)); truncate -s 700 "var/edition/$f"
        chance_article "n$n" "$n" "$(day $n)"; exits 0 "$lede" publish --no-fsync; expect_lists_from_nothing "$f, cut"
    done
    cp old/related.base old/related.epoch var/edition/; sed -i 's/word1/word3/' content/p40.md content/n61.md; chance_article last 300 "$(day 200)"
    exits 0 "$lede" publish --no-fsync; expect_lists_from_nothing "older files"
    cp old/related.lists var/edition/; chance_article last2 301 "$(day 201)"; exits 0 "$lede" publish --no-fsync; expect_lists_from_nothing "older lists"
    before=$(cat var/edition/* | cksum); chance_article last3 302 "$(day 202)"; exits 0 "$lede" plan; [ "$(cat var/edition/* | cksum)" = "$before" ] || fail "plan wrote"
    exits 0 "$lede" publish --no-fsync --full; expect_lists_from_nothing "full"
}

test_related_lists_are_the_same_for_any_workers_and_from_nothing() {
    archive; exits 0 "$lede" publish --no-fsync -j 1; "$lede" related --all --tsv 2>err >one
    sed -i 's/harbour open/harbour are closed, bees hum,/' content/t3.md; rm content/t1.md
    exits 0 "$lede" publish --no-fsync -j 2; "$lede" related --all --tsv 2>err >two
    cp -r var var2
    exits 0 "$lede" publish --no-fsync --full --no-sync -d full --store var2/lede.db
    same public full
    exits 0 "$lede" related --all --tsv --store var2/lede.db; cmp out two
    ! cmp -s one two || fail "the edit changed no list"
}

test_authors_pin_and_block_related_articles() {
    archive
    sed -i '2irelated: { pin: [b1.md], block: [t1.md] }' content/t3.md
    exits 0 "$lede" publish
    [ "$(related t3.md --limit 2)" = "Bees wake|Tram bill" ] || fail "$(related t3.md)"
    exits 0 "$lede" related t3.md --why; has out "named by its author"
}

test_a_copy_is_told_and_in_no_list() {
    archive
    article content/t5.md "Tram opens (agency)" 2024-03-05 "Agency. Stations at the harbour open, the tram lines along the river are ready, says the city council, and nobody doubts that all of the many trains which were ordered will run on time from the very first day of spring until the last one of autumn."
    article content/t6.md "Tram opens again" 2024-03-06 "Stations at the harbour open, the tram lines along the river are ready, says the city council, and nobody doubts that all of the many trains which were ordered will run on time from the very first day of spring until the last one of autumn."
    exits 0 "$lede" publish
    [ "$(related t6.md --limit 1)" != "Tram opens (agency)" ] || fail "a copy stands in the list"
    exits 0 "$lede" related t6.md --why; has out "left out: Tram opens (agency)"; has out "a copy of this article"
    exits 0 "$lede" copies --tsv; [ "$(grep -c "1.000	1.000" out)" -eq 1 ] || fail "$(cat out)"
}

test_the_engine_of_related_articles_can_be_the_section() {
    archive; sed -i 's/title = "The Test"/title = "The Test", related = { engine = "section" }/' lede.lua
    exits 0 "$lede" publish --json; has out '"engine":"section"'
    grep -q "Honey prices" public/news/2024/03/tram-opens/index.html || fail "the nearest earlier one is not shown"
    sed -i 's/engine = "section"/engine = "text", min = 2/' lede.lua; exits 1 "$lede" publish; has err "related.min: between 0 and 1"
    sed -i 's/engine = "text", min = 2/engine = "guess"/' lede.lua; exits 1 "$lede" publish; has err "'guess' is none of text, section"
}

test_plugins_score_order_and_replace_related_articles() {
    archive; sed -i '2ipick: true' content/t1.md; sed -i '2itags: ["Series: City"]' content/b1.md content/b2.md content/t3.md
    echo 'return { title = "T", plugins = { "layout-broadsheet", "related-picks", ["related-series"] = { least = 2 } } }' >lede.lua
    echo '<% for _, a in ipairs(article:neighbours(3)) do %>[<%= a.title %>]<% end %>' | file layouts/article.html
    exits 0 "$lede" publish
    has public/news/2024/02/tram-bill/index.html "[Trams return]"
    has public/news/2024/03/tram-opens/index.html "[Honey prices][Bees wake]"
    echo 'return { title = "T", plugins = { "layout-broadsheet", "mine" } }' >lede.lua
    echo 'return { name = "mine", apply = function(site) site:on("related.rerank", function(a, l) return { "/nowhere/" } end) end }' | file plugins/mine/init.lua
    exits 1 "$lede" publish; has err "no public article '/nowhere/'"
    echo 'return { name = "mine", apply = function(site) site:on("related.score", function() return "x" end) end }' | file plugins/mine/init.lua
    exits 1 "$lede" publish; has err "plugin mine, hook related.score: it answers a number, false or nil, not a string"
    echo 'return { name = "mine", apply = function(site) site:on("related.replace", function(a, api) local all = api.edition:articles { limit = 99 } all[#all + 1] = a return all end) end }' | file plugins/mine/init.lua
    exits 0 "$lede" publish
    has public/news/2024/01/bees-wake/index.html "[Trams return]"; lacks public/news/2024/01/bees-wake/index.html "[Bees wake]"
}

test_plugins_add_to_what_articles_are_compared_by() {
    archive; for f in b1 t3; do sed -i '2ikicker: "Observatory telescope"' content/$f.md; done
    exits 0 "$lede" publish; [ "$(related t3.md --limit 2)" = "Tram bill|Trams return" ]
    echo 'return { title = "T", plugins = { "layout-broadsheet", ["related-fields"] = { weight = 9 } } }' >lede.lua
    exits 0 "$lede" publish; [ "$(related t3.md --limit 1)" = "Bees wake" ] || fail "$(related t3.md)"
    echo 'return { title = "T", plugins = { "layout-broadsheet", "mine" } }' >lede.lua
    echo 'return { name = "mine", apply = function(site) site:on("related.fields", function() return { title = 7 } end) end }' | file plugins/mine/init.lua
    exits 0 "$lede" publish -j 1; has err "related.fields: title is no text"; [ "$(related t3.md --limit 2)" = "Tram bill|Trams return" ]
}

test_lines_of_json_become_articles_and_are_related() {
    site; printf '%s\n' '{"id":"x/1","title":"Tram lines","text":"The tram *lines* along the river [1]\n- and <b>stations</b>","date":"2024-01-01","tags":["City"],"lang":"en"}' '' \
        '{"id":"x/2","title":"","text":"The tram lines along the river and stations again","date":"2024-01-02"}' >all.jsonl
    exits 0 "$lede" import jsonl all.jsonl; has err "2 articles read, 2 new or changed"
    exits 0 "$lede" import jsonl - <all.jsonl; has err "2 articles read, 0 new or changed"
    exits 0 "$lede" related --all --tsv; [ "$(cut -f1-3 out)" = "$(printf 'x/2\t1\tx/1')" ] || fail "$(cat out)"
    exits 0 "$lede" related x/2; has out "Tram lines"
    exits 0 "$lede" publish; grep -rqF 'The tram *lines* along the river [1]' public || fail "the text was read as markup"
    for bad in 'nonsense' '{"title":"a","text":"b"}' '{"id":"","title":"a","text":"b"}' '{"id":"a","title":"a","text":"b","date":"soon"}' '{"id":"a","title":"a","text":"b","tags":3}'; do
        echo "$bad" >bad.jsonl; exits 1 "$lede" import jsonl bad.jsonl; has err "bad.jsonl: line 1"
    done
    exits 2 "$lede" import csv x; exits 1 "$lede" import jsonl nowhere.jsonl; has err nowhere.jsonl
}

test_a_script_is_a_task_and_its_errors_show_its_own_lines() {
    printf 'local function deep() error("boom") end\nlocal function mid() lede.timer.sleep(0) deep() end\nmid()\n' >a.lua
    exits 1 "$lede" run a.lua; has err "a.lua:1: boom"; has err "a.lua:2: in"; has err "a.lua:3: in main chunk"; lacks err "scripts/run"; lacks err "lede/"
    printf 'lede.task.spawn(function() error("nobody waits") end) lede.timer.sleep(0.01) print("went on") return 0\n' >b.lua
    exits 1 "$lede" run b.lua; has err "b.lua:1: nobody waits"; has out "went on"
    printf 'local t t = lede.task.spawn(function() lede.timer.sleep(0) t:join() end) lede.task.gate(1):enter() local a\na = lede.task.spawn(function() lede.timer.sleep(0) end) a:join()\n' >c.lua
    exits 1 "$lede" run c.lua; has err "cannot join itself"
    printf 'local a, b a = lede.task.spawn(function() b:join() end) b = lede.task.spawn(function() a:join() end) a:join()\n' >d.lua
    exits 1 "$lede" run d.lua; has err "wait for one another"
}

test_an_interrupted_script_closes_what_it_holds_and_exits_130() {
    cat >held.lua <<'L'
local held <close> = setmetatable({}, { __close = function() print("closed") end })
local child <close> = assert(lede.process.start { "sleep", "1000" })
local other = lede.task.spawn(function()
  local inner <close> = setmetatable({}, { __close = function() print("closed inside") end })
  lede.process.run { "sleep", "1000" }
end)
lede.task.pause()
local ready <close> = io.open("ready", "w")
ready:write("ready\n") ready:flush()
if arg[1] == "busy" then while true do pcall(function() while true do end end) end end
while true do pcall(lede.timer.sleep, 1000) end
L
    for how in wait busy; do
        rm -f ready; mkfifo ready
        env --default-signal=INT "$lede" run held.lua $how >out 2>err & pid=$!
        read -r word <ready; [ "$word" = ready ]; kill -INT $pid; got=0; wait $pid || got=$?
        [ $got -eq 130 ] || fail "exit $got"; has out closed; has out "closed inside"; has err interrupted
        ! pgrep -P $pid >/dev/null || fail "a program was left"
    done
}

test_recipes_push_a_site_and_check_its_links_and_send_a_newsletter() {
    site; recipes=$top/scripts/recipes
    printf -- '---\ntitle: Öne\ndate: 2024-01-02\nsection: News\n---\nText.\n' | file content/a.md; mkdir static; echo x >"static/a+b c.txt"
    cat >serve.lua <<'L'
-- A server that says 200 to /good and to what is put, and notes who asked; then the recipe of its arguments.
local net, task, process = lede.net, lede.task, lede.process
local listener <close> = assert(net.listen { host = "127.0.0.1", port = 0 })
local log = assert(io.open("asked", "a"))
local function answer(socket)
  local s <close> = socket
  for first in function() return s:read_line() end do
    local left, sums = 0, ""
    for line in function() return s:read_line() end do
      if line == "" then break end
      left = tonumber(line:match("^[Cc]ontent%-[Ll]ength: (%d+)")) or left
      if line:find("^[Aa]uthorization: AWS4") then sums = " signed" end
    end
    while left > 0 do left = left - #assert(s:read(left)) end
    log:write(first, sums, "\n") log:flush()
    local good = first:find(" /good") or sums ~= ""
    s:write(("HTTP/1.1 %s X\r\nContent-Length: 0\r\n\r\n"):format(good and 200 or 404))
  end
end
local accepting <close> = task.spawn(function() while true do task.spawn(answer, listener:accept()) end end)
local words = { table.unpack(arg) }
for i, word in ipairs(words) do words[i] = word:gsub("@", "http://127.0.0.1:" .. listener:port()) end
table.insert(words, 1, "run") table.insert(words, 1, lede.host.program())
words.env = { AWS_ACCESS_KEY_ID = "k", AWS_SECRET_ACCESS_KEY = "s", SENDMAIL = "cat" }
local result = assert(process.run(words))
io.write(result.out) io.stderr:write(result.err)
os.exit(result.status)
L
    exits 0 "$lede" run serve.lua "$recipes/publish_and_push.lua" . s3 @ bucket eu-west-1; has out "0 removed, 0 the same"; has asked "PUT /bucket/a%2Bb%20c.txt HTTP/1.1 signed"
    rm static/*; exits 0 "$lede" run serve.lua "$recipes/publish_and_push.lua" . s3 @ bucket eu-west-1; has out "0 sent, 1 removed"; has asked "DELETE /bucket/a%2Bb%20c.txt"
    printf '<a href="@/good?a=1&amp;b=2">g</a><a href="@/bad#x">b</a>' >links.tmpl
    mkdir pages
    cat >both.lua <<L
assert(lede.fs.write("pages/index.html", (assert(lede.fs.read("links.tmpl")):gsub("@", arg[1]))))
local source = assert(lede.fs.read("$recipes/check_links.lua"))
return assert(load(source, "@check_links.lua", "t", setmetatable({}, { __index = _ENV })))("pages", "links.json", "--private")
L
    exits 3 "$lede" run serve.lua both.lua @; has out "/bad: 404"; has out "in index.html"; has err "2 links, 2 asked for, 1 broken"; has asked "HEAD /good?a=1&b=2"
    SENDMAIL=cat exits 0 "$lede" run "$recipes/morning_newsletter.lua" . desk@test.example all@test.example 2024-01-02
    has out "To: all@test.example"; has out "Öne"; has out "https://test.example/news/2024/01/one/"
    SENDMAIL=cat exits 0 "$lede" run "$recipes/morning_newsletter.lua" . desk@test.example all@test.example 2024-01-03; [ ! -s out ]
}

test_a_later_article_enters_few_old_lists_when_the_site_wants_that() {
    archive; sed -i 's/title = "The Test"/title = "The Test", related = { direction = "any", refresh_pages = 1 }/' lede.lua
    exits 0 "$lede" publish --no-fsync; [ "$(related t1.md --limit 1)" = "Tram bill" ] || fail "$(related t1.md)"
    "$lede" related --all --tsv 2>err >before
    article content/t4.md "Tram late" 2024-03-20 "The tram lines along the river are late; stations at the harbour, says the city council."
    exits 0 "$lede" publish --no-fsync --json; has out '"lists":2'
    "$lede" related --all --tsv 2>err >after; [ "$(grep -vxFf before after | cut -f1 | sort -u | wc -l)" -eq 2 ] || fail "not one old list changed"
    cp -r var var2; exits 0 "$lede" publish --no-fsync --full --no-sync -d full --store var2/lede.db; same public full
    rm content/t4.md; exits 0 "$lede" publish --no-fsync; [ "$(related t1.md --limit 1)" = "Tram bill" ]
    exits 0 "$lede" related --rebuild; exits 0 "$lede" related --all --tsv; cmp out before || fail "chosen anew, lists differ"
}

test_tune_says_when_a_site_links_too_little() {
    archive; exits 0 "$lede" publish
    exits 3 "$lede" related tune; has err "only 0 articles link to earlier ones of this site"
}

test_a_line_is_run_when_it_is_typed() {
    printf 'x = 40\nx + 2\nlede.timer.sleep(0.001) return "slept"\nfor i = 1, 2 do\nprint("at " .. i)\nend\nerror("boom")\n)\n{ b = { 1, "two" } }\n' >lines
    exits 0 "$lede" repl <lines; has out 42; has out '"slept"'; has out "at 2"; has out "line:1: boom"; has out "unexpected symbol"; has out '{ b = { 1, "two" } }'
    command -v python3 >/dev/null || { echo "no python3"; exit 77; }
    mkdir home; timeout 120 python3 "$top/tests/program/repl.py" "$lede" "$PWD/home"
}

sums() { find . -path ./out -prune -o -path ./err -prune -o -path ./tree -prune -o -type f -print0 | sort -z | xargs -0 sha256sum; find . -printf '%p %l\n' | sort; } # of all of it
paths() { grep -o '"path":"[^"]*"' "$1" | sort -u; }
# plans: the plan leaves every byte as it is; what it names is what the publication then changes in public/
plans() {
    : >out; : >err; : >tree; : >../sums1-$$; sums >../sums1-$$; exits 0 "$lede" plan --json "$@"; cp out ../plan-$$; : >out; : >err; sums >../sums2-$$
    cmp ../sums1-$$ ../sums2-$$ || fail "the plan changed something"
    rm -rf ../old-$$; if [ -e public ]; then cp -a public ../old-$$; else mkdir ../old-$$; fi
    "$lede" publish --no-fsync "$@" >out 2>err || fail "publish"; mv ../plan-$$ out
    diff -rq -x '.lede-*' ../old-$$ public | sed -E 's/^Files .* and public\/(.*) differ$/\1/; s/^Only in ([^:]*): (.*)$/\1\/\2/; s/^public\///; s/^\.\.\/old-[0-9]*\///' >../differs-$$ || true
    while read -r path; do # a folder that came or went stands for what is in it
        grep -qE "\"path\":\"$path(/[^\"]*)?\"" out || fail "$path changed and was not in the plan"
    done <../differs-$$
}

test_a_plan_names_what_changes_and_why_and_changes_nothing() {
    site; for i in 1 2 3; do article content/a$i.md "Piece $i" "2024-01-0$i" "Text $i."; done; mkdir static; echo 1 >static/robots.txt
    : >out; : >err; sums >../before-$$; exits 0 "$lede" plan; has out "nothing is published yet"; : >out; : >err; sums >../after-$$; cmp ../before-$$ ../after-$$; [ ! -e var ]; [ ! -e public ]
    plans; has out '"whole":"first"'
    exits 0 "$lede" plan; has out "nothing to do"
    article content/a2.md "Piece 2" 2024-01-02 "Other words."; plans
    has out "content/a2.md: the body changed"; lacks out '"whole":"'; lacks out "piece-9"
    article content/a2.md "Another title" 2024-01-02 "Other words."; plans
    has out "moved from /news/2024/01/piece-2/"; has out '"to":"/news/2024/01/another-title/"'; has out "an old address that leads on"; lacks out '"what":"gone"'
    article content/new.md "New one" 2024-01-09 "New."; plans; has out '"reason":"new article"'; has out "section news (newest"
    rm content/new.md; plans; has out "no longer public: withdrawn"
    echo 2 >static/robots.txt; echo x >static/x.txt; plans; has out "static/robots.txt changed"; has out "new file: static/x.txt"
    rm static/x.txt; plans; has out "static/x.txt is gone"
    file layouts/article.html <<<'<p><%= article.title %></p>'; plans; has out "layouts/article.html changed"; [ "$(grep -o '"what":"' out | wc -l)" -eq 3 ]
    echo 'return { title = "Another", base_url = "https://test.example" }' >lede.lua; plans; has out "lede.lua changed"
    exits 0 "$lede" plan --full; has err "as asked for"; has out "  everything is made again"
    exits 0 "$lede" plan -d new/deep/folder; has out "nothing is published yet"; [ ! -e new ]; exits 2 "$lede" plan soon
}

test_a_plan_of_a_thousand_pages_stays_readable() {
    site; for i in $(seq 1 300); do article content/a$i.md "Piece $i" 2024-01-02 "Text $i."; done; publish
    file layouts/article.html <<<'<p><%= article.title %></p>'; exits 0 "$lede" plan
    has out "made: 300"; has out "  layouts/article.html changed"; has out "and 295 more; -v shows all"; [ "$(wc -l <out)" -le 9 ]
    exits 0 "$lede" plan -v; [ "$(wc -l <out)" -eq 302 ]; cp out one; exits 0 "$lede" plan -v -j 1; cmp one out
}

test_an_article_among_older_ones_is_announced_as_a_shift_and_a_new_one_is_not() {
    site; for i in $(seq 10 70); do article content/a$i.md "Piece $i" "2024-01-02T$((i / 10 + 10)):$((i % 10 + 10)):00Z" "Text $i."; done
    mkdir -p plugins/pages; cat >plugins/pages/init.lua <<'L'
return { name = "pages", version = "0.1.0", apply = function(site)
  site:route { name = "list", each = "section", path = "/:slug/", paginate = 10, render = function(page)
    local out = {}
    for i, a in ipairs(page.items) do out[i] = a.title end
    return table.concat(out, "\n")
  end }
end }
L
    echo 'return { title = "T", plugins = { "pages" } }' >lede.lua; publish
    article content/late.md "Late news" 2024-02-01 "x"; exits 0 "$lede" plan; lacks out shifted; publish
    article content/old.md "Old news" 2024-01-01 "x"; exits 0 "$lede" plan; has out "shifted: archive pages 1 to 5 of section news"
    exits 0 "$lede" plan --json; has out '"shifts":[{"first":1,"last":5,"list":"section news"}]'; publish
    for i in $(seq 1 9); do article content/b$i.md "More $i" "2024-03-0$i" "x"; done; exits 0 "$lede" plan
    has out "list grew: archive page 6 of section news is new"; lacks out shifted; publish
    rm content/a15.md; exits 0 "$lede" plan; has out "shifted: archive page"
}

test_a_plan_waits_for_another_and_a_killed_one_is_cleared_away() {
    site; article content/a.md One 2024-01-02 "Text."; publish; mkdir -p var/plan/tree; echo x >var/plan/tree/left; exits 0 "$lede" plan; [ ! -e var/plan ]
}

timed() { printf -- '---\ntitle: %s\ndate: 2024-01-02\n%s\nsection: News\n---\n%s\n' "$2" "$3" "$4" | file "$1"; }

test_the_next_instant_at_which_something_changes_is_told() {
    site; echo 'return { title = "T", timezone = "Europe/Paris" }' >lede.lua; article content/a.md One 2024-01-02 "Text."
    exits 0 "$lede" plan --next; has err "nothing changes by itself"; [ ! -s out ]; [ ! -e var ]
    exits 0 "$lede" plan --next --json; has out '{"articles":[],"at":null}'
    timed content/e.md Secret "embargo: 2024-06-01T10:00:00Z" x; timed content/x.md Offer "expires: 2024-07-01T10:00:00Z" x; timed content/y.md Both "embargo: 2024-06-01T10:00:00Z" y
    exits 0 "$lede" plan --next --at 2024-03-01; has out "2024-06-01T12:00:00+02:00	is published	content/e.md"; has out "	is published	content/y.md"; [ "$(wc -l <out)" -eq 2 ]
    exits 0 "$lede" plan --next --at 2024-06-01T10:00:00Z --json; has out '"at":"2024-07-01T12:00:00+02:00"'; has out '"what":"expires"'; has out '"article":"x.md"'
    publish; exits 0 "$lede" plan --next --no-sync --at 2024-06-01T09:59:59Z; has out "12:00:00+02:00	is published"
    exits 1 "$lede" plan --next --at sometime
}

test_the_shipped_script_publishes_what_became_due() {
    site; article content/a.md One 2024-01-02 "Text."; timed content/e.md Secretpiece "embargo: 2024-06-01T10:00:00Z" x; timed content/x.md Offerpiece "expires: 2024-07-01T10:00:00Z" x
    exits 0 "$lede" run "$top/scripts/recipes/publish_on_time.lua" . 1 2024-06-01T09:59:59Z; nowhere Secretpiece public; grep -rqF Offerpiece public
    exits 0 "$lede" run "$top/scripts/recipes/publish_on_time.lua" . 2 2024-06-01T09:59:59Z
    has err "2024-06-01T10:00:00Z: e.md is published"; grep -rqF Secretpiece public; nowhere Offerpiece public
    exits 1 "$lede" run "$top/scripts/recipes/publish_on_time.lua" nowhere 1; has err "there is no folder"
}

test_why_says_what_a_page_reads_and_what_made_it_last() {
    site; article content/a.md One 2024-01-02 "Text."; article content/b.md Two 2024-01-03 "Text."
    exits 1 "$lede" why /; has err "publish"; publish
    exits 0 "$lede" why /news/2024/01/one/; has out "content/a.md, by route 'article' of plugin layout-broadsheet"; has out "nothing of this site is published yet"
    has out "bodies: 1"; has out "beside and related"; has out "lede.lua"; lacks out "content/b.md: body"
    article content/a.md One 2024-01-02 "Changed."; publish; exits 0 "$lede" why https://test.example/news/2024/01/one/; has out "made: content/a.md: the body changed (publication of 2"
    article content/b.md "Two and more" 2024-01-03 "Text."; publish; exits 0 "$lede" why /news/2024/01/one/; has out "made: content/b.md: its"; exits 0 "$lede" why / --json; has out '"kind":"query"'; has out '"reason":"'
    exits 0 "$lede" why /assets/style.css; has out "copied from"
    exits 1 "$lede" why /nothing/; has err "no page or file 'nothing/index.html'"; exits 1 "$lede" why "/../x"; exits 2 "$lede" why
}

test_the_journal_keeps_the_newest_and_passes_over_what_was_torn() {
    site; article content/a.md One 2024-01-02 "Text."; publish; [ "$(wc -l <var/publications.log)" -eq 1 ]; has var/publications.log '"kind":"whole","whole":"first","changes":[]'
    publish; [ "$(wc -l <var/publications.log)" -eq 1 ]
    article content/a.md One 2024-01-02 "Other."; publish; [ "$(wc -l <var/publications.log)" -eq 2 ]; has var/publications.log '"what":"read"'
    printf '{"at":1,"kind":"changes","chan' >>var/publications.log; article content/a.md One 2024-01-02 "Third."; publish
    cat >read.lua <<'L'
local site = assert(lede.workspace.open { source = "." })
for entry in lede.publish.journal(site) do print(entry.kind, entry.rendered, entry.at > 1000000000, #entry.changes > 0) end
L
    exits 0 "$lede" run read.lua; [ "$(wc -l <out)" -eq 3 ]; [ "$(head -1 out | cut -f1,3,4)" = "changes	true	true" ]; [ "$(tail -1 out | cut -f1)" = whole ]
    head -c 5000000 /dev/zero | tr '\0' '\n' >>var/publications.log; article content/a.md One 2024-01-02 "Fourth."; publish
    [ "$(wc -l <var/publications.log)" -eq 1 ]; exits 0 "$lede" run read.lua; [ "$(wc -l <out)" -eq 4 ]
    exits 0 "$lede" why /news/2024/01/one/; has out "the body changed"
}

test_what_a_plugin_keeps_from_page_to_page_is_found() {
    site; for i in 1 2 3 4 5; do article content/a$i.md "Piece $i" "2024-01-0$i" "Text."; done
    publish; exits 0 "$lede" publish --no-fsync --verify 1000; has err "they come out the same"; exits 0 "$lede" publish --no-fsync --verify 3 --json; has out '"verified":3'
    mkdir -p plugins/keeps; cat >plugins/keeps/init.lua <<'L'
local cache
return { name = "keeps", version = "0.1.0", apply = function(site)
  site:route { name = "kept", each = "article", path = "/kept:url", render = function(page)
    cache = cache or page.article.title
    return "first seen: " .. cache
  end }
end }
L
    echo 'return { title = "T", plugins = { "keeps" } }' >lede.lua; publish -j 1; cp -r public before; cp var/publications.log log
    exits 1 "$lede" publish --no-fsync --verify 1000; has err "route 'kept' of plugin keeps"; has err "made by itself it comes out otherwise"; has err "nothing was published"
    diff -r before public; cmp log var/publications.log
    article content/a1.md "Piece 1" 2024-01-01 "Other."; exits 1 "$lede" publish --no-fsync --verify 1000; diff -r before public
    sed -i 's/cache = cache or/local cache =/; /^local cache$/d' plugins/keeps/init.lua; exits 0 "$lede" publish --no-fsync --verify 1000
}

# Words that only the embargoed piece has, in every place that a piece has words in.
embargoed() {
    mkdir -p static/images; printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\2\0\0\0' >static/images/p.png
    file content/secret.md <<'M'
---
title: Zebratitle resigns
slug: zebraslug
date: 2024-03-01
embargo: 2024-06-01T10:00:00Z
expires: 2024-07-01T10:00:00Z
section: Zebrasection
tags: [Common, Zebratag]
authors: [Zebraauthor]
aliases: [/zebraalias/]
kicker: Zebrakicker
dek: Zebradek
summary: Zebrasummary
image: { src: /images/p.png, alt: Zebraalt, caption: Zebracaption, credit: Zebracredit }
translation_key: common
params: { note: Zebraparam }
origin: { name: Zebraorigin, url: "https://zebra.example/zebra", index: self }
---
Zebrabody. A long text of the same words as its neighbours, council budget harbour.

## Zebraheading
M
    for i in 1 2 3; do printf -- '---\ntitle: Piece %s\ndate: 2024-02-0%s\nsection: News\ntags: [Common]\nauthors: [Somebody]\ntranslation_key: common\nlang: %s\n---\nCouncil budget harbour, a long text of the same words %s.\n' $i $i "$([ $i = 2 ] && echo fr || echo en)" $i | file content/p$i.md; done
    echo 'return { title = "T", base_url = "https://t.example", plugins = { "layout-broadsheet", "rss", "sitemap", redirects = { maps = { nginx = true, caddy = true, netlify = true } } } }' >lede.lua
}
silent() { nowhere "[Zz]ebra" "$@"; [ -z "$(find "$@" -iname '*zebra*')" ] || fail "a file is called so: $(find "$@" -iname '*zebra*' | head -1)"; }

test_no_byte_of_the_site_tells_of_a_piece_a_second_before_its_time_or_after_its_end() {
    site; embargoed
    for change in "" --full; do
        publish $change --at 2024-06-01T09:59:59Z; silent public .public*; ls public/redirects.nginx.conf public/_redirects public/sitemap.xml public/index.xml >/dev/null
        publish $change --at 2024-06-01T10:00:00Z; for word in title slug section tag author kicker dek alt caption credit body heading; do grep -rqi "zebra$word" public || fail "zebra$word is not there"; done
        has public/zebraalias/index.html zebraslug; has public/_redirects /zebraalias/; has public/sitemap.xml zebraslug; has public/.lede-manifest zebraslug; grep -q Zebratitle public/index.xml
        publish $change --at 2024-07-01T09:59:59Z; has public/sitemap.xml zebraslug
        publish $change --at 2024-07-01T10:00:00Z; silent public; publish $change --at 2024-06-01T09:59:59Z; silent public
        rm -rf public .public*
    done
    rm -rf var; publish --at 2024-06-01T09:59:59Z; cp -r public before; rm content/secret.md; rm -rf var public .public*
    publish --at 2024-06-01T09:59:59Z; same before public # as if it had never been
}

test_the_default_clock_shows_a_piece_after_its_time_and_hides_it_after_its_end() {
    site; embargoed; soon=$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ); late=$(date -u -d '+1 day' +%Y-%m-%dT%H:%M:%SZ); past=$(date -u -d '-1 second' +%Y-%m-%dT%H:%M:%SZ)
    sed -i "s/^embargo: .*/embargo: $soon/; s/^expires: .*/expires: $late/" content/secret.md; publish; silent public .public*
    exits 0 "$lede" plan --next; has out "is published"; has out "content/secret.md"
    sed -i "s/^embargo: .*/embargo: $past/" content/secret.md; publish; grep -rq Zebratitle public
    sed -i "s/^expires: .*/expires: $past/" content/secret.md; exits 0 "$lede" plan; has out "no longer public: expired"; publish; silent public
}

test_a_plan_names_redirects_and_their_maps() {
    site; article content/a.md "First title" 2024-01-02 "Text."
    echo 'return { title = "T", base_url = "https://t.example", plugins = { "layout-broadsheet", redirects = { maps = { nginx = true, caddy = true, netlify = true } } } }' >lede.lua
    publish; sed -i 's/First title/Second title/; s/^section/aliases: [\/very-old\/]\nsection/' content/a.md; exits 0 "$lede" plan -v
    has out "redirected: 2"; has out "/news/2024/01/first-title/ -> /news/2024/01/second-title/"; has out "/very-old/ -> /news/2024/01/second-title/"
    for map in redirects.nginx.conf redirects.caddy _redirects very-old/; do has out "    /$map"; done
    publish; has public/redirects.caddy "/very-old/"; has public/_redirects "/very-old/ "; has public/redirects.nginx.conf "/very-old/ "
    sed -i '/^aliases/d' content/a.md; exits 0 "$lede" plan; has out "/very-old/ -> nowhere any more"; publish; [ ! -e public/very-old ]
}

# What lede serve answers. It runs in the background for the length of a case; its first line is its address.
serving() { # serving [FLAG...]: sets $at; ends with the case
    rm -f address; mkfifo address
    "$lede" serve -q --port 4470 "$@" >address 2>err & server=$!
    trap 'kill $server 2>/dev/null' EXIT
    read -r -t 20 at <address || fail "lede serve did not begin"
    at=${at%/}
}
get() { python3 - "$at" "$@" <<'P'
import sys, http.client, urllib.parse
host = urllib.parse.urlsplit(sys.argv[1]); c = http.client.HTTPConnection("127.0.0.1", host.port, timeout=20)
c.putrequest("GET", sys.argv[2], skip_host=True, skip_accept_encoding=True)
fields = dict(f.split(": ", 1) for f in sys.argv[3:]); fields.setdefault("Host", host.netloc)
for name, value in fields.items(): c.putheader(name, value)
c.endheaders(); answer = c.getresponse(); body = answer.read()
print(answer.status); sys.stdout.flush(); sys.stdout.buffer.write(body)
P
}

test_serve_shows_byte_for_byte_what_publish_writes_but_for_its_script() {
    site; mkdir static; echo "a b" >static/plain.txt; printf 'User-agent: *\n' >static/robots.txt
    article content/a.md One 2024-01-02 "Text of *one*."; article content/b.md Two 2024-02-03 "Text of two."
    publish; serving
    n=0
    (cd public && find . -type f ! -name '.lede*' | cut -c2-) | while read -r path; do
        url=${path%index.html}
        get "$url" | tail -n +2 | sed 's|<script src="/_lede/preview.js" defer></script>||' >shown
        cmp -s shown "public$path" || fail "$url differs"
    done
}

shows() { # shows PATH STATUS [TEXT]: soon
    for _ in $(seq 100); do
        get "$1" >shown
        if head -1 shown | grep -q "^$2$" && grep -qF "${3:-}" shown; then return 0; fi
        sleep 0.05
    done
    fail "$1 did not become $2 with '${3:-}': $(head -1 shown)"
}

test_serve_follows_saves_beside_and_folders_that_go() {
    site; article content/a.md One 2024-01-02 "Text of one."; article content/sub/b.md Two 2024-02-03 "Text of two."
    serving
    shows /news/2024/01/one/ 200 "Text of one"; shows /news/2024/02/two/ 200 "Text of two"
    article content/.new One 2024-01-02 "Other words."; cp content/.new content/a.md.part; mv content/a.md.part content/a.md
    shows /news/2024/01/one/ 200 "Other words"
    mv content/sub .away
    shows /news/2024/02/two/ 404; shows /news/2024/01/one/ 200 "Other words"
    mv .away content/sub
    shows /news/2024/02/two/ 200 "Text of two"
}

test_serve_gives_nothing_but_the_site() {
    site; article content/a.md One 2024-01-02 "Text."; publish; mkdir static
    echo secret >static/.env; ln -s /etc/passwd static/passwd; echo "-- secret" >notes.lua
    serving
    for path in /lede.lua /content/a.md /notes.lua /.env /static/.env /passwd /var/lede.db /../lede.lua /%2e%2e/lede.lua /..%2flede.lua \
        //etc/passwd /.git/config /public/index.html '/_lede/../lede.lua' '/?raw' '/a.md?raw??' /_lede/preview/pages/index.html; do
        get "$path" >out
        lacks out "secret"; lacks out "root:"; lacks out 'title = "The Test"'; lacks out "section: News"
    done
    [ "$(get / 'Host: evil.example' | head -1)" = 421 ]
    [ "$(get / 'Origin: http://evil.example' | head -1)" = 403 ]
    [ "$(get /_lede/events 'Origin: http://evil.example' | head -1)" = 403 ]
    [ "$(get / 'Sec-Fetch-Site: cross-site' 'Sec-Fetch-Mode: no-cors' | head -1)" = 403 ]
    [ "$(get / | head -1)" = 200 ]
}

test_serve_keeps_drafts_to_those_who_ask_and_takes_the_next_port() {
    site; article content/a.md One 2024-01-02 "Text."
    printf -- '---\ntitle: Quiet\ndate: 2024-01-03\nsection: News\ndraft: true\n---\nNot yet.\n' >content/q.md
    serving; first=$at
    [ "$(get /news/2024/01/quiet/ | head -1)" = 404 ]
    kill $server; wait $server 2>/dev/null || :
    serving --drafts --at 2024-06-01; get /news/2024/01/quiet/ >out; has out "Not yet."
    old=$server first=$at; serving; kill $old
    [ "$at" != "$first" ] && [ "$(get / | head -1)" = 200 ]
    exits 1 "$lede" serve --bind not-an-address; has err "is no IP address"
}

test_serve_answers_a_site_that_was_never_published_and_shows_a_save() {
    site; article content/a.md One 2024-01-02 "Text of one."
    serving; get /news/2024/01/one/ >out; has out "Text of one."
    article content/a.md One 2024-01-02 "Another text."
    for _ in $(seq 200); do get /news/2024/01/one/ >out; grep -q "Another text" out && break; done
    has out "Another text."; get /_lede/ >out; has out "newsroom"; [ ! -e public ]
}

finds() { # finds TITLES QUERY...: TITLES are what is found, best first, with | between
    want=$1; shift; titles=$("$lede" search "$@" 2>err | sed -nE 's/^ +[0-9]+\. [^ ]+  (.*)  \/.*/\1/p' | paste -sd'|')
    [ "$titles" = "$want" ] || fail "search $* finds $titles, not $want"
}

test_search_knows_phrases_fields_prefixes_and_what_to_leave_out() {
    archive; exits 0 "$lede" publish
    finds "Tram opens|Trams return|Tram bill" tram
    finds "" '"bill tram"'; finds "Tram opens" '"lines along the river are ready"'
    finds "Bees wake|Hives on roofs" 'beekeep* frost -price'
    finds "Honey prices" title:honey; finds "Trams return" 'section:news tram before:2024-02'; finds "" 'section:sport tram'
    exits 0 "$lede" search "beekeeping roofs"; has out "On roofs beekeepers keep hives"; lacks out "$(printf '\033')"
    exits 0 "$lede" search harbour --limit 1; has err "1 of 3"
    exits 0 "$lede" search harbour --limit 1 --json
    echo 'local f = lede.json.decode(assert(lede.fs.read("out"))) local i = f.items[1] local m = i.marks[1] print(f.total, i.snippet:sub(m[1] + 1, m[1] + m[2]))' >look.lua
    [ "$("$lede" run look.lua)" = "3	harbour" ] || fail "$(cat out)"
    exits 2 "$lede" search sectoin:news; has err "no field 'sectoin'"; exits 2 "$lede" search; has err "before:"
    exits 0 "$lede" search nowhere; has err "nothing is found"
}

test_search_follows_what_changes_in_the_store() {
    archive; exits 0 "$lede" publish; finds "Hives on roofs|Honey prices|Bees wake" hives
    sed -i 's/open their hives/mend their skeps/' content/b1.md; rm content/b2.md; sed -i '2idraft: true' content/t3.md; exits 0 "$lede" publish
    finds "Hives on roofs" hives; finds "Bees wake" skeps; finds "Trams return|Tram bill" tram
    finds "Tram opens|Trams return|Tram bill" tram --all; exits 0 "$lede" search opens --all; has out "(draft)"
    exits 0 "$lede" search hives --all; has out "(withdrawn)"
    printf 'damaged' >var/search/index; finds "Bees wake" skeps
    head -c 100 var/search/1.seg >cut; cp cut var/search/1.seg; finds "Bees wake" skeps
    id=$("$lede" search title:honey --all --json | grep -o '"id":"[^"]*"' | cut -d'"' -f4)
    exits 0 "$lede" article purge "$id"; [ -z "$(ls var/search)" ] || fail "the index has it still"
    finds "" title:honey --all; finds "Hives on roofs" hives --all
}

test_search_says_that_it_indexes_what_was_imported() {
    site; exits 1 "$lede" search x; has err "there is no store yet"
    for i in $(seq 600); do echo "{\"id\":\"n$i\",\"title\":\"Piece $i\",\"text\":\"Words of piece number $i.\",\"date\":\"2024-01-01\",\"lang\":\"en\"}"; done >in.jsonl
    exits 0 "$lede" import jsonl in.jsonl
    exits 0 "$lede" search 'title:599'; has err "indexing 600 articles"; has out "Piece 599"
    exits 0 "$lede" search 'title:599'; lacks err "indexing"
    exits 0 "$lede" search 'title:598' -q; has out "Piece 598"
}

test_a_site_with_the_search_plugin_is_the_same_however_it_was_published() {
    archive; echo 'return { title = "T", plugins = { "layout-broadsheet", search = { path = "/find/" } } }' >lede.lua
    exits 0 "$lede" plan --json; has out "find/index.html"; [ ! -e var ]; [ ! -e public ]
    exits 0 "$lede" publish -j 2; has public/find/index.json '"articles":6'; has public/find/index.html 'data-search="/find/"'
    grep -q "^hives" public/find/w/*.txt || fail "no line for hives"
    cp -r public before; exits 0 "$lede" publish; same before public
    sed -i 's/hives/skeps/' content/b3.md; sed -i '2idraft: true' content/t1.md; exits 0 "$lede" plan; [ "$(grep -c wants public/find/w/*.txt | grep -c ':1')" = 1 ]
    exits 0 "$lede" publish; has public/find/index.json '"articles":5'; nowhere wants public/find
    cp -r public before2; rm -rf var; exits 0 "$lede" publish --full -j 1; same before2 public
    exits 0 "$lede" publish --at 2024-02-01T12:00:00Z; has public/find/index.json '"articles":2'; nowhere roofs public/find
    sed -i 's|path = "/find/"|path = "find"|' lede.lua; exits 1 "$lede" publish; has err "begins and ends with '/'"
}

test_http_speaks_tls_and_http_2_with_who_can_prove_who_he_is() {
    for p in nginx openssl; do [ -x "$(command -v $p || command -v /usr/sbin/$p)" ] || skip "no $p (on Debian: apt-get install nginx-light openssl)"; done
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
    mkdir -p www; seq 20000 >www/numbers.txt
    cat >nginx.conf <<N
$([ "$(id -u)" = 0 ] && echo "user root;") daemon off; pid $PWD/nginx.pid; error_log $PWD/error.log;
events {}
http { access_log off; client_body_temp_path $PWD/body; proxy_temp_path $PWD/proxy; fastcgi_temp_path $PWD/fcgi; uwsgi_temp_path $PWD/uwsgi; scgi_temp_path $PWD/scgi;
  types { text/plain txt; } gzip on; gzip_types text/plain; gzip_min_length 100;
  server { listen 127.0.0.1:4481 ssl http2; server_name localhost; ssl_certificate $PWD/cert.pem; ssl_certificate_key $PWD/key.pem; root $PWD/www; } }
N
    "$(command -v nginx || echo /usr/sbin/nginx)" -c "$PWD/nginx.conf" -p "$PWD" & server=$!
    trap 'kill $server 2>/dev/null' EXIT
    for _ in $(seq 100); do [ -s nginx.pid ] && break; sleep 0.05; done
    cat >ask.lua <<'L'
local http, task = lede.http, lede.task
local url = "https://localhost:4481/numbers.txt"
local a, err = http.get(url, { private = true, ca = "cert.pem", retries = 0 })
print(a and a.status or err, a and a.version, a and #a.body, a and a.headers["content-encoding"])
local again = assert(http.get(url, { private = true, ca = "cert.pem", since = a }))
print("again", again.status, again.not_modified)
local many = {}
for i = 1, 40 do many[i] = function() return assert(http.get(url .. "?" .. i, { private = true, ca = "cert.pem" })).version end end
local versions = task.all(many)
local two = 0
for _, v in ipairs(versions) do two = two + (v == "2" and 1 or 0) end
print("two", two)
print("strange", http.get(url, { private = true, retries = 0 }))
print("name", http.get("https://127.0.0.1:4481/numbers.txt", { private = true, ca = "cert.pem", retries = 0 }))
print("guard", http.get(url, { ca = "cert.pem", retries = 0 }))
L
    exits 0 "$lede" run ask.lua
    grep -qE "^200	2	108894	" out || fail "$(cat out)"; has out "again	304	true"; has out "two	40"
    grep -qE "^strange	nil	.*certificate" out || fail "$(cat out)"; grep -qE "^name	nil	" out; grep -qE "^guard	nil	" out
}

test_a_site_that_tells_nobody_has_nothing_to_deliver() {
    site; article content/a.md One 2024-01-02 "Text."
    exits 0 "$lede" publish; lacks err "delivered"; exits 0 "$lede" deliver; has err "0 delivered"; exits 0 "$lede" deliver --failed; has err "nothing was given up"
    exits 2 "$lede" deliver --state lost; has err "waiting, held, dead, sent"; exits 0 "$lede" rollback --list
}

test_what_a_plugin_wants_told_is_held_until_the_site_is_live() {
    site; article content/a.md One 2024-01-02 "Text."; mkdir -p plugins/tell
    cat >plugins/tell/init.lua <<'LUA'
return { name = "tell", apply = function(site)
  site:target { name = "file", send = function(row, desk)
    if lede.fs.exists(desk.workspace.root .. "/refuse") then return nil, { message = "closed", is_final = true } end
    local out <close> = assert(io.open(desk.workspace.root .. "/told", "a"))
    out:write(row.data.what, " ", row.data.url, "\n")
    return true, "written"
  end }
  site:on("deliver", function(release)
    local rows = {}
    for _, change in ipairs(release.changes) do
      rows[#rows + 1] = { target = change.path == "404.html" and "nowhere" or "file", key = change.url .. change.what .. (change.sha256 or ""), data = { what = change.what, url = change.url } }
    end
    return rows
  end)
end }
LUA
    echo 'return { title = "T", plugins = { "layout-broadsheet", "tell" } }' >lede.lua
    exits 0 "$lede" plan; exits 0 "$lede" publish --no-deliver; has err "plugin tell, hook deliver: there is no target 'nowhere'"; [ ! -e told ]
    exits 0 "$lede" deliver --state waiting; has out "tell: file"; exits 0 "$lede" deliver; has err "0 waiting"; has told "new /"; has told "new /news/2024/01/one/"
    exits 0 "$lede" publish; lacks err "delivered"; rm told; article content/a.md One 2024-01-02 "Another text."; exits 0 "$lede" publish; has err "3 delivered"; has told "changed /news/2024/01/one/"
    touch refuse; rm content/a.md told; exits 0 "$lede" publish; has err "given up"; [ ! -e told ]; exits 0 "$lede" deliver --failed; has out "closed"
    rm refuse; exits 0 "$lede" deliver --retry; has told "gone /news/2024/01/one/"; exits 0 "$lede" deliver --failed; lacks out "closed"
    rm told; exits 0 "$lede" publish --store memory:; [ ! -e told ]
    exits 0 "$lede" publish -d elsewhere; has err "nobody is told"; exits 0 "$lede" deliver; [ ! -e told ]
}

feeds_site() { # every format, whatever else it is given
    site; echo "return { title = 'T', base_url = 'https://t.example', $* plugins = { 'layout-broadsheet', 'rss', 'atom', 'jsonfeed', 'opml', redirects = { withdrawn = true, maps = { nginx = true, caddy = true } } } }" >lede.lua
}

test_an_article_that_moves_keeps_its_id_in_every_feed() {
    feeds_site; article content/a.md "First title" 2024-01-02 "Text."; publish
    id=$(grep -o 'tag:t.example,2026:[0-9A-Z]*' public/index.xml); [ "$id" ]; cp -r public before
    sed -i 's/First title/Another title/; s/^section: .*/section: World/' content/a.md; publish; mv content/a.md content/moved.md; publish
    for f in index.xml atom.xml feed.json; do has public/$f "$id"; has public/$f /world/2024/01/another-title/; lacks public/$f /news/2024/01/first-title/; done
    for f in index.xml atom.xml feed.json; do
        exits 0 "$lede" feed diff before/$f public/$f; has out "changed    Another title  https://t.example/world/2024/01/another-title/"; has out "title, address"; has err "0 new, 1 changed, 0 withdrawn, 0 gone"
    done
    lacks public/atom.xml deleted-entry; mv content/moved.md content/a.md; rm -rf var public .public*; publish; has public/atom.xml "$id" # from the files alone
}

test_a_withdrawn_piece_leaves_a_tombstone_and_one_that_comes_back_takes_it_away() {
    feeds_site; article content/a.md "Stays here" 2024-01-02 "Text."; article content/b.md "Goes away" 2024-01-03 "Text."; article content/w.md "Of the world" 2024-01-04 "Text."
    sed -i 's/^section: .*/section: World/' content/w.md; printf -- '---\ntitle: Never seen\ndraft: true\n---\nx\n' >content/d.md; publish
    cp -r public before
    rm content/b.md content/d.md; publish
    [ "$(grep -c '<at:deleted-entry' public/atom.xml)" = 1 ] || fail "not one tombstone"; [ "$(grep -c '<at:deleted-entry' public/news/atom.xml)" = 1 ]; lacks public/world/atom.xml deleted-entry
    same before/world public/world # another list knows nothing of it
    for f in index.xml atom.xml feed.json sitemap.xml; do [ ! -e public/$f ] || lacks public/$f "Goes away"; done
    exits 0 "$lede" feed diff before/atom.xml public/atom.xml; has out "withdrawn  Goes away"; exits 0 "$lede" feed diff before/index.xml public/index.xml; has out "gone       Goes away"
    has public/gone.nginx.conf "/news/2024/01/goes-away/ 1;"; has public/redirects.caddy "respond /news/2024/01/goes-away/ 410"; lacks public/gone.nginx.conf never-seen
    has public/news/2024/01/goes-away/index.html "no longer available"; has public/news/2024/01/goes-away/index.html noindex; lacks public/news/2024/01/goes-away/index.html "Goes away"
    cp -r public before2; publish --full; same before2 public; exits 0 "$lede" plan; has out "nothing to do" || has err "nothing to do"
    article content/b.md "Goes away" 2024-01-03 "Text."; publish; lacks public/atom.xml deleted-entry; has public/atom.xml "Goes away"; lacks public/gone.nginx.conf goes-away; lacks public/news/2024/01/goes-away/index.html "no longer"
}

test_feeds_of_unchanged_articles_are_not_made_again() {
    feeds_site "feed = { tags = true, archives = true, limit = 2 },"
    for i in 1 2 3 4 5; do printf -- '---\ntitle: Piece %s\ndate: 2024-01-0%s\nsection: News\ntags: [red]\n---\nText.\n' $i $i | file content/p$i.md; done
    printf -- '---\ntitle: Elsewhere\ndate: 2023-01-01\nsection: World\ntags: [blue]\n---\nText.\n' | file content/w.md; publish; cp -r public before
    sed -i 's/Text/Other text/' content/p5.md; exits 0 "$lede" plan --json
    for f in index.xml news/atom.xml tags/red/feed.json; do has out "\"path\":\"$f\""; done
    for f in world/index.xml tags/blue/atom.xml index-1.xml index-2.xml; do lacks out "\"path\":\"$f\""; done
    publish; article content/p6.md "Piece 6" 2024-01-06 "Text."; publish; for f in index-1.xml index-2.xml atom-1.xml feed-2.json world/index.xml feeds.opml; do cmp before/$f public/$f; done # archives stand
    has public/index.xml 'rel="prev-archive" type="application/rss+xml" href="https://t.example/index-3.xml"'; has public/feed.json '"next_url":"https://t.example/feed-3.json"'; has public/atom-1.xml "<fh:archive/>"; lacks public/atom-1.xml prev-archive
}

test_lists_and_languages_have_feeds_and_one_file_names_them_all() {
    feeds_site "feed = { authors = true, languages = { 'fr' }, full = false }, feeds = { { name = 'votes', title = 'The votes', query = { tag = 'vote', from = '2024-01-01' } } },"
    printf -- '---\ntitle: Le vote\ndate: 2024-01-02\nlang: fr\ntags: [vote]\nauthors: [Ann]\n---\nTexte de **tout**.\n' | file content/a.md; printf -- '---\ntitle: Old vote\ndate: 2020-01-02\ntags: [vote]\n---\nText.\n' | file content/b.md; publish
    for f in authors/ann/index.xml lang/fr/atom.xml feeds/votes/feed.json; do has public/$f "Le vote"; lacks public/$f "Old vote"; has public/feeds.opml "https://t.example/${f%/*}/index.xml"; done
    lacks public/index.xml content:encoded\>; lacks public/feed.json content_html; has public/feeds/votes/atom.xml "<title>The votes</title>"
    sed -i "s/tag = 'vote'/tga = 'vote'/" lede.lua; exits 1 "$lede" publish; has err "feeds[1].query.tga: there is no such condition. Did you mean 'tag'?"
}

test_a_plugin_has_the_last_word_on_the_items_of_feeds() {
    feeds_site; article content/a.md "Public" 2024-01-02 "Text."; article content/b.md "For members" 2024-01-03 "Secret text."
    printf '%s\n' 'return { name = "members", version = "1", apply = function(site)' '  site:on("feed.item", function(article, item)' '    if article.title == "For members" then item.html, item.summary = "<p>Members read on.</p>", "Members read on." else item.title = item.title .. "!" end' '    if article.params.nofeed then item.left_out = true end' '  end)' 'end }' | file plugins/members/init.lua
    printf -- '---\ntitle: Not there\ndate: 2024-01-04\nparams: { nofeed: true }\n---\nText.\n' | file content/c.md
    sed -i "s/'opml',/'opml', 'members',/" lede.lua; publish
    for f in index.xml atom.xml feed.json; do has public/$f "Members read on."; lacks public/$f "Secret text"; has public/$f "Public!"; lacks public/$f "Not there"; done
}

test_a_partners_profile_names_each_violation_and_article() {
    feeds_site; article content/a.md "A good piece" 2024-01-02 "Text."; article content/b.md "With code" 2024-01-03 '`x` and [a](http://plain.example/)'; publish
    for f in index.xml atom.xml; do
        exits 3 "$lede" feed check --profile msn public/$f; has out "With code (https://t.example/news/2024/01/with-code/): content has <code>, which is not allowed"; has out "not https and absolute: http://plain.example/"; lacks out "A good piece"
    done
    exits 3 "$lede" feed check --profile smartnews public/feed.json; has out "format is json, not one of rss"
    exits 2 "$lede" feed check --profile nobody public/index.xml; has err "there are applenews, msn, smartnews, wire, and profiles/nobody.lua of the site is not there"
    echo 'return { title = "Ours", item = { title = { max = 5 }, id = { unique = true }, html = { words = 1 } }, map = { html = { "html", "summary" } }, called = { title = "headline" } }' | file profiles/ours.lua
    exits 3 "$lede" feed check --profile ours public/feed.json --json; has out '"field":"headline"'; has out '"message":"has 12 characters, at most 5"'; has out '"title":"A good piece"'
    sed -i 's/max = 5/max = 50/' profiles/ours.lua; exits 0 "$lede" feed check --profile ours public/feed.json public/index.xml
    echo 'return { item = { titel = {} } }' >profiles/ours.lua; exits 2 "$lede" feed check --profile ours public/index.xml; has err "no key 'titel'. Did you mean 'title'?"
    echo '<html></html>' >x.xml; exits 1 "$lede" feed check --profile wire x.xml; has err "it is none of RSS 2.0, Atom and JSON Feed"; exits 2 "$lede" feed check x.xml; exits 2 "$lede" feed diff x.xml
}

faulty_feeds() { # a site with a plugin of its own: what stands in feed.txt and head.txt is printed as it is
    site; article content/news/one.md One 2024-01-01 "Text one."; article content/news/two.md Two 2024-01-02 "Text two."
    echo 'return { title = "The Test", base_url = "https://test.example", plugins = { "layout-broadsheet", "own" } }' >lede.lua
    file plugins/own/init.lua <<'L'
return { name = "own", apply = function(site)
  site:route { name = "feed", path = "/own.xml", render = function() return '<?xml version="1.0"?>\n' .. lede.files.read("site", "feed.txt") end }
  site:on("page.after", function(page, bytes)
    if page.article and page.article.title == "Two" then return (bytes:gsub("</head>", function() return lede.files.read("site", "head.txt") .. "</head>" end)) end
  end)
end }
L
    file feed.txt <<'X'
<rss version="2.0"><channel><title>T</title><link>https://test.example/</link><description/>
<item><title>a</title><guid isPermaLink="false">1</guid></item></channel></rss>
X
    echo '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"x"}</script>' >head.txt
}

test_a_feed_that_no_reader_takes_is_not_published() {
    faulty_feeds; publish || fail "$(cat err)"; cp public/own.xml before
    sed -i 's|</item>|<pubDate>2024-01-01</pubDate></item>|' feed.txt
    printf -- '---\ntitle: Three\ndate: 2024-01-03\nsection: News\n---\nText.\n' >content/news/three.md
    exits 1 "$lede" publish --no-fsync; has err "own.xml"; has err "line 3: rss: <pubDate>: '2024-01-01' is no date of RFC 822"
    cmp before public/own.xml || fail "the feed that was live is gone"
    [ -f public/news/2024/01/three/index.html ] || fail "other pages were not made"
    echo '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/a/</loc></url></urlset>' >feed.txt
    exits 1 "$lede" publish --no-fsync; has err "line 2: sitemap: <loc>: '/a/' is no address of the web"
    printf '<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:a,2024:b</id>' >feed.txt
    exits 1 "$lede" publish --no-fsync; has err "atom: xml: line 2: no element found"
    echo '<catalogue><any/></catalogue>' >feed.txt; exits 0 "$lede" publish --no-fsync
}

test_a_page_whose_json_ld_is_wrong_is_not_published() {
    faulty_feeds; publish || fail "$(cat err)"; cp public/news/2024/01/two/index.html before
    printf '<script type="application/ld+json">{"@context":"https://schema.org",\n"@type":"NewsArticle","headline":}</script>' >head.txt
    exits 1 "$lede" publish --no-fsync; has err "news/2024/01/two/index.html"; has err "jsonld: JSON-LD: json:"
    cmp before public/news/2024/01/two/index.html || fail "the page that was live is gone"
    line=$(sed -nE 's/.*two\/index.html.*: line ([0-9]+): jsonld.*/\1/p' err); [ "$line" -gt 5 ] || fail "line '$line'"
    echo '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"x","datePublished":"yesterday"}</script>' >head.txt
    exits 1 "$lede" publish --no-fsync; has err "NewsArticle: its datePublished is no date: yesterday"
}

test_what_is_wrong_with_a_published_site_is_named() {
    site; article content/one.md One 2024-01-01 'A [link](/nowhere/), a [place](#none) and <b>more.'; publish || fail "$(cat err)"
    mkdir -p public/more; printf '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>T</title></head><body>\n<h1>T</h1><h3>x</h3><img src="/gone.png">\n<a href="https://other.example/">o</a><p id="a"><span id="a"></p></body></html>\n' >public/more/index.html
    exits 3 "$lede" check
    has out "/nowhere/ leads to nothing"; has out "#none: there is no place 'none' there"
    has out "public/more/index.html:3: error: headings: <h3> follows <h1>"; has out "public/more/index.html:3: error: images: the picture /gone.png has no alt"
    has out "public/more/index.html:3: error: links: /gone.png leads to nothing"; has out "public/more/index.html:4: error: html: <span> is not closed"
    has out "public/more/index.html:4: error: html: id 'a' stands on line 4 already"; has out "(https://test.example/more/)"
    exits 3 "$lede" check --json --rules images; has out '"rule":"images"'; lacks out '"rule":"links"'; has out '"url":"https://test.example/more/"'
    exits 1 "$lede" check --rules imges; has err "no rule 'imges'"; has err "images"
    exits 3 "$lede" check public/more/index.html; has out "headings"
    rm -r public/more; sed -i 's/A \[link.*/Good./' content/one.md; publish
    exits 0 "$lede" check --rules html,links,images,headings,titles,jsonld,rss,sitemap; [ ! -s out ] || fail "$(cat out)"
}

test_other_newsrooms_get_each_article_and_hear_when_it_is_withdrawn() {
    site; echo 'return { title = "The Test", base_url = "https://test.example", plugins = { "layout-broadsheet", "redirects", "ninjs", "newsml-g2", republish = { terms = "Do not <change> it." } } }' >lede.lua
    article content/one.md "One & <two>" 2024-01-01 "Text one."; article content/two.md Two 2024-01-02 "Text two."; publish || fail "$(cat err)"
    at=public/news/2024/01/two; has $at/ninjs.json '"pubStatus":"usable"'; has $at/newsml-g2.xml 'stat:usable'; id=$(sed -nE 's/.*"uri":"([^"]*)".*/\1/p' $at/ninjs.json); has $at/newsml-g2.xml "guid=\"$id\""
    page=public/republish/two/index.html; has $page "noindex"; has $page 'counter.gif?'; has $page "Do not &lt;change&gt; it."; has $page 'originally published on &lt;a href=&quot;https://test.example/news/2024/01/two/&quot;&gt;The Test'; [ -f public/republish/counter.gif ]
    exits 0 "$lede" check --rules ninjs,newsml,html,links,images,headings
    exits 0 "$lede" publish --no-fsync --full --verify 3
    article content/three.md Three 2024-01-03 "Text three."; exits 0 "$lede" plan --json; has out '"path":"news/2024/01/three/ninjs.json"'; lacks out '"path":"news/2024/01/one/ninjs.json"'; publish
    sed -i 's/^title: Two/&\nstatus: withdrawn/' content/two.md; publish || fail "$(cat err)"
    has $at/ninjs.json '"pubStatus":"canceled"'; has $at/ninjs.json "$id"; lacks $at/ninjs.json "Text two"; has $at/newsml-g2.xml 'stat:canceled'; [ ! -e $page ]; has public/republish/three/index.html "Text three"
    exits 0 "$lede" check --rules ninjs,newsml
    recipes=$top/scripts/recipes
    printf '1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "GET /republish/counter.gif?%s HTTP/1.1" 200 43 "%s" "x"\n' A1 https://partner.example/a A1 https://partner.example/b A1 - B2 https://other.example/ >access.log
    echo '1.2.3.4 - - [x] "GET /republish/counter.gif?A1 HTTP/1.1" 404 0 "https://no.example/" "x"' >>access.log
    exits 0 "$lede" run "$recipes/republish_report.lua" access.log; has out "      2  partner.example"; has out "      1  (unknown)"; has out "      1  other.example"; lacks out no.example; has err "4 requests"
    exits 0 "$lede" run "$recipes/republish_report.lua" access.log --json; has out '"total":4'
}

test_the_push_recipe_brings_a_folder_up_by_rsync() {
    command -v rsync >/dev/null || { echo "no rsync in PATH (on Debian: apt-get install rsync)"; exit 77; }
    site; article content/a.md One 2024-01-02 "Text of one."; article content/b.md Two 2024-01-03 "Text of two."; mkdir there; echo old >there/gone.html
    exits 0 "$lede" run "$top/scripts/recipes/publish_and_push.lua" . rsync there/
    cmp public/index.html there/index.html; has there/news/2024/01/one/index.html "Text of one"; [ ! -e there/gone.html ]
    rm content/b.md; exits 0 "$lede" run "$top/scripts/recipes/publish_and_push.lua" . rsync there/; [ ! -e there/news/2024/01/two/index.html ]
    exits 1 "$lede" run "$top/scripts/recipes/publish_and_push.lua" . rsync /nonexistent/a/b/
}
