"""load.py SERVER [slow_ms] - loads that no browser makes, on the server of tests/net/server.c: 5,000 event streams, 1,000
slow and 1,000 idle connections beside good ones, 1,000 that reset. Prints a figure a line, and what is over its limit."""
import resource, select, socket, struct, subprocess, sys, threading, time

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
server = subprocess.Popen([sys.argv[1], "120", "3000"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
port = int(server.stdout.readline())
failed = 0

def state():
    server.stdin.write("?\n"); server.stdin.flush()
    return {k: int(v) for k, v in (w.split("=") for w in server.stdout.readline().split())}

def check(name, value, limit, unit):
    global failed
    ok = value <= limit
    failed += not ok
    print(f"{'ok' if ok else 'NOT OK'}  {name}: {value:.1f} {unit} (at most {limit})")

def connect():
    s = socket.create_connection(("127.0.0.1", port)); s.settimeout(30)
    return s

HEAD = b"Host: localhost\r\n"
def get(path, s):
    s.sendall(b"GET " + path + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
    data = b""
    while b"\r\n\r\n" not in data: data += s.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    size = int(next(l.split(b":")[1] for l in head.split(b"\r\n") if l.lower().startswith(b"content-length")))
    while len(body) < size: body += s.recv(65536)
    return body

def settled(test, seconds=10):
    until = time.time() + seconds
    while time.time() < until and not test(state()): time.sleep(0.05)
    return state()

get(b"/a", connect())
before = settled(lambda s: s["open"] <= 1)

# 5,000 event streams
streams = []
for _ in range(5000):
    s = connect(); s.sendall(b"GET /events HTTP/1.1\r\n" + HEAD + b"\r\n"); streams.append(s)
now = settled(lambda s: s["streams"] == 5000)
check("streams that are not open", 5000 - now["streams"], 0, "")
check("5,000 event streams", (now["rss"] - before["rss"]) / 2**20, 60, "MB")
cpu = state()["cpu_us"]
get(b"/send", connect())
heard = 0
for s in streams:
    data = b""
    while b"event: changed" not in data: data += s.recv(4096)
    heard += 1
check("streams that did not hear", 5000 - heard, 0, "")
check("CPU of an event for 5,000", (state()["cpu_us"] - cpu) / 1000, 200, "ms")
for s in streams: s.close()
now = settled(lambda s: s["streams"] == 0)
check("files left of streams", now["fds"] - before["fds"], 16, "")

# 1,000 slow and 1,000 idle beside good ones
idle = [connect() for _ in range(1000)]
slow = [connect() for _ in range(1000)]
began, stop = time.time(), False
def drip():
    alive = list(slow); text = b"GET /slow HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * 4000; i = 0
    while alive and not stop:
        for s in list(alive):
            try: s.sendall(text[i:i + 1])
            except OSError: alive.remove(s)
        i += 1; time.sleep(0.2)
thread = threading.Thread(target=drip); thread.start()
times, good = [], [connect() for _ in range(4)]
while time.time() - began < 6:
    for s in good:
        at = time.time(); get(b"/a", s); times.append((time.time() - at) * 1000)
    time.sleep(0.01)
times.sort()
check("good clients' p95 beside 1,000 slow and 1,000 idle", times[len(times) * 95 // 100], 500, "ms")
until = began + 3 + 5
for s in slow:
    try:
        s.settimeout(max(0.01, until - time.time()))
        while s.recv(4096): pass
    except (ConnectionError, BrokenPipeError): pass
    except socket.timeout: check("a slow one that was not cut", 1, 0, "")
check("slow ones were cut after", time.time() - began, 3 + 5, "s")
stop = True; thread.join()
for s in idle + slow + good: s.close()
now = settled(lambda s: s["open"] <= 3)
check("files left of slow and idle ones", now["fds"] - before["fds"], 16, "")

# 1,000 that reset in the middle of a large answer
for _ in range(1000):
    s = connect(); s.sendall(b"GET /large HTTP/1.1\r\n" + HEAD + b"\r\n")
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); s.close()
now = settled(lambda s: s["open"] <= 3)
check("files left of 1,000 resets", now["fds"] - before["fds"], 16, "")
check("memory after all of it", now["rss"] / 2**20, 256, "MB")
server.stdin.close()
if server.wait(20) != 0: failed += 1
sys.exit(1 if failed else 0)
