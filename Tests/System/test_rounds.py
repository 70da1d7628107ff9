"""Whatever is killed or paused, whenever: the replay ends with the same rows, in the database and in the store, and every
transcript re-runs clean.

ROUNDS says how many rounds there are, SEED which one is the first, PARALLEL how many run at a time. A round that
failed is repeated with SEED=<its seed> ROUNDS=1; KEEP=1 keeps its folder.
"""

import concurrent.futures
import os
import random
import time

from conftest import ROWS, SYNTHETIC
from mesh import SERVICES, Mesh, stored_series

ROUNDS = int(os.environ.get("ROUNDS", 50))
SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
PARALLEL = int(os.environ.get("PARALLEL", 4))
DEADLINE = 90


class Round:
    """One replay with a schedule of its own, which the seed decides as far as the machine's load lets it."""

    def __init__(self, seed, reference):
        self.seed = seed
        self.reference = reference
        self.chance = random.Random(seed)
        self.told = []
        # Small segments in every other round, so that kills meet their ends, snapshots and compression too.
        self.settings = dict(SYNTHETIC)
        if self.chance.random() < 0.5:
            self.settings |= {"state.segment_size": "128KiB", "state.snapshot_segments": self.chance.choice([0, 1, 2])}

        # In every other one days that are over go into the columnar store, as soon as they are.
        self.has_store = self.chance.random() < 0.5

    def run(self):
        began = time.monotonic()
        with Mesh(self.settings) as mesh:
            if self.has_store:
                mesh.settings |= {"historian.store": mesh.folder / "bars", "historian.store_interval": "0ms"}
            mesh.start()
            self.disturb(mesh)
            mesh.until_rows(ROWS, DEADLINE)
            mesh.stop()
            mesh.verify()
            rows = mesh.rows()
            if self.has_store:
                assert stored_series(mesh.store), "no day went into the store"
            assert rows == self.reference, f"{len(rows)} rows, the first other one is {self.first_other(rows)}"
            for name in ("feed", "historian"):
                assert not mesh.log(name, "orphans"), mesh.log(name, "orphans")
        return time.monotonic() - began

    def disturb(self, mesh):
        """Kills and pauses until the replay is over, then restarts what is down."""
        began = time.monotonic()
        due = []  # what is to be undone: when, how, whom
        kills = self.chance.randint(2, 8)
        strike = began + self.chance.uniform(0, 0.5)
        while kills or due:
            now = time.monotonic()
            for item in [item for item in due if item[0] <= now]:
                due.remove(item)
                item[1](item[2])
            if kills and now >= strike:
                kills -= 1
                strike = now + self.chance.expovariate(1 / 0.25)
                name = self.chance.choice(SERVICES)
                busy = {item[2] for item in due}
                if name not in busy and name in mesh.running:
                    due.append(self.hit(mesh, name, now, began))
            if mesh.count() >= ROWS:
                kills = 0
            time.sleep(min(0.005, max(0, min([strike, *[item[0] for item in due]], default=now) - now)))

    def hit(self, mesh, name, now, began):
        if self.chance.random() < 0.3:
            pause = self.chance.choice([0.05, 0.3, self.chance.uniform(0.5, 2.5)])
            self.told.append(f"{now - began:.3f} pause {name} {pause:.2f}")
            mesh.pause(name)
            return now + pause, mesh.resume, name
        away = self.chance.choice([0, self.chance.uniform(0, 0.2), self.chance.uniform(0, 1)])
        self.told.append(f"{now - began:.3f} kill {name} {away:.2f}")
        mesh.kill(name)
        return now + away, mesh.start, name

    def first_other(self, rows):
        for found, expected in zip(rows, self.reference):
            if found != expected:
                return f"{found} instead of {expected}"
        return "missing at the end, or one too many"


def test_rounds(reference):
    print(f"\n{ROUNDS} rounds from SEED={SEED}")
    began = time.monotonic()
    failed = []
    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
        rounds = [Round(SEED + at, reference) for at in range(ROUNDS)]
        futures = {pool.submit(round.run): round for round in rounds}
        for future in concurrent.futures.as_completed(futures):
            round = futures[future]
            error = future.exception()
            took = "failed" if error else f"{future.result():.1f} s"
            print(f"SEED={round.seed}: {took}: {'; '.join(round.told) or 'undisturbed'}", flush=True)
            if error:
                print(f"    {error}", flush=True)
                failed.append(round.seed)
    print(f"{ROUNDS} rounds in {time.monotonic() - began:.0f} s")
    assert not failed, f"rounds that failed, by seed: {sorted(failed)}"
