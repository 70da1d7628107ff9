"""A server on loopback that speaks a provider's wire from a known source, and misbehaves as a script says.

Mischief is told by the number of the question about data, from 1: {3: "429", 5: "truncated"}. What a kind means to one
provider's wire (a wrong type, an endless page) is that provider's business; the rest is done here.
"""

import asyncio
import json
import threading
import time
import urllib.parse
from email.utils import formatdate

# What every stand-in can do. Some add "hidden" (a limit in an answer of status 200) and "endless" (a page that leads to
# itself).
KINDS = ["429", "429-after", "skew", "401", "500", "slow", "truncated", "invalid", "types", "empty", "disorder",
         "duplicates"]


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.headers, self.body, self.target = method, headers, body, target
        parts = urllib.parse.urlsplit(target)
        self.path = urllib.parse.unquote(parts.path)
        self.query = {key: values[-1] for key, values in
                      urllib.parse.parse_qs(parts.query, keep_blank_values=True).items()}


class Answer:
    def __init__(self, body, status=200, headers=(), kind="application/json"):
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        self.body = body.encode() if isinstance(body, str) else body
        self.status, self.headers, self.kind = status, list(headers), kind


class StandIn:
    """One provider. `with Alpaca(source) as server:` serves until the end of the block; `server.url` is its address."""

    name = "?"
    kinds = KINDS
    # A context of TLS, where it is served so.
    tls = None

    def __init__(self, source, mischief=None, slowness=5.0, page=None):
        self.source, self.mischief, self.slowness, self.page = source, dict(mischief or {}), slowness, page
        self.requests = []
        self.asked = 0
        self.done = []

    # What a provider fills in.
    def is_data(self, request):
        return True

    def answer(self, request, mischief):
        raise NotImplementedError

    def refused(self, status):
        return Answer({"message": {429: "too many requests.", 401: "unauthorized."}.get(status, "internal error")},
                      status)

    # The server.
    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()

        def run():
            asyncio.set_event_loop(self.loop)
            self.server = self.loop.run_until_complete(asyncio.start_server(
                self.serve, "127.0.0.1", 0, ssl=self.tls))
            self.port = self.server.sockets[0].getsockname()[1]
            ready.set()
            self.loop.run_forever()
            # Whoever still talks is cut off.
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.run_until_complete(asyncio.sleep(0))
            self.loop.close()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        ready.wait(10)
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    async def serve(self, reader, writer):
        try:
            while await self.one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def one(self, reader, writer):
        line = (await reader.readline()).decode("latin-1").split()
        if len(line) < 3:
            return False
        headers = {}
        while (header := (await reader.readline()).decode("latin-1").strip()):
            key, _, value = header.partition(":")
            headers[key.strip().lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        request = Request(line[0], line[1], headers, body)
        self.requests.append(request)
        mischief = None
        if self.is_data(request):
            self.asked += 1
            mischief = self.mischief.get(self.asked)
            if mischief:
                self.done.append(mischief)
        answer = self.misbehaved(request, mischief)
        if mischief == "slow":
            await asyncio.sleep(self.slowness)
        head = [f"HTTP/1.1 {answer.status} X", f"Content-Type: {answer.kind}",
                f"Content-Length: {len(answer.body)}"] + [f"{key}: {value}" for key, value in answer.headers]
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
        writer.write(answer.body[:len(answer.body) // 2] if mischief == "truncated" else answer.body)
        await writer.drain()
        return mischief != "truncated"

    def misbehaved(self, request, mischief):
        if mischief in ("429", "401", "500"):
            return self.refused(int(mischief))
        if mischief == "429-after":
            answer = self.refused(429)
            answer.headers.append(("Retry-After", "1"))
            return answer
        if mischief == "skew":
            # Its clock is an hour ahead, and when to ask again is said by it.
            answer, clock = self.refused(429), time.time() + 3600
            answer.headers += [("Date", formatdate(clock, usegmt=True)), ("Retry-After", formatdate(clock + 1, usegmt=True))]
            return answer
        answer = self.answer(request, mischief)
        if mischief == "invalid":
            answer.body = answer.body[:max(1, len(answer.body) * 2 // 3)]
        return answer

    @staticmethod
    def disturbed(rows, mischief):
        """Rows in another order, twice, or none, as the mischief says."""
        if mischief == "disorder":
            return rows[len(rows) // 2:] + rows[:len(rows) // 2]
        if mischief == "duplicates":
            return [row for row in rows for _ in (0, 1)]
        if mischief == "empty":
            return []
        return rows
