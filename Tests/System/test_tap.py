"""tap beside real services: it records and plays, asks why, and gives a terminal back as it was."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

from conftest import SYNTHETIC
from mesh import ENVIRONMENT, Mesh, executable, until

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
        last = f"market/step/historian.1 1/{PACED_ROWS // 4} "
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


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, command, folder, columns=100, rows=30):
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.said = b""
        self.slave = slave
        self.process = subprocess.Popen(
            command, cwd=folder, env={**ENVIRONMENT, "TERM": "xterm"}, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        while select.select([self.master], [], [], 0.01)[0]:
            try:
                self.said += os.read(self.master, 1 << 16)
            except OSError:
                return

    def until(self, text, seconds=20):
        def met():
            self.read()
            return text in self.said
        until(met, f"the terminal shows {text!r}", seconds, said=lambda: repr(self.said[-2000:]))
        self.said = self.said[self.said.rindex(text):]

    def press(self, keys):
        os.write(self.master, keys)

    def ended(self):
        def over():
            self.read()
            return self.process.poll() is not None
        until(over, "the process ends", 10)
        self.read()
        now = termios.tcgetattr(self.slave)
        os.close(self.slave)
        os.close(self.master)
        # All but a flag of the kernel's own: that input is to be printed again.
        return now[:3] == self.before[:3] and now[3] & ~termios.PENDIN == self.before[3] & ~termios.PENDIN


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
