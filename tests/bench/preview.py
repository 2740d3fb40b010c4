"""preview.py LEDE SITE [SAVES] - how long lede serve takes from a save to the new bytes, and from its start to the first page.

SITE is a generated newspaper (corpus.lua) that was published once. Each save adds a line to an article while its page is open:
the time runs from the write to the last byte of the page with that line, by way of the event that names it."""
import glob, http.client, os, random, re, resource, signal, subprocess, sys, time

lede, site = sys.argv[1], sys.argv[2]
saves = int(sys.argv[3]) if len(sys.argv) > 3 else 40

def start():
    began = time.time()
    server = subprocess.Popen([lede, "serve", "-s", site, "--store", site + "/var/lede.db", "-q", "--port", "4310"], stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline().rsplit(":", 1)[1].strip("/\n"))
    return server, port, began

def get(connection, path):
    connection.request("GET", path)
    return connection.getresponse().read()

def quantile(values, q): return sorted(values)[min(len(values) - 1, int(len(values) * q))]

firsts, settled = [], []
for i in range(5):
    server, port, began = start()
    page = get(http.client.HTTPConnection("127.0.0.1", port), "/")
    firsts.append((time.time() - began) * 1000)
    assert b"</html>" in page
    server.send_signal(signal.SIGINT); server.wait()
print(f"first page after the start: {' '.join(f'{t:.0f}' for t in firsts)} ms (at most 150)")

server, port, began = start()
pages = http.client.HTTPConnection("127.0.0.1", port)
get(pages, "/")
files = sorted(glob.glob(site + "/content/**/*.md", recursive=True))
random.seed(7)
stream = http.client.HTTPConnection("127.0.0.1", port)
stream.request("GET", "/_lede/events")
events = stream.getresponse()

def wait_for(name, has):
    event = None
    while True:
        line = events.readline().decode().rstrip("\n")
        if line.startswith("event: "): event = line[7:]
        elif line.startswith("data: ") and event == name and has in line: return

# a first save: the look at content/ that follows the start is over when it is seen
times, told = [], []
for i in range(saves + 1):
    file = random.choice(files)
    text = open(file).read()
    section = re.search(r"^section: *(.*)$", text, re.M).group(1).strip().lower()
    url = f"/{section}/" + re.sub(r"-\d+$", "", os.path.basename(file)[:-3]) + "/"
    body = get(pages, url)
    if b"</html>" not in body: raise SystemExit(f"no page at {url}")
    word = f"savednumber{i}"
    began = time.time()
    with open(file, "a") as f: f.write(f"\nA line {word}.\n")
    wait_for("changed", url)
    heard = time.time()
    body = get(pages, url)
    if word.encode() not in body: raise SystemExit(f"{url} came without the save")
    if i: told.append((heard - began) * 1000); times.append((time.time() - began) * 1000)
print(f"save to new bytes, {saves} saves: median {quantile(times, .5):.0f} p95 {quantile(times, .95):.0f} most {max(times):.0f} ms (at most 50 and 120); told after median {quantile(told, .5):.0f} ms")
usage = open(f"/proc/{server.pid}/status").read()
print("memory of the desk:", re.search(r"VmRSS:\s*(\d+)", usage).group(1), "KB")
server.send_signal(signal.SIGINT)
sys.exit(server.wait())
