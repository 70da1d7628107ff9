"""tap beside real services: it records and plays, asks why, and gives a terminal back as it was."""

import json
import shutil
import signal
import subprocess
import termios
import time

import pytest

from conftest import SYNTHETIC
from mesh import ENVIRONMENT, Mesh, until
from supervised import caught
from terminal import Terminal
from test_keys import make_keys, over_tcp

# Slow enough to be heard: two seconds of bars, of one session, for a night takes five.
PACED = {**SYNTHETIC, "feed.bars": 380, "feed.speed": 12_000}
PACED_ROWS = 4 * 380
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


def tap(mesh, *arguments, seconds=60):
    """Runs tap to its end on what a mesh left behind: exit code, what it printed, what it told."""
    return mesh.run("tap", *arguments, seconds=seconds)


def lines_by_topic(text):
    topics = {}
    for line in text.splitlines():
        topics.setdefault(line.split()[1], []).append(line)
    return topics


@pytest.fixture(scope="module")
def replayed():
    """A mesh that has replayed and ended, and what a tap recorded of it meanwhile."""
    with Mesh(PACED) as mesh:
        mesh.start("relay").until_logged("relay", "started")
        recording = subprocess.Popen(
            mesh.command("tap", "market/", "--record", "a.rec"), cwd=mesh.folder, env=ENVIRONMENT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        mesh.all.append(recording)
        mesh.start("feed", "historian").until_rows(PACED_ROWS)
        last = "last=true"
        # A recording can be played while it is written.
        mesh.until(lambda: last in played(mesh, "market/step/historian"), "the last step is recorded")
        recording.send_signal(signal.SIGINT)
        out, told = recording.communicate(timeout=10)
        assert (recording.returncode, out) == (0, "") and "messages are in a.rec" in told, told
        mesh.stop()
        yield mesh


def played(mesh, *arguments):
    code, out, told = mesh.run("tap", "--replay", "a.rec", "--speed", "max", *arguments)
    assert code == 0, told
    return out


def test_what_is_played_is_what_was_said(replayed):
    said = {}
    for service in ("feed", "historian"):
        code, out, told = replayed.run("tap", "--transcript", str(replayed.shard(service)), "market/")
        assert code == 0, told
        said.update({topic: lines for topic, lines in lines_by_topic(out).items() if topic not in said})
    heard = lines_by_topic(played(replayed))
    assert heard.keys() == said.keys()
    for topic, lines in heard.items():
        # A tap hears nothing of what was said before it came.
        assert lines == said[topic][-len(lines):], topic
    assert sum(map(len, heard.values())) > PACED_ROWS // 2


def test_a_recording_is_filtered_counted_and_paced(replayed):
    report = json.loads(played(replayed, "--stats", "--json"))
    topics = {each["topic"]: each for each in report["topics"]}
    assert report["messages"] == sum(each["messages"] for each in topics.values())
    assert all(each["missing"] == each["duplicates"] == 0 for each in topics.values())
    hops = {(each["from"], each["to"]): each for each in report["hops"]}
    step = hops["market/step", "market/step"]
    assert 0 < step["p50_ns"] <= step["p90_ns"] <= step["p99_ns"] <= step["max_ns"] < 60e9
    closes = played(replayed, "market/bar", "--symbol", "IBM", "--where", "close > 0", "--form", "json")
    bars = [json.loads(line) for line in closes.splitlines()]
    assert bars and {bar["bar"]["symbol"] for bar in bars} == {"IBM"}
    start = time.monotonic()
    code, _, told = replayed.run("tap", "--replay", "a.rec", "--speed", "4x", "--stats")
    assert code == 0, told
    # Not faster than it was heard, by the factor; how much slower is the machine's affair.
    assert time.monotonic() - start > report["seconds"] / 4


def test_why_goes_back_from_a_row_to_the_feed(replayed):
    symbol, _, opened_at, *_ = replayed.rows()[PACED_ROWS // 3]
    code, out, told = replayed.run(
        "tap", "--transcript", str(replayed.shard("historian")), "market/bar", "--symbol", symbol, "--form", "json")
    assert code == 0, told
    bar = next(bar for bar in map(json.loads, out.splitlines()) if bar["bar"]["opened_at"] == opened_at)
    named = f"stored.last == {bar['number']} && stored.topic == '{bar['topic']}'"
    code, out, told = replayed.run(
        "tap", "--transcript", str(replayed.shard("historian")), "local/store", "--where", named, "--form", "json")
    assert code == 0, told
    store = json.loads(out)
    code, out, told = replayed.run("tap", "--why", f"local/store:{store['epoch']}/{store['number']}", "--json")
    assert code == 0, told
    why = json.loads(out)
    assert why["end"] == "edge" and len(why["links"]) == 2
    assert why["links"][0]["message"] == store
    assert why["links"][1]["message"] == bar
    assert [(each["kind"], each["transcript"]) for each in why["links"][1]["records"]] == [
        ("sent", "feed/all"), ("taken", "historian/all")]


@pytest.mark.parametrize("name, code, part", [
    ("market/bar/1m/AAPL:1/999999", 1, "feed/all ends with 1/380"),
    ("market/bar/1m/NONE:1/1", 1, "is in no transcript under"),
    ("no-such-order", 2, "no message under"),
    ("local/settings:1/1", 2, "feed/all and historian/all each have a message"),
])
def test_why_tells_what_it_does_not_find(replayed, name, code, part):
    found, _, told = replayed.run("tap", "--why", name)
    assert found == code and part in told and len(told.splitlines()) == 1, told


def test_why_tells_what_it_could_not_search(replayed):
    whole = replayed.state / "historian/all"
    aside = replayed.state / "aside"
    torn, circle = replayed.state / "other/torn", replayed.state / "other/circle"
    shutil.copytree(whole, torn)
    first, *others = sorted(torn.glob("0*"))
    for other in others:
        other.unlink()
    first.rename(first.with_name(first.name.replace("00000000", "00000007")))
    (torn / "00000005.segment").write_bytes(b"x" * 5000)
    circle.symlink_to(circle)
    aside.write_text("a file is no transcript, and no problem")
    try:
        code, out, told = replayed.run("tap", "--why", "market/bar/1m/AAPL:1/300", "--json")
        sentences = told.splitlines()
        assert code == 0 and len(sentences) == 2, told
        assert all(sentence.startswith("tap: not searched: ") for sentence in sentences), told
        assert str(circle) in sentences[0] and f"{torn}/00000006.segment: this segment is missing" in sentences[1], told
        assert json.loads(out)["unreadable"] == [sentence.removeprefix("tap: not searched: ") for sentence in sentences]
        # A transcript that can be opened may have a file that cannot be read: told once, though each link looks at it.
        (torn / "00000005.segment").rename(torn / "00000006.segment")
        code, out, told = replayed.run("tap", "--why", "market/bar/1m/AAPL:1/300", "--json")
        assert code == 0 and "other/torn/00000006.segment: it does not begin as a segment does" in told, told
        assert len(told.splitlines()) == len(json.loads(out)["unreadable"]) == 2, told
    finally:
        shutil.rmtree(replayed.state / "other")
        aside.unlink()


@pytest.mark.parametrize("arguments, part", [
    (["--stats", "--top"], "--stats and --top do not go together"),
    (["--speed", "2x"], "--replay"),
    (["--replay", "a.rec", "--speed", "fast"], "--speed fast"),
    (["--from", "tomorrow"], "--from"),
    (["--where", "close >"], "column 8"),
])
def test_a_wrong_command_line_is_one_sentence(replayed, arguments, part):
    code, out, told = replayed.run("tap", *arguments, seconds=10)
    assert (code, out) == (2, "") and part in told and len(told.splitlines()) == 1, told


def test_a_damaged_recording_is_one_sentence(replayed):
    whole = (replayed.folder / "a.rec").read_bytes()
    broken = replayed.folder / "broken.rec"

    def play():
        return replayed.run("tap", "--replay", "broken.rec", "--speed", "max", "--stats", "--json", seconds=10)

    for damaged in (b"", b"x" * 5000, whole[:300], bytes(len(whole)),
                    whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]):
        broken.write_bytes(damaged)
        code, out, told = play()
        assert code == 1 and "broken.rec is" in told and len(told.splitlines()) == 1, told
    broken.write_bytes(whole[:-5])
    code, out, told = play()
    assert code == 0 and "breaks off in record" in told
    everything = json.loads(played(replayed, "--stats", "--json"))["messages"]
    assert json.loads(out)["messages"] == everything - 1
    code, _, told = replayed.run("tap", "--record", "broken.rec", seconds=10)
    assert code == 1 and "broken.rec is there already" in told


@pytest.mark.parametrize("end", ["ctrl-c", "SIGTERM", "q"])
def test_the_live_table_gives_the_terminal_back(end):
    with Mesh({**PACED, "feed.bars": 100_000}) as mesh:
        mesh.start().until_logged("feed", "started")
        terminal = Terminal(mesh.command("tap", "--top"), mesh.folder)
        mesh.all.append(terminal.process)
        terminal.until(ENTER)
        terminal.until(b"historian.1")
        terminal.until(b"market/bar/1m/AAPL")
        assert not termios.tcgetattr(terminal.slave)[3] & (termios.ECHO | termios.ICANON)
        terminal.press(b"g")
        terminal.until(b"kinds by rate")
        terminal.resize(60, 12)
        terminal.press(b"s")
        terminal.until(b"kinds by bytes")
        assert LEAVE not in terminal.said
        if end == "SIGTERM":
            terminal.process.send_signal(signal.SIGTERM)
        else:
            terminal.press(b"\x03" if end == "ctrl-c" else b"q")
        assert terminal.ended(), "the terminal is not as it was"
        assert LEAVE in terminal.said
        assert terminal.process.returncode == 0


def test_piped_the_live_table_is_one_table(replayed):
    out = played(replayed, "--top")
    assert "\x1b" not in out and out.startswith("tap  ")
    assert out.count("market/bar/1m/AAPL") == 1


def test_verify_tells_of_every_snapshot_that_cannot_be_read(replayed):
    snapshot = sorted(replayed.shard("historian").glob("snapshot-*"))[-1]
    older = snapshot.with_name("snapshot-00000000000001")
    older.write_bytes(snapshot.read_bytes()[:-1])
    code, out, told = replayed.run("tradewind", "verify", "historian")
    assert code == 0 and "the same, byte for byte" in out
    assert f"a snapshot is passed over: {older}" in told
    older.unlink()


@pytest.mark.parametrize("transport", ["ipc", "tcp behind keys"])
def test_a_tap_finds_whoever_comes_back(transport):
    """Over tcp an owner that is started again has another address."""
    settings = PACED if transport == "ipc" else {**over_tcp("true"), **PACED}
    with Mesh(settings) as mesh:
        make_keys(mesh.folder / "keys", "relay", "feed", "historian", "watcher")
        mesh.start("relay", "historian")
        bars = mesh.folder / "bars"
        with open(bars, "w") as out:
            listening = subprocess.Popen(
                mesh.command("tap", "market/bar"), cwd=mesh.folder, env=ENVIRONMENT, stdout=out, stderr=subprocess.STDOUT)
        mesh.all.append(listening)
        heard = lambda: len(bars.read_text().splitlines())
        mesh.start("feed")
        mesh.until(lambda: heard() > 0, "the tap hears the feed")
        mesh.kill("feed")
        before = heard()
        mesh.start("feed")
        mesh.until(lambda: heard() > before + 1, "the tap hears the feed that came back")
        mesh.until_rows(PACED_ROWS)
        listening.send_signal(signal.SIGINT)
        assert listening.wait(10) == 0
        assert all(line.split()[1].startswith("market/bar/") for line in bars.read_text().splitlines())
        assert not mesh.log("relay", "refused")


def test_a_tap_that_is_stopped_costs_nobody_a_message():
    """Neither the takers, nor another tap; and it goes on when it is let go."""
    with Mesh({**PACED, "feed.bars": 2000}) as mesh:
        mesh.start("relay")
        started = [subprocess.Popen(
            mesh.command("tap", "market/", "--stats", "--json"), cwd=mesh.folder, env=ENVIRONMENT,
            stdout=subprocess.PIPE, text=True) for _ in range(2)]
        mesh.all += started
        for process in started:
            until(lambda: caught(process.pid), "the tap listens", 20)
        mesh.start("feed", "historian").until_rows(100)
        started[0].send_signal(signal.SIGSTOP)
        mesh.until_rows(4 * 2000)
        reports = []
        for process in reversed(started):
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGINT)
            reports.append(json.loads(process.communicate(timeout=20)[0]))
        heard = [{each["topic"]: each for each in report["topics"]} for report in reports]
        bars = [topic for topic in heard[0] if topic.startswith("market/bar/")]
        assert len(bars) == 4 and all(heard[0][topic]["missing"] == 0 for topic in bars), heard[0]
        mesh.stop()
        mesh.verify()
