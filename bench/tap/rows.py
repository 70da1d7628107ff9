"""What taps cost the publisher, and how fast a tap reads a transcript."""

import json
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import harness
from harness import Row

PEERS = harness.BENCH / "tap" / "peers"
TAPS = 10
# One message a millisecond, each timed while the publisher sends it.
MESSAGES = 1_500
# More than a socket holds back for a taker that has stopped, 2,048 bundles of up to 256 messages: from then on it drops
# for it.
WARM_UP = 600_000
RECORDED = 1_000_000


def folder():
    """A short path on a real disk: sockets' paths are limited, and transcripts shall be on disk."""
    harness.BUILT.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="m", dir=harness.BUILT))


def connections(address):
    """How many have connected to a Unix socket."""
    lines = Path("/proc/net/unix").read_text().splitlines()
    return sum(1 for line in lines if line.endswith(str(address)) and line.split()[5] == "03")


def until(condition, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise harness.BenchError(f"after {seconds} s still not: {what}")
        time.sleep(0.01)


def published(bench, tap, taps):
    """The p99 of the times that the publisher takes for a message while so many taps listen, the first of them stopped.

    That one is stopped before the warm-up, which is as long as to fill all that is held back for it.
    """
    place = folder()
    address = place / "run" / "publisher.1.gallery"
    (place / "run").mkdir()
    plan = [place, "ipc", "publish", MESSAGES, WARM_UP]
    started = []

    def start(*command):
        started.append(subprocess.Popen([str(word) for word in command], text=True, stdout=subprocess.PIPE))
        return started[-1]

    def listen():
        return start(tap, "--stats", "--json", "--set", f"mesh.folder={place}/run")

    try:
        relay = start(bench, "relay", place)
        publisher = start(bench, "publisher", *plan)
        if taps:
            stopped = listen()
            until(lambda: connections(address) == 1, "the first tap is connected")
            # The subscription follows the connection.
            time.sleep(0.2)
            stopped.send_signal(signal.SIGSTOP)
        start(bench, "subscriber", *plan)
        until((place / "warm").exists, "the publisher is warm")
        listeners = [listen() for _ in range(taps - 1)]
        until(lambda: connections(address) == taps, f"{taps} taps are connected")
        time.sleep(0.2)
        (place / "go").touch()
        result = harness.lines(publisher.communicate(timeout=60)[0])[0]
        for each in listeners:
            each.send_signal(signal.SIGTERM)
        for each in listeners:
            heard = json.loads(each.communicate(timeout=20)[0])["messages"]
            if heard < MESSAGES:
                raise harness.BenchError(f"a tap heard {heard} messages only")
        relay.send_signal(signal.SIGTERM)
        relay.wait(10)
        return result["publish_p99_us"]
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
        for process in started:
            process.wait()
        shutil.rmtree(place)


def taps(runs):
    bench, tap = harness.swift("bench-mesh"), harness.swift("tap")
    row = Row(f"publisher's p99 with {TAPS} taps, one stopped", "µs", "lower", 1.1, "the same without taps")
    for with_taps, without in harness.alternate(
        runs, lambda: published(bench, tap, TAPS), lambda: published(bench, tap, 0)
    ):
        row.ours.append(with_taps)
        row.peer.append(without)
    return [row]


def timed(command, messages):
    """How long a process takes from its start to its end, in milliseconds."""
    start = time.monotonic()
    told = harness.lines(harness.call(command))[0]
    took = (time.monotonic() - start) * 1e3
    if told["messages"] < messages:
        raise harness.BenchError(f"{command[0]} read {told['messages']} messages only")
    return took


def stats(runs):
    generated = harness.BUILT / "proto"
    generated.mkdir(parents=True, exist_ok=True)
    protos = sorted((harness.ROOT / "Proto").glob("*.proto"))
    harness.call(["protoc-c", f"--proto_path={harness.ROOT / 'Proto'}", f"--c_out={generated}", *protos])
    peer = harness.cc(
        "decode", [PEERS / "decode.c", *sorted(generated.glob("*.pb-c.c"))], f"-I{generated}", "-lprotobuf-c",
        "-lzstd")
    bench, tap = harness.swift("bench-mesh"), harness.swift("tap")
    row = Row(
        f"tap --stats over {RECORDED:,} messages", "ms", "lower", 2, "C: read, decompress, check, protobuf-c")
    place = folder()
    try:
        harness.call([bench, "record", place, RECORDED])
        segments = place / "state" / "averager" / "all"
        for ours, theirs in harness.alternate(
            runs, lambda: timed([tap, "--transcript", segments, "--stats", "--json"], RECORDED),
            lambda: timed([peer, segments], RECORDED),
        ):
            row.ours.append(ours)
            row.peer.append(theirs)
    finally:
        shutil.rmtree(place)
    return [row]


BENCHES = {"mesh-taps": taps, "mesh-stats": stats}
