"""A live minute of 500 symbols: from the socket of a provider, here a stand-in of Alpaca, through the gatekeeper to who
has subscribed to the feed."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import harness
from harness import Row

sys.path[:0] = [str(harness.ROOT / "Tests" / "StandIns"), str(harness.ROOT / "Tests" / "System")]

import zmq  # noqa: E402
from stream import AlpacaLive, Client, LiveDay  # noqa: E402

SYMBOLS = [f"S{number:03}" for number in range(500)]
WARM_UP, MINUTES = 20, 120
# So many bars in a frame.
PIECE = 50


def frames(day, minute):
    bars = [{"T": "b", "S": symbol, **day.bar(symbol, minute)} for symbol in SYMBOLS]
    letters = Client(None, None, packed=False).letters
    return [Client.framed(1, letters(bars[at:at + PIECE])) for at in range(0, len(bars), PIECE)]


def memory(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise harness.BenchError("the feed has ended")


def wait(condition, what):
    deadline = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline:
            raise harness.BenchError(f"after 30 s still not: {what}")
        time.sleep(0.005)


class Steps:
    """When each instant had been published, as a subscriber sees it: a step leaves behind all that it closes."""

    def __init__(self, address):
        self.times, self.over, self.heard = [], False, 0
        self.thread = threading.Thread(target=self.listen, args=(address,), daemon=True)
        self.thread.start()

    def listen(self, address):
        with zmq.Socket(zmq.SUB, connect=address, subscribe=b"market/") as socket:
            while not self.over:
                frame = socket.receive()
                if frame is None:
                    continue
                self.heard += len(frame)
                # The topic of the step, which is no bundle.
                if frame == b"market/step/feed.1":
                    self.times.append(time.perf_counter())


def run(programs):
    place = Path(tempfile.mkdtemp(prefix="l", dir=harness.BUILT))
    day = LiveDay(SYMBOLS)
    batches = [frames(day, minute) for minute in range(WARM_UP + MINUTES)]
    started = []
    with AlpacaLive(day) as server:
        settings = {
            "mesh.folder": place / "run", "state.folder": place / "state", "feed.source": "stream",
            "feed.symbols": ",".join(SYMBOLS), "feed.span": "1m", "providers.alpaca.url": server.url,
            "providers.alpaca.stream_url": server.socket_url, "feed.grace": "5s",
            "providers.actions": "alpaca", "providers.alpaca.per_minute": 0}
        words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TRADEWIND_")}
        environment.update({"TRADEWIND_PROVIDERS_ALPACA_KEY": server.key,
                            "TRADEWIND_PROVIDERS_ALPACA_SECRET": server.secret, "NO_PROXY": "*"})
        try:
            for name in ("relay", "feed"):
                started.append(subprocess.Popen([programs[name], *words], cwd=place, env=environment,
                                                stderr=subprocess.DEVNULL))
            wait(lambda: server.listening, "the feed is subscribed")
            steps = Steps(f"ipc://{place}/run/feed.1.market")
            # Beats come by the same address: the subscription stands.
            client = server.listening[0]
            spans = []
            for minute, batch in enumerate(batches):
                begun = []

                def send():
                    begun.append(time.perf_counter())
                    for frame in batch:
                        client.writer.write(frame)

                known = len(steps.times)
                server.loop.call_soon_threadsafe(send)
                if minute < WARM_UP:
                    # A subscription takes a moment to stand; until then steps may be missed.
                    deadline = time.monotonic() + 0.1
                    while len(steps.times) == known and time.monotonic() < deadline:
                        time.sleep(0.001)
                    continue
                wait(lambda: len(steps.times) > known, f"minute {minute} is published")
                spans.append((steps.times[known] - begun[0]) * 1000)
            used = memory(started[1].pid)
            steps.over = True
            steps.thread.join(5)
            return spans, used
        finally:
            for process in started:
                process.kill()
                process.wait(10)
            shutil.rmtree(place, ignore_errors=True)


def live(runs):
    programs = {name: str(harness.swift(name)) for name in ("relay", "feed")}
    harness.BUILT.mkdir(parents=True, exist_ok=True)
    rows = [
        Row("live minute of 500 symbols, socket to published, p99", "ms", "absolute", 20),
        Row("live minute of 500 symbols, median", "ms", "absolute", 20),
        Row("memory of a live feed of 500 symbols", "MB", "absolute", 40),
    ]
    for _ in range(max(runs, harness.RUNS_MIN)):
        spans, used = run(programs)
        rows[0].ours.append(statistics.quantiles(spans, n=100)[98])
        rows[1].ours.append(statistics.median(spans))
        rows[2].ours.append(used)
    return rows


BENCHES = {"live": live}
