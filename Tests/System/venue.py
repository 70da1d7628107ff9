"""A simulated exchange behind Alpaca's interface, on a port of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

from mesh import ENVIRONMENT, executable

KEY, SECRET = "demo", "demo"


class Venue:
    """`tradewind exchange` as a process; with `--speed 0`, unless told otherwise, its clock moves when a test says so."""

    def __init__(self, *options, speed="0", folder=None):
        command = [executable("tradewind"), "exchange", "--listen", "127.0.0.1:0", "--speed", speed, *options]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
                                        env=ENVIRONMENT, cwd=folder)
        self.said = ""
        while "Ctrl-C" not in self.said:
            line = self.process.stdout.readline().decode()
            assert line, self.errors()
            self.said += line
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)", self.said)[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.socket_url = f"ws://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=20)
        self.process.stdout.close()

    def errors(self):
        self.log.seek(0)
        return self.log.read().decode()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=20)

    def ask(self, method, path, body=None, key=KEY, secret=SECRET, raw=None):
        """The status and the document of an answer."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        headers = {"APCA-API-KEY-ID": key, "APCA-API-SECRET-KEY": secret} if key else {}
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as refusal:
            text = refusal.read()
            return refusal.code, json.loads(text) if text else None

    def admin(self, what, **body):
        status, answer = self.ask("POST", f"/admin/{what}", body)
        assert status == 200, answer
        return answer

    def advance(self, span):
        return self.admin("clock", advance=span)

    def order(self, symbol, qty, side, type="market", time_in_force="day", **more):
        body = {"symbol": symbol, "qty": str(qty), "side": side, "type": type, "time_in_force": time_in_force, **more}
        status, answer = self.ask("POST", "/v2/orders", {k: v for k, v in body.items() if v is not None})
        assert status == 200, answer
        return answer

    def see(self, order):
        status, answer = self.ask("GET", f"/v2/orders/{order['id']}")
        assert status == 200, answer
        return answer

    def raw(self, data, timeout=20):
        """What comes back for bytes, until the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            try:
                while piece := connection.recv(65536):
                    answer += piece
            except (ConnectionResetError, TimeoutError):
                pass
            return answer

    @property
    def pid(self):
        return self.process.pid


def memory(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
