#!/usr/bin/env python3
"""Asks the historian of a running mesh for bars, in pages: for a notebook, or for a strategy that warms up.

    pip install pyzmq protobuf                     # and Debian's protobuf-compiler for protoc
    examples/history.py AAPL --span 1m --folder state/run > bars.csv

In a notebook:

    from history import History
    bars = History("state/run").bars("AAPL", "1m")             # opened_at in ns; prices as Decimal

A question goes to the part of the historian that the symbol belongs to, by the relay, as docs/mesh.md says. It has a
deadline, is asked again under the same id while no answer comes, and a page says whether there are more.
"""

import argparse
import collections
import csv
import decimal
import os
import sys
import time

import zmq

from strategy import messages

UNITS = {"s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86_400 * 10**9}
FOREVER = 2**63 - 1
Bar = collections.namedtuple("Bar", "opened_at open high low close volume trades")


class HistoryError(Exception):
    """The historian is not there, or says why it cannot answer."""


def part_of(key, count):
    """The part that a key belongs to: FNV-1a of 64 bits, the upper half folded into the lower one."""
    value = 0xCBF29CE484222325
    for byte in key.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return (value ^ value >> 32) % count + 1


class History:
    """Questions to the historian of the mesh whose sockets lie in a folder."""

    def __init__(self, folder, patience=10):
        self.pb = messages()
        self.patience = patience
        self.name = f"history-{os.getpid()}"
        self.started = time.time_ns()
        context = zmq.Context.instance()
        self.control = context.socket(zmq.PUB)
        self.control.connect(f"ipc://{folder}/relay.in")
        self.heard = context.socket(zmq.SUB)
        self.heard.connect(f"ipc://{folder}/relay.out")
        self.heard.subscribe("control/beat/historian.")
        self.number = 0
        self.parts = None

    def close(self):
        self.control.close(0)
        self.heard.close(0)

    def bars(self, symbol, span, begin=0, end=FOREVER, page=1000):
        """All bars that open at `begin` or later and before `end`, in ns since 1970 UTC, oldest first."""
        span = int(span[:-1]) * UNITS[span[-1]] if isinstance(span, str) else span
        found = []
        while True:
            answer = self.ask(symbol, span, begin, end, page)
            for bar in answer.bars:
                prices = (decimal.Decimal(units).scaleb(-6) for units in (bar.open, bar.high, bar.low, bar.close))
                found.append(Bar(bar.opened_at, *prices, decimal.Decimal(bar.volume).scaleb(-3), bar.trades))
            if not answer.more:
                return found
            begin = answer.bars[-1].opened_at + 1

    def ask(self, symbol, span, begin, end, page):
        """One page; the same question is asked again until it is answered."""
        deadline = time.monotonic() + self.patience
        if self.parts is None:
            beat = self.listen(deadline, lambda envelope: envelope.WhichOneof("body") == "beat" and envelope.beat.parts)
            if beat is None:
                raise HistoryError("no historian is heard; is this the folder of a mesh's sockets?")
            self.parts = beat.beat.parts
        to = f"historian.{part_of(symbol, self.parts)}"
        self.heard.subscribe(f"control/answer/{to}/{self.name}")
        self.number += 1
        question = f"{self.name}:{self.started}:{self.number}"
        while time.monotonic() < deadline:
            topic = f"control/ask/{to}/{self.name}"
            envelope = self.pb.Envelope(topic=topic, number=self.number, epoch=self.started, sent_at=time.time_ns(),
                                        sender=self.name)
            envelope.ask.id, envelope.ask.deadline = question, time.time_ns() + self.patience * 10**9
            history = envelope.ask.history
            history.symbol, history.span, history.to, history.limit = symbol, span, end, page
            setattr(history, "from", begin)
            self.control.send_multipart([topic.encode(), envelope.SerializeToString()])
            given = self.listen(
                min(deadline, time.monotonic() + 0.3),
                lambda envelope: envelope.WhichOneof("body") == "answer" and envelope.answer.id == question)
            if given is not None:
                if given.answer.error:
                    raise HistoryError(given.answer.error)
                return given.answer
        raise HistoryError(f"{to} did not answer within {self.patience} s")

    def listen(self, deadline, wanted):
        """The first envelope that is wanted, or nothing by the deadline."""
        while time.monotonic() < deadline:
            if not self.heard.poll(max(1, int((deadline - time.monotonic()) * 1000))):
                break
            envelope = self.pb.Envelope()
            envelope.ParseFromString(self.heard.recv_multipart()[1])
            if wanted(envelope):
                return envelope
        return None


def main():
    parser = argparse.ArgumentParser(description="Bars that the historian of a running mesh has, as CSV.")
    parser.add_argument("symbol")
    parser.add_argument("--folder", default="state/run", help="the mesh's sockets: mesh.folder")
    parser.add_argument("--span", default="1m", help="the length of a bar: 1m, 1h, 1d")
    parser.add_argument("--page", type=int, default=1000, help="bars in an answer, at most 1,000")
    arguments = parser.parse_args()
    history = History(arguments.folder)
    try:
        bars = history.bars(arguments.symbol, arguments.span, page=arguments.page)
    except HistoryError as error:
        sys.exit(f"history.py: {error}")
    finally:
        history.close()
    writer = csv.writer(sys.stdout)
    writer.writerow(Bar._fields)
    writer.writerows(bars)


if __name__ == "__main__":
    main()
