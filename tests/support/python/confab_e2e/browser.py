"""Headless Chromium, driven by the WebDriver protocol (W3C) with the standard library alone."""

import base64
import json
import subprocess
import urllib.request

from .ports import free_port, need, wait_until


class Browser:
    """`with Browser() as browser: browser.open(url)`."""

    def __init__(self, width=1280, height=800, dark=False, phone=False):
        self.size, self.dark, self.phone = (width, height), dark, phone

    def __enter__(self):
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen([need("chromedriver", "chromium-driver"), f"--port={port}"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(self._ready, 30, "chromedriver")
            arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                         "--no-proxy-server", f"--window-size={self.size[0]},{self.size[1]}",
                         *(["--blink-settings=preferredColorScheme=0"] if self.dark else [])]
            chromium = {"binary": need("chromium", "chromium"), "args": arguments}
            if self.phone:
                chromium["mobileEmulation"] = {"deviceMetrics": {"width": 390, "height": 780, "pixelRatio": 1.0}}
            wanted = {"browserName": "chrome", "acceptInsecureCerts": True, "goog:chromeOptions": chromium}
            made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}}, seconds=120)
            self.session = f"/session/{made['sessionId']}"
        except BaseException:
            self.driver.kill()
            self.driver.wait()
            raise
        return self

    def __exit__(self, *_):
        try:
            self._call("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait(20)

    def _ready(self):
        try:
            return self._call("GET", "/status", seconds=2)["ready"]
        except OSError:
            return False

    def _call(self, method, path, body=None, seconds=60):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data=data, method=method, headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=seconds) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self._call("POST", self.session + "/url", {"url": url})

    def run(self, script, *arguments):
        """What the script returns."""
        return self._call("POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def text(self, selector="body"):
        return self.run("const e = document.querySelector(arguments[0]); return e && e.innerText;", selector)

    def until(self, script, what, seconds=30):
        return wait_until(lambda: self.run(script), seconds, what)

    def screenshot(self):
        """PNG."""
        return base64.b64decode(self._call("GET", self.session + "/screenshot"))


__all__ = ["Browser"]
