"""A gateway of Interactive Brokers on loopback: TWS's socket, historical bars and quotes of a known source, and an account
that trades at the prices that a test sets (`gateway_account.py`).

`test_gateway_clients.py` lets the official client, ibapi, and ib_async talk to it unchanged. Mischief is told by the number
of the question about history, {3: "pacing"}, or of the order, {1: "reject"}, from 1.
"""

import asyncio
import collections
import datetime
import struct
import threading
import time
import zoneinfo

from gateway_account import Account

UTC = datetime.timezone.utc
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")

# What can go wrong with a question about history.
KINDS = ["pacing", "cut", "mute", "slow", "types", "truncated", "empty", "disorder", "duplicates", "farm", "restart"]

# How long a question may reach back, by the length of its bars in seconds, in days.
REACH = [(60, 1), (120, 2), (1200, 7), (8 * 3600, 31), (86400, 366)]


class Cut(Exception):
    """The connection is to break, after so many bytes of what was to be said last."""


class Talk:
    """One connection."""

    def __init__(self, gateway, reader, writer):
        self.gateway, self.reader, self.writer = gateway, reader, writer
        self.client = None
        self.version = 0
        self.streams, self.updates = {}, {}
        self.listens = False
        # When what was said in the last second was said, and how often it was too much.
        self.moments, self.excesses = collections.deque(), 0

    def say(self, *fields, part=None):
        """A message; a flag is 1 or 0, and nothing is an empty field. With `part` only its beginning is said."""
        text = "".join(f"{'' if f is None else int(f) if isinstance(f, bool) else f}\0" for f in fields)
        body = text.encode()
        if self.gateway.records is not None:
            self.gateway.said.append(body)
        frame = struct.pack(">I", len(body)) + body
        self.writer.write(frame if part is None else frame[:int(len(frame) * part)])

    def error(self, about, code, text):
        self.say(4, 2, about, code, text, *([""] if self.version >= 166 else []))

    async def frame(self):
        head = await self.reader.readexactly(4)
        return await self.reader.readexactly(struct.unpack(">I", head)[0])

    async def run(self):
        gateway = self.gateway
        if await self.reader.readexactly(4) != b"API\0":
            return
        hello = (await self.frame()).decode()
        first, _, last = hello.split()[0].lstrip("v").partition("..")
        self.version = min(gateway.version, int(last or first))
        if self.version < int(first):
            return
        self.say(self.version, datetime.datetime.now(NEW_YORK).strftime("%Y%m%d %H:%M:%S EST"))
        while True:
            frame = await self.frame()
            fields = frame.decode().split("\0")[:-1]
            gateway.heard.append((self.client, fields))
            if gateway.records is not None:
                gateway.records.append(frame)
            try:
                self.count()
                await self.take(fields)
            except Cut as cut:
                self.say(17, *range(500), part=0.5) if str(cut) == "half" else None
                await self.writer.drain()
                return
            await self.writer.drain()

    def count(self):
        """Fifty messages a second are taken; of more it is complained, and the third time is the last."""
        now = time.monotonic()
        while self.moments and self.moments[0] <= now - 1:
            self.moments.popleft()
        self.moments.append(now)
        self.gateway.fastest = max(self.gateway.fastest, len(self.moments))
        if len(self.moments) > 50:
            self.excesses += 1
            self.error(-1, 100, "Max rate of messages per second has been exceeded:max=50 rec=51 (1)")
            if self.excesses == 3:
                raise Cut("")

    async def take(self, f):
        kind = int(f[0])
        if kind == 71:
            return self.begin(int(f[2]))
        if self.client is None or self.gateway.is_mute:
            return None
        handler = self.HANDLERS.get(kind)
        return await handler(self, f) if handler else None

    def begin(self, client):
        if any(talk.client == client for talk in self.gateway.talks if talk is not self):
            self.error(-1, 326, "Unable to connect as the client id is already in use. Retry with a unique client id.")
            raise Cut("")
        self.client = client
        self.say(15, 1, self.gateway.account.name)
        self.say(9, 1, self.gateway.account.next_id(client))
        for code, text in self.gateway.notices:
            self.error(-1, code, text)

    # Data

    async def contract(self, f):
        request, symbol = f[2], f[4]
        if symbol not in self.gateway.prices and symbol not in self.gateway.symbols or f[5] != "STK":
            return self.error(request, 200, "No security definition has been found for the request")
        old = self.version < 164
        self.say(10, *([8] if old else []), request, symbol, "STK", "", 0, "", "SMART", "USD", symbol, "NMS", "NMS",
                 self.gateway.number(symbol), 0.01, *([100] if old else []), "", "LMT,MKT,STP,STPLMT,TRAIL,MOC,LOC",
                 "SMART,NASDAQ", 1, 0, f"{symbol} INC", "NASDAQ", "", "Technology", "Computers", "Computers",
                 "US/Eastern", "20240311:0400-20240311:2000", "20240311:0930-20240311:1600", "", 0, 0, 1, "", "", "26",
                 "", "COMMON", *([0.0001, 0.0001, 100] if not old else []))
        return self.say(52, 1, request)

    async def history(self, f):
        gateway = self.gateway
        request, symbol = f[1], f[3]
        end, size, duration, what = f[15], f[16], f[17], f[19]
        gateway.asked += 1
        gateway.questions.append((symbol, end, size, duration))
        mischief = gateway.mischief.get(gateway.asked)
        if mischief:
            gateway.done.append(mischief)
        if mischief == "pacing":
            return self.error(request, 162, "Historical Market Data Service error message:Historical data request pacing violation")
        if mischief == "farm":
            self.error(-1, 2105, "HMDS data farm connection is broken:ushmds")
            return self.error(request, 162, "Historical Market Data Service error message:API historical data query cancelled: farm")
        if mischief == "mute":
            return None
        if mischief == "restart":
            raise Cut("")
        if mischief == "slow":
            await asyncio.sleep(gateway.slowness)
        if symbol not in gateway.symbols:
            return self.error(request, 200, "No security definition has been found for the request")
        if what != "TRADES" or f[20] != "2":
            return self.error(request, 321, "Error validating request.-'bH' : cause - What to show field is missing or incorrect.")
        rows = gateway.rows(symbol, end, size, duration, self.version)
        if rows is None:
            return self.error(request, 321, f"Error validating request.-'bH' : cause - Invalid step: {size} of {duration}")
        if not rows and mischief is None and not gateway.says_empty:
            return self.error(request, 162, "Historical Market Data Service error message:HMDS query returned no data: "
                              f"{symbol}@SMART Trades")
        if mischief == "disorder":
            rows = rows[len(rows) // 2:] + rows[:len(rows) // 2]
        if mischief == "duplicates":
            rows = [row for row in rows for _ in (0, 1)]
        if mischief == "empty":
            rows = []
        if mischief == "types" and rows:
            rows[0] = rows[0][:4] + ("many",) + rows[0][5:]
        flat = [field for row in rows for field in row]
        if mischief == "truncated":
            flat = flat[:-3]
        message = [17, request, "20200101  00:00:00", "20240101  00:00:00", len(rows), *flat]
        if mischief == "cut":
            self.say(*message, part=0.5)
            raise Cut("")
        self.say(*message)
        if f[21] == "1":
            self.updates[request] = symbol

    async def market(self, f):
        request, symbol = f[2], f[4]
        if symbol not in self.gateway.prices:
            return self.error(request, 200, "No security definition has been found for the request")
        self.say(81, request, 0.01, "9c0001", 3)
        self.ticks(request, symbol)
        if f[-3] == "1":
            self.say(57, 1, request)
        else:
            self.streams[request] = symbol

    def ticks(self, request, symbol):
        bid, ask, last = self.gateway.prices[symbol]
        for kind, price, size in ((1, bid, 300), (2, ask, 400), (4, last, 100)):
            self.say(1, 6, request, kind, price, size, 1 if kind < 4 else 0)
            self.say(2, 6, request, {1: 0, 2: 3, 4: 5}[kind], size)
        self.say(46, 6, request, 45, int(self.gateway.now()))

    async def cancel_market(self, f):
        self.streams.pop(f[2], None)

    async def cancel_history(self, f):
        self.updates.pop(f[2], None)

    # The account

    async def place(self, f):
        self.gateway.account.place(self, f)

    async def cancel(self, f):
        self.gateway.account.cancel(self, int(f[2]))

    async def open_orders(self, f):
        for order in self.gateway.account.open(None if f[0] == "16" else self.client):
            self.say(*order.told(self.version))
            self.say(*order.status_told())
        self.say(53, 1)

    async def executions(self, f):
        for execution in self.gateway.account.executed(f[5]):
            self.say(*execution.told(f[2]))
            self.say(*execution.cost())
        self.say(55, 1, f[2])

    async def positions(self, _):
        account = self.gateway.account
        for symbol, (quantity, cost) in account.positions.items():
            self.say(61, 3, account.name, self.gateway.number(symbol), symbol, "STK", "", 0, "", "", "NASDAQ", "USD", symbol,
                     "NMS", quantity, cost)
        self.say(62, 1)

    async def summary(self, f):
        for tag, value in self.gateway.account.figures().items():
            if tag in f[4].split(","):
                self.say(63, 1, f[2], self.gateway.account.name, tag, value, "USD")
        self.say(64, 1, f[2])

    async def updates_of_account(self, f):
        if f[2] != "1":
            return
        account = self.gateway.account
        for tag, value in account.figures().items():
            self.say(6, 2, tag, value, "USD", account.name)
        for symbol, (quantity, cost) in account.positions.items():
            last = self.gateway.prices[symbol][2]
            self.say(7, 8, self.gateway.number(symbol), symbol, "STK", "", 0, "", "", "NASDAQ", "USD", symbol, "NMS",
                     quantity, last, quantity * last, cost, quantity * (last - cost), 0, account.name)
        self.say(8, 1, "09:30")
        self.say(54, 1, account.name)

    async def updates_of_models(self, f):
        self.say(74, 1, f[2])

    async def ids(self, _):
        self.say(9, 1, self.gateway.account.next_id(self.client))

    async def accounts(self, _):
        self.say(15, 1, self.gateway.account.name)

    async def time(self, _):
        self.say(49, 1, int(self.gateway.now()))

    async def completed(self, _):
        for order in self.gateway.account.completed():
            self.say(*order.end_told(self.version))
        self.say(102)

    HANDLERS = {1: market, 2: cancel_market, 3: place, 4: cancel, 5: open_orders, 6: updates_of_account, 7: executions, 8: ids,
                9: contract, 15: open_orders, 16: open_orders, 17: accounts, 20: history, 25: cancel_history, 49: time,
                61: positions, 62: summary, 76: updates_of_models, 99: completed}


class Gateway:
    """`with Gateway(source) as gateway:` serves until the end of the block, at `gateway.port`."""

    name = "interactive_brokers"
    kinds = KINDS

    def __init__(self, source=None, mischief=None, version=178, slowness=5.0, prices=None, harm=None, port=0):
        self.source, self.mischief, self.version, self.slowness = source, dict(mischief or {}), version, slowness
        self.prices = {symbol: (price - 0.01, price + 0.01, price) for symbol, price in (prices or {}).items()}
        self.symbols = set(source.symbols) if source else set()
        self.account = Account(self, harm)
        self.notices = [(2104, "Market data farm connection is OK:usfarm"), (2106, "HMDS data farm connection is OK:ushmds"),
                        (2158, "Sec-def data farm connection is OK:secdefnj")]
        self.heard, self.questions, self.done, self.talks, self.said = [], [], [], [], []
        self.records = None
        self.asked = 0
        self.is_mute = False
        self.says_empty = False
        self.connections = 0
        # The most that one client has said in a second.
        self.fastest = 0
        self.fixed_port = port

    def now(self):
        return datetime.datetime.now(UTC).timestamp()

    def number(self, symbol):
        return 1000 + sum(ord(letter) * 7 ** place for place, letter in enumerate(symbol)) % 100_000

    # The server

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()

        def run():
            asyncio.set_event_loop(self.loop)
            self.server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", self.fixed_port))
            self.port = self.server.sockets[0].getsockname()[1]
            ready.set()
            self.loop.run_forever()
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.run_until_complete(asyncio.sleep(0))
            self.loop.close()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    async def serve(self, reader, writer):
        talk = Talk(self, reader, writer)
        self.talks.append(talk)
        self.connections += 1
        try:
            await talk.run()
        except Cut:
            pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.talks.remove(talk)
            writer.close()

    def do(self, work):
        """Runs something among the connections, and gives what it gave."""
        async def whole():
            return work()
        return asyncio.run_coroutine_threadsafe(whole(), self.loop).result(10)

    def disconnect(self):
        self.do(lambda: [talk.writer.transport.abort() for talk in list(self.talks)])

    def announce(self, code, text):
        self.do(lambda: [talk.error(-1, code, text) for talk in self.talks if talk.client is not None])

    def set_price(self, symbol, price):
        """A new price: all who listen are told, and orders trade where they can."""
        def work():
            self.prices[symbol] = (round(price - 0.01, 4), round(price + 0.01, 4), price)
            for talk in self.talks:
                for request, listened in talk.streams.items():
                    if listened == symbol:
                        talk.ticks(request, symbol)
            self.account.trade(symbol)
        self.do(work)

    # History

    def rows(self, symbol, end, size, duration, version):
        """Bars as the wire has them; nothing where the question may not be asked so."""
        number, unit = duration.split()
        days = int(number) * {"D": 1, "W": 7, "M": 31, "Y": 366}[unit]
        count, _, word = size.partition(" ")
        length = int(count) * {"min": 60, "mins": 60, "hour": 3600, "hours": 3600, "day": 86400}[word]
        if days > next(reach for most, reach in REACH if length <= most):
            return None
        until = (datetime.datetime.strptime(end, "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC).timestamp() if "-" in end
                 else self.now() if not end else datetime.datetime.strptime(
                     end.rsplit(" ", 1)[0], "%Y%m%d %H:%M:%S").replace(tzinfo=NEW_YORK).timestamp())
        found = [row for row in self.source.daily(symbol) if row["open_at"] < until]
        if unit == "D":
            found = found[-days:]
        else:
            found = [row for row in found if row["close_at"] > until - days * 86400]
        if not found:
            return []
        if length == 86400:
            return [self.row(symbol, row, row["date"].strftime("%Y%m%d"), version) for row in found]
        minutes = self.source.minutes(symbol, length // 60, found[0]["date"], found[-1]["date"])
        return [self.row(symbol, row, row["open_at"], version) for row in minutes if row["open_at"] + length <= until]

    def row(self, symbol, row, time, version):
        """Prices are adjusted for the splits that came after; sizes were in lots once."""
        ratio = self.source.ratio_after(symbol, row["date"])
        volume = row["v"] * ratio
        return (time, *(row[key] / 100 / ratio for key in "ohlc"), volume if version >= 163 else volume // 100,
                round((row["h"] + row["l"]) / 200 / ratio, 6), 1000)
