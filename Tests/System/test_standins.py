"""The stand-ins themselves: each provider's own client, pointed at the stand-in, reads the source from it."""

import datetime
import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/StandIns"))

from providers import Alpaca, AlphaVantage, Polygon, Tiingo, Yahoo, midnight  # noqa: E402
from source import Source  # noqa: E402

FIRST, LAST = "2022-01-03", "2023-12-29"


@pytest.fixture(scope="module")
def source():
    return Source(["AAA", "BBB"], FIRST, LAST)


def cents(number):
    return round(float(number) * 100)


def expected(source, symbol):
    return [(row["date"], row["o"], row["h"], row["l"], row["c"], row["v"]) for row in source.daily(symbol)]


def test_alpaca_py(source):
    from alpaca.data import historical
    from alpaca.data.requests import StockBarsRequest
    from alpaca.data.timeframe import TimeFrame

    with Alpaca(source, page=300) as server:
        client = historical.StockHistoricalDataClient(server.key, server.secret, url_override=server.url)
        bars = client.get_stock_bars(StockBarsRequest(
            symbol_or_symbols=["AAA", "BBB"], timeframe=TimeFrame.Day, start=datetime.datetime(2021, 1, 1),
            end=datetime.datetime(2024, 1, 1))).data
        assert server.asked > 2
        for symbol in ["AAA", "BBB"]:
            got = [(bar.timestamp, cents(bar.open), cents(bar.high), cents(bar.low), cents(bar.close), bar.volume)
                   for bar in bars[symbol]]
            assert [(row[0].timestamp(), *row[1:]) for row in got] == [
                (midnight(date), *rest) for date, *rest in expected(source, symbol)]
        from alpaca.data.historical.corporate_actions import CorporateActionsClient
        from alpaca.data.requests import CorporateActionsRequest

        client = CorporateActionsClient(server.key, server.secret, url_override=server.url)
        actions = client.get_corporate_actions(CorporateActionsRequest(
            symbols=["AAA"], start=datetime.date(2021, 1, 1), end=datetime.date(2024, 1, 1))).data
        assert [action.ex_date for action in actions["forward_splits"]] == list(source.splits["AAA"])
        assert len(actions["cash_dividends"]) == len(source.dividends["AAA"])


def test_alpaca_py_reads_ticks_news_sessions_and_what_is_active(source):
    from alpaca.data import historical
    from alpaca.data.historical.news import NewsClient
    from alpaca.data.historical.screener import ScreenerClient
    from alpaca.data.requests import MostActivesRequest, NewsRequest, StockQuotesRequest, StockTradesRequest
    from alpaca.trading.client import TradingClient
    from alpaca.trading.requests import GetCalendarRequest

    with Alpaca(source, page=300) as server:
        words = (server.key, server.secret)
        client = historical.StockHistoricalDataClient(*words, url_override=server.url)
        date = source.days["AAA"][5]["date"]
        day = {"symbol_or_symbols": "AAA", "start": datetime.datetime.combine(date, datetime.time()),
               "end": datetime.datetime.combine(date + datetime.timedelta(days=1), datetime.time())}
        trades, quotes = source.ticks("AAA", date)
        got = client.get_stock_trades(StockTradesRequest(**day)).data["AAA"]
        assert [(row.id, cents(row.price), row.size) for row in got] == [
            (number, price, size) for _, price, size, number in trades] and len(trades) > 600
        got = client.get_stock_quotes(StockQuotesRequest(**day)).data["AAA"]
        assert [(cents(row.bid_price), row.bid_size, cents(row.ask_price), row.ask_size) for row in got] == [
            row[1:] for row in quotes]
        news = NewsClient(*words, url_override=server.url).get_news(NewsRequest(
            symbols="AAA,BBB", start=datetime.datetime(2024, 1, 2), end=datetime.datetime(2024, 1, 3)))
        assert [item.symbols for item in news.data["news"]] == [["AAA"], ["BBB"]]
        active = ScreenerClient(*words, url_override=server.url).get_most_actives(MostActivesRequest(top=2))
        assert [item.symbol for item in active.most_actives] == ["AAA", "BBB"]
        calendar = TradingClient(*words, url_override=server.url).get_calendar(GetCalendarRequest(
            start=datetime.date(2023, 11, 20), end=datetime.date(2023, 11, 24)))
        assert [(str(day.date), f"{day.open:%H:%M}", f"{day.close:%H:%M}") for day in calendar] == [
            ("2023-11-20", "09:30", "16:00"), ("2023-11-21", "09:30", "16:00"), ("2023-11-22", "09:30", "16:00"),
            ("2023-11-24", "09:30", "13:00")]


def test_polygon(source):
    from massive import RESTClient as client

    with Polygon(source, page=300) as server:
        got = [(row.timestamp, cents(row.open), cents(row.high), cents(row.low), cents(row.close), row.volume)
               for row in client(server.key, base=server.url).list_aggs("AAA", 1, "day", FIRST, LAST, adjusted=False)]
        assert server.asked > 1
        assert got == [(midnight(date) * 1000, *rest) for date, *rest in expected(source, "AAA")]
        splits = list(client(server.key, base=server.url).list_splits("AAA"))
        assert [split.execution_date for split in splits] == [str(date) for date in source.splits["AAA"]]


def test_tiingo(source):
    import tiingo

    with Tiingo(source) as server:
        client = tiingo.TiingoClient({"api_key": server.key})
        client._base_url = server.url
        got = [(datetime.date.fromisoformat(row["date"][:10]), *(cents(row[key]) for key in
                ("open", "high", "low", "close")), row["volume"])
               for row in client.get_ticker_price("AAA", startDate=FIRST, endDate=LAST)]
        assert got == expected(source, "AAA")


def test_alpha_vantage(source, monkeypatch):
    from alpha_vantage import alphavantage as module
    from alpha_vantage.timeseries import TimeSeries

    with AlphaVantage(source) as server:
        monkeypatch.setattr(module.AlphaVantage, "_ALPHA_VANTAGE_API_URL", server.url + "/query?")
        series, meta = TimeSeries(key=server.key).get_daily("AAA", outputsize="full")
        got = sorted((datetime.date.fromisoformat(date), *(cents(row[key]) for key in
                      ("1. open", "2. high", "3. low", "4. close")), int(row["5. volume"]))
                     for date, row in series.items())
        assert got == expected(source, "AAA") and meta["2. Symbol"] == "AAA"
        server.mischief = {server.asked + 1: "hidden"}
        with pytest.raises(ValueError, match="rate limit"):
            TimeSeries(key=server.key).get_daily("AAA")


def test_yfinance(source, monkeypatch, tmp_path):
    """It has no setting for its hosts: a session sends everything to the stand-in."""
    monkeypatch.setenv("YF_DISABLE_CURL_CFFI", "1")
    import requests
    import yfinance
    from requests.adapters import HTTPAdapter

    class Elsewhere(HTTPAdapter):
        def __init__(self, url):
            super().__init__()
            self.url = url

        def send(self, request, **others):
            path = request.url.split("/", 3)
            request.url = f"{self.url}/{path[3] if len(path) > 3 else ''}"
            return super().send(request, **others)

    yfinance.set_tz_cache_location(str(tmp_path))
    with Yahoo(source) as server:
        session = requests.Session()
        session.trust_env = False
        session.mount("https://", Elsewhere(server.url))
        session.headers["User-Agent"] = "Mozilla/5.0"
        history = yfinance.Ticker("AAA", session=session).history(
            start="2022-01-01", end="2024-01-01", auto_adjust=False, actions=True)
        assert os.environ["YF_DISABLE_CURL_CFFI"] == "1"
        got = [(index.date(), *(cents(row[key] * source.ratio_after("AAA", index.date()))
                                for key in ("Open", "High", "Low", "Close")))
               for index, row in history.iterrows()]
        assert got == [row[:5] for row in expected(source, "AAA")]
        assert {index.date() for index, row in history.iterrows() if row["Stock Splits"]} == set(source.splits["AAA"])
