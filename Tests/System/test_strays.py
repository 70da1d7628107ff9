"""A command that trades with processes of its own leaves none of them behind, however it is ended."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest

from mesh import ENVIRONMENT, PLACE, REPOSITORY, executable, until

DAY = ["day", "run", "2024-05-14", "--csv", str(REPOSITORY / "config/sample-minutes"), "--strategy", "gap gap=0.001",
       "--mesh", "--speed", "60"]
COMMANDS = {
    "chaos": ["chaos", "--seed", "1", "--rounds", "2", "--scenes", "paper"],
    "round": ["chaos", "--seed", "1", "--round", "3"],
    "run": ["run", "--speed", "60"],
    "day": DAY,
}


@pytest.fixture
def place():
    # A socket's path has at most 107 characters.
    folder = tempfile.mkdtemp(prefix="tw-", dir=PLACE)
    yield pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)


def begin(place, words):
    return subprocess.Popen(
        [executable("tradewind"), *words, "--keep", str(place / "kept")], cwd=REPOSITORY, env=ENVIRONMENT, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        # Whoever runs the tests by nohup would hand it on.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))


def at_work(place):
    """The programs that were told of the folder, by their process."""
    found = {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = pathlib.Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended meanwhile
        if any(str(place).encode() in word for word in words):
            found[int(process)] = os.path.basename(words[0].decode())
    return found


def trades(place):
    return any(name == "execution" for name in at_work(place).values()) and list(
        place.glob("kept/**/execution/*/*.segment"))


def kill(process):
    """Its descendants may be stopped, or about to be started: it ends at once, and cannot say so to any of them."""
    process.send_signal(signal.SIGKILL)


def ask(number):
    return lambda process: process.send_signal(number)


def ask_twice(process):
    """As `timeout` does: the process, and then its whole group."""
    process.send_signal(signal.SIGTERM)
    os.killpg(process.pid, signal.SIGTERM)


WAYS = {"SIGTERM": ask(signal.SIGTERM), "SIGINT": ask(signal.SIGINT), "SIGHUP": ask(signal.SIGHUP),
        "twice": ask_twice, "SIGKILL": kill}


@pytest.mark.parametrize("command, way", [
    *(("chaos", way) for way in WAYS), ("round", "twice"), ("round", "SIGKILL"), ("run", "SIGHUP"), ("run", "twice"),
    ("run", "SIGKILL"), ("day", "SIGHUP"), ("day", "SIGKILL"),
])
def test_whoever_ends_it_finds_nothing_running(place, command, way):
    process = begin(place, COMMANDS[command])
    try:
        until(lambda: trades(place) or process.poll() is not None, "its mesh trades", 30)
        assert process.poll() is None, process.stdout.read()
        WAYS[way](process)
        said, _ = process.communicate(timeout=40)
        assert process.returncode == (-signal.SIGKILL if way == "SIGKILL" else 130), said
        until(lambda: not at_work(place), "all of it has ended", 5, said=lambda: str(at_work(place)))
        if way != "SIGKILL":
            assert "stopped before" in said
        if way != "SIGKILL" and command in ("chaos", "round"):
            assert str(place / "kept") in said, said
    finally:
        process.kill()
        process.wait()
        for stray in at_work(place):
            os.kill(stray, signal.SIGKILL)
