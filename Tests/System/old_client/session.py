"""What a program written for alpaca-trade-api does: run with its addresses in the environment."""

import asyncio
import json
import os
import threading
import time
import urllib.request

import alpaca_trade_api as tradeapi
from alpaca_trade_api.rest import APIError, TimeFrame
from alpaca_trade_api.stream import Stream

URL = os.environ["APCA_API_BASE_URL"]


def admin(what, **body):
    request = urllib.request.Request(f"{URL}/admin/{what}", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"}, method="POST")
    urllib.request.urlopen(request, timeout=20).read()


def until(condition, what, each=lambda: None):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        each()
        time.sleep(0.1)


def check(found, expected):
    assert found == expected, (found, expected)


api = tradeapi.REST()
check(api.get_account().status, "ACTIVE")
check([asset.symbol for asset in api.list_assets(status="active")], ["AAPL", "MSFT"])
check(api.get_clock().is_open, True)
check(len(api.get_calendar("2024-03-11", "2024-03-15")), 5)

order = api.submit_order("AAPL", 10, "buy", "market", "day", client_order_id="first")
check(api.get_order(order.id).status, "filled")
check(api.get_order_by_client_order_id("first").id, order.id)
bracket = api.submit_order("MSFT", 2, "buy", "limit", "gtc", limit_price="399", order_class="bracket",
                           take_profit={"limit_price": "420"}, stop_loss={"stop_price": "380"})
check(len(bracket.legs), 2)
trail = api.submit_order("AAPL", 10, "sell", "trailing_stop", "gtc", trail_percent="5")
check(api.get_order(trail.id).stop_price, "180.5")
replaced = api.replace_order(bracket.id, limit_price="398")
check(api.get_order(bracket.id).status, "replaced")
check(len(api.get_order(replaced.id).legs), 2)
check(len(api.list_orders(status="open", nested=True)), 2)
api.cancel_order(trail.id)
api.cancel_all_orders()
check(api.list_orders(), [])
check(api.get_position("AAPL").qty, "10")
check(len(api.list_positions()), 1)
try:
    api.submit_order("AAPL", 10, "buy", "limit", "day")
    raise AssertionError("an order without its price was taken")
except APIError as error:
    check((error.status_code, error.code), (422, 40010001))
api.close_position("AAPL")
check(api.list_positions(), [])
check([activity.side for activity in api.get_activities(activity_types="FILL")], ["sell", "buy"])
admin("clock", advance="3m")
check(len(api.get_portfolio_history(period="1D", timeframe="1Min").equity), 4)
check(api.update_account_configurations(no_shorting=True).no_shorting, True)
watchlist = api.create_watchlist("mine", ["AAPL"])
check(api.add_to_watchlist(watchlist.id, "MSFT").assets[1]["symbol"], "MSFT")

check(len(api.get_bars("AAPL", TimeFrame.Minute, "2024-03-11T14:00:00Z", "2024-03-11T14:02:00Z")), 3)
check(len(api.get_bars(["AAPL", "MSFT"], TimeFrame.Day, "2024-03-07", "2024-03-11").df), 6)
check(api.get_latest_trade("AAPL").p, 190)
check(api.get_latest_quotes(["AAPL", "MSFT"])["MSFT"].ap, 400)
check(api.get_latest_bar("AAPL").c, 190)
check(len(api.get_trades("AAPL", "2024-03-11T14:00:00Z", "2024-03-11T14:01:00Z", limit=3)), 3)
check(api.get_snapshots(["AAPL"])["AAPL"].latest_trade.p, 190)
check(api.get_snapshot("AAPL").prev_daily_bar.c, api.get_bars("AAPL", TimeFrame.Day, "2024-03-08", "2024-03-08")[0].c)

updates, bars = [], []


async def hear_update(update):
    updates.append(update.event)


async def hear_bar(bar):
    bars.append(bar.close)


stream = Stream(data_feed="iex")
stream.subscribe_trade_updates(hear_update)
stream.subscribe_bars(hear_bar, "AAPL")
threading.Thread(target=lambda: asyncio.run(stream._run_forever()), daemon=True).start()
until(lambda: "fill" in updates, "an order's fill", lambda: api.submit_order("MSFT", 1, "buy", "market", "day"))
until(lambda: bars, "a bar", lambda: admin("clock", advance="1m"))
check(bars[0], 190)
print("all is well", flush=True)
os._exit(0)
