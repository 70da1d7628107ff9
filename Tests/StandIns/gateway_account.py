"""The account behind the stand-in of a gateway: orders, executions, positions and cash, at prices that a test sets."""

import datetime
import zoneinfo

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


class Execution:
    def __init__(self, account, order, quantity, price):
        self.order, self.quantity, self.price = order, quantity, price
        account.executions_made += 1
        self.id = f"0000e0d5.{account.executions_made:08x}.01.01"
        self.time = account.gateway.now()
        self.total, self.account = order.filled, account

    def told(self, request):
        o = self.order
        time = datetime.datetime.fromtimestamp(self.time, NEW_YORK).strftime("%Y%m%d %H:%M:%S US/Eastern")
        return [11, request, o.id, *o.contract(), self.id, time, self.account.name, "NASDAQ",
                "BOT" if o.side == "BUY" else "SLD", number(self.quantity), self.price, o.permanent, o.client, 0,
                number(self.total), o.average, o.reference, "", "", "", 2, *([False] if self.account.gateway.version >= 178 else [])]

    def cost(self):
        return [59, 1, self.id, self.account.fee, "USD", "1.7976931348623157E308", "1.7976931348623157E308", ""]


def number(value):
    return int(value) if value == int(value) else value


class Order:
    """What a client has placed, read from the fields of its message."""

    def __init__(self, account, client, f):
        self.account, self.client = account, client
        self.status, self.filled, self.average = "PendingSubmit", 0, 0.0
        self.ended, self.is_past, self.was_refused = None, False, False
        account.permanent += 1
        self.permanent = account.permanent
        self.executions = []
        self.read(f)

    def read(self, f):
        self.id, self.symbol = int(f[1]), f[3]
        self.side, self.quantity, self.kind = f[16], float(f[17]), f[18]
        self.limit = float(f[19]) if f[19] else None
        self.auxiliary = float(f[20]) if f[20] else None
        self.time, self.group, self.reference = f[21], f[22], f[26]
        self.transmit, self.parent = f[27] == "1", int(f[28] or 0)

    @property
    def rest(self):
        return self.quantity - self.filled

    @property
    def works(self):
        return self.status in ("PreSubmitted", "Submitted", "PendingSubmit", "PendingCancel")

    def contract(self):
        return [self.account.gateway.number(self.symbol), self.symbol, "STK", "", 0, "", "", "SMART", "USD", self.symbol, "NMS"]

    def status_told(self):
        return [3, self.id, self.status, number(self.filled), number(self.rest), self.average, self.permanent, self.parent,
                self.executions[-1].price if self.executions else 0, self.client, "", 0]

    def told(self, version):
        """The longest message there is. TWS says `None` where no delta is neutral, and eight fields more."""
        unset = "1.7976931348623157E308"
        return [
            5, self.id, *self.contract(), self.side, number(self.quantity), self.kind,
            self.limit if self.limit is not None else 0.0, self.auxiliary if self.auxiliary is not None else 0.0, self.time,
            self.group, self.account.name, "", 0, self.reference, self.client, self.permanent, 0, 0, 0, "", "", "", "", "",
            *([""] if version < 177 else []), "", "", "", "", "", 0, "", -1, 0, "", "", "", "", "", 0, 0, 0, 0, "",
            3 if self.group else 0, 0, 0, "", self.parent, 0, "", 0, "None", "", 0, "", "", "", "?", 0, 0, "",
            0, 0, unset, "", "", "", "", 0, 0, 0, "", "", "", "", 0, "", "", 0, 0, "", 0, 0, self.status,
            *[unset] * 9, "", "", "", "", "", 0, 0, 0, "None", unset, unset, unset, unset, unset, unset, 0, "", "", "", "",
            0, 0, 0, 0, *([""] if version >= 159 else []), *([""] if version >= 160 else []),
            *([0] if version >= 162 else []), *([""] * 5 if version >= 170 else [])]


    def end_told(self, version):
        """As it is told once it has ended: by the broker's number and the house's reference, and by no number of a session."""
        unset = "1.7976931348623157E308"
        time = datetime.datetime.fromtimestamp(self.ended, NEW_YORK).strftime("%Y%m%d %H:%M:%S US/Eastern")
        return [
            101, *self.contract(), self.side, number(self.quantity), self.kind, self.limit if self.limit is not None else 0.0,
            self.auxiliary if self.auxiliary is not None else 0.0, self.time, self.group, self.account.name, "", 0,
            self.reference, self.permanent, 0, 0, 0, "", "", "", "", *([""] if version < 177 else []), "", "", "", "", "", 0, "",
            -1, "", "", "", "", "", 0, 0, 0, "", 3 if self.group else 0, 0, "", 0, "None", "", 0, 0, 0, "", 0, 0, "", "", "",
            0, 0, 0, "", "", "", "", "", "", 0, 0, "", 0, self.status, 0, 0, 0, unset, unset, "", 0, 0, "", number(self.filled),
            0, 0, "", 0, 0, self.parent_permanent(), time,
            f"Filled Size: {number(self.filled)}" if self.status == "Filled" else "Cancelled by Trader",
            *([""] * 5 if version >= 170 else [])]

    def parent_permanent(self):
        return next((o.permanent for o in self.account.orders if o.id == self.parent and o.client == self.client), 0)


class Account:
    """Trades market orders at once, limits and stops as prices come. `harm` is told by the number of the order: `reject`,
    `reject after accept`, `lost` (it never came, and the line breaks), `unknown` (it came, and the line breaks), `cut` (the
    line breaks within the answer), `silent` (nothing is told), `haste` (it came, and the gateway complains of too many messages),
    `duplicates` (each execution twice), `used` (its id is said to be used)."""

    def __init__(self, gateway, harm=None):
        self.gateway, self.harm = gateway, dict(harm or {})
        self.name, self.cash, self.fee = "DU100", 1_000_000.0, 1.0
        self.orders, self.executions, self.positions = [], [], {}
        self.permanent, self.executions_made, self.placed = 900_000, 0, 0
        self.last_id = {}
        self.is_open = True
        # How many shares trade at once; all where it is nothing.
        self.chunk = None

    def next_id(self, client):
        return self.last_id.get(client, 0) + 1

    def open(self, client):
        return [order for order in self.orders if order.works and client in (None, order.client)]

    def completed(self):
        return [order for order in self.orders if order.ended is not None and not order.is_past]

    def executed(self, since):
        if not since:
            return list(self.executions)
        moment = datetime.datetime.strptime(since.replace("  ", " ").replace(" ", "-"), "%Y%m%d-%H:%M:%S")
        start = moment.replace(tzinfo=datetime.timezone.utc).timestamp()
        return [execution for execution in self.executions if execution.time >= start]

    def figures(self):
        worth = sum(quantity * self.gateway.prices[symbol][2] for symbol, (quantity, _) in self.positions.items())
        return {"TotalCashValue": round(self.cash, 2), "NetLiquidation": round(self.cash + worth, 2),
                "BuyingPower": round(max(0, 2 * (self.cash + worth)), 2), "AccountType": "INDIVIDUAL"}

    def tell(self, order):
        """Whoever placed it hears how it stands."""
        for talk in self.gateway.talks:
            if talk.client == order.client and not self.gateway.is_mute:
                talk.say(*order.told(talk.version))
                talk.say(*order.status_told())

    def place(self, talk, f):
        from gateway import Cut
        known = next((o for o in self.orders if o.client == talk.client and o.id == int(f[1])), None)
        if known and known.works:
            return self.change(talk, known, f)
        self.placed += 1
        harm = self.harm.get(self.placed)
        number = int(f[1])
        if harm == "used" or known or number <= self.last_id.get(talk.client, 0):
            return talk.error(number, 103, "Duplicate order id")
        if harm == "lost":
            raise Cut("")
        self.last_id[talk.client] = number
        if f[3] not in self.gateway.prices:
            return talk.error(number, 200, "No security definition has been found for the request")
        order = Order(self, talk.client, f)
        order.harm = harm
        if harm == "reject":
            order.status = "Inactive"
            return talk.error(number, 201, "Order rejected - reason:The exchange is closed.")
        self.orders.append(order)
        order.status = "PreSubmitted"
        if harm == "cut":
            talk.say(*order.told(talk.version), part=0.5)
        elif harm == "haste":
            talk.error(-1, 100, "Max rate of messages per second has been exceeded:max=50 rec=51 (1)")
        elif harm not in ("unknown", "silent"):
            self.tell(order)
        if order.transmit:
            family = order.parent or order.id
            for held in self.orders:
                if held.client == order.client and family in (held.id, held.parent):
                    held.transmit = True
            for symbol in {held.symbol for held in self.orders if held.transmit}:
                self.trade(symbol, is_quiet=harm in ("unknown", "silent", "cut", "haste"))
        if harm in ("unknown", "cut"):
            raise Cut("")
        if harm == "reject after accept" and order.works:
            order.status, order.was_refused = "Inactive", True
            talk.error(number, 201, "Order rejected - reason:Margin is not enough.")
            self.tell(order)

    def change(self, talk, order, f):
        old = order.quantity
        order.read(f)
        if order.quantity <= order.filled:
            order.quantity = old
            return talk.error(order.id, 104, "Cannot modify a filled order.")
        self.tell(order)
        self.trade(order.symbol)

    def cancel(self, talk, number):
        order = next((o for o in self.orders if o.client == talk.client and o.id == number), None)
        if not order:
            return talk.error(number, 10147, f"OrderId {number} that needs to be cancelled is not found.")
        if not order.works:
            return talk.error(number, 10148, f"OrderId {number} that needs to be cancelled cannot be cancelled, state: {order.status}.")
        self.end(order, "Cancelled")
        talk.error(number, 202, "Order Canceled - reason:")

    def end(self, order, status):
        order.status, order.ended = status, self.gateway.now()
        self.tell(order)
        for child in self.orders:
            if child.works and child.parent == order.id and child.client == order.client and order.filled == 0:
                self.end(child, "Cancelled")

    # Trading

    def trade(self, symbol, is_quiet=False):
        if not self.is_open:
            return
        for order in list(self.orders):
            if order.symbol == symbol and order.works and order.transmit and self.is_active(order):
                price = self.price_of(order)
                if price is not None:
                    self.fill(order, price, is_quiet)
                elif order.status == "PreSubmitted" and order.kind in ("LMT", "MKT"):
                    order.status = "Submitted"
                    if not is_quiet:
                        self.tell(order)
                if order.works and order.time in ("IOC", "FOK"):
                    self.end(order, "Cancelled")

    def is_active(self, order):
        parent = next((o for o in self.orders if o.id == order.parent and o.client == order.client), None)
        return parent is None or parent.status == "Filled"

    def price_of(self, order):
        bid, ask, last = self.gateway.prices[order.symbol]
        buys = order.side == "BUY"
        price = ask if buys else bid
        if order.kind in ("STP", "STP LMT"):
            if order.auxiliary is None or (last < order.auxiliary if buys else last > order.auxiliary):
                return None
        if order.kind in ("LMT", "STP LMT") and (price > order.limit if buys else price < order.limit):
            return None
        return None if order.kind in ("MOC", "LOC") else round(price, 4)

    def fill(self, order, price, is_quiet=False):
        quantity = min(order.rest, self.chunk or order.rest)
        sign = 1 if order.side == "BUY" else -1
        order.average = (order.average * order.filled + price * quantity) / (order.filled + quantity)
        order.filled += quantity
        execution = Execution(self, order, quantity, price)
        order.executions.append(execution)
        self.executions.append(execution)
        held, cost = self.positions.get(order.symbol, (0, 0.0))
        after = held + sign * quantity
        if held * sign >= 0:
            cost = (held * cost + sign * quantity * price) / after
        elif after * held < 0:
            cost = price
        if after:
            self.positions[order.symbol] = (number(after), cost)
        else:
            self.positions.pop(order.symbol, None)
        self.cash -= sign * quantity * price + self.fee
        order.status = "Filled" if order.rest <= 0 else "Submitted"
        order.ended = self.gateway.now() if order.rest <= 0 else None
        if not is_quiet and not self.gateway.is_mute:
            for talk in self.gateway.talks:
                if talk.client == order.client:
                    for _ in range(2 if getattr(order, "harm", None) == "duplicates" else 1):
                        talk.say(*execution.told(-1))
                        talk.say(*execution.cost())
            self.tell(order)
        if order.status == "Filled":
            self.after(order, is_quiet)

    def after(self, order, is_quiet):
        """Of a group the others end; a parent's children begin."""
        for other in self.orders:
            if other is not order and other.works and order.group and other.group == order.group:
                self.end(other, "Cancelled")
        if any(child.parent == order.id and child.works and child.client == order.client for child in self.orders):
            self.trade(order.symbol, is_quiet)

    def by_hand(self, symbol, quantity):
        """A person trades beside the machine."""
        held, cost = self.positions.get(symbol, (0, 0.0))
        price = self.gateway.prices[symbol][2]
        self.cash -= quantity * price
        self.positions[symbol] = (held + quantity, cost or price)

    def new_day(self):
        """What has ended is told of no longer, and orders of the day end."""
        for order in self.orders:
            if order.works and order.time == "DAY":
                self.end(order, "Cancelled")
            if order.ended is not None:
                order.is_past = True
        self.executions = []
