"""The calendar of Tradewind against exchange_calendars, on every day from 1990 to 2035.

Run with: python -m pytest Tests/Reference/test_calendar.py
TRADEWIND names the command to test; without it, bin/tradewind of this checkout is taken.
"""

import csv
import datetime
import os
import pathlib
import subprocess

import exchange_calendars

FIRST = datetime.date(1990, 1, 1)
LAST = datetime.date(2035, 12, 31)
TRADEWIND = os.environ.get("TRADEWIND", pathlib.Path(__file__).parents[2] / "bin" / "tradewind")


def ours():
    command = [TRADEWIND, "calendar", "XNYS", "--from", f"{FIRST}", "--to", f"{LAST}", "--csv"]
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    rows = list(csv.DictReader(output.splitlines()))
    sessions = {row["date"]: (moment(row["open_utc"]), moment(row["close_utc"])) for row in rows}
    assert len(sessions) == len(rows), "a date is printed twice"
    assert [row["date"] for row in rows] == sorted(sessions), "the dates are not in order"
    return sessions


def theirs():
    calendar = exchange_calendars.get_calendar("XNYS", start=f"{FIRST}", end=f"{LAST}")
    return {
        f"{session.date()}": (row.open.to_pydatetime(), row.close.to_pydatetime())
        for session, row in calendar.schedule.iterrows()
    }


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_every_day_is_the_same():
    mine, reference = ours(), theirs()
    assert len(reference) > 11_000, "the reference does not reach from 1990 to 2035"
    days = [f"{FIRST + datetime.timedelta(days)}" for days in range((LAST - FIRST).days + 1)]
    assert set(mine) <= set(days), "a session lies outside the days asked for"
    different = [
        f"{day}: {mine.get(day)}, where {reference.get(day)} is right"
        for day in days
        if mine.get(day) != reference.get(day)
    ]
    assert not different, "\n".join(different)
