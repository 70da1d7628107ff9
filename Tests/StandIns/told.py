"""What Alpaca tells besides bars: each trade and quote, news, sessions, and what is traded most."""

import datetime
import zoneinfo

from source import UTC, sessions
from standin import Answer

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


def nanoseconds(text):
    """A time in RFC 3339 as nanoseconds since 1970."""
    whole, _, part = text.removesuffix("Z").partition(".")
    seconds = int(datetime.datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return seconds * 10**9 + int(part.ljust(9, "0") or 0)


def rfc(moment):
    whole = datetime.datetime.fromtimestamp(moment // 10**9, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{moment % 10**9:09}Z"


def told(server, request, mischief):
    query = request.query
    if request.path in ("/v2/stocks/trades", "/v2/stocks/quotes"):
        return ticks(server, request.path.rsplit("/", 1)[1], query, mischief)
    if request.path == "/v1beta1/news":
        return news(server, query)
    if request.path == "/v2/calendar":
        return Answer([{"date": str(date), "open": f"{hour(opened)}", "close": f"{hour(closed)}",
                        "session_open": "0400", "session_close": "2000", "settlement_date": str(date)}
                       for date, opened, closed in sessions(query["start"], query["end"])])
    if request.path == "/v1beta1/screener/stocks/most-actives":
        active = [{"symbol": symbol, "volume": server.source.days[symbol][-1]["v"], "trade_count": 1000 + number}
                  for number, symbol in enumerate(server.source.symbols)]
        return Answer({"most_actives": active[:int(query.get("top", 10))], "last_updated": "2024-01-02T21:00:00Z"})
    return None


def hour(seconds):
    return datetime.datetime.fromtimestamp(seconds, NEW_YORK).strftime("%H:%M")


def ticks(server, kind, query, mischief):
    first, last = nanoseconds(query["start"]), nanoseconds(query["end"])
    rows = []
    for symbol in query["symbols"].split(","):
        date = datetime.datetime.fromtimestamp(first // 10**9, NEW_YORK).date()
        while date <= datetime.datetime.fromtimestamp(last // 10**9, NEW_YORK).date():
            trades, quotes = server.source.ticks(symbol, date)
            rows += [(symbol, row) for row in (trades if kind == "trades" else quotes) if first <= row[0] <= last]
            date += datetime.timedelta(days=1)
    start = int(query.get("page_token") or 0)
    end = start + min(int(query.get("limit", 1000)), server.page or 10_000)
    page = server.disturbed(rows[start:end], mischief)
    token = str(end) if end < len(rows) else None
    if mischief == "endless":
        page, token = [], str(start)
    found = {}
    for symbol, row in page:
        found.setdefault(symbol, []).append(trade(row) if kind == "trades" else quote(row))
    if mischief == "types" and found:
        next(iter(found.values()))[0]["t"] = 5
    return Answer({kind: found, "next_page_token": token})


def trade(row):
    at, cents, size, number = row
    # Every fiftieth was taken back.
    return {"t": rfc(at), "x": "V", "p": cents / 100, "s": size, "c": ["@"], "i": number, "z": "C",
            **({"u": "canceled"} if number % 50 == 0 else {})}


def quote(row):
    at, bid, bid_size, ask, ask_size = row
    return {"t": rfc(at), "ax": "V", "ap": ask / 100, "as": ask_size, "bx": "V", "bp": bid / 100, "bs": bid_size,
            "c": ["R"], "z": "C"}


def news(server, query):
    items = []
    for number, symbol in enumerate(query["symbols"].split(",") if "symbols" in query else server.source.symbols):
        at = nanoseconds(query["end"]) - number * 10**9
        items.append({"id": number, "headline": f"{symbol} says \x1b[31msomething", "author": "A. Writer",
                      "created_at": rfc(at), "updated_at": rfc(at), "summary": "", "content": "",
                      "url": f"https://example.com/{number}", "images": [], "symbols": [symbol], "source": "benzinga"})
    start = int(query.get("page_token") or 0)
    end = start + min(int(query.get("limit", 10)), server.page or 50)
    return Answer({"news": items[start:end], "next_page_token": str(end) if end < len(items) else None})
