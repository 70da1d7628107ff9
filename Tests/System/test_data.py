"""tradewind data check: defects planted in files are found by their names, and clean real data have none; and bars of trades."""

import json
import os
import pathlib
import random
import subprocess

import pytest

from mesh import Mesh

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
SAMPLE = ROOT / "config/sample"


def check(*words):
    done = subprocess.run(
        [TRADEWIND, "data", "check", *map(str, words)], capture_output=True, text=True, timeout=60, cwd=ROOT)
    return done.returncode, done.stdout, done.stderr


def kinds(*words):
    code, out, err = check(*words, "--json")
    assert not err, err
    report = json.loads(out)
    assert code == (1 if report["findings"] else 0)
    return report["kinds"], report


def sample(symbol="IBM"):
    lines = (SAMPLE / f"{symbol}.csv").read_text().splitlines()
    return lines[0], [line.split(",") for line in lines[1:]]


def write(path, header, rows):
    path.write_text("\n".join([header] + [",".join(map(str, row)) for row in rows]) + "\n")
    return path


def test_clean_real_data():
    found, report = kinds("--csv", SAMPLE)
    assert found == {}
    assert sum(series["rows"] for series in report["series"]) == 4 * 754


def times(row, factor):
    return row[:2] + [f"{float(price) * factor:.6f}" for price in row[2:6]] + row[6:]


# What is done to row 300 (symbol, time, open, high, low, close, volume), and how that is called.
PLANTED = {
    "nonFinite": lambda row: row[:2] + ["NaN"] + row[3:],
    "unreadable": lambda row: row[:5] + ["12,5", row[6]],
    "nonPositive": lambda row: row[:4] + ["-1"] + row[5:],
    "highBelowLow": lambda row: row[:3] + [row[4], row[3]] + row[5:],
    "openOutside": lambda row: row[:2] + [str(float(row[3]) + 1)] + row[3:],
    "closeOutside": lambda row: row[:5] + [str(float(row[4]) - 1)] + row[6:],
    "negativeVolume": lambda row: row[:6] + ["-7"],
    "spike": lambda row: times(row, 1.6),
    "scale": lambda row: times(row, 100),
    "zeroVolume": lambda row: row[:6] + ["0"],
    "volumeSpike": lambda row: row[:6] + [str(int(float(row[6])) * 1000)],
}


@pytest.mark.parametrize("kind", PLANTED)
def test_one_row(kind, tmp_path):
    header, rows = sample()
    rows[300] = PLANTED[kind](rows[300])
    found, report = kinds("--csv", write(tmp_path / "bars.csv", header, rows))
    found.pop("missing", None)  # a row that cannot be is left out, and so its day is missing
    assert found == {kind: 1}
    finding = next(
        f for f in report["unreadable"] + report["series"][0]["findings"] if f["kind"] == kind)
    assert finding["line"] == 302


def doubled(rows):
    return rows[:301] + [rows[300]] + rows[301:]


def conflicting(rows):
    return rows[:301] + [times(rows[300], 1.001)] + rows[301:]


def late(rows):
    return rows[:100] + rows[101:200] + [rows[100]] + rows[200:]


def weekend(rows):
    return rows[:300] + [[rows[300][0], "2013-03-16"] + rows[300][2:]] + rows[300:]


def frozen(rows):
    return rows[:300] + [row[:2] + rows[300][2:6] + row[6:] for row in rows[300:306]] + rows[306:]


SERIES = {
    "duplicate": (doubled, []),
    "conflict": (conflicting, []),
    "outOfOrder": (late, []),
    "outOfSession": (weekend, []),
    "frozen": (frozen, []),
    "missing": (lambda rows: rows[:300] + rows[303:], []),
    "jump": (lambda rows: rows[:300] + [times(row, 0.44) for row in rows[300:]], []),
    "split": (lambda rows: rows[:300] + [times(row, 0.5) for row in rows[300:]], []),
    "future": (lambda rows: rows, ["--as-of", "2014-12-30"]),
    "stale": (lambda rows: rows, ["--as-of", "2015-02-01"]),
}


@pytest.mark.parametrize("kind", SERIES)
def test_series(kind, tmp_path):
    change, words = SERIES[kind]
    header, rows = sample()
    found, _ = kinds("--csv", write(tmp_path / "bars.csv", header, change(rows)), *words)
    if kind == "outOfOrder":
        assert found.pop("missing") == 1
    assert found == {kind: 1}


def test_a_split_that_is_known_is_no_defect(tmp_path):
    header, rows = sample()
    path = write(
        tmp_path / "bars.csv", header, rows[:300] + [times(row, 0.5) for row in rows[300:]])
    actions = tmp_path / "actions.csv"
    actions.write_text(
        f"symbol,ex_date,kind,ratio,amount,known_at\nIBM,{rows[300][1]},split,2:1,,\n")
    assert kinds("--csv", path, "--actions", actions)[0] == {}


def test_a_split_beside_the_bars_of_a_store_is_no_defect(tmp_path):
    header, rows = sample()
    path = write(tmp_path / "bars.csv", header, rows[:300] + [times(row, 0.5) for row in rows[300:]])
    store = tmp_path / "store"
    subprocess.run([TRADEWIND, "data", "import", path, "--store", store], check=True, capture_output=True)
    assert kinds("--store", store)[0] == {"split": 1}
    (store / ".fetched/actions").mkdir(parents=True)
    (store / ".fetched/actions/IBM.csv").write_text(
        f"symbol,ex_date,kind,ratio,amount,known_at\nIBM,{rows[300][1]},split,2:1,,\n")
    assert kinds("--store", store)[0] == {}


def test_two_providers(tmp_path):
    header, rows = sample()
    (tmp_path / "a.csv").write_bytes((SAMPLE / "IBM.csv").read_bytes())
    write(tmp_path / "b.csv", header, [times(row, 1.02) if n == 42 else row for n, row in enumerate(rows)])
    found, report = kinds("--csv", f"IBM={tmp_path}/a.csv", "--csv", f"IBM={tmp_path}/b.csv")
    assert found == {"disagreement": 1}
    assert report["series"][0]["findings"][0]["line"] == 44


def test_minutes_off_the_grid(tmp_path):
    header = "time,open,high,low,close,volume"
    rows = [[f"2024-11-25T14:{minute:02}:00Z", 10, 10.1, 9.9, 10, 500 + minute] for minute in range(30, 60)]
    path = tmp_path / "bars.csv"
    assert kinds("--csv", f"AAPL={write(path, header, rows)}")[0] == {}
    rows[7][0] = "2024-11-25T14:37:11Z"
    assert kinds("--csv", f"AAPL={write(path, header, rows)}")[0] == {"misaligned": 1, "missing": 1}


def test_a_feed_holds_back_what_cannot_be_right(tmp_path):
    """A replay with planted defects, killed on its way: history has every bar but those, and each became a fault."""
    header = "symbol,time,open,high,low,close,volume"
    rows = []
    for day in range(18, 23):
        for minute in range(390):
            hour, rest = divmod(14 * 60 + 30 + minute, 60)
            price = 100 + (minute % 7) / 10
            rows.append(["IBM", f"2024-11-{day}T{hour:02}:{rest:02}:00Z", price, price + 0.2, price - 0.2, price, 900])
    bad = {
        100: times(rows[100], 3), 900: PLANTED["openOutside"](rows[900]), 1500: PLANTED["nonPositive"](rows[1500]),
        1949: ["IBM", "2024-11-22T21:30:00Z"] + rows[1949][2:],
    }
    for at, row in bad.items():
        rows[at] = row
    path = write(tmp_path / "IBM.csv", header, rows)
    named = {"feed.source": "csv", "feed.span": "1m", "feed.csv_files": str(path), "feed.speed": 200_000}
    with Mesh(named) as mesh:
        mesh.start().until_rows(500)
        mesh.kill("feed")
        assert mesh.count() < 1800, "the replay was over before the kill: nothing would go on"
        mesh.start("feed").until_rows(len(rows) - len(bad))
        mesh.stop()
        mesh.verify()
        assert mesh.count() == len(rows) - len(bad)
        code, shown, err = mesh.run("tradewind", "transcript", "export", str(mesh.shard("feed")))
        assert code == 0, err
    sent = [json.loads(line)["message"] for line in shown.splitlines()]
    faults = [message for message in sent if message.get("topic") == "market/fault/IBM"]
    assert len(faults) == len(bad)


def test_words_and_pages(tmp_path):
    header, rows = sample()
    rows[300] = PLANTED["spike"](rows[300])
    path = write(tmp_path / "bars<b>.csv", header, rows)
    code, out, err = check("--csv", path, "--html", tmp_path / "health.html")
    assert code == 1 and not err
    assert "line 302: spike: IBM at 2013-03-15" in out
    page = (tmp_path / "health.html").read_text()
    assert "bars&lt;b&gt;.csv" in page and "<b>.csv" not in page and "http" not in page
    code, out, err = check("--csv", SAMPLE)
    assert code == 0 and "Nothing is wrong with them." in out


@pytest.mark.parametrize(
    ["words", "code", "sentence"],
    [
        (["--csv", "nowhere.csv"], 1, "nowhere.csv: the file cannot be opened"),
        (["--csv", SAMPLE, "--span", "5x"], 2, "--span"),
        (["--csv", SAMPLE, "--as-of", "soon"], 2, "--as-of"),
        (["--csv", SAMPLE, "--tolerance", "2"], 2, "tolerance"),
        ([], 2, "--csv"),
    ],
)
def test_bad_words(words, code, sentence):
    found, _, err = check(*words)
    assert found == code
    assert sentence in err
    assert len(err.strip().splitlines()) <= 3


def ended_by(rows, isEnough):
    """Bars of trades as their rule says it: the trade that is enough belongs to the bar that it ends."""
    bars, open_bar = [], []
    for row in rows:
        open_bar.append(row)
        if isEnough(open_bar):
            prices = [price for _, price, _ in open_bar]
            bars.append((open_bar[0][0], row[0], prices[0], max(prices), min(prices), prices[-1],
                         sum(size for _, _, size in open_bar), len(open_bar)))
            open_bar = []
    return bars


def trade_bars(path, *words):
    done = subprocess.run([TRADEWIND, "data", "trades", f"AAPL={path}", *map(str, words)],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = [line.split(",") for line in done.stdout.splitlines()]
    assert lines[0] == "symbol,opened_at,closed_at,open,high,low,close,volume,trades".split(",")
    assert all(line[0] == "AAPL" for line in lines[1:])
    return [(*line[1:3], *map(float, line[3:8]), int(line[8])) for line in lines[1:]]


def test_bars_of_trades(tmp_path):
    chance = random.Random(7)
    rows, cents = [], 10_000
    for number in range(5000):
        cents += chance.randint(-3, 3)
        rows.append((f"2024-03-05T15:{number // 60 % 60:02}:{number % 60:02}Z" if number < 3600 else
                     f"2024-03-05T16:{number // 60 % 60:02}:{number % 60:02}Z", cents / 100, chance.randint(1, 400)))
    path = tmp_path / "trades.csv"
    path.write_text("time,price,size\n" + "".join(f"{time},{price},{size}\n" for time, price, size in rows))
    rules = {
        ("--count", 70): lambda bar: len(bar) >= 70,
        ("--volume", 9000): lambda bar: sum(size for _, _, size in bar) >= 9000,
        ("--worth", 700000): lambda bar: sum(round(price * 100) * size for _, price, size in bar) >= 70_000_000,
    }
    for words, isEnough in rules.items():
        expected = ended_by(rows, isEnough)
        assert len(expected) > 20 and trade_bars(path, *words) == expected
    bricks = trade_bars(path, "--renko", "0.1")
    assert len(bricks) > 10
    for before, brick in zip(bricks, bricks[1:]):
        # Each is as high as it is meant to be, and begins at an end of the one before.
        assert round(abs(brick[5] - brick[2]) * 100) == 10 and brick[2] in (before[2], before[5])
    written = tmp_path / "bars.csv"
    subprocess.run([TRADEWIND, "data", "trades", f"AAPL={path}", "--count", "70", "--out", written],
                   check=True)
    assert len(written.read_text().splitlines()) == 1 + 5000 // 70
    for words, sentence in [([], "nothing says"), (["--count", "5", "--volume", "5"], "several options say"),
                            (["--volume", "0"], "above 0"), (["--renko", "x"], "x")]:
        done = subprocess.run([TRADEWIND, "data", "trades", f"AAPL={path}", *words],
                              capture_output=True, text=True)
        assert done.returncode == 2 and sentence in done.stderr
