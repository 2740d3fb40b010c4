"""cost.py SERVER - what a request costs the server in CPU at 64 and 256 connections, by wrk."""
import subprocess, sys

server = subprocess.Popen([sys.argv[1], "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
port, failed = int(server.stdout.readline()), 0

def state():
    server.stdin.write("?\n"); server.stdin.flush()
    return {k: int(v) for k, v in (w.split("=") for w in server.stdout.readline().split())}

for connections in (64, 256):
    before = state()
    subprocess.run(["wrk", "-t1", f"-c{connections}", "-d3s", f"http://127.0.0.1:{port}/a"], stdout=subprocess.DEVNULL, check=True)
    after = state()
    cost = (after["cpu_us"] - before["cpu_us"]) / max(1, after["requests"] - before["requests"])
    failed += cost > 60
    print(f"{'ok' if cost <= 60 else 'NOT OK'}  a page at {connections} connections: {cost:.1f} us of CPU (at most 60)")
server.stdin.close()
sys.exit(1 if failed or server.wait(20) else 0)
