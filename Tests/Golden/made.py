"""Bars that no sample has: sessions of five minutes around a holiday, a half day and a change of the clocks, and days on
which a short position is lost. Invented, and the same every time; written anew before the golden backtests run.
"""

import datetime
import pathlib

FOLDER = pathlib.Path(__file__).parents[2] / ".build" / "golden"
HEADING = "symbol,time,open,high,low,close,volume\n"


def numbers(seed):
    """A generator of whole numbers of 24 bits that is the same in every version of Python."""
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield seed >> 40


def cents(amount):
    return f"{amount // 100}.{amount % 100:02}"


def sessions(symbol, seed, days):
    """Bars of five minutes that swing about a level: days are (date, first minute, last minute) in UTC."""
    random = numbers(seed)
    close = 5_000 + next(random) % 5_000
    level = close
    for date, begin, end in days:
        midnight = datetime.datetime.fromisoformat(date)
        for minute in range(begin, end, 5):
            open_ = close + next(random) % 3 - 1
            close = open_ + next(random) % 61 - 30 + (level - open_) // 12
            # Now and then a lurch, which a strategy of reversion waits for.
            if next(random) % 23 == 0:
                close += (next(random) % 2 * 2 - 1) * 120
            high, low = max(open_, close) + next(random) % 9, min(open_, close) - next(random) % 9
            time = midnight + datetime.timedelta(minutes=minute)
            yield (f"{symbol},{time:%Y-%m-%dT%H:%M:%SZ},{cents(open_)},{cents(high)},{cents(low)},{cents(close)},"
                   f"{next(random) % 5_000 + 1_000}\n")


def squeeze():
    """A price that falls for forty days, so that a crossover goes short, and then more than doubles in one."""
    close = 10_000
    date = datetime.date(2015, 1, 5)
    day = 0
    while day < 80:
        if date.weekday() < 5 and date not in (datetime.date(2015, 1, 19), datetime.date(2015, 2, 16),
                                               datetime.date(2015, 4, 3)):
            open_ = close
            close += 20 if day < 12 else -90 if day < 40 else 9_000 if day == 40 else -50
            yield (f"SQZ,{date},{cents(open_)},{cents(max(open_, close) + 15)},{cents(min(open_, close) - 15)},"
                   f"{cents(close)},100000\n")
            day += 1
        date += datetime.timedelta(days=1)


def write():
    # In New York 09:30 is 14:30 UTC in winter and 13:30 in summer; a half day ends at 13:00.
    winter, summer, half = (870, 1260), (810, 1200), (870, 1080)
    holiday = [(f"2013-11-{day}", *winter) for day in (25, 26, 27)] + [
        ("2013-11-29", *half), ("2013-12-02", *winter), ("2013-12-03", *winter)]
    clocks = [(f"2014-03-{day:02}", *winter) for day in (5, 6, 7)] + [
        (f"2014-03-{day}", *summer) for day in (10, 11, 12)]
    files = {
        "holiday-a.csv": sessions("AAA", 1, holiday), "holiday-b.csv": sessions("BBB", 2, holiday),
        "clocks.csv": sessions("CCC", 3, clocks), "squeeze.csv": squeeze(),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        (FOLDER / name).write_text(HEADING + "".join(lines))


if __name__ == "__main__":
    write()
