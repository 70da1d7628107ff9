"""A market that is known: the same bars, splits and dividends each time, from which all stand-ins answer."""

import datetime
import functools
import random

import exchange_calendars

UTC = datetime.timezone.utc


@functools.cache
def calendar():
    return exchange_calendars.get_calendar("XNYS", start="2009-01-02", end="2026-12-31")


@functools.cache
def sessions(first, last):
    """(date, open, close) of each session; the times are seconds since 1970."""
    schedule = calendar().schedule.loc[first:last]
    return [(day.date(), int(row["open"].timestamp()), int(row["close"].timestamp()))
            for day, row in schedule.iterrows()]


class Source:
    """Bars by symbol, raw and in whole cents, so that every wire can say them exactly."""

    def __init__(self, symbols, first, last, split=True):
        self.symbols = list(symbols)
        self.days, self.splits, self.dividends = {}, {}, {}
        # Who tells what was earned when: symbol, date, estimate, hour.
        self.earnings = []
        for symbol in self.symbols:
            chance = random.Random(symbol)
            rows, cents = [], chance.randrange(40_00, 160_00)
            dates = sessions(first, last)
            splits = {dates[len(dates) // 2][0]: (4, 1)} if split else {}
            dividends = {}
            for number, (date, opened, closed) in enumerate(dates):
                if date in splits:
                    cents = cents * splits[date][1] // splits[date][0]
                if number % 63 == 40:
                    dividends[date] = 24
                start = max(500, cents + chance.randrange(-cents // 60, cents // 60 + 1))
                end = max(500, start + chance.randrange(-start // 50, start // 50 + 2))
                high = max(start, end) + chance.randrange(0, 60)
                low = max(1, min(start, end) - chance.randrange(0, 60))
                # Divisible by four, so that it is whole after a split, too.
                volume = 4 * chance.randrange(50_000, 5_000_000)
                rows.append({"date": date, "open_at": opened, "close_at": closed, "o": start, "h": high, "l": low,
                             "c": end, "v": volume})
                cents = end
            self.days[symbol], self.splits[symbol], self.dividends[symbol] = rows, splits, dividends

    def daily(self, symbol, first=None, last=None):
        return [row for row in self.days.get(symbol, ())
                if (first is None or row["date"] >= first) and (last is None or row["date"] <= last)]

    def ratio_after(self, symbol, date):
        """What one share of that day became."""
        after = 1
        for day, (to, of) in self.splits.get(symbol, {}).items():
            if day > date:
                after = after * to // of
        return after

    def minutes(self, symbol, minutes, first, last):
        """Bars within the day, made from the day's: a walk from its open to its close."""
        rows = []
        for day in self.daily(symbol, first, last):
            count = (day["close_at"] - day["open_at"]) // (60 * minutes)
            chance = random.Random(f"{symbol} {day['date']} {minutes}")
            price = day["o"]
            for number in range(count):
                end = max(100, price + chance.randrange(-15, 16))
                rows.append({"date": day["date"], "open_at": day["open_at"] + 60 * minutes * number, "o": price,
                             "h": max(price, end) + chance.randrange(0, 5), "l": min(price, end) - chance.randrange(0, 5),
                             "c": end, "v": 4 * chance.randrange(1, 9000)})
                price = end
        return rows

    def ticks(self, symbol, date):
        """Trades and quotes of a session: (nanoseconds, cents, shares, number) and (nanoseconds, bid, shares, ask, shares)."""
        trades, quotes = [], []
        for day in self.daily(symbol, date, date):
            chance = random.Random(f"{symbol} {date} ticks")
            at, price = day["open_at"] * 10**9, day["o"]
            while (at := at + chance.randrange(1, 40 * 10**9)) < day["close_at"] * 10**9:
                price = max(100, price + chance.randrange(-3, 4))
                quotes.append((at, price - 1, 100 * chance.randrange(1, 9), price + 1, 100 * chance.randrange(1, 9)))
                trades.append((at + 500, price, chance.randrange(1, 900), len(trades) + 1))
        return trades, quotes

    def table(self, symbol, first=None, last=None):
        """What a fetch of days must come to: (date, open, high, low, close, volume) in texts."""
        return [(str(row["date"]), *(dollars(row[key]) for key in "ohlc"), str(row["v"]))
                for row in self.daily(symbol, first, last)]


def dollars(cents):
    """Cents as the shortest decimal text with at least one digit behind the point."""
    text = f"{cents // 100}.{cents % 100:02}"
    return text[:-1] if text.endswith("0") else text
