"""ib_async, unchanged: a session with a gateway at the port that is given; prints what it heard as JSON."""

import json
import sys

from ib_async import IB, LimitOrder, MarketOrder, Stock, StopOrder


def until(ib, holds):
    for _ in range(2000):
        if holds():
            return
        ib.sleep(0.005)
    raise SystemExit("waited in vain")


def main(port):
    ib = IB()
    ib.connect("127.0.0.1", port, clientId=6, timeout=10)
    errors = []
    ib.errorEvent += lambda about, code, text, contract: errors.append([about, code])
    share = Stock("AAA", "SMART", "USD")
    heard = {"version": ib.client.serverVersion(), "accounts": ib.managedAccounts()}
    ib.qualifyContracts(share)
    heard["contract"] = [share.conId, share.primaryExchange]
    bars = ib.reqHistoricalData(share, "20231230-05:00:00", "1 Y", "1 day", "TRADES", True, 2)
    heard["bars"] = [[str(bar.date), bar.open, bar.high, bar.low, bar.close, bar.volume] for bar in bars]
    minutes = ib.reqHistoricalData(share, "20231230-05:00:00", "1 D", "1 min", "TRADES", True, 2)
    heard["minutes"] = [[bar.date.timestamp(), bar.open, bar.close, bar.volume] for bar in minutes]
    [ticker] = ib.reqTickers(share)
    heard["quote"] = [ticker.bid, ticker.ask, ticker.last]
    bought = ib.placeOrder(share, MarketOrder("BUY", 10, orderRef="one", tif="DAY"))
    until(ib, bought.isDone)
    heard["bought"] = [bought.orderStatus.status, bought.filled(), len(bought.fills), bought.order.permId]
    working = ib.placeOrder(share, LimitOrder("BUY", 5, 1.5, orderRef="two", tif="GTC"))
    until(ib, lambda: working.orderStatus.status == "Submitted")
    working.order.lmtPrice = 1.25
    ib.placeOrder(share, working.order)
    ib.sleep(0.1)
    heard["working"] = [[trade.order.orderRef, trade.order.lmtPrice, trade.orderStatus.status] for trade in ib.openTrades()]
    ib.cancelOrder(working.order)
    until(ib, working.isDone)
    heard["cancelled"] = working.orderStatus.status
    parent, target, stop = ib.bracketOrder("BUY", 3, 500.0, 900.0, 2.0)
    trades = [ib.placeOrder(share, order) for order in (parent, target, stop)]
    until(ib, lambda: trades[0].isDone() and trades[1].orderStatus.status == "Submitted")
    heard["bracket"] = [trade.orderStatus.status for trade in trades]
    closing = ib.placeOrder(share, StopOrder("SELL", 1, 1.0, orderRef="far"))
    until(ib, lambda: closing.orderStatus.status == "PreSubmitted")
    ib.reqPositions()
    heard["positions"] = [[p.contract.symbol, p.position] for p in ib.positions()]
    heard["executions"] = [[f.execution.execId, f.execution.orderRef, f.execution.shares] for f in ib.reqExecutions()]
    heard["completed"] = [[t.order.orderRef, t.order.permId, float(t.order.filledQuantity), t.orderStatus.status,
                           t.contract.symbol] for t in ib.reqCompletedOrders(False)]
    heard["cash"] = [v.value for v in ib.accountSummary() if v.tag == "TotalCashValue"]
    heard["errors"] = errors
    ib.disconnect()
    print(json.dumps(heard))


main(int(sys.argv[1]))
