"""A Redis of one's own, on loopback and with nothing on disk."""

import contextlib
import shutil
import socket
import subprocess
import time


class Redis:
    def __init__(self, password=""):
        self.password = password
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def __enter__(self):
        assert shutil.which("redis-server"), "there is no redis-server: scripts/bootstrap tests"
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
             *(["--requirepass", self.password] if self.password else [])],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            with contextlib.closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            assert time.monotonic() < deadline and self.process.poll() is None, "Redis does not start"
            time.sleep(0.01)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def __exit__(self, *error):
        self.stop()
