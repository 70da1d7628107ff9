"""The official client alpaca-py, unchanged but for addresses, against the exchange behind Alpaca's interface."""

import asyncio
import datetime
import threading
import uuid

import pytest

pytest.importorskip("alpaca")

from alpaca.common.enums import Sort  # noqa: E402
from alpaca.common.exceptions import APIError  # noqa: E402
from alpaca.data.historical import StockHistoricalDataClient  # noqa: E402
from alpaca.data.live import StockDataStream  # noqa: E402
from alpaca.data.requests import (StockBarsRequest, StockLatestBarRequest, StockLatestQuoteRequest,  # noqa: E402
                                  StockLatestTradeRequest, StockQuotesRequest, StockSnapshotRequest,
                                  StockTradesRequest)
from alpaca.data.timeframe import TimeFrame, TimeFrameUnit  # noqa: E402
from alpaca.trading.client import TradingClient  # noqa: E402
from alpaca.trading.enums import OrderClass, OrderSide, OrderStatus, QueryOrderStatus, TimeInForce  # noqa: E402
from alpaca.trading.requests import (ClosePositionRequest, CreateWatchlistRequest, GetCalendarRequest,  # noqa: E402
                                     GetOrdersRequest, GetPortfolioHistoryRequest, LimitOrderRequest,
                                     MarketOrderRequest, ReplaceOrderRequest, StopLimitOrderRequest,
                                     StopLossRequest, StopOrderRequest, TakeProfitRequest,
                                     TrailingStopOrderRequest)
from alpaca.trading.stream import TradingStream  # noqa: E402

from mesh import until  # noqa: E402
from venue import KEY, SECRET, Venue  # noqa: E402

FIXED = ["--fixed", "AAPL=190.00,MSFT=400.00", "--from", "2024-03-11T14:00:00Z", "--history", "30"]
BUY, SELL, DAY, GTC = OrderSide.BUY, OrderSide.SELL, TimeInForce.DAY, TimeInForce.GTC


@pytest.fixture
def venue():
    with Venue(*FIXED) as venue:
        yield venue


@pytest.fixture
def trading(venue):
    return TradingClient(KEY, SECRET, url_override=venue.url)


@pytest.fixture
def data(venue):
    return StockHistoricalDataClient(KEY, SECRET, url_override=venue.url)


def test_orders_of_every_type(venue, trading):
    requests = [
        MarketOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=DAY),
        LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=GTC, limit_price=180),
        LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=DAY, limit_price=180, extended_hours=True),
        LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=TimeInForce.IOC, limit_price=180),
        LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=TimeInForce.FOK, limit_price=191),
        StopOrderRequest(symbol="MSFT", qty=1, side=BUY, time_in_force=DAY, stop_price=410),
        StopLimitOrderRequest(symbol="MSFT", qty=1, side=BUY, time_in_force=DAY, stop_price=410, limit_price=411),
        TrailingStopOrderRequest(symbol="MSFT", qty=1, side=BUY, time_in_force=GTC, trail_percent=2),
        MarketOrderRequest(symbol="AAPL", notional=500, side=BUY, time_in_force=DAY),
        MarketOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=TimeInForce.OPG),
        LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=TimeInForce.CLS, limit_price=150),
    ]
    seen = [trading.get_order_by_id(trading.submit_order(request).id).status for request in requests]
    new, filled, canceled = OrderStatus.NEW, OrderStatus.FILLED, OrderStatus.CANCELED
    assert seen == [filled, new, new, canceled, filled, new, new, new, filled, new, new]
    statuses = trading.cancel_orders()
    assert [answer.status for answer in statuses] == [200] * 7
    assert trading.get_orders() == []


def test_orders_of_every_class(venue, trading):
    bracket = trading.submit_order(MarketOrderRequest(
        symbol="AAPL", qty=10, side=BUY, time_in_force=GTC, order_class=OrderClass.BRACKET,
        take_profit=TakeProfitRequest(limit_price=200), stop_loss=StopLossRequest(stop_price=180, limit_price=179)))
    assert bracket.order_class == OrderClass.BRACKET and len(bracket.legs) == 2
    assert [leg.status for leg in bracket.legs] == [OrderStatus.HELD] * 2
    nested = trading.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, nested=True))
    assert len(nested) == 1 and len(nested[0].legs) == 2
    # A leg is moved by itself.
    moved = trading.replace_order_by_id(bracket.legs[0].id, ReplaceOrderRequest(limit_price=201))
    assert trading.get_order_by_id(moved.id).status == OrderStatus.NEW
    venue.admin("price", AAPL="202")
    assert trading.get_order_by_id(moved.id).status == OrderStatus.FILLED
    assert trading.get_order_by_id(bracket.legs[1].id).status == OrderStatus.CANCELED
    trading.submit_order(MarketOrderRequest(symbol="MSFT", qty=5, side=BUY, time_in_force=DAY))
    oco = trading.submit_order(LimitOrderRequest(
        symbol="MSFT", qty=5, side=SELL, time_in_force=GTC, order_class=OrderClass.OCO,
        take_profit=TakeProfitRequest(limit_price=420), stop_loss=StopLossRequest(stop_price=380)))
    oto = trading.submit_order(LimitOrderRequest(
        symbol="AAPL", qty=1, side=BUY, time_in_force=GTC, order_class=OrderClass.OTO, limit_price=190,
        stop_loss=StopLossRequest(stop_price=170)))
    trading.cancel_order_by_id(oco.id)
    assert trading.get_order_by_id(oco.legs[0].id).status == OrderStatus.CANCELED
    trading.cancel_order_by_id(oto.id)
    assert trading.get_order_by_id(oto.legs[0].id).status == OrderStatus.CANCELED


def test_replace_cancel_and_errors(trading):
    order = trading.submit_order(LimitOrderRequest(symbol="AAPL", qty=5, side=BUY, time_in_force=GTC, limit_price=150,
                                                   client_order_id="one"))
    new = trading.replace_order_by_id(order.id, ReplaceOrderRequest(qty=7, limit_price=151))
    assert (new.qty, new.limit_price, new.replaces) == ("7", "151", order.id)
    assert trading.get_order_by_client_id("one").id == order.id
    trading.cancel_order_by_id(new.id)
    for call, status, code in [
        (lambda: trading.get_order_by_id(uuid.uuid4()), 404, 40410000),
        (lambda: trading.cancel_order_by_id(order.id), 422, 42210000),
        (lambda: trading.submit_order(LimitOrderRequest(symbol="AAPL", qty=5, side=BUY, time_in_force=GTC,
                                                        limit_price=150, client_order_id="one")), 422, 40010001),
        (lambda: trading.submit_order(MarketOrderRequest(symbol="AAPL", qty=10**6, side=BUY, time_in_force=DAY)), 403,
         40310000),
        (lambda: trading.get_open_position("AAPL"), 404, 40410000),
    ]:
        with pytest.raises(APIError) as error:
            call()
        assert (error.value.status_code, error.value.code) == (status, code)


def test_positions_account_and_activities(venue, trading):
    trading.submit_order(MarketOrderRequest(symbol="AAPL", qty=10, side=BUY, time_in_force=DAY))
    trading.submit_order(MarketOrderRequest(symbol="MSFT", qty=4, side=SELL, time_in_force=DAY))
    venue.admin("price", AAPL="192", MSFT="399")
    long, short = trading.get_all_positions()
    assert (long.qty, long.unrealized_pl) == ("10", "20")
    assert float(long.change_today) == pytest.approx(192 / float(long.lastday_price) - 1, abs=1e-8)
    assert (short.qty, short.side.value, short.unrealized_pl, short.market_value) == ("-4", "short", "4", "-1596")
    account = trading.get_account()
    assert (account.cash, account.equity, account.long_market_value, account.short_market_value) == (
        "99700", "100024", "1920", "-1596")
    closed = trading.close_position("AAPL", ClosePositionRequest(percentage="50"))
    assert trading.get_order_by_id(closed.id).filled_qty == "5"
    assert trading.get_open_position("AAPL").qty == "5"
    answers = trading.close_all_positions(cancel_orders=True)
    assert [(answer.symbol, answer.status) for answer in answers] == [("AAPL", 200), ("MSFT", 200)]
    assert trading.get_all_positions() == []
    assert trading.get_account().cash == "100024"
    # The client has no call of its own for activities, but the door to all of them.
    fills = trading.get("/account/activities", {"activity_types": "FILL", "page_size": 2})
    more = trading.get("/account/activities", {"page_size": 100, "page_token": fills[-1]["id"]})
    assert len(fills) == 2 and len(more) == 3
    assert [fill["symbol"] for fill in fills + more] == ["MSFT", "AAPL", "AAPL", "MSFT", "AAPL"]
    settings = trading.get_account_configurations()
    settings.no_shorting = True
    assert trading.set_account_configurations(settings).no_shorting is True
    with pytest.raises(APIError, match="not allowed to short"):
        trading.submit_order(MarketOrderRequest(symbol="AAPL", qty=1, side=SELL, time_in_force=DAY))


def test_history_of_the_portfolio(venue, trading):
    trading.submit_order(MarketOrderRequest(symbol="AAPL", qty=100, side=BUY, time_in_force=DAY))
    venue.advance("10m")
    venue.admin("price", AAPL="195")
    history = trading.get_portfolio_history(GetPortfolioHistoryRequest(period="1D", timeframe="1Min"))
    assert history.timeframe == "1Min" and history.equity[0] == 100_000 and history.equity[-1] == 100_500
    assert len(history.timestamp) == len(history.equity) == len(history.profit_loss) == 11
    assert history.profit_loss[-1] == 500 and history.profit_loss_pct[-1] == 0.005


def test_assets_clock_calendar_and_watchlists(trading):
    assets = trading.get_all_assets()
    assert [asset.symbol for asset in assets] == ["AAPL", "MSFT"]
    assert trading.get_asset(assets[0].id).symbol == trading.get_asset("AAPL").symbol == "AAPL"
    clock = trading.get_clock()
    assert clock.is_open and clock.timestamp == datetime.datetime(2024, 3, 11, 14, tzinfo=datetime.timezone.utc)
    days = trading.get_calendar(GetCalendarRequest(start=datetime.date(2024, 7, 1), end=datetime.date(2024, 7, 5)))
    assert [(day.date.day, day.close.hour) for day in days] == [(1, 16), (2, 16), (3, 13), (5, 16)]
    listed = trading.create_watchlist(CreateWatchlistRequest(name="mine", symbols=["AAPL"]))
    assert [a.symbol for a in trading.add_asset_to_watchlist_by_id(listed.id, "MSFT").assets] == ["AAPL", "MSFT"]
    assert len(trading.get_watchlists()) == 1
    trading.delete_watchlist_by_id(listed.id)
    assert trading.get_watchlists() == []


def test_market_data(venue, data):
    venue.advance("5m")
    start = datetime.datetime(2024, 3, 11, 14, tzinfo=datetime.timezone.utc)
    bars = data.get_stock_bars(StockBarsRequest(symbol_or_symbols=["AAPL", "MSFT"], timeframe=TimeFrame.Minute,
                                                start=start))
    assert [len(bars[symbol]) for symbol in ("AAPL", "MSFT")] == [5, 5]
    assert bars["AAPL"][0].timestamp == start and bars["AAPL"][4].close == 190
    days = data.get_stock_bars(StockBarsRequest(symbol_or_symbols="AAPL", timeframe=TimeFrame.Day,
                                                start=datetime.datetime(2024, 1, 1)))["AAPL"]
    assert len(days) > 25 and days[-1].timestamp.hour == 4 and days[0].timestamp.hour == 5
    weeks = data.get_stock_bars(StockBarsRequest(symbol_or_symbols="AAPL", start=datetime.datetime(2024, 1, 29),
                                                 timeframe=TimeFrame(1, TimeFrameUnit.Week)))["AAPL"]
    assert sum(week.volume for week in weeks) == sum(
        day.volume for day in days if day.timestamp.date() >= datetime.date(2024, 1, 29))
    # More than a page: the client goes on until there is no more.
    minutes = data.get_stock_bars(StockBarsRequest(symbol_or_symbols=["AAPL", "MSFT"], timeframe=TimeFrame.Minute,
                                                   start=datetime.datetime(2024, 2, 1)))
    assert len(minutes["AAPL"]) == len(minutes["MSFT"]) > 9_000
    assert len({bar.timestamp for bar in minutes["AAPL"]}) == len(minutes["AAPL"])
    assert sum(bar.volume for bar in minutes["AAPL"]) == sum(
        day.volume for day in days if day.timestamp.date() >= datetime.date(2024, 2, 1))
    last = data.get_stock_bars(StockBarsRequest(symbol_or_symbols="AAPL", timeframe=TimeFrame.Minute, limit=3,
                                                start=datetime.datetime(2024, 3, 1), sort=Sort.DESC))["AAPL"]
    assert [bar.timestamp.minute for bar in last] == [4, 3, 2]
    trades = data.get_stock_trades(StockTradesRequest(symbol_or_symbols="AAPL", start=start))["AAPL"]
    quotes = data.get_stock_quotes(StockQuotesRequest(symbol_or_symbols="AAPL", start=start, limit=7))["AAPL"]
    assert len(trades) == 20 and len(quotes) == 7 and trades[0].price == quotes[0].ask_price == 190
    assert data.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols="MSFT"))["MSFT"].bid_price == 400
    assert data.get_stock_latest_trade(StockLatestTradeRequest(symbol_or_symbols="MSFT"))["MSFT"].price == 400
    assert data.get_stock_latest_bar(StockLatestBarRequest(symbol_or_symbols="MSFT"))["MSFT"].close == 400
    snapshot = data.get_stock_snapshot(StockSnapshotRequest(symbol_or_symbols=["AAPL"]))["AAPL"]
    assert snapshot.latest_trade.price == 190 and snapshot.previous_daily_bar.close == days[-2].close
    assert snapshot.daily_bar.timestamp == days[-1].timestamp


class Listening:
    """A stream of the client in a thread of its own."""

    def __init__(self, stream):
        self.stream = stream
        self.thread = threading.Thread(target=lambda: asyncio.run(stream._run_forever()), daemon=True)

    def __enter__(self):
        self.thread.start()
        until(lambda: self.stream._running, "the stream runs")
        return self

    def __exit__(self, *_):
        self.stream.stop()
        self.thread.join(timeout=20)


def test_trade_updates(venue, trading):
    heard = []

    async def hear(update):
        heard.append((str(getattr(update.event, "value", update.event)), update.order.client_order_id, update.position_qty))

    stream = TradingStream(KEY, SECRET, url_override=f"{venue.socket_url}/stream")
    stream.subscribe_trade_updates(hear)
    with Listening(stream):
        # Whether it listens can be seen only by what it hears.
        def probe():
            trading.submit_order(MarketOrderRequest(symbol="MSFT", qty=1, side=BUY, time_in_force=DAY))
            return heard

        until(probe, "the client hears of an order", every=0.2)
        until(lambda: heard and heard[-1][0] == "fill", "the order's fill")
        heard.clear()
        trading.submit_order(MarketOrderRequest(symbol="AAPL", qty=2, side=BUY, time_in_force=DAY,
                                                client_order_id="a"))
        limit = trading.submit_order(LimitOrderRequest(symbol="AAPL", qty=2, side=BUY, time_in_force=DAY,
                                                       limit_price=180, client_order_id="b"))
        new = trading.replace_order_by_id(limit.id, ReplaceOrderRequest(limit_price=181, client_order_id="c"))
        trading.cancel_order_by_id(new.id)
        until(lambda: any(event[0] == "canceled" for event in heard), "the cancellation")
    mine = [event for event in heard if event[1] in "abc"]
    assert mine == [("new", "a", None), ("fill", "a", 2.0), ("new", "b", None), ("replaced", "b", None),
                    ("new", "c", None), ("canceled", "c", None)]


def test_the_market_on_a_socket(venue):
    heard = {"bars": [], "quotes": [], "trades": [], "daily": [], "status": []}

    def into(name):
        async def hear(item):
            heard[name].append(item)
        return hear

    stream = StockDataStream(KEY, SECRET, url_override=f"{venue.socket_url}/v2/test")
    stream.subscribe_bars(into("bars"), "AAPL")
    stream.subscribe_quotes(into("quotes"), "AAPL")
    stream.subscribe_trades(into("trades"), "*")
    stream.subscribe_daily_bars(into("daily"), "MSFT")
    stream.subscribe_trading_statuses(into("status"), "AAPL")
    with Listening(stream):
        def probe():
            venue.advance("1m")
            return heard["bars"]

        until(probe, "a bar comes", every=0.2)
        now = datetime.datetime.fromisoformat(venue.advance("3m")["timestamp"])
        minute = datetime.timedelta(minutes=1)
        until(lambda: heard["bars"][-1].timestamp == now - minute, "the last bar")
        first = heard["bars"][0].timestamp
        assert [bar.timestamp for bar in heard["bars"]] == [first + k * minute for k in range((now - first) // minute)]
        venue.admin("halt", symbol="AAPL")
        until(lambda: heard["status"], "the halt")
    assert {bar.symbol for bar in heard["bars"]} == {"AAPL"} and heard["bars"][-1].close == 190
    assert heard["quotes"][0].ask_price == 190 and heard["quotes"][0].timestamp.tzinfo is not None
    assert {trade.symbol for trade in heard["trades"]} == {"AAPL", "MSFT"}
    assert heard["daily"][-1].timestamp.hour == 4
    assert heard["status"][0].status_code == "H"
