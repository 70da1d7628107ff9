"""A replay of files ends up in the historian's database bar by bar, to the last unit."""

import csv
import datetime
import decimal
import signal
import zoneinfo

from conftest import ROWS, SYNTHETIC
from mesh import REPOSITORY, Mesh
import segment

SAMPLE = REPOSITORY / "config/sample"
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
# A daily bar has a span of a day, whatever its session's length.
DAY = 24 * 60 * 60 * 10**9


def units(text, digits):
    value = decimal.Decimal(text).scaleb(digits)
    return int(value.to_integral_value(decimal.ROUND_HALF_EVEN))


def row(line):
    opens = datetime.datetime.fromisoformat(line["time"] + "T09:30").replace(tzinfo=NEW_YORK)
    prices = [units(line[name], 6) for name in ("open", "high", "low", "close")]
    return (line["symbol"], DAY, int(opens.timestamp()) * 10**9, *prices,
            units(line["volume"], 3), 0)


def test_the_sample_is_stored_row_by_row():
    files = sorted(SAMPLE.glob("*.csv"))
    expected = sorted(row(line) for file in files for line in csv.DictReader(file.open()))
    assert len(expected) == 4 * 754
    named = {"feed.source": "csv", "feed.span": "1d", "feed.csv_files": ",".join(map(str, files))}
    with Mesh(named) as mesh:
        mesh.start().until_rows(len(expected))
        assert mesh.rows() == expected
        mesh.stop()
        reports = mesh.verify()
        # Each bar, a step for each of 754 instants, and the settings.
        assert reports["historian"]["taken"] >= len(expected) + 754
        assert mesh.rows() == expected


def test_a_stop_in_order_leaves_nothing_and_the_next_start_goes_on(reference):
    with Mesh(SYNTHETIC) as mesh:
        mesh.start().until_rows(ROWS // 8)
        mesh.stop()
        assert [path.name for path in mesh.sockets.iterdir()] == []
        for name in ("feed", "historian"):
            assert segment.seal(mesh.segments(name)[-1]) == segment.SEAL_ORDERLY, name
            assert mesh.log(name, "stopped")
        before = mesh.count()
        assert before < ROWS, "the replay was over before the stop: nothing would go on"
        mesh.verify()
        mesh.start().until_rows(ROWS)
        assert mesh.rows() == reference
        assert {segment.epoch(path) for path in mesh.segments("feed")} == {1}
        mesh.stop()
        mesh.verify()


def test_a_shard_has_one_process():
    with Mesh(SYNTHETIC) as mesh:
        mesh.start()
        for name in ("feed", "historian"):
            mesh.until_logged(name, "started")
            code, _, said = mesh.run(name)
            assert code == 1
            sentence = said.splitlines()[-1]
            assert str(mesh.shard(name)) in sentence and "in use by another process" in sentence
            assert mesh.running[name].poll() is None
        mesh.until_logged("relay", "started")
        code, _, said = mesh.run("relay", seconds=10)
        assert code == 1 and str(mesh.sockets) in said.splitlines()[-1]
        mesh.until_rows(ROWS)
        mesh.stop()


def test_a_second_signal_does_not_wait():
    with Mesh(SYNTHETIC) as mesh:
        mesh.start("feed").until_logged("feed", "started")
        feed = mesh.running["feed"]
        mesh.pause("feed")
        feed.send_signal(signal.SIGTERM)
        mesh.resume("feed")
        assert mesh.ended("feed") in (0, 130)
