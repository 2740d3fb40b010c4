"""repl.py LEDE - drives `lede repl` in a terminal: prints what failed, exits 1 then."""
import os, pty, select, signal, sys, time

lede, home = sys.argv[1], sys.argv[2]
os.environ.update(HOME=home, XDG_STATE_HOME=home, TERM="vt100")


class Terminal:
    def __init__(self):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(lede, [lede, "repl", "-q"])
        self.text = ""

    def wait_for(self, part, seconds=20):
        """What came up to and with that part; the rest stays."""
        end = time.monotonic() + seconds
        while part not in self.text:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                sys.exit("waited in vain for %r, got %r" % (part, self.text))
            try:
                more = os.read(self.fd, 4096)
            except OSError:
                more = b""
            if not more:
                sys.exit("ended before %r, after %r" % (part, self.text))
            self.text += more.decode("utf-8", "replace")
        before, self.text = self.text.split(part, 1)
        return before

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def end(self):
        while True:
            try:
                if not os.read(self.fd, 4096):
                    break
            except OSError:
                break
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


t = Terminal()
t.wait_for("> ")
t.type("x = 40 + 1\n")
t.wait_for("> ")
t.type("x + 1\n")
t.wait_for("42")
t.wait_for("> ")
t.type('lede.timer.sleep(0.01) return "sle" .. "pt"\n')
t.wait_for('"slept"')
t.wait_for("> ")
t.type("lede.fs.rea\t(\"/dev/null\")\n")  # Tab completes
t.wait_for('d("/dev/null")')
t.wait_for('""')
t.wait_for("> ")
t.type("if x then\n")
t.wait_for(">> ")
t.type("return 'mo' .. 're' end\n")
t.wait_for('"more"')
t.wait_for("> ")
t.type("lede.timer.sleep(1000)\n")
t.wait_for("\n")
time.sleep(0.2)
t.type("\x03")  # Ctrl-C stops what runs
t.wait_for("interrupted")
t.wait_for("> ")
t.type("while true do end\n")
t.wait_for("\n")
time.sleep(0.2)
t.type("\x03")
t.wait_for("interrupted")
t.wait_for("> ")
t.type("half a line")
t.wait_for("line")
t.type("\x03")  # and gives up a line
t.wait_for("> ")
t.type("x\n")
t.wait_for("41")
t.wait_for("> ")
t.type("\x04")
assert t.end() == 0

t = Terminal()
t.wait_for("> ")
t.type("\x1b[A\n")  # the line before, from the file of the last time
t.wait_for("undeclared global 'x'")
t.wait_for("> ")
t.type("\x04")
assert t.end() == 0
assert "x + 1" in open(home + "/lede/history").read().replace("\\040", " ")
