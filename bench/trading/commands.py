"""How soon a person's word takes effect: from the moment at which it is given, as its signature says, to the message that it
brings about, as risk or execution publish it."""

import subprocess
import time

import harness
import zmq
from harness import Row
from paper import PaperMesh, environment, programs

ROUNDS = 12
GOAL = 100
# Nothing comes of a cancellation in an instant without an order: it is given again.
TRIES = 20
# Each verb: what is typed, whose socket shows what comes of it, and the topic of that.
VERBS = {
    "pause": (["pause"], "risk", "trading/halt"),
    "halt": (["halt", "--close"], "risk", "trading/halt"),
    "flatten": (["flatten"], "execution", "trading/venue/"),
    "cancel": (["cancel", "--all"], "execution", "trading/venue/"),
}


def fields(data):
    """The fields of a message: a number each, and whole numbers or bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
    while at < len(data):
        number, kind = divmod(varint(), 8)
        if kind == 0:
            yield number, varint()
        elif kind == 1:
            yield number, data[at:at + 8]
            at += 8
        else:
            size = varint()
            yield number, data[at:at + size]
            at += size


def given_at(envelope):
    """When the command was given that brought a message about, in nanoseconds; nothing if no such command did."""
    cause = dict(fields(dict(fields(envelope)).get(7, b"")))
    # A command's epoch is the moment at which it was given.
    return cause[2] if cause.get(1, b"").startswith(b"control/command/") else None


def effect(tradewind, mesh, verb):
    """Milliseconds from the giving of a command to what comes of it; nothing where nothing does."""
    words, service, topic = VERBS[verb]
    with zmq.Socket(zmq.SUB, connect=mesh.address(service, "trading"), subscribe=topic.encode()) as socket:
        # The subscription has to be there before; execution says something in nearly every instant.
        time.sleep(0.2)
        while socket.receive(wait=False) is not None:
            pass
        running = subprocess.Popen(
            [tradewind, *words, "--why", "measured", "--as", "bench", "--yes", *mesh.words],
            cwd=mesh.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + 2
        found = None
        while found is None and time.monotonic() < until:
            frame = socket.receive()
            moment = time.time_ns()
            # A message is its topic and its envelope.
            if frame is not None and not frame.startswith(topic.encode()):
                given = given_at(frame)
                if given is not None:
                    found = (moment - given) / 1e6
        _, errors = running.communicate(timeout=20)
    if running.returncode != 0:
        raise harness.BenchError(f"`tradewind {' '.join(words)}` failed: {errors}")
    return found


def measured(tradewind, mesh, verb):
    for _ in range(TRIES):
        found = effect(tradewind, mesh, verb)
        if found is not None:
            return found
    raise harness.BenchError(f"nothing comes of `tradewind {verb}`")


def commands(runs):
    known = programs()
    tradewind = str(harness.swift("tradewind"))
    rows = {verb: Row(f"tradewind {verb} to what comes of it", "ms", "absolute", GOAL) for verb in VERBS}
    # An instant of 20 ms, as on the wire of a quick replay, with an order in nearly every one.
    with PaperMesh(known, ["AAPL", "IBM"], ["sma-crossover fast=1 slow=2 short=true"], 100_000, 60 / 0.02) as mesh:
        mesh.feed()
        for _ in range(ROUNDS):
            for verb, row in rows.items():
                row.ours.append(measured(tradewind, mesh, verb))
                if verb in ("pause", "halt"):
                    harness.call([tradewind, "resume", "--why", "measured", "--as", "bench", "--yes", *mesh.words],
                                 cwd=mesh.folder, env=environment())
                time.sleep(0.2)
    longest = Row("the longest of these commands", "ms", "absolute", GOAL)
    longest.ours = [max(max(row.ours) for row in rows.values())]
    return [*rows.values(), longest]
