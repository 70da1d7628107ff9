"""The path from publisher to taker, and recovery, beside bare C on the same libraries."""

import shutil
import signal
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


BENCHES = {"mesh": mesh, "recovery": recovery}
