"""A live day at Alpaca: its stream and its history over one market, which goes on when a test says so.

The stream is written by hand, frame by frame, so that it can be cut anywhere. What a client is asked to say, and what it
is told, is as alpaca-py has it; `test_stream.py` lets alpaca-py read from it.
"""

import asyncio
import base64
import datetime
import hashlib
import json
import struct

try:
    import msgpack
except ImportError:
    # Whoever speaks JSON needs none.
    msgpack = None

from standin import Answer, StandIn

UTC = datetime.timezone.utc
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def rfc(seconds):
    return datetime.datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class LiveDay:
    """Minutes of some symbols, from the open of a session; `gaps` are symbols that have no bar in a minute."""

    def __init__(self, symbols, start=1710163800, gaps=(), closed=range(0), splits=None, dividends=None):
        """Of `closed` minutes nobody has bars. Splits and dividends are `{symbol: (ex-date, minute, figure)}`: from that
        minute on there are so many shares for one, or so much was paid for each."""
        self.symbols, self.start, self.gaps, self.closed = list(symbols), start, set(gaps), closed
        self.splits, self.dividends = dict(splits or {}), dict(dividends or {})

    def bar(self, symbol, minute):
        """A bar by its symbol and minute alone: cents that wander."""
        if (symbol, minute) in self.gaps or minute in self.closed:
            return None
        _, since, shares = self.splits.get(symbol, ("", 0, 1))
        shares = shares if minute >= since else 1
        base = 10_000 + 37 * self.symbols.index(symbol)
        open_ = base + (minute * 7919 + len(symbol) * 31) % 97
        close = base + ((minute + 1) * 7919 + len(symbol) * 31) % 97
        high, low = max(open_, close) + minute % 5, min(open_, close) - minute % 3
        open_, high, low, close = (cents / shares for cents in (open_, high, low, close))
        return {"t": rfc(self.start + 60 * minute), "o": open_ / 100, "h": high / 100, "l": low / 100,
                "c": close / 100, "v": 1000 + 13 * minute, "n": 10 + minute, "vw": close / 100}

    def rows(self, minutes):
        """What a store of these bars holds, in the order of its key."""
        rows = []
        for symbol in sorted(self.symbols):
            for minute in minutes:
                bar = self.bar(symbol, minute)
                if bar:
                    rows.append((symbol, 60_000_000_000, (self.start + 60 * minute) * 1_000_000_000,
                                 *(round(bar[key] * 1_000_000) for key in "ohlc"), bar["v"] * 1000, bar["n"]))
        return rows


class AlpacaLive(StandIn):
    """Stream and history of a `LiveDay`. `play(minutes)` lets minutes happen; both know what has happened, and no more."""

    name = "alpaca"
    key, secret = "KEY-OF-ALPACA", "SECRET-OF-ALPACA"

    def __init__(self, day, connections_max=1, refuse=None, **more):
        super().__init__(day, **more)
        self.day, self.minute = day, 0
        self.connections_max, self.refuse = connections_max, refuse
        self.clients, self.handshakes, self.said, self.logins = [], 0, [], []
        # Bars that history does not have yet, as it is a little behind.
        self.unknown = set()
        self.hidden = False
        # Companies have not announced anything yet.
        self.silent = False
        # Of what companies do nothing is told, and of these symbols what nobody can read.
        self.actions_fail, self.garbled = False, set()

    @property
    def socket_url(self):
        return self.url.replace("http", "ws")

    # History

    def is_data(self, request):
        return request.path == "/v2/stocks/bars"

    def answer(self, request, mischief):
        if self.hidden:
            return self.refused(500)
        if request.headers.get("apca-api-key-id") != self.key:
            return self.refused(401)
        if request.path == "/v1/corporate-actions":
            return self.refused(500) if self.actions_fail else self.actions(request.query)
        if request.path != "/v2/stocks/bars":
            return Answer({"message": "endpoint not found."}, 404)
        query = request.query
        first, last = (datetime.datetime.fromisoformat(query[key].replace("Z", "+00:00")).timestamp()
                       for key in ("start", "end"))
        rows = [(symbol, bar) for symbol in sorted(query["symbols"].split(",")) if symbol in self.day.symbols
                for minute in range(self.minute)
                if first <= self.day.start + 60 * minute <= last and (symbol, minute) not in self.unknown
                for bar in [self.day.bar(symbol, minute)] if bar]
        start = int(query.get("page_token") or 0)
        end = start + min(int(query.get("limit", 1000)), self.page or 10_000)
        bars = {}
        for symbol, bar in rows[start:end]:
            bars.setdefault(symbol, []).append(bar)
        return Answer({"bars": bars, "next_page_token": str(end) if end < len(rows) else None})

    def actions(self, query):
        """What companies have announced; a test may let them do so later."""
        names, days = query["symbols"].split(","), (query["start"], query["end"])
        def found(announced):
            return [(symbol, *announced[symbol][::2]) for symbol in names if symbol in announced and not self.silent
                    and days[0] <= announced[symbol][0] <= days[1]]
        garbled = [{"id": symbol, "symbol": symbol, "new_rate": None} for symbol in names if symbol in self.garbled]
        return Answer({"corporate_actions": {
            "forward_splits": garbled + [{"id": symbol, "symbol": symbol, "cusip": "0", "new_rate": to, "old_rate": 1, "ex_date": day,
                                "process_date": day} for symbol, day, to in found(self.day.splits)],
            "cash_dividends": [{"id": symbol, "symbol": symbol, "cusip": "0", "rate": rate, "special": False,
                                "foreign": False, "ex_date": day, "process_date": day}
                               for symbol, day, rate in found(self.day.dividends)]}, "next_page_token": None})

    # The stream

    async def one(self, reader, writer):
        line = (await reader.readline()).decode("latin-1").split()
        if len(line) < 3:
            return False
        if not line[1].startswith("/v2/") or line[1].startswith("/v2/stocks"):
            return await super().one(Pushed(line, reader), writer)
        headers = {}
        while (header := (await reader.readline()).decode("latin-1").strip()):
            key, _, value = header.partition(":")
            headers[key.strip().lower()] = value.strip()
        self.handshakes += 1
        if self.refuse:
            writer.write(f"HTTP/1.1 {self.refuse} No\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            return False
        accept = base64.b64encode(hashlib.sha1((headers["sec-websocket-key"] + MAGIC).encode()).digest()).decode()
        answer = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                  f"Sec-WebSocket-Accept: {accept}"]
        if "sec-websocket-protocol" in headers:
            answer.append(f"Sec-WebSocket-Protocol: {headers['sec-websocket-protocol']}")
        writer.write(("\r\n".join(answer) + "\r\n\r\n").encode())
        client = Client(self, writer, "msgpack" in headers.get("content-type", ""))
        await client.talk(reader)
        return False

    def call(self, function, *arguments):
        """Does something on the server's thread, and waits for it."""
        async def doing():
            return function(*arguments)
        return asyncio.run_coroutine_threadsafe(doing(), self.loop).result(10)

    @property
    def listening(self):
        return [client for client in self.clients if client.wanted.get("bars")]

    def play(self, count=1, mischief=None, silent=()):
        """Lets so many minutes happen; `silent` are symbols of which the stream says nothing."""
        return self.call(self.play_now, count, mischief, silent)

    def play_now(self, count, mischief, silent):
        for _ in range(count):
            minute = self.minute
            self.minute += 1
            bars = [{"T": "b", "S": symbol, **bar} for symbol in self.day.symbols if symbol not in silent
                    for bar in [self.day.bar(symbol, minute)] if bar]
            if mischief == "duplicates":
                bars = [bar for bar in bars for _ in (0, 1)]
            if mischief == "disorder":
                bars = bars[::-1]
            if mischief == "stale":
                # It is stuck: the same minute again and again.
                bars = [{"T": "b", "S": symbol, **self.day.bar(symbol, 0)} for symbol in self.day.symbols]
            if mischief == "wrong":
                bars[0]["h"] = bars[0]["l"] / 2
            if mischief == "types":
                bars[0]["o"] = {"price": bars[0]["o"]}
            for client in self.listening:
                client.bars(bars, mischief)

    def late(self, symbol, minute):
        """A bar that the stream did not say in time."""
        bar = {"T": "b", "S": symbol, **self.day.bar(symbol, minute)}
        self.call(lambda: [client.bars([bar]) for client in self.listening])

    def tell(self, *messages):
        self.call(lambda: [client.say(list(messages)) for client in self.listening])

    def die(self):
        """The provider is gone: nobody listens, and all connections break."""
        self.call(lambda: (self.server.close(), [client.cut() for client in list(self.clients)]))

    def revive(self):
        async def begin():
            self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        asyncio.run_coroutine_threadsafe(begin(), self.loop).result(10)

    def drop(self):
        """All connections break, without a goodbye."""
        self.call(lambda: [client.cut() for client in list(self.clients)])


class AlpacaSpare(AlpacaLive):
    """A second place that speaks the same, with keys of its own."""

    key, secret = "KEY-OF-THE-SPARE", "SECRET-OF-THE-SPARE"


class Pushed:
    """A reader whose first line was read already."""

    def __init__(self, line, reader):
        self.line, self.reader = line, reader

    async def readline(self):
        if self.line is not None:
            line, self.line = self.line, None
            return (" ".join(line) + "\r\n").encode()
        return await self.reader.readline()

    async def readexactly(self, count):
        return await self.reader.readexactly(count)


class Client:
    """One connection to the stream."""

    def __init__(self, server, writer, packed):
        self.server, self.writer, self.packed = server, writer, packed
        self.wanted, self.is_known = {}, False

    async def talk(self, reader):
        try:
            self.say([{"T": "success", "msg": "connected"}])
            while True:
                first, second = await reader.readexactly(2)
                size = second & 0x7F
                if size >= 126:
                    size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
                mask = await reader.readexactly(4)
                body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(await reader.readexactly(size)))
                if first & 0x0F == 8:
                    self.frame(8, body)
                    return
                if first & 0x0F == 9:
                    self.frame(10, body)
                elif first & 0x0F in (1, 2):
                    self.hear(msgpack.unpackb(body) if self.packed else json.loads(body))
        finally:
            if self in self.server.clients:
                self.server.clients.remove(self)

    def hear(self, message):
        self.server.said.append(message)
        if message["action"] == "auth":
            self.server.logins.append((message["key"], message["secret"]))
            if (message["key"], message["secret"]) != (self.server.key, self.server.secret):
                return self.fail(402, "auth failed")
            if len(self.server.clients) >= self.server.connections_max:
                return self.fail(406, "connection limit exceeded")
            self.server.clients.append(self)
            self.is_known = True
            return self.say([{"T": "success", "msg": "authenticated"}])
        if not self.is_known:
            return self.fail(401, "not authenticated")
        channels = {key: value for key, value in message.items() if key != "action"}
        self.wanted.update(channels)
        self.say([{"T": "subscription", "trades": [], "quotes": [], "bars": [], "updatedBars": [], "dailyBars": [],
                   "statuses": [], "lulds": [], **self.wanted}])

    def fail(self, code, text):
        self.say([{"T": "error", "code": code, "msg": text}])

    def bars(self, bars, mischief=None):
        if mischief == "mute":
            return
        if mischief == "cut":
            # Half a frame, and the line is dead.
            self.writer.write(self.framed(2 if self.packed else 1, self.letters(bars))[:-len(bars) * 30])
            return self.cut()
        if mischief == "garbage":
            self.server.clients.remove(self)
            return self.frame(1, b'[{"T":"b","S":')
        if mischief == "single":
            for bar in bars:
                self.say([bar])
            return
        self.say(bars)

    def letters(self, messages):
        if not self.packed:
            return json.dumps(messages).encode()
        def packed(message):
            message = dict(message)
            if isinstance(message.get("t"), str):
                moment = datetime.datetime.fromisoformat(message["t"].replace("Z", "+00:00"))
                message["t"] = msgpack.Timestamp.from_datetime(moment)
            return message
        return msgpack.packb([packed(message) for message in messages])

    def say(self, messages):
        self.frame(2 if self.packed else 1, self.letters(messages))

    @staticmethod
    def framed(kind, body):
        size = len(body)
        head = bytes([0x80 | kind])
        head += bytes([size]) if size < 126 else b"\x7e" + struct.pack(">H", size) if size < 65536 else (
            b"\x7f" + struct.pack(">Q", size))
        return head + body

    def frame(self, kind, body):
        self.writer.write(self.framed(kind, body))

    def cut(self):
        if self in self.server.clients:
            self.server.clients.remove(self)
        # What was written leaves, and then nothing more.
        self.writer.close()
