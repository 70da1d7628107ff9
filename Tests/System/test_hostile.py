"""What does not belong is counted and does no harm: rubbish on every address, and the replay is the same."""

import os
import random
import socket
import threading

from conftest import ROWS, SYNTHETIC
from mesh import Mesh
import zmq

HUGE = 2**64 - 1


def rubbish(chance):
    """One message that nobody should have sent."""
    beat = "control/beat/ghost.9"
    body = zmq.field(1, "feed") + zmq.field(3, HUGE) + zmq.field(4, 3) + zmq.field(5, "nonsense://nowhere")
    head = zmq.field(7, zmq.field(1, "market/bar/1m/GHOST") + zmq.field(2, HUGE) + zmq.field(3, HUGE))
    return chance.choice([
        lambda: [b""],
        lambda: [chance.randbytes(chance.randint(1, 300))],
        lambda: [b"", b"", b""],
        lambda: [b"control/beat/feed.1", chance.randbytes(chance.randint(0, 300))],
        lambda: [b"control/ask/feed.1/ghost.9", bytes(chance.randint(0, 64))],
        lambda: [b"control/beat/feed.1", b"more", b"than", b"two"],
        lambda: [b"control/" + b"x" * 5000, zmq.envelope("control/" + "x" * 5000)],
        lambda: [b"control/beat/feed.1", zmq.envelope(beat, zmq.field(64, body))],
        lambda: [beat.encode(), zmq.envelope(beat, zmq.field(64, body), HUGE, HUGE)],
        lambda: [b"control/beat/feed.1", zmq.envelope("control/beat/feed.1", zmq.field(64, body + head))],
        lambda: [b"control/hello/ghost.9", zmq.envelope("control/hello/ghost.9", zmq.field(999, b"?"))],
        lambda: [b"market/bar/1m/AAPL", zmq.envelope("market/bar/1m/AAPL", zmq.field(16, b"\xff"), HUGE, HUGE)],
        lambda: [b"control/answer/feed.1/historian.1",
                 zmq.envelope("control/answer/feed.1/historian.1", zmq.field(71, chance.randbytes(40)), HUGE)],
        lambda: [b"\xff\xfe" * 20, b"\xff" * 11],
        lambda: [b"control/log/ghost.9", bytes(1 << 20)],
    ])()


def test_rubbish_is_counted_and_the_replay_is_the_same(reference):
    seed = int(os.environ.get("SEED", 1))
    chance = random.Random(seed)
    print(f"SEED={seed}")
    with Mesh(SYNTHETIC) as mesh:
        mesh.start("relay").until_logged("relay", "started")
        address = f"ipc://{mesh.sockets}/relay.in"
        over = threading.Event()

        def publish():
            with zmq.Socket(zmq.PUB, connect=address) as hostile:
                while not over.is_set():
                    for _ in range(20):
                        hostile.send(*rubbish(chance))
                    over.wait(0.01)

        publisher = threading.Thread(target=publish)
        publisher.start()
        try:
            mesh.start("feed", "historian")
            mesh.until_logged("feed", "started")
            # What is no ZeroMQ at all, on an owner's address and the relay's; and an endless subscriber.
            for name in ("feed.1.market", "relay.in", "relay.out"):
                for size in (1, 64, 70_000):
                    with socket.socket(socket.AF_UNIX) as raw:
                        raw.settimeout(0.2)
                        raw.connect(str(mesh.sockets / name))
                        try:
                            raw.sendall(chance.randbytes(size))
                        except OSError:
                            pass  # it hung up: all the better
            mesh.until_rows(ROWS)
            mesh.until_logged("historian", "malformed")
            mesh.until_logged("feed", "malformed")
        finally:
            over.set()
            publisher.join(10)
        assert mesh.rows() == reference
        for name in ("relay", "feed", "historian"):
            assert mesh.running[name].poll() is None
        mesh.stop()
        mesh.verify()
