"""The features as people meet them: listed, explained, computed, checked, and held against a reference window."""

import csv
import io
import json
import math
import os
import pathlib
import re
import resource
import signal
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
TRADEWIND = pathlib.Path(os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")).resolve()
GROUPS = ("price", "technical", "volume", "volatility", "microstructure", "cross-sectional")


def run(*words, cwd=ROOT, code=0, **more):
    done = subprocess.run(
        [TRADEWIND, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=120, **more)
    assert done.returncode == code, done.stderr
    return done


def call(*words, **more):
    return run("features", *words, **more).stdout


def refused(*words, code=2, **more):
    """The sentence; nothing comes before it."""
    done = run("features", *words, code=code, **more)
    assert done.stdout == ""
    return done.stderr


def listed():
    return json.loads(call("list", "--json"))


def test_the_list_has_a_line_for_each():
    features = listed()["features"]
    names = [each["name"] for each in features]
    assert len(names) == len(set(names)) >= 40
    assert {each["group"] for each in features} == set(GROUPS)
    lines = call("list").splitlines()[1:]
    assert [line.split()[0] for line in lines] == names
    for line, each in zip(lines, features):
        assert each["meaning"] in line and each["group"] in line


def test_each_is_explained_with_a_picture():
    for each in listed()["features"]:
        text = call("show", each["name"])
        assert text.startswith(f"{each['name']}: {each['meaning']}\n")
        assert each["formula"] in text and f"first value at bar  {each['warm_up']}\n" in text
        assert "\u2800" <= max(text) <= "\u28ff", f"{each['name']} has no picture"
        assert ("The quotes are invented" in text) == (each["needs"] == "quotes")


def test_without_sample_data_it_says_why_there_is_no_picture(tmp_path):
    """The program's own folder has them, so it is copied to where there are none."""
    program = tmp_path / "bin" / "tradewind"
    program.parent.mkdir()
    program.write_bytes(TRADEWIND.read_bytes())
    program.chmod(0o755)

    def show(*words):
        done = subprocess.run([program, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    for words in (["features", "show", "rsi_14"], ["indicators", "show", "rsi"]):
        said = show(*words)
        assert "There is no picture: the sample data are neither in config/sample nor in " in said
    assert "There are no weights to show: " in show("allocators", "show", "hrp")
    sample = tmp_path / "config" / "sample"
    sample.mkdir(parents=True)
    for name in ("AAPL", "IBM", "KO"):
        (sample / f"{name}.csv").write_bytes((ROOT / f"config/sample/{name}.csv").read_bytes())
    assert "MSFT.csv" in show("features", "show", "rsi_14")
    (sample / "MSFT.csv").write_text("date,open,high,low,close,volume\n2012-01-03,1,2,3,4,5\n")
    assert "There is no picture: " in show("features", "show", "rsi_14")


def test_figures_are_computed_for_each_symbol_and_bar():
    text = call("compute", "--csv", "config/sample", "--features", "return_1,rank_return_21")
    rows = list(csv.DictReader(io.StringIO(text)))
    with open(ROOT / "config/sample/IBM.csv") as file:
        closes = [float(row["close"]) for row in csv.DictReader(file)]
    mine = [row for row in rows if row["symbol"] == "IBM"]
    assert len(mine) == len(closes) and len(rows) == 4 * len(closes)
    assert mine[0]["return_1"] == "" and mine[20]["rank_return_21"] == "" != mine[21]["rank_return_21"]
    for row, before, now in zip(mine[1:], closes, closes[1:]):
        assert math.isclose(float(row["return_1"]), now / before - 1, rel_tol=1e-9, abs_tol=1e-15)
    found = json.loads(call("compute", "--csv", "config/sample", "--features", "return_1,rank_return_21", "--json"))
    assert re.fullmatch("[0-9a-f]{16}", found["version"]) and found["features"] == ["return_1", "rank_return_21"]
    for row, each in zip(rows, found["rows"], strict=True):
        assert (row["time"], row["symbol"]) == (each["time"], each["symbol"])
        assert [row[name] and float(row[name]) for name in found["features"]] == [
            "" if value is None else value for value in each["values"]]
    other = json.loads(call("compute", "--csv", "config/sample", "--features", "rank_return_21,return_1", "--json"))
    assert other["version"] != found["version"], "another order is another set"


def test_quotes_and_sectors_are_looked_at():
    words = ["compute", "--csv", "Tests/Golden/data/minutes.csv", "--features", "quoted_spread"]
    assert not any(row["quoted_spread"] for row in csv.DictReader(io.StringIO(call(*words))))
    rows = csv.DictReader(io.StringIO(call(*words, "--quotes", "Tests/Golden/data/quotes.csv")))
    spreads = [float(row["quoted_spread"]) for row in rows if row["quoted_spread"]]
    assert spreads and all(0 <= spread < 0.1 for spread in spreads)
    words = ["compute", "--csv", "config/sample", "--features", "sector_strength_63"]
    sectors = [word for name in ("AAPL", "IBM", "MSFT") for word in ("--sector", f"{name}=technology")]
    alone = [row for row in csv.DictReader(io.StringIO(call(*words, *sectors))) if row["symbol"] == "KO"]
    assert not any(row["sector_strength_63"] for row in alone), "a sector of one has nothing to be held against"


def test_what_cannot_be_right_is_named(tmp_path):
    sound = call("check", "--csv", "config/sample", "--features", "rsi_14,adx_14", "--outlier", "50")
    assert sound == "2 features of 4 symbols: nothing found\n"
    lines = (ROOT / "config/sample/IBM.csv").read_text().splitlines()
    header, fields = lines[0].split(","), lines[200].split(",")
    # Ten times the price, for a day.
    for place, name in enumerate(header):
        if name in ("open", "high", "low", "close"):
            fields[place] = f"{float(fields[place]) * 10:.4f}"
    lines[200] = ",".join(fields)
    path = tmp_path / "IBM.csv"
    path.write_text("\n".join(lines) + "\n")
    done = run("features", "check", "--csv", f"IBM={path}", "--features", "return_1", "--json", code=1)
    found = json.loads(done.stdout)
    assert {(each["kind"], each["symbol"], each["feature"]) for each in found} == {("outlier", "IBM", "return_1")}
    assert len(found) == 2 and "2 findings in the features" in done.stderr
    flat = tmp_path / "FLAT.csv"
    days = [line.split(",")[1] for line in lines[1:40]]
    flat.write_text("date,open,high,low,close,volume\n" + "".join(f"{day},5,5,5,5,100\n" for day in days))
    done = run("features", "check", "--csv", f"FLAT={flat}", "--features", "return_1", code=1)
    assert "constant" in done.stdout and "1 finding in the features" in done.stderr


def test_drift_is_measured_from_the_reference_on():
    words = ["drift", "--csv", "config/sample", "--features", "return_1,dollar_volume_21"]
    found = json.loads(call(*words, "--reference-to", "2013-12-31", "--json"))
    assert [each["feature"] for each in found] == ["return_1", "dollar_volume_21"]
    for each in found:
        assert each["reference"] > each["now"] > 500
        assert each["stability_index"] > 0 and 0 < each["ks_statistic"] < 1 and 0 <= each["ks_p_value"] <= 1
    assert found[1]["stability_index"] > found[0]["stability_index"], "what is traded moves more than returns do"
    assert "moved" in call(*words, "--reference-to", "2013-12-31")
    none = json.loads(call(*words, "--reference-to", "2030-01-01", "--json"))
    assert none[0]["now"] == 0 and none[0]["stability_index"] is None
    assert "nothing to compare" in call(*words, "--reference-to", "2030-01-01")


@pytest.mark.parametrize("words, sentence", [
    (["show", "rsi_41"], "did you mean rsi_14?"),
    (["show", "qqqqqqqqqqqqqqq"], "tradewind features list shows all"),
    (["compute", "--csv", "config/sample", "--features", "return_1,retrun_5"], "did you mean return_5?"),
    (["compute", "--csv", "config/sample", "--features", "return_1,return_1"], "return_1"),
    (["compute"], "--csv"),
    (["compute", "--csv", "config/sample", "--sector", "AAPL"], "--sector"),
    (["compute", "--csv", "config/sample", "--sector", "APPL=x"], "there are no bars of APPL"),
    (["drift", "--csv", "config/sample", "--reference-to", "2013-13-31"], "--reference-to"),
    (["drift", "--csv", "config/sample"], "--reference-to"),
    (["check", "--csv", "config/sample", "--outlier", "0"], "--outlier"),
])
def test_what_is_wrong_is_said_in_a_sentence(words, sentence):
    assert sentence in refused(*words)


def test_files_that_cannot_be_read_are_named(tmp_path):
    path = tmp_path / "bars.csv"
    path.write_text("date,open,high,low,close,volume\n2024-01-02,1,2,3,4,5\n")
    assert "the bar of X that opens at 2024-01-02T14:30:00Z cannot be (open 1, high 2, low 3, close 4" in refused(
        "compute", "--csv", f"X={path}", code=1)
    missing = tmp_path / "none.csv"
    assert str(missing) in refused("compute", "--csv", f"X={missing}", code=1)


def test_a_full_disk_and_a_reader_that_leaves_end_it(tmp_path):
    words = ["compute", "--csv", "config/sample"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [TRADEWIND, "features", *words], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1 and "no space left on device" in done.stderr
    with open(tmp_path / "small.csv", "w") as small:
        done = subprocess.run(
            [TRADEWIND, "features", *words], cwd=ROOT, stdout=small, stderr=subprocess.PIPE, text=True, timeout=60,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)))
    assert done.returncode == 1 and "standard output cannot be written" in done.stderr
    for interrupt in (False, True):
        process = subprocess.Popen(
            [TRADEWIND, "features", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout.readline().startswith("time,symbol,")
        if interrupt:
            process.send_signal(signal.SIGINT)
        else:
            process.stdout.close()
        assert process.wait(30) != 0
        said = process.stderr.read()
        assert len(said.splitlines()) <= 1 and "Fatal" not in said
        process.stderr.close()
        process.stdout.close()
