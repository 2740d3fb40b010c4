"""chromium.py - headless Chromium spoken to over its debugging pipe (file descriptors 3 and 4, JSON ended by NUL)."""
import base64, json, os, select, shutil, subprocess, tempfile, time

NAMES = ("chromium", "chromium-browser", "google-chrome")

def program():
    return next((p for p in map(shutil.which, NAMES) if p), None)

class Chromium:
    def __init__(self):
        self.profile = tempfile.mkdtemp()
        to_read, self.out = os.pipe()
        self.inp, to_write = os.pipe()
        def fds():
            os.dup2(to_read, 103); os.dup2(to_write, 104); os.dup2(103, 3); os.dup2(104, 4)
        self.process = subprocess.Popen(
            [program(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-pipe", "--user-data-dir=" + self.profile, "about:blank"],
            preexec_fn=fds, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read); os.close(to_write)
        self.buffer, self.serial, self.events = b"", 0, []

    def receive(self, seconds):
        until = time.time() + seconds
        while b"\0" not in self.buffer:
            if not select.select([self.inp], [], [], max(0, until - time.time()))[0]: return None
            data = os.read(self.inp, 1 << 20)
            if not data: raise RuntimeError("the browser is gone")
            self.buffer += data
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, params=None, session=None):
        self.serial += 1
        message = {"id": self.serial, "method": method, "params": params or {}}
        if session: message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive(20)
            if answer is None: raise RuntimeError(f"no answer to {method}")
            if answer.get("id") != message["id"]:
                self.events.append(answer)
                continue
            if "error" in answer: raise RuntimeError(f"{method}: {answer['error']}")
            return answer["result"]

    def page(self, width=1280, height=900, dark=False):
        return Page(self, width, height, dark)

    def close(self):
        try: self.call("Browser.close")
        except (RuntimeError, OSError): self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

class Page:
    def __init__(self, browser, width, height, dark):
        self.browser = browser
        target = browser.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        self.session = browser.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime"): self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.call("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}, {"name": "prefers-reduced-motion", "value": "reduce"}]})
        self.call("Emulation.setFocusEmulationEnabled", {"enabled": True})

    def call(self, method, params=None): return self.browser.call(method, params, self.session)

    def open(self, url):
        self.call("Page.navigate", {"url": url})
        self.until("document.readyState === 'complete'")

    def eval(self, expression):
        answer = self.call("Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in answer: raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "error") + " in " + expression)
        return answer["result"].get("value")

    def until(self, expression, seconds=5):
        """Waits inside the page, so that the time is the page's; gives the ms that it took."""
        began = time.time()
        while time.time() - began < seconds:
            try:
                if self.eval(f"!!({expression})"): return (time.time() - began) * 1000
            except RuntimeError: pass # the page is being replaced
            time.sleep(0.01)
        raise AssertionError(f"it never came true: {expression}")

    def key(self, key, code, modifiers=0, text=None):
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code, "modifiers": modifiers, "windowsVirtualKeyCode": {"Escape": 27, "Tab": 9, "Enter": 13}.get(key, ord(key[0].upper())), "nativeVirtualKeyCode": 0})
        if text: self.call("Input.dispatchKeyEvent", {"type": "char", "text": text})

    def shoot(self, path, full=False):
        data = self.call("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": full})["data"]
        with open(path, "wb") as f: f.write(base64.b64decode(data))
