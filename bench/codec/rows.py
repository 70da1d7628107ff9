"""Encoding and decoding of the frequent bodies in their envelope, beside protobuf-c with malloc."""

import harness
from harness import Row

PEER = "protobuf-c with malloc"
# A run takes a second, and nanoseconds need more of them for a median that stays.
RUNS = 15


def codec(runs):
    generated = harness.BUILT / "proto"
    generated.mkdir(parents=True, exist_ok=True)
    protos = sorted((harness.ROOT / "Proto").glob("*.proto"))
    harness.call(["protoc-c", f"--proto_path={harness.ROOT / 'Proto'}", f"--c_out={generated}", *protos])
    source = harness.BENCH / "codec" / "protobuf_c.c"
    peer = harness.cc(
        "protobuf_c", [source, *sorted(generated.glob("*.pb-c.c"))], f"-I{generated}", "-lprotobuf-c")
    ours = harness.swift("bench-codec")
    rows = {}
    allocations = Row("codec allocations a message", "allocations", "absolute", 0)
    for mine, theirs in harness.alternate(
        max(runs, RUNS), lambda: harness.lines(harness.call([ours, "1"])), lambda: harness.lines(harness.call([peer, "1"]))
    ):
        times = {each["name"]: each["ns"] for each in mine}
        for each in theirs:
            name = each["name"]
            goal = 3 if name.startswith("encode") else 5
            row = rows.setdefault(name, Row(f"codec {name}", "ns", "faster", goal, PEER))
            row.ours.append(times[name])
            row.peer.append(each["ns"])
        allocations.ours.append(max(each["allocations"] for each in mine if each["name"] in rows))
    return [*rows.values(), allocations]


BENCHES = {"codec": codec}
