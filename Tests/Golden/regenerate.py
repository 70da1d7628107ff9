"""Runs the golden backtests and writes what they give: python Tests/Golden/regenerate.py, then review the difference.

Each file holds the figures of a run and the hash of its orders and fills, so a change of one order is seen.
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


def outcome(name):
    """What a case gives today, without how long it took, and without its name, in which the program has a part."""
    done = subprocess.run(
        [TRADEWIND, "backtest", *CASES[name], "--json", "--no-record"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{name}: {done.stderr}"
    figures = json.loads(done.stdout)
    del figures["seconds"], figures["run"]
    return figures


if __name__ == "__main__":
    for stale in set(HERE.glob("*.json")) - {HERE / "cases.json"} - {HERE / f"{name}.json" for name in CASES}:
        stale.unlink()
    for case in CASES:
        (HERE / f"{case}.json").write_text(json.dumps(outcome(case), indent=2) + "\n")
    print(f"{len(CASES)} golden backtests written; `git diff Tests/Golden` shows what has changed")
