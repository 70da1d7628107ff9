"""The official client, ibapi, unchanged: a session with a gateway at the port that is given; prints what it heard as JSON."""

import json
import sys
import threading
import time

from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.execution import ExecutionFilter
from ibapi.order import Order
from ibapi.wrapper import EWrapper


class Session(EWrapper, EClient):
    def __init__(self):
        EClient.__init__(self, self)
        self.heard = {name: [] for name in (
            "bars", "ticks", "orders", "states", "executions", "costs", "positions", "summary", "values", "errors",
            "contracts", "completed")}
        self.ends = set()
        self.first = None

    def nextValidId(self, orderId):
        self.first = orderId
        self.ends.add("ready")

    def managedAccounts(self, accountsList):
        self.heard["accounts"] = accountsList

    def currentTime(self, time):
        self.heard["time"] = time
        self.ends.add("time")

    def error(self, reqId, errorCode, errorString):
        self.heard["errors"].append([reqId, errorCode, errorString])
        if errorCode in (162, 200, 201, 202, 321):
            self.ends.add(f"error {reqId}")

    def contractDetails(self, reqId, details):
        self.heard["contracts"].append([details.contract.conId, details.contract.symbol, details.longName, details.minTick])

    def contractDetailsEnd(self, reqId):
        self.ends.add(f"contract {reqId}")

    def historicalData(self, reqId, bar):
        self.heard["bars"].append([reqId, bar.date, bar.open, bar.high, bar.low, bar.close, bar.volume])

    def historicalDataEnd(self, reqId, start, end):
        self.ends.add(f"bars {reqId}")

    def tickPrice(self, reqId, tickType, price, attrib):
        self.heard["ticks"].append([tickType, price])

    def tickSize(self, reqId, tickType, size):
        self.heard["ticks"].append([tickType, size])

    def tickSnapshotEnd(self, reqId):
        self.ends.add(f"snapshot {reqId}")

    def openOrder(self, orderId, contract, order, state):
        self.heard["orders"].append([
            orderId, contract.symbol, order.action, order.totalQuantity, order.orderType, order.lmtPrice, order.orderRef,
            order.clientId, order.permId, order.parentId, order.ocaGroup, state.status, order.usePriceMgmtAlgo])

    def openOrderEnd(self):
        self.ends.add("orders")

    def completedOrder(self, contract, order, state):
        self.heard["completed"].append([
            contract.symbol, order.action, order.totalQuantity, order.orderType, order.orderRef, order.permId,
            order.filledQuantity, state.status, state.completedStatus])

    def completedOrdersEnd(self):
        self.ends.add("completed")

    def orderStatus(self, orderId, status, filled, remaining, avgFillPrice, permId, parentId, lastFillPrice, clientId,
                    whyHeld, mktCapPrice):
        self.heard["states"].append([orderId, status, filled, remaining])
        self.ends.add(f"{orderId} {status}")

    def execDetails(self, reqId, contract, execution):
        self.heard["executions"].append([
            reqId, execution.orderId, contract.symbol, execution.execId, execution.side, execution.shares, execution.price,
            execution.cumQty, execution.orderRef, execution.permId])

    def execDetailsEnd(self, reqId):
        self.ends.add(f"executions {reqId}")

    def commissionReport(self, report):
        self.heard["costs"].append([report.execId, report.commission])

    def position(self, account, contract, position, avgCost):
        self.heard["positions"].append([contract.symbol, position, avgCost])

    def positionEnd(self):
        self.ends.add("positions")

    def accountSummary(self, reqId, account, tag, value, currency):
        self.heard["summary"].append([tag, value, currency])

    def accountSummaryEnd(self, reqId):
        self.ends.add("summary")

    def updateAccountValue(self, key, val, currency, accountName):
        self.heard["values"].append([key, val])

    def accountDownloadEnd(self, accountName):
        self.ends.add("account")

    def until(self, *ends):
        deadline = time.monotonic() + 20
        while not set(ends) <= self.ends:
            if time.monotonic() > deadline:
                raise SystemExit(f"waited in vain for {set(ends) - self.ends}; heard {self.heard}")
            time.sleep(0.005)


def share(symbol):
    contract = Contract()
    contract.symbol, contract.secType, contract.exchange, contract.currency = symbol, "STK", "SMART", "USD"
    return contract


def order(action, quantity, kind, limit=None, stop=None, **more):
    made = Order()
    made.action, made.totalQuantity, made.orderType = action, quantity, kind
    if limit is not None:
        made.lmtPrice = limit
    if stop is not None:
        made.auxPrice = stop
    for name, value in more.items():
        setattr(made, name, value)
    return made


def main(port):
    app = Session()
    app.connect("127.0.0.1", port, 5)
    threading.Thread(target=app.run, daemon=True).start()
    app.until("ready")
    app.reqCurrentTime()
    app.reqContractDetails(1, share("AAA"))
    app.reqHistoricalData(2, share("AAA"), "20231230-05:00:00", "1 Y", "1 day", "TRADES", 1, 2, False, [])
    app.reqHistoricalData(3, share("AAA"), "20231230-05:00:00", "1 D", "1 min", "TRADES", 1, 2, False, [])
    app.reqHistoricalData(4, share("ZZZ"), "", "1 D", "1 min", "TRADES", 1, 2, False, [])
    app.reqMktData(5, share("AAA"), "", True, False, [])
    app.until("time", "contract 1", "bars 2", "bars 3", "error 4", "snapshot 5")
    first = app.first
    app.placeOrder(first, share("AAA"), order("BUY", 10, "MKT", orderRef="one", tif="DAY"))
    app.until(f"{first} Filled")
    app.placeOrder(first + 1, share("AAA"), order("BUY", 5, "LMT", 1.5, orderRef="two", tif="GTC"))
    app.until(f"{first + 1} Submitted")
    app.placeOrder(first + 1, share("AAA"), order("BUY", 6, "LMT", 1.25, orderRef="two", tif="GTC"))
    # A bracket: nothing is looked at before the last of the family.
    app.placeOrder(first + 2, share("AAA"), order("BUY", 3, "LMT", 500.0, orderRef="parent", transmit=False))
    app.placeOrder(first + 3, share("AAA"), order("SELL", 3, "LMT", 900.0, orderRef="target", parentId=first + 2,
                                                  ocaGroup="pair", ocaType=1, transmit=False))
    app.placeOrder(first + 4, share("AAA"), order("SELL", 3, "STP", stop=2.0, orderRef="stop", parentId=first + 2,
                                                  ocaGroup="pair", ocaType=1))
    app.until(f"{first + 2} Filled", f"{first + 3} Submitted", f"{first + 4} PreSubmitted")
    app.reqOpenOrders()
    app.until("orders")
    app.cancelOrder(first + 1)
    app.until(f"{first + 1} Cancelled")
    app.reqExecutions(7, ExecutionFilter())
    app.reqPositions()
    app.reqAccountSummary(8, "All", "TotalCashValue,NetLiquidation,BuyingPower")
    app.reqAccountUpdates(True, "")
    app.reqCompletedOrders(False)
    app.until("executions 7", "positions", "summary", "account", "completed")
    app.placeOrder(first, share("AAA"), order("BUY", 1, "MKT"))
    deadline = time.monotonic() + 10
    while not any(code == 103 for _, code, _ in app.heard["errors"]) and time.monotonic() < deadline:
        time.sleep(0.005)
    app.disconnect()
    print(json.dumps({"version": app.serverVersion_ if hasattr(app, "serverVersion_") else 0, "first": first, **app.heard}))


main(int(sys.argv[1]))
