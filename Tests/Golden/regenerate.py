"""Runs the golden backtests and scenes and writes what they give: python Tests/Golden/regenerate.py, then review the
difference.

The file of a backtest holds its figures and the hash of its orders and fills, so a change of one order is seen; the file
of a scene says what became of each order. What a scene should give, and why, stands at its head.
"""

import json
import os
import pathlib
import subprocess

import made

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
made.write()
CASES = json.loads((HERE / "cases.json").read_text())
SCENES = sorted(path.stem for path in (HERE / "scenes").glob("*.scene"))


def run(name, *words):
    done = subprocess.run([TRADEWIND, *words], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{name}: {done.stderr}"
    return done.stdout


def outcome(name):
    """What a case gives today, without how long it took, and without its name, in which the program has a part."""
    figures = json.loads(run(name, "backtest", *CASES[name], "--json", "--no-record"))
    del figures["seconds"], figures["run"]
    return figures


def scene(name):
    """What becomes of the orders of a scene today."""
    return run(name, "scene", HERE / "scenes" / f"{name}.scene")


if __name__ == "__main__":
    for stale in set(HERE.glob("*.json")) - {HERE / "cases.json"} - {HERE / f"{name}.json" for name in CASES}:
        stale.unlink()
    for stale in set((HERE / "scenes").glob("*.out")) - {HERE / "scenes" / f"{name}.out" for name in SCENES}:
        stale.unlink()
    for case in CASES:
        (HERE / f"{case}.json").write_text(json.dumps(outcome(case), indent=2) + "\n")
    for name in SCENES:
        (HERE / "scenes" / f"{name}.out").write_text(scene(name))
    print(f"{len(CASES)} golden backtests and {len(SCENES)} scenes written; `git diff Tests/Golden` shows what has changed")
