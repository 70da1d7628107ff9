"""The mesh of the compose file as it is, scaled to four and back while a replay runs, and nothing is lost."""

import os
import pathlib
import random
import signal
import time
import types

import pytest

from mesh import Mesh, until
from supervised import Supervised
from test_keys import make_keys, over_tcp

# Twenty sessions of minutes, in some eight seconds.
BARS = 20 * 390
FEED = {"feed.source": "synthetic", "feed.span": "1m", "feed.bars": BARS}
PACED = {**FEED, "feed.speed": 300_000}
ROWS = 4 * BARS
SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))


@pytest.fixture(scope="module")
def undivided():
    """The rows of the same replay with a historian that is not divided, which nothing disturbs."""
    with Mesh({**FEED, "historian.parts": 1}) as mesh:
        mesh.start().until_rows(ROWS)
        mesh.stop()
        return sorted(mesh.rows())


def historians(mesh):
    return sorted(name for name, each in mesh.ps().items() if name.startswith("historian") and each["state"] == "ready")


def ends_well(mesh, undivided):
    """The replay ends with all rows, once each, and every decision of every part comes out again."""
    mesh.until_rows(ROWS)
    mesh.run("down")
    assert mesh.rows() == undivided
    report = mesh.run("verify", seconds=60)
    shards = sum(len(list((mesh.folder / "state" / name).iterdir())) for name in ("feed", "historian", "supervisor"))
    assert report.count("the same, byte for byte") == shards > 4, report


def test_scaled_to_four_and_back_by_the_file_as_it_is(undivided):
    with Supervised(**PACED) as mesh:
        mesh.up()
        mesh.until_rows(ROWS // 50)
        mesh.run("scale", "historian=4")
        assert historians(mesh) == [f"historian-{number}" for number in (1, 2, 3, 4)]
        shares = {name: len(parts) for name, parts in mesh.held().items() if name.startswith("historian")}
        assert len(shares) == 4 and max(shares.values()) - min(shares.values()) <= 1 <= min(shares.values()), shares
        mesh.run("scale", "historian=1")
        assert historians(mesh) == ["historian-1"]
        assert mesh.count() < ROWS, "the replay was over before the parts were back"
        ends_well(mesh, undivided)


def test_scaled_over_tcp_behind_keys(undivided):
    """The file as it is again: where it runs, and behind which keys, are settings."""
    settings = over_tcp("true")
    with Supervised(**{**settings, **PACED}) as mesh:
        mesh.settings["mesh.keys_folder"] = mesh.folder / "keys"
        make_keys(mesh.folder / "keys", "relay", "supervisor", "feed", "historian", "watcher")
        mesh.up()
        mesh.run("status")
        mesh.run("scale", "historian=3")
        before = mesh.pid("relay-1")
        os.kill(before, signal.SIGKILL)
        mesh.until_ready("relay-1", before)
        mesh.run("scale", "historian=1")
        assert "refused" not in mesh.told()
        ends_well(mesh, undivided)


def wish(mesh):
    """What people want, as it is written down."""
    return (mesh.folder / "state/processes/wanted.json").read_bytes()


def owners(mesh):
    """Which process has the folder of each part now, as the system knows it; a part that is let go has none."""
    locked = {}
    for line in pathlib.Path("/proc/locks").read_text().splitlines():
        words = line.split()
        # "1: FLOCK ADVISORY WRITE 4711 00:1a:123456 0 EOF"; who waits for one has an arrow before the kind.
        if words[1] == "FLOCK":
            locked[int(words[5].rsplit(":", 1)[1])] = int(words[4])
    return {lock.parent.name: locked.get(lock.stat().st_ino) for lock in (mesh.folder / "state/historian").glob("*/lock")}


# What can be seen of a scale from outside, in the order in which it comes: `old` is what was before.
MOMENTS = {
    "it is begun": lambda mesh, old: True,
    "the wish is written": lambda mesh, old: wish(mesh) != old.wish,
    "a part is let go": lambda mesh, old: any(owners(mesh)[part] != owner for part, owner in old.owners.items()),
    "a part has another owner": lambda mesh, old: any(
        owners(mesh)[part] not in (None, owner) for part, owner in old.owners.items()),
}


def test_whoever_is_killed_while_parts_move(undivided):
    """The supervisor, and whom it moves parts to and from, at several moments of a scale."""
    chance = random.Random(SEED)
    with Supervised(**PACED) as mesh:
        mesh.up()
        number = 1
        for moment in chance.sample(list(MOMENTS), len(MOMENTS)):
            number = chance.choice([each for each in (1, 2, 3, 4) if each != number])
            old = types.SimpleNamespace(wish=wish(mesh), owners=owners(mesh))
            verb = mesh.begin("scale", f"historian={number}")
            until(lambda: MOMENTS[moment](mesh, old), moment, every=0, said=mesh.told)
            victims = chance.choice([["supervisor"], ["historian-1"], ["supervisor", "historian-1"], ["supervisor", "relay-1"]])
            for pid in [mesh.supervisor if victim == "supervisor" else mesh.pid(victim) for victim in victims]:
                if pid:
                    os.kill(pid, signal.SIGKILL)
            # It may have said its wish, or not.
            verb.kill()
            verb.wait(10)
            mesh.run("up", "-d", "--file", str(mesh.file))
            mesh.run("scale", f"historian={number}")
            assert len(historians(mesh)) == number, f"seed {SEED}"
            # Who is scaled again before that may have nothing to move.
            until(lambda: None not in (each := set(owners(mesh).values())) and len(each) == number,
                  f"each of {number} has parts, seed {SEED}", said=mesh.told)
        ends_well(mesh, undivided)


def test_what_somebody_scaled_outlives_supervisor_and_process(undivided):
    with Supervised(**PACED) as mesh:
        mesh.up()
        mesh.run("scale", "historian=4")
        os.kill(mesh.supervisor, signal.SIGKILL)
        mesh.up()
        assert len(historians(mesh)) == 4
        before = mesh.pid("historian-3")
        os.kill(before, signal.SIGKILL)
        mesh.until_ready("historian-3", before)
        mesh.run("scale", "historian=1")
        ends_well(mesh, undivided)
