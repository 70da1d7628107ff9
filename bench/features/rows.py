"""One bar of each of 500 symbols through all features."""

import harness
from harness import Row


def features(runs):
    ours = harness.swift("bench-features")
    row = Row("all features, a bar of 500 symbols", "ms", "absolute", 2)
    for _ in range(max(runs, harness.RUNS_MIN)):
        found = harness.lines(harness.call([ours]))[0]
        if found["features"] < 40 or found["known"] != found["features"] * 500:
            raise harness.BenchError(f"not all features were computed: {found}")
        row.ours.append(found["ms_median"])
    return [row]


BENCHES = {"features": features}
