"""The golden backtests give what they gave when a person last reviewed them; `make golden` writes them anew."""

import json
import pathlib
import sys

import pytest

GOLDEN = pathlib.Path(__file__).parents[1] / "Golden"
sys.path.insert(0, str(GOLDEN))
from regenerate import CASES, SCENES, outcome, scene  # noqa: E402


@pytest.mark.parametrize("name", CASES)
def test_a_golden_backtest_is_unchanged(name):
    stored = json.loads((GOLDEN / f"{name}.json").read_text())
    assert stored["fills"] > 0, "a run without a fill guards nothing"
    today = outcome(name)
    # The order hash is exact; ratios go through logarithms and powers of the C library.
    ratios = {key for key, value in stored.items() if isinstance(value, float)}
    assert {key: value for key, value in today.items() if key not in ratios} == {
        key: value for key, value in stored.items() if key not in ratios}
    for key in ratios:
        assert today[key] == pytest.approx(stored[key], rel=1e-12), key


@pytest.mark.parametrize("name", SCENES)
def test_a_golden_scene_is_unchanged(name):
    stored = (GOLDEN / "scenes" / f"{name}.out").read_text()
    assert " order " in stored, "a scene without a report guards nothing"
    assert scene(name) == stored
