"""deliveries.py LEDE SERVER [full] - deliveries against receivers that fail in every way, killed deliverers and publications, a bucket
that checks signatures. A line a check: "ok …" or "NOT OK …"; figures as "note: …"."""
import collections, json, os, pathlib, random, shutil, signal, subprocess, sys, tempfile, time

lede, server_program = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
full = len(sys.argv) > 3 and sys.argv[3] == "full"
here = pathlib.Path(__file__).parent
work = pathlib.Path(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
random.seed(int(os.environ.get("SEED", "1")))
environment = dict(os.environ, NO_COLOR="1", K="KEY", S="SECRET", HOOK="secret-of-the-hook", TOKEN="secret-of-the-server")


def check(sentence, good, words=""):
    print(("ok " if good else "NOT OK ") + sentence + ("" if good else f": {words}"), flush=True)


class Server:
    """tests/deliver/server.c with a log of its own."""

    def __init__(self, name):
        self.log = work / name
        self.process = subprocess.Popen([server_program, self.log], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def lines(self):
        return [line.split(" ", 2) for line in self.log.read_text().splitlines()]

    def forget(self):
        os.truncate(self.log, 0)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def lua(value):
    """A Python value as Lua writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{json.dumps(k)}] = {lua(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "{" + ", ".join(lua(v) for v in value) + "}"
    return json.dumps(value)


def article(folder, name, title, **more):
    file = folder / "content" / "news" / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    front = {"title": title, "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60)), **more}
    file.write_text("---\n" + "".join(f"{k}: {v}\n" for k, v in front.items()) + "---\nText of " + title + ".\n")
    return file


def site(name, plugins, **config):
    folder = work / name
    article(folder, "one", "One")
    config = {"title": "T", "base_url": "https://t.example", "plugins": plugins, "deliver": {"first": 0.05, "longest": 1, "seconds": 1}, **config}
    (folder / "lede.lua").write_text("return " + lua(config) + "\n")
    (folder / "plugins").mkdir()
    shutil.copytree(here / "plugins" / "blast", folder / "plugins" / "blast")
    return folder


def run(folder, *words, status=0, timeout=300):
    done = subprocess.run([lede, *words, "-s", folder], env=environment, capture_output=True, text=True, timeout=timeout)
    if status is not None and done.returncode != status:
        raise SystemExit(f"NOT OK lede {' '.join(words)} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}\n0 passed, 1 failed")
    return done


def rows(folder, state):
    return json.loads(run(folder, "deliver", "--state", state, "--json").stdout)


def start(folder, *words):
    return subprocess.Popen([lede, *words, "-s", folder], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


# ---- targets that fail in every way, and a deliverer that is killed


def flaky_targets(server, count, late_port):
    kinds = ["good", "reset", "good", "hang", "good", "fail", "good", "busy", "good", "drop"]
    targets = []
    for i in range(count):
        refuses = i % 20 == 0 # nobody listens at first
        targets.append({"name": f"t{i}", "kind": kinds[i % len(kinds)], "port": late_port if refuses else server.port, "every": 10 if full else 5, "times": 1})
    return targets


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def forward(port, to):
    """Begins to listen where nobody did, and hands on to the server."""
    import socket, threading

    def pump(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def serve():
        door = socket.create_server(("127.0.0.1", port), backlog=256)
        while True:
            a, _ = door.accept()
            b = socket.create_connection(("127.0.0.1", to))
            for pair in ((a, b), (b, a)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()


def kills():
    targets, each, deaths = (100, 100, 50) if full else (20, 15, 6)
    server, late = Server("flaky.log"), free_port()
    at_once = 64 if full else 8
    folder = site("flaky", {"blast": {"targets": flaky_targets(server, targets, late), "each": each, "pause": 0.15 if full else 0.02}},
                  deliver={"first": 0.05, "longest": 1, "seconds": 1, "at_once": at_once})
    run(folder, "publish", "--no-deliver")
    total, began = targets * each, time.monotonic()
    check(f"{total} deliveries wait when the site is live", len(rows(folder, "waiting")) == total)
    for n in range(deaths):
        deliverer = start(folder, "deliver", "--wait", "-q")
        time.sleep(random.uniform(0.1, 0.6))
        kill(deliverer)
        if n == deaths // 2:
            forward(late, server.port)
    before = len(server.lines())
    run(folder, "deliver", "--wait", "-q", timeout=600)
    told = collections.Counter(key for _, _, key in server.lines())
    wanted = {f"t{i}-{n}" for i in range(targets) for n in range(1, each + 1)}
    twice = sum(1 for n in told.values() if n > 1)
    print(f"note: {total} deliveries to {targets} targets, {deaths} kills: {before} by killed ones, {twice} told twice, {time.monotonic() - began:.0f} s", flush=True)
    check("each delivery is told at least once, however often the deliverer is killed", set(told) == wanted, f"{len(wanted - set(told))} missing")
    if full:
        check("of those at most one in a hundred twice", twice <= total // 100, f"{twice} of {total}")
    else: # how many answers are on their way when a deliverer is killed is up to the machine
        check("of those no more twice than were under way when a deliverer was killed", twice <= deaths * at_once, f"{twice} of {total}")
    check("none waits, none is lost, none is given up", (len(rows(folder, "sent")), rows(folder, "waiting"), rows(folder, "dead")) == (total, [], []))
    server.end()


def speed():
    """When the good ones are done, with and without those that fail."""
    server = Server("speed.log")
    good = [{"name": f"g{i}", "kind": "good", "port": server.port, "every": 1, "times": 0} for i in range(20)]
    kinds = ["hang", "fail", "reset", "busy", "drop"]
    bad = [{"name": f"b{i}", "kind": kinds[i % 5], "port": server.port, "every": 1, "times": 1000} for i in range(80 if full else 40)]
    each, took = (200 if full else 40), {}
    for name, targets in (("alone", good), ("beside", bad + good)):
        folder = site(name, {"blast": {"targets": targets, "each": each, "wait_ms": 5, "timeout": 5}}, deliver={"first": 1, "longest": 60, "seconds": 1})
        run(folder, "publish", "--no-deliver")
        server.forget()
        began = time.monotonic()
        deliverer = start(folder, "deliver", "--wait", "-q")
        while len(server.lines()) < 20 * each and time.monotonic() - began < 60:
            time.sleep(0.02)
        took[name] = time.monotonic() - began
        kill(deliverer)
    print(f"note: {20 * each} deliveries to 20 good targets take {took['alone']:.2f} s alone, {took['beside']:.2f} s beside {len(bad)} that fail", flush=True)
    check("good targets do not wait for those that hang, refuse and fail", took["beside"] < 3 * took["alone"] + 3, str(took))
    server.end()


def two_at_once():
    server = Server("two.log")
    targets = [{"name": f"t{i}", "kind": "good", "port": server.port, "every": 1, "times": 0} for i in range(5)]
    folder = site("two", {"blast": {"targets": targets, "each": 40, "wait_ms": 5}})
    run(folder, "publish", "--no-deliver")
    both = [start(folder, "deliver", "--wait", "-q") for _ in range(3)]
    for one in both:
        one.wait()
    told = collections.Counter(key for _, _, key in server.lines())
    check("three deliverers at once tell each thing once", len(told) == 200 and set(told.values()) == {1}, str(told.most_common(3)))
    server.end()


# ---- publications that are killed


def killed_publications():
    server = Server("hook.log")
    hook = {"endpoints": [{"name": "partner", "url": f"http://127.0.0.1:{server.port}/good/hook", "secret": "env:HOOK", "private": True}]}
    folder = site("hook", {"layout-broadsheet": True, "webhook": hook})
    run(folder, "publish", "--no-deliver")
    for n in range(30 if full else 6):
        article(folder, f"n{n}", f"Number {n}")
        publisher = start(folder, "publish", "--no-deliver", "-q")
        time.sleep(random.uniform(0.005, 0.15))
        kill(publisher)
        if n % 3 == 2:
            run(folder, "deliver", "-q")
    run(folder, "publish", "--no-deliver", "-q")
    run(folder, "deliver", "--wait", "-q")
    live = len(list((folder / "public" / "news").glob("*/*/n*/index.html")))
    sent = {row["key"].split("/")[0] for row in rows(folder, "sent")}
    told = {key for _, _, key in server.lines()}
    check("every article that went live is told, whenever the publication was killed", len(sent) == live + 1 == len(told), f"{live} live, {len(sent)} sent, {len(told)} told")
    check("nothing is held or waits", rows(folder, "held") == rows(folder, "waiting") == [])
    for name in ("n0", "n1"):
        (folder / "content" / "news" / f"{name}.md").unlink()
    server.forget()
    run(folder, "publish", "-q")
    run(folder, "deliver", "--wait", "-q")
    keys = [row["key"] for row in rows(folder, "sent") if row["key"].endswith("withdrawn")]
    check("an article that is taken back is told as well", len(keys) == 2 and len(server.lines()) == 2, str(keys))
    server.end()


def desk_of_serve():
    server = Server("serve.log")
    targets = [{"name": f"t{i}", "kind": "good", "port": server.port, "every": 1, "times": 0} for i in range(3)]
    folder = site("serve", {"layout-broadsheet": True, "blast": {"targets": targets, "each": 20}})
    run(folder, "publish", "--no-deliver")
    preview = start(folder, "serve", "--port", str(free_port()), "-q")
    until = time.monotonic() + 20
    while len(server.lines()) < 60 and time.monotonic() < until:
        time.sleep(0.05)
    preview.send_signal(signal.SIGINT)
    preview.wait()
    check("a preview tells what publications left", len(server.lines()) == 60 and rows(folder, "waiting") == [], str(len(server.lines())))
    server.end()


def interrupted():
    server = Server("int.log")
    endpoint = {"name": "partner", "url": f"http://127.0.0.1:{server.port}/hang/hook", "private": True}
    folder = site("int", {"layout-broadsheet": True, "webhook": {"endpoints": [endpoint]}})
    run(folder, "publish", "--no-deliver")
    deliverer = start(folder, "deliver", "--wait", "-q")
    until = time.monotonic() + 10
    while not any(row["tries"] for row in rows(folder, "waiting")) and time.monotonic() < until:
        time.sleep(0.05)
    deliverer.send_signal(signal.SIGINT)
    status = deliverer.wait(timeout=10)
    left = rows(folder, "waiting")
    check("an interrupted deliverer gives back what it had", status == 130 and len(left) == 1 and left[0]["due_at"] <= time.time() * 1000 and left[0]["said"] == "interrupted", f"{status} {left}")
    server.end()


def dead_letters():
    server = Server("dead.log")
    endpoint = {"name": "partner", "url": f"http://127.0.0.1:{server.port}/gone/hook", "private": True}
    folder = site("dead", {"layout-broadsheet": True, "webhook": {"endpoints": [endpoint]}})
    done = run(folder, "publish")
    check("a publication says what was given up", "1 given up" in done.stderr, done.stderr)
    failed = run(folder, "deliver", "--failed").stdout
    check("lede deliver --failed says what, where and why", "webhook: partner" in failed and "status 410" in failed, failed)
    text = (folder / "lede.lua").read_text()
    (folder / "lede.lua").write_text(text.replace("/gone/hook", "/good/hook"))
    run(folder, "deliver", "--retry")
    check("lede deliver --retry tells it again", len(server.lines()) == 1 and rows(folder, "dead") == [] and len(rows(folder, "sent")) == 1)
    server.end()


def bounded():
    server = Server("hang.log")
    endpoint = {"name": "partner", "url": f"http://127.0.0.1:{server.port}/hang/hook", "private": True}
    folder = site("hang", {"layout-broadsheet": True, "webhook": {"endpoints": [endpoint]}})
    began = time.monotonic()
    done = run(folder, "publish")
    check("a publication does not wait for a target that hangs", time.monotonic() - began < 30 and "1 wait" in done.stderr, done.stderr)
    server.end()


def secrets():
    server = Server("secret.log")
    base = f"http://127.0.0.1:{server.port}"
    folder = site("secret", {
        "layout-broadsheet": True,
        "webhook": {"endpoints": [{"name": "p", "url": base + "/good/hook", "secret": "env:HOOK", "private": True}]},
        "mastodon": {"server": base, "token": "env:TOKEN", "private": True, "pause": 0.01},
        "deploy-s3": {"endpoint": base, "bucket": "bucket", "key_id": "env:K", "key": "env:S", "private": True},
    })
    said = run(folder, "publish", "-v")
    said_more = run(folder, "deliver", "--wait", "-v")
    everything = said.stdout + said.stderr + said_more.stdout + said_more.stderr + run(folder, "config").stdout
    for file in folder.rglob("*"):
        if file.is_file():
            everything += file.read_bytes().decode("latin-1")
    check("secrets stand in no page, log or record", not any(word in everything for word in ("secret-of-the-hook", "secret-of-the-server", "SECRET")))
    (folder / "lede.lua").write_text((folder / "lede.lua").read_text().replace("env:TOKEN", "abcdef"))
    refused = run(folder, "publish", status=1)
    check("a secret in lede.lua is refused", "env:NAME" in refused.stderr, refused.stderr)
    server.end()


# ---- a bucket


def puts(server):
    return [(method, path.split("?")[0][len("/bucket/"):], what) for method, path, what in server.lines()]


def bucket():
    files = 10000 if full else 300
    server = Server("bucket.log")
    options = {"endpoint": f"http://127.0.0.1:{server.port}", "bucket": "bucket", "key_id": "env:K", "key": "env:S", "private": True}
    folder = site("bucket", {"layout-broadsheet": True, "rss": True, "sitemap": True, "deploy-s3": options})
    for i in range(files):
        file = folder / "static" / "p" / str(i // 100) / f"{i}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<!doctype html><title>{i}</title>" + "<p>word " * 1000)
    run(folder, "publish", "--no-deliver", "-q")
    deliverer, sent = None, 0
    if not full: # killed on the way, it goes on from there
        deliverer = start(folder, "deliver", "--wait", "-q")
        while sent < 120 and time.monotonic():
            sent = len(server.lines())
        kill(deliverer)
        server.forget()
    began = time.monotonic()
    run(folder, "deliver", "-q")
    took = time.monotonic() - began
    there = puts(server)
    print(f"note: {len(there)} files at 64 in flight in {took:.2f} s: {len(there) / took:.0f} a second", flush=True)
    refused = [line for line in there if "|" not in line[2]]
    check("every request is signed as the bucket wants it", not refused, str(refused[:2]))
    live = {str(f.relative_to(folder / "public")) for f in (folder / "public").rglob("*") if f.is_file() and not f.name.startswith(".lede-")}
    if full:
        check("the bucket has the whole site", {path for _, path, _ in there} == live)
        check("10,000 files go at 1,500 a second at least", len(there) / took >= 1500, f"{len(there) / took:.0f}")
    else:
        check("a deployment that was killed goes on where it was", len(live) - sent <= len(there) <= len(live) - sent + 230, f"{sent} and {len(there)} of {len(live)}")
    server.forget()
    article(folder, "two", "Two")
    run(folder, "publish", "--no-deliver", "-q")
    run(folder, "deliver", "-q")
    there = puts(server)
    paths = [path for _, path, _ in there]
    turns = [4 if path.endswith((".xml", ".txt")) else 2 if path.endswith("/two/index.html") or path.endswith("/one/index.html") else 3 if path.endswith(".html") else 1 for path in paths]
    check("only what changed goes, pages before lists before feeds", turns == sorted(turns) and len(set(turns)) >= 3 and len(there) < 40 and not any("p/0/" in p for p in paths), str(paths))
    kinds = {path: what.split(" ", 1)[1] for _, path, what in there}
    check("types and times to keep are said", kinds.get("index.xml", "").startswith("application/xml") and "max-age" in kinds.get("index.html", ""), str(kinds))
    server.forget()
    (folder / "content" / "news" / "two.md").unlink()
    run(folder, "publish", "--no-deliver", "-q")
    run(folder, "deliver", "-q")
    there = puts(server)
    check("what is gone goes last", there[-1][0] == "DELETE" and sum(1 for m, _, _ in there if m == "DELETE") >= 1 and "two" in there[-1][1], str(there[-3:]))
    article(folder, "one", "Another one")
    run(folder, "publish", "--no-deliver", "-q")
    run(folder, "deliver", "-q")
    server.forget()
    run(folder, "rollback", "-q")
    run(folder, "deliver", "-q")
    check("a rollback is deployed too", any(path.endswith("one/index.html") for _, path, _ in puts(server)), str(puts(server)))
    server.end()


def variants():
    server = Server("variants.log")
    options = {"endpoint": f"http://127.0.0.1:{server.port}", "bucket": "bucket", "key_id": "env:K", "key": "env:S", "private": True, "compress": "variants"}
    folder = site("variants", {"layout-broadsheet": True, "deploy-s3": options})
    run(folder, "publish", "--no-deliver", "-q")
    run(folder, "deliver", "-q")
    kinds = {path: what for _, path, what in puts(server)}
    check("a file has its variants beside it", kinds["index.html"].endswith("|") and kinds["index.html.gz"].endswith("|gzip") and kinds["index.html.br"].endswith("|br"), str(kinds))
    server.end()


def rsync():
    if not shutil.which("rsync"):
        print("skip: no rsync in PATH", flush=True)
        return
    to = work / "there"
    to.mkdir()
    (to / "others.txt").write_text("not lede's\n")
    folder = site("rsync", {"layout-broadsheet": True, "deploy-rsync": {"to": str(to)}})
    article(folder, "two", "Two")
    run(folder, "publish", "-q")
    run(folder, "deliver", "-q")
    one = {str(f.relative_to(to)): f.read_bytes() for f in to.rglob("*") if f.is_file()}
    live = {str(f.relative_to(folder / "public")): f.read_bytes() for f in (folder / "public").rglob("*") if f.is_file() and not f.name.startswith(".lede-")}
    check("rsync brings a folder up to the site and leaves what is others' alone", one == {**live, "others.txt": b"not lede's\n"}, str(sorted(set(one) ^ set(live))[:5]))
    (folder / "content" / "news" / "two.md").unlink()
    run(folder, "publish", "-q")
    run(folder, "deliver", "-q")
    check("what is gone from the site goes there", not list(to.glob("news/*/*/two/index.html")) and (to / "others.txt").exists())


try:
    for part in (kills, speed, two_at_once, killed_publications, desk_of_serve, interrupted, dead_letters, bounded, secrets, bucket, variants, rsync):
        if not os.environ.get("ONLY") or os.environ["ONLY"] == part.__name__:
            part()
finally:
    shutil.rmtree(work, ignore_errors=True)
