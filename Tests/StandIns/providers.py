"""The stand-ins of the providers, each with the wire that /docs of the provider or its own client tells."""

import datetime
import struct
import uuid
import zoneinfo

from source import UTC
from standin import KINDS, Answer, StandIn
from told import told

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


def midnight(date):
    """When a day begins in New York, in seconds since 1970."""
    return int(datetime.datetime.combine(date, datetime.time(), NEW_YORK).timestamp())


def moment(text):
    """A date or a time in RFC 3339 as seconds since 1970; a date is midnight in New York."""
    if len(text) == 10:
        return midnight(datetime.date.fromisoformat(text))
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def rfc(seconds):
    return datetime.datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def span_of(text):
    """Minutes of `5Min`, `1Hour`, `5min`, `1hour`; nothing for a day."""
    digits, unit = "".join(c for c in text if c.isdigit()), text.lstrip("0123456789").lower()
    return None if unit.startswith("d") else int(digits) * (60 if unit.startswith("h") else 1)


class Alpaca(StandIn):
    name, kinds = "alpaca", KINDS + ["endless"]
    key, secret = "KEY-OF-ALPACA", "SECRET-OF-ALPACA"

    def is_data(self, request):
        return request.path in ("/v2/stocks/bars", "/v2/stocks/trades", "/v2/stocks/quotes")

    def answer(self, request, mischief):
        if (request.headers.get("apca-api-key-id"), request.headers.get("apca-api-secret-key")) != (
                self.key, self.secret):
            return self.refused(401)
        query = request.query
        if request.path == "/v2/stocks/bars":
            return self.bars(query, mischief)
        if request.path == "/v1/corporate-actions":
            return self.actions(query)
        if request.path == "/v2/stocks/snapshots":
            return Answer({symbol: self.snapshot(symbol) for symbol in query["symbols"].split(",")
                           if symbol in self.source.days})
        if request.path == "/v2/assets":
            return Answer([{"id": str(number), "class": "us_equity", "exchange": "NASDAQ", "symbol": symbol,
                            "name": f"{symbol} Inc.", "status": "active", "tradable": True}
                           for number, symbol in enumerate(self.source.symbols)])
        return told(self, request, mischief) or Answer({"message": "endpoint not found."}, 404)

    def bars(self, query, mischief):
        first, last = moment(query.get("start", "1990-01-01")), moment(query.get("end", "2100-01-01"))
        minutes = span_of(query["timeframe"])
        rows = []
        for symbol in sorted(query["symbols"].split(",")):
            if minutes is None:
                found = [(symbol, midnight(row["date"]), row) for row in self.source.daily(symbol)]
            else:
                found = [(symbol, row["open_at"], row) for row in self.source.minutes(
                    symbol, minutes, datetime.datetime.fromtimestamp(first, NEW_YORK).date(),
                    datetime.datetime.fromtimestamp(last, NEW_YORK).date())]
            rows += [row for row in found if first <= row[1] <= last]
        start = int(query.get("page_token") or 0)
        size = min(int(query.get("limit", 1000)), self.page or 10_000)
        end = start + size
        page = self.disturbed(rows[start:end], mischief)
        token = str(end) if end < len(rows) else None
        if mischief == "endless":
            page, token = [], str(start)
        bars = {}
        for symbol, seconds, row in page:
            bars.setdefault(symbol, []).append(
                {"t": rfc(seconds), **{key: row[key] / 100 for key in "ohlc"}, "v": row["v"], "n": row["v"] // 100,
                 "vw": row["c"] / 100})
        if mischief == "types" and bars:
            next(iter(bars.values()))[0]["c"] = {"amount": 1}
        return Answer({"bars": bars, "next_page_token": token})

    def actions(self, query):
        actions = {}
        for symbol in query["symbols"].split(","):
            for date, (to, of) in self.source.splits.get(symbol, {}).items():
                actions.setdefault("forward_splits", []).append(
                    {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{symbol} {date}")), "symbol": symbol, "cusip": "0", "new_rate": to, "old_rate": of,
                     "ex_date": str(date), "process_date": str(date)})
            for date, cents in self.source.dividends.get(symbol, {}).items():
                actions.setdefault("cash_dividends", []).append(
                    {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{symbol} {date}")), "symbol": symbol, "cusip": "0", "rate": cents / 100, "special": False,
                     "foreign": False, "ex_date": str(date), "process_date": str(date)})
        return Answer({"corporate_actions": actions, "next_page_token": None})

    def snapshot(self, symbol):
        row = self.source.days[symbol][-1]
        price = row["c"] / 100
        time = rfc(row["close_at"])
        return {"latestTrade": {"t": time, "x": "V", "p": price, "s": 100, "c": ["@"], "i": 1, "z": "C"},
                "latestQuote": {"t": time, "ax": "V", "ap": price + 0.01, "as": 1, "bx": "V", "bp": price - 0.01,
                                "bs": 1, "c": ["R"], "z": "C"}}


class Polygon(StandIn):
    name, kinds = "polygon", KINDS + ["endless"]
    key = "KEY-OF-POLYGON"

    def is_data(self, request):
        return request.path.startswith("/v2/aggs/")

    def refused(self, status):
        text = {429: "You've exceeded the maximum requests per minute, please wait or upgrade your subscription.",
                401: "Unknown API Key"}.get(status, "internal error")
        return Answer({"status": "ERROR", "request_id": "1", "error": text}, status)

    def answer(self, request, mischief):
        if f"Bearer {self.key}" != request.headers.get("authorization") and request.query.get("apiKey") != self.key:
            return self.refused(401)
        parts = request.path.split("/")
        if request.path.startswith("/v2/aggs/ticker/"):
            return self.aggregates(request, parts[4], int(parts[6]), parts[7], parts[8], parts[9], mischief)
        symbol = request.query.get("ticker")
        if request.path == "/v3/reference/splits":
            return Answer({"status": "OK", "request_id": "1", "results": [
                {"id": "1", "execution_date": str(date), "split_from": of, "split_to": to, "ticker": symbol}
                for date, (to, of) in self.source.splits.get(symbol, {}).items()]})
        if request.path == "/v3/reference/dividends":
            return Answer({"status": "OK", "request_id": "1", "results": [
                {"id": "1", "cash_amount": cents / 100, "currency": "USD", "dividend_type": "CD",
                 "ex_dividend_date": str(date), "frequency": 4, "ticker": symbol}
                for date, cents in self.source.dividends.get(symbol, {}).items()]})
        return Answer({"status": "NOT_FOUND", "request_id": "1"}, 404)

    def aggregates(self, request, symbol, count, unit, first, last, mischief):
        def date(text):
            return datetime.date.fromisoformat(text) if "-" in text else datetime.datetime.fromtimestamp(
                int(text) / 1000, NEW_YORK).date()
        if unit == "day":
            rows = [(midnight(row["date"]), row) for row in self.source.daily(symbol, date(first), date(last))]
        else:
            rows = [(row["open_at"], row) for row in self.source.minutes(symbol, count, date(first), date(last))]
        start = int(request.query.get("cursor") or 0)
        end = start + min(int(request.query.get("limit", 5000)), self.page or 50_000)
        page = self.disturbed(rows[start:end], mischief)
        following = end if end < len(rows) else None
        if mischief == "endless":
            page, following = [], start
        results = [{"v": float(row["v"]), "vw": row["c"] / 100, "o": row["o"] / 100, "c": row["c"] / 100,
                    "h": row["h"] / 100, "l": row["l"] / 100, "t": seconds * 1000, "n": row["v"] // 100}
                   for seconds, row in page]
        if mischief == "types" and results:
            results[0]["h"] = [1]
        body = {"ticker": symbol, "queryCount": len(rows), "resultsCount": len(results), "adjusted": False,
                "status": "OK", "request_id": "1", "count": len(results)}
        if results:
            body["results"] = results
        if following is not None:
            limit = request.query.get("limit", 5000)
            # Another host, as the real one gives its new name.
            body["next_url"] = (f"https://api.massive.com{request.path}?cursor={following}&limit={limit}"
                                + "&adjusted=false&sort=asc")
        return Answer(body)


class Tiingo(StandIn):
    name, kinds = "tiingo", KINDS + ["hidden"]
    key = "KEY-OF-TIINGO"

    def is_data(self, request):
        return request.path.endswith("/prices")

    def refused(self, status):
        text = {429: "Error: You have run over your hourly request allocation. Please upgrade at tiingo.com",
                401: "Invalid token."}.get(status, "Internal error.")
        return Answer({"detail": text}, status)

    def answer(self, request, mischief):
        if f"Token {self.key}" != request.headers.get("authorization") and request.query.get("token") != self.key:
            return self.refused(401)
        if mischief == "hidden":
            return Answer("You have run over your 500 symbol look up for this month. Please upgrade.", kind="text/plain")
        parts = request.path.split("/")
        symbol = parts[3 if parts[1] == "tiingo" else 2].upper()
        if symbol not in self.source.days:
            return Answer({"detail": "Not found."}, 404)
        first, last = (datetime.date.fromisoformat(request.query.get(key, standard)[:10])
                       for key, standard in (("startDate", "1990-01-01"), ("endDate", "2100-01-01")))
        if parts[1] == "iex":
            rows = [{"date": rfc(row["open_at"]).replace("Z", ".000Z"), "open": row["o"] / 100, "high": row["h"] / 100,
                     "low": row["l"] / 100, "close": row["c"] / 100, "volume": row["v"]}
                    for row in self.source.minutes(symbol, span_of(request.query["resampleFreq"]), first, last)]
        else:
            rows = [self.row(symbol, row) for row in self.source.daily(symbol, first, last)]
        rows = self.disturbed(rows, mischief)
        if mischief == "types" and rows:
            rows[0]["low"] = None
        return Answer(rows)

    def row(self, symbol, row):
        split = self.source.splits[symbol].get(row["date"], (1, 1))
        ratio = self.source.ratio_after(symbol, row["date"])
        return {"date": f"{row['date']}T00:00:00.000Z", "close": row["c"] / 100, "high": row["h"] / 100,
                "low": row["l"] / 100, "open": row["o"] / 100, "volume": row["v"],
                **{f"adj{key}": row[key[0].lower()] / 100 / ratio for key in ("Open", "High", "Low", "Close")},
                "adjVolume": row["v"] * ratio, "divCash": self.source.dividends[symbol].get(row["date"], 0) / 100,
                "splitFactor": split[0] / split[1]}


class AlphaVantage(StandIn):
    name = "alphavantage"
    # Its rows are members of an object, which have no order and no doubles.
    kinds = [kind for kind in KINDS if kind != "duplicates"] + ["hidden", "hidden-note"]
    key = "KEY-OF-ALPHAVANTAGE"

    def refused(self, status):
        if status == 429:
            return Answer({"Information": f"We have detected your API key as {self.key} and our standard API rate "
                           "limit is 25 requests per day. Please subscribe to any of the premium plans."})
        if status == 401:
            return Answer({"Error Message": "the parameter apikey is invalid or missing."})
        return Answer("internal error", status, kind="text/plain")

    def answer(self, request, mischief):
        query = request.query
        if query.get("apikey") != self.key:
            return self.refused(401)
        if mischief == "hidden":
            return self.refused(429)
        if mischief == "hidden-note":
            return Answer({"Note": "Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per "
                           "minute and 500 calls per day."})
        symbol = query.get("symbol")
        if query["function"] == "EARNINGS_CALENDAR":
            head = "symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay"
            rows = [f'{name},"{name}, Inc.",{date},2026-09-30,{estimate},USD,{hour}'
                    for name, date, estimate, hour in self.source.earnings if symbol in (None, name)]
            return Answer("\r\n".join([head, *rows]) + "\r\n", kind="application/x-download")
        if symbol not in self.source.days:
            return Answer({"Error Message": "Invalid API call. Please retry or visit the documentation."})
        if query["function"] == "TIME_SERIES_DAILY":
            rows = [(str(row["date"]), row) for row in self.source.daily(symbol)]
            name = "Time Series (Daily)"
            if query.get("outputsize", "compact") == "compact":
                rows = rows[-100:]
        else:
            year, month = map(int, query["month"].split("-"))
            first = datetime.date(year, month, 1)
            last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
            span = span_of(query["interval"])
            rows = [(datetime.datetime.fromtimestamp(row["open_at"], NEW_YORK).strftime("%Y-%m-%d %H:%M:%S"), row)
                    for row in self.source.minutes(symbol, span, first, last)]
            name = f"Time Series ({span}min)"
        rows = self.disturbed(rows[::-1], mischief)
        series = {time: {"1. open": f"{row['o'] / 100:.4f}", "2. high": f"{row['h'] / 100:.4f}",
                         "3. low": f"{row['l'] / 100:.4f}", "4. close": f"{row['c'] / 100:.4f}",
                         "5. volume": str(row["v"])} for time, row in rows}
        if mischief == "types" and series:
            next(iter(series.values()))["4. close"] = "n/a"
        return Answer({"Meta Data": {"1. Information": "Prices", "2. Symbol": symbol}, name: series})


class Yahoo(StandIn):
    name = "yahoo"
    crumb, cookie = "aB3/cRuMb", "A3=d=cookie"

    def is_data(self, request):
        return request.path.startswith("/v8/finance/chart/")

    def refused(self, status):
        if status == 429:
            return Answer("Too Many Requests", 429, kind="text/plain")
        if status == 401:
            return Answer({"finance": {"result": None, "error": {
                "code": "Unauthorized", "description": "Invalid Crumb"}}}, 401)
        return Answer("<html>internal error</html>", status, kind="text/html")

    def answer(self, request, mischief):
        if "mozilla" not in request.headers.get("user-agent", "").lower():
            return self.refused(429)
        if request.path == "/":
            return Answer("not found", 404, [("Set-Cookie", f"{self.cookie}; Path=/; Secure")], "text/html")
        if request.path == "/v1/test/getcrumb":
            return Answer(self.crumb, kind="text/plain")
        if self.is_data(request):
            return self.chart(request, mischief)
        if request.path == "/v1/finance/trending/US":
            return Answer({"finance": {"result": [{
                "count": len(self.source.symbols), "jobTimestamp": 0, "startInterval": 0,
                "quotes": [{"symbol": symbol} for symbol in self.source.symbols]}], "error": None}})
        if request.query.get("crumb") != self.crumb or self.cookie not in request.headers.get("cookie", ""):
            return self.refused(401)
        if request.path == "/v7/finance/quote":
            return Answer({"quoteResponse": {"result": [
                {"symbol": symbol, "regularMarketPrice": single(self.source.days[symbol][-1]["c"] / 100),
                 "regularMarketTime": self.source.days[symbol][-1]["close_at"]}
                for symbol in request.query["symbols"].split(",") if symbol in self.source.days], "error": None}})
        return Answer("not found", 404, kind="text/plain")

    def chart(self, request, mischief):
        symbol, query = request.path.split("/")[4], request.query
        if symbol not in self.source.days:
            return Answer({"chart": {"result": None, "error": {
                "code": "Not Found", "description": "No data found, symbol may be delisted"}}}, 404)
        last = self.source.days[symbol][-1]
        if "period1" in query:
            first_at, last_at = int(query["period1"]), int(query["period2"])
        else:
            first_at, last_at = 0, 1 << 40
        span = None if query["interval"] == "1d" else span_of(query["interval"].replace("m", "min"))
        found = self.source.daily(symbol) if span is None else self.source.minutes(
            symbol, span, datetime.datetime.fromtimestamp(first_at, NEW_YORK).date(),
            datetime.datetime.fromtimestamp(min(last_at, 4e9), NEW_YORK).date())
        rows = [row for row in found if first_at <= row["open_at"] < last_at]
        if query.get("range") == "1d":
            rows = rows[-1:]
        rows = self.disturbed(rows, mischief)
        ratios = [self.source.ratio_after(symbol, row["date"]) for row in rows]
        quote = {name: [single(row[key] / 100 / ratio) for row, ratio in zip(rows, ratios)]
                 for name, key in (("open", "o"), ("high", "h"), ("low", "l"), ("close", "c"))}
        quote["volume"] = [row["v"] * ratio for row, ratio in zip(rows, ratios)]
        if mischief == "types" and rows:
            quote["open"][0] = "200"
        times = [row["open_at"] for row in rows]
        if mischief != "empty" and len(rows) > 3:
            # A row of nulls is how it says that there was nothing.
            times.insert(2, times[1] + 1)
            for column in quote.values():
                column.insert(2, None)
        events = {"dividends": {}, "splits": {}}
        for date, (to, of) in self.source.splits[symbol].items():
            at = midnight(date) + 34_200
            if first_at <= at < last_at:
                events["splits"][str(at)] = {"date": at, "numerator": to, "denominator": of,
                                             "splitRatio": f"{to}:{of}"}
        for date, cents in self.source.dividends[symbol].items():
            at = midnight(date) + 34_200
            if first_at <= at < last_at:
                events["dividends"][str(at)] = {
                    "amount": single(cents / 100 / self.source.ratio_after(symbol, date)), "date": at}
        meta = {"currency": "USD", "symbol": symbol, "exchangeName": "NMS", "fullExchangeName": "NasdaqGS",
                "instrumentType": "EQUITY", "firstTradeDate": self.source.days[symbol][0]["open_at"],
                "regularMarketTime": last["close_at"], "regularMarketPrice": single(last["c"] / 100),
                "chartPreviousClose": single(last["o"] / 100), "gmtoffset": -18000, "timezone": "EST",
                "exchangeTimezoneName": "America/New_York", "priceHint": 2, "dataGranularity": query["interval"],
                "range": query.get("range", ""), "validRanges": ["1d", "5d", "1mo", "max"]}
        result = {"meta": meta, "indicators": {"quote": [quote]}, "events": events}
        if span is None:
            result["indicators"]["adjclose"] = [{"adjclose": quote["close"]}]
        if times:
            result["timestamp"] = times
        return Answer({"chart": {"result": [result], "error": None}})


def single(number):
    """A number as single precision has it, printed with all its digits."""
    return struct.unpack("f", struct.pack("f", number))[0]


ALL = [Alpaca, Polygon, Tiingo, AlphaVantage, Yahoo]
