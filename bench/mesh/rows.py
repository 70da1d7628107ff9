"""The path from publisher to taker, and recovery, beside bare C on the same libraries."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import harness
from harness import Row

PEERS = harness.BENCH / "mesh" / "peers"
MESSAGES = 1_000_000
LATENCY_MESSAGES = 3_000
WARM_UP = 50_000
RECORDED = 1_000_000


def folder():
    """A short path on a real disk: sockets' paths are limited, and transcripts shall be on disk."""
    harness.BUILT.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="m", dir=harness.BUILT))


def pair(first, second):
    """Runs two processes to their end; gives what they printed, together."""
    started = [subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
               for command in (first, second)]
    try:
        outputs = [process.communicate(timeout=120)[0] for process in started]
    finally:
        for process in started:
            process.kill()
    for command, process in zip((first, second), started):
        if process.returncode != 0:
            raise harness.BenchError(f"{command[1]} of {command[0]} ended with {process.returncode}")
    return harness.lines("".join(outputs))[0]


def ours(program, transport, mode, messages):
    place = folder()
    (place / "run").mkdir()
    relay = subprocess.Popen([str(program), "relay", str(place)])
    try:
        plan = [place, transport, mode, messages, WARM_UP]
        return pair([program, "subscriber", *plan], [program, "publisher", *plan])
    finally:
        relay.send_signal(signal.SIGTERM)
        relay.wait(10)
        shutil.rmtree(place)


def peer(program, transport, mode, messages):
    place = folder()
    try:
        data, acks = (f"ipc://{place}/data", f"ipc://{place}/acks")
        if transport == "tcp":
            data, acks = ("tcp://127.0.0.1:47311", "tcp://127.0.0.1:47312")
        plan = [data, acks, mode, messages, WARM_UP]
        return pair([program, "subscriber", *plan], [program, "publisher", *plan])
    finally:
        shutil.rmtree(place)


def programs():
    return harness.swift("bench-mesh"), harness.cc("pubsub", [PEERS / "pubsub.c"], "-lzmq")


def mesh(runs):
    mine, theirs = programs()
    rows = []
    for transport in ("ipc", "tcp"):
        row = Row(f"mesh {transport} throughput", "messages/s", "higher", 0.6, "bare libzmq in C")
        for our, their in harness.alternate(
            runs, lambda: ours(mine, transport, "count", MESSAGES), lambda: peer(theirs, transport, "count", MESSAGES)
        ):
            row.ours.append(our["per_second"])
            row.peer.append(their["per_second"])
        rows.append(row)
        p50 = Row(f"mesh {transport} latency p50", "µs", "lower", 1.5, "bare libzmq in C")
        p99 = Row(f"mesh {transport} latency p99", "µs", "lower", 1.5, "bare libzmq in C")
        for our, their in harness.alternate(
            runs, lambda: ours(mine, transport, "latency", LATENCY_MESSAGES),
            lambda: peer(theirs, transport, "latency", LATENCY_MESSAGES),
        ):
            for percentile, key in ((p50, "p50_us"), (p99, "p99_us")):
                percentile.ours.append(our[key])
                percentile.peer.append(their[key])
        rows += [p50, p99]
    return rows


def timed(command):
    """How long a process takes from its start to its end, in milliseconds."""
    start = time.monotonic()
    harness.call(command)
    return (time.monotonic() - start) * 1e3


def recovery(runs):
    mine = harness.swift("bench-mesh")
    theirs = harness.cc("recover", [PEERS / "recover.c"], "-lsodium", "-lzstd")
    name = f"recovery of {RECORDED:,} messages"
    whole = Row(name, "ms", "lower", 4, "C: read, decompress, check")
    snapshot = Row("recovery from a snapshot", "ms", "absolute", 100)
    crashed, orderly = folder(), folder()
    try:
        harness.call([mine, "record", crashed, RECORDED])
        harness.call([mine, "record", orderly, RECORDED, "orderly"])

        def recover(recorded, row):
            # A start writes into the folder: each has a copy of its own.
            copy = folder()
            try:
                shutil.copytree(recorded, copy, dirs_exist_ok=True)
                row.append(timed([mine, "recover", copy]))
            finally:
                shutil.rmtree(copy)

        segments = crashed / "state" / "averager" / "all"
        for _ in harness.alternate(
            runs, lambda: recover(crashed, whole.ours), lambda: whole.peer.append(timed([theirs, segments]))
        ):
            recover(orderly, snapshot.ours)
    finally:
        shutil.rmtree(crashed)
        shutil.rmtree(orderly)
    return [whole, snapshot]


IDLE_S = 10
KILLS = 20


class Supervised:
    """The mesh of compose/tradewind.yaml, brought up from bin/ in a folder of its own."""

    def __init__(self):
        self.place = folder()
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("TRADEWIND_")}
        self.settings = [
            f"state.folder={self.place}/state", f"mesh.folder={self.place}/run",
            f"historian.database={self.place}/history.sqlite",
            # Every kill is the first one: what is measured is a restart and not a crash loop.
            "supervisor.stable_after=1ms"]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        try:
            self.verb("down")
        finally:
            shutil.rmtree(self.place)

    def verb(self, *words):
        settings = [word for setting in self.settings for word in ("--set", setting)]
        return harness.call(
            [harness.ROOT / "bin/tradewind", *words, *settings], cwd=harness.ROOT, env=self.environment)

    def up(self):
        """Seconds until everything is ready."""
        start = time.monotonic()
        self.verb("up", "-d")
        return time.monotonic() - start

    def seen(self):
        return json.loads((self.place / "state/processes/seen.json").read_text())

    def pids(self):
        seen = self.seen()
        return [seen["supervisor"]["pid"]] + [each["pid"] for each in seen["processes"]]

    def until_over(self):
        """Waits until the replay of the feed is over, and the mesh is idle."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            processes = json.loads(self.verb("status", "--json"))["processes"]
            parts = next(each for each in processes if each["name"] == "historian-1")["instances"]
            if parts and all(part["counters"].get("over") == 1 for part in parts):
                return
            time.sleep(0.1)
        raise harness.BenchError("the replay does not end")

    def restart(self, name):
        """Seconds from the end of a process until another one in its place is ready."""
        process = lambda: next(each for each in self.seen()["processes"] if each["name"] == name)
        before = process()["pid"]
        start = time.monotonic()
        os.kill(before, signal.SIGKILL)
        while True:
            now = process()
            if now["phase"] == "ready" and now.get("pid") not in (None, before):
                return time.monotonic() - start
            if time.monotonic() - start > 20:
                raise harness.BenchError(f"{name} does not come back: {now}")
            time.sleep(0.001)


def resident(pid):
    """MB of memory that a process has in use, files that it maps included."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def supervised(runs):
    """The mesh as its supervisor runs it: what it costs idle, and how soon it is there, and there again."""
    up = Row("mesh up until all services are ready", "s", "absolute", 2)
    memory = Row("mesh of all services, idle: memory", "MB", "absolute", 150)
    processor = Row("mesh of all services, idle: processor", "% of a core", "absolute", 2)
    p50 = Row("restart of a killed service until ready, p50", "s", "absolute", 0.3)
    p99 = Row("restart of a killed service until ready, p99", "s", "absolute", 1)
    for _ in range(max(runs, harness.RUNS_MIN)):
        with Supervised() as mesh:
            up.ours.append(mesh.up())
            mesh.until_over()
            pids = mesh.pids()
            before = sum(map(processor_seconds, pids))
            time.sleep(IDLE_S)
            processor.ours.append((sum(map(processor_seconds, pids)) - before) / IDLE_S * 100)
            memory.ours.append(sum(map(resident, pids)))
            names = ["historian-1", "relay-1", "feed-1"]
            times = sorted(mesh.restart(names[at % len(names)]) for at in range(KILLS))
            p50.ours.append(statistics.median(times))
            # Of so few the slowest.
            p99.ours.append(times[-1])
    return [up, memory, processor, p50, p99]


BENCHES = {"mesh": mesh, "recovery": recovery, "mesh-supervised": supervised}
