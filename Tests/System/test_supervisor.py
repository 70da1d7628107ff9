"""A mesh of real processes under its supervisor: whatever is killed, it comes back, and nothing is left behind."""

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

from mesh import ENVIRONMENT, REPOSITORY, executable, until
from supervised import Supervised, caught
from terminal import Terminal


@pytest.fixture(scope="module")
def mesh():
    """One mesh for all tests that leave it as it was."""
    with Supervised() as mesh:
        mesh.up()
        yield mesh


def test_up_waits_until_everything_is_ready(mesh):
    assert {name: each["state"] for name, each in mesh.ps().items()} == {
        "feed-1": "ready", "historian-1": "ready", "relay-1": "ready"}
    assert [f"historian.{part}  ready" in mesh.run("status") for part in range(1, 8)] == [True] * 7
    mesh.run("healthy", "relay")
    assert "historian-1: ready" in mesh.run("healthy", "historian")
    assert "no strategist runs" in mesh.run("healthy", "strategist", code=1)
    before = mesh.ps()
    mesh.up()
    assert {name: each["pid"] for name, each in mesh.ps().items()} == {
        name: each["pid"] for name, each in before.items()}


def test_up_with_other_settings_returns_when_all_run_with_them(mesh):
    before = mesh.ps()
    for words in ["--set", "log.rotate_size=9MiB"], []:
        mesh.up(*words)
        after = mesh.ps()
        assert {name: each["state"] for name, each in after.items()} == dict.fromkeys(before, "ready")
        assert all(after[name]["pid"] != before[name]["pid"] for name in before)
        before = after


@pytest.mark.parametrize("name", ["historian-1", "relay-1", "feed-1"])
def test_who_is_killed_comes_back(mesh, name):
    before = mesh.ps()[name]
    os.kill(before["pid"], signal.SIGKILL)
    after = mesh.until_ready(name, before["pid"])
    assert after["restarts"] == before["restarts"] + 1
    assert after["last_exit"]["signal"] == 9 and not after["last_exit"]["asked"]
    mesh.run("status")


def test_a_restart_that_is_asked_for_is_orderly(mesh):
    before = mesh.pid("historian-1")
    mesh.run("restart", "historian")
    after = mesh.until_ready("historian-1", before)
    assert after["last_exit"]["code"] == 0 and after["last_exit"]["asked"]


def test_who_is_stopped_stays_stopped_and_nobody_else_ends(mesh):
    feed = mesh.pid("feed-1")
    mesh.run("down", "historian")
    assert mesh.ps()["historian-1"]["state"] == "stopped"
    os.kill(mesh.supervisor, signal.SIGKILL)
    mesh.run("restart", "relay")
    assert mesh.ps()["historian-1"]["state"] == "stopped" and mesh.pid("feed-1") == feed
    mesh.up()
    assert mesh.ps()["historian-1"]["state"] == "ready"


def test_the_supervisor_is_killed_and_the_next_one_adopts(mesh):
    before = {name: each["pid"] for name, each in mesh.ps().items()}
    old = mesh.supervisor
    os.kill(old, signal.SIGKILL)
    assert {name: each["pid"] for name, each in mesh.ps().items()} == before
    mesh.up()
    assert mesh.supervisor != old
    after = mesh.ps()
    assert {name: each["pid"] for name, each in after.items()} == before
    assert all(each["adopted"] for each in after.values())
    # What was adopted is watched as well as what was started.
    os.kill(before["historian-1"], signal.SIGKILL)
    assert not mesh.until_ready("historian-1", before["historian-1"])["adopted"]


def test_who_ends_while_nobody_looks_is_started_again(mesh):
    before = mesh.pid("historian-1")
    os.kill(mesh.supervisor, signal.SIGKILL)
    os.kill(before, signal.SIGKILL)
    until(lambda: mesh.ps()["historian-1"]["state"] == "lost", "the loss is seen", 5)
    mesh.up()
    mesh.until_ready("historian-1", before)


def test_a_mesh_has_one_supervisor(mesh):
    settings = [word for key, value in mesh.settings.items() for word in ("--set", f"{key}={value}")]
    done = subprocess.run(
        [executable("supervisor"), *settings], cwd=mesh.folder, env=ENVIRONMENT, capture_output=True, text=True,
        timeout=20)
    assert done.returncode == 1
    assert done.stderr == (
        f"supervisor: process {mesh.supervisor} supervises the mesh in {mesh.folder / 'state'} already; a mesh has "
        "one supervisor\n")


def test_what_cannot_be_is_refused_in_one_sentence(mesh):
    assert "there is no service \"historain\"" in mesh.run("restart", "historain", code=2)
    assert "is no scale; write historian=4" in mesh.run("scale", "historian", code=2)
    assert "feed is not divided" in mesh.run("scale", "feed=2", code=1)
    assert "7 parts to share (historian.parts)" in mesh.run("scale", "historian=8", code=1)


def test_logs_are_there_and_can_be_followed(mesh):
    names = lambda *words: {line.split(" | ")[0].strip() for line in mesh.run("logs", *words).splitlines()}
    assert names() == {"feed-1", "historian-1", "relay-1", "supervisor"} and names("feed") == {"feed-1"}
    follower = subprocess.Popen(
        mesh.command("logs", "-f", "historian", "--lines", "0"), cwd=mesh.folder, env=ENVIRONMENT,
        stdout=subprocess.PIPE, text=True)
    try:
        until(lambda: caught(follower.pid), "the follower listens", 10)
        mesh.run("restart", "historian")
        assert "historian-1 | " in follower.stdout.readline()
    finally:
        follower.send_signal(signal.SIGTERM)
        follower.wait(10)


def test_logs_that_cannot_be_read_are_told(mesh):
    place = mesh.folder / "elsewhere"
    logs = lambda *words: mesh.run("logs", *words, "--set", f"log.folder={place}", code=1)
    assert logs() == f"tradewind: {place} has no log yet\n"
    place.mkdir(exist_ok=True)
    assert logs("feed") == f"tradewind: {place} has no log of feed\n"
    # A folder where a log should be cannot be read by anybody, root included.
    (place / "feed-1.log").mkdir()
    for words in [], ["-f"]:
        assert logs(*words) == f"tradewind: {place}/feed-1.log cannot be read: Is a directory\n"
    (place / "feed-1.log").rmdir()
    place.rmdir()
    place.write_text("no folder")
    for words in [], ["-f"]:
        assert logs(*words) == f"tradewind: there is no folder {place} that can be read\n"


def test_down_leaves_nothing_and_is_quick(mesh):
    began = time.monotonic()
    mesh.run("down")
    assert time.monotonic() - began < 5
    assert mesh.processes() == []
    assert list((mesh.folder / "run").iterdir()) == []
    assert mesh.run("ps") == "nothing is running\n"
    mesh.up()


def test_down_does_not_wait_for_one_that_hangs(mesh):
    os.kill(mesh.pid("historian-1"), signal.SIGSTOP)
    os.kill(mesh.pid("feed-1"), signal.SIGSTOP)
    began = time.monotonic()
    mesh.run("down", "--within", "1s")
    assert time.monotonic() - began < 5
    assert mesh.processes() == []
    mesh.up()


def test_orphans_and_stale_sockets_are_cleaned(mesh):
    before = mesh.pid("feed-1")
    os.kill(mesh.supervisor, signal.SIGKILL)
    for name in ("relay-1", "historian-1"):
        os.kill(mesh.pid(name), signal.SIGKILL)
    # A mesh that has no feed any more: what runs of it is an orphan, and its sockets are left behind.
    (mesh.folder / "run/strategist.1.market").touch()
    (mesh.folder / "run/strategist.1.market.lock").touch()
    whole = mesh.file.read_text()
    try:
        mesh.file.write_text("services:\n  relay: {command: [relay], restart: always}\n")
        mesh.up()
        until(lambda: before not in mesh.processes(), "the orphan is gone", 10, said=mesh.told)
        assert list(mesh.ps()) == ["relay-1"]
        assert not list((mesh.folder / "run").glob("strategist*"))
    finally:
        mesh.file.write_text(whole)
    mesh.up()


@pytest.mark.parametrize("end", ["ctrl-c", "SIGTERM", "SIGHUP"])
def test_up_on_a_terminal_shows_a_table_and_gives_the_terminal_back(end):
    with Supervised() as mesh:
        terminal = Terminal(mesh.command("up", "--file", str(mesh.file)), mesh.folder, 120, 20)
        try:
            terminal.until(b"Ctrl-C takes the mesh down")
            terminal.until(b"historian.1")
            # Narrow and low, and wide again: each time it is drawn anew, and no line is longer than the window.
            for columns, rows in ((50, 8), (20, 3), (200, 50)):
                terminal.resize(columns, rows)
                drawn = terminal.drawn(b"\x1b[H\x1b[2J")
                assert max(map(len, drawn)) <= columns and len(drawn) < rows, drawn
                assert any(line.startswith("feed-1") for line in drawn)
            if end != "ctrl-c":
                terminal.process.send_signal(signal.Signals[end])
            else:
                terminal.press(b"\x03")
            assert terminal.ended(), "the terminal is not as it was"
            assert terminal.process.returncode == 0
            assert mesh.processes() == []
        finally:
            terminal.process.kill()
            terminal.process.wait(10)


def test_up_in_the_foreground_ends_the_mesh_when_it_is_ended(mesh):
    mesh.run("down")
    shown = mesh.folder / "shown"
    with open(shown, "w") as output:
        process = subprocess.Popen(
            mesh.command("up", "--file", str(mesh.file)), cwd=mesh.folder, env=ENVIRONMENT, stdout=output,
            stderr=output, stdin=subprocess.DEVNULL)
    try:
        until(lambda: "historian-1  ready" in shown.read_text(), "it shows who is ready", 20, said=mesh.told)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0, shown.read_text()
    finally:
        process.kill()
        process.wait(5)
    assert mesh.processes() == []
    mesh.up()


def test_a_service_that_crashes_at_start_is_given_up_with_an_alarm():
    compose = """
services:
  relay: {command: [relay], restart: always}
  feed:
    command: [feed]
    restart: unless-stopped
    environment: {TRADEWIND_FEED_SOURCE: csv}
"""
    with Supervised(compose) as mesh:
        mesh.up("relay")
        tap = subprocess.Popen(
            [executable("tap"), "control/alarm", "--for", "15s", "--count", "1", "--form", "json", "--set",
             f"mesh.folder={mesh.folder / 'run'}"], cwd=mesh.folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        try:
            said = mesh.up(code=1)
            assert "feed-1 is given up after 3 restarts" in said and "feed.csv_files names no file" in said
            process = mesh.ps()["feed-1"]
            assert process["state"] == "given up" and process["last_exit"]["code"] == 1
            assert "feed.csv_files names no file" in process["last_exit"]["last_line"]
            assert "crash loop" in tap.communicate(timeout=20)[0]
        finally:
            tap.kill()
        # A back-off between the starts, and no more of them.
        starts = [line for line in (mesh.folder / "state/log/supervisor.log").read_text().splitlines()
                  if "started process=feed-1" in line]
        assert len(starts) == 4
        # Mended, it is given another chance.
        mesh.file.write_text(compose.replace("csv", "synthetic"))
        mesh.up()
        assert mesh.ps()["feed-1"]["state"] == "ready"


def test_a_compose_file_that_is_wrong_starts_nothing():
    wrong = (REPOSITORY / "Tests/SupervisionTests/Fixtures/mistakes.yaml").read_text()
    with Supervised(wrong) as mesh:
        said = mesh.up(code=1)
        assert "is wrong in 20 places:" in said and f"{mesh.file}:29:16: mem_limit takes a size" in said
        assert mesh.processes() == []


def test_limits_of_the_compose_file_hold():
    compose = """
services:
  relay: {command: [relay], cpuset: "0", mem_limit: 256m}
"""
    with Supervised(compose) as mesh:
        mesh.up()
        pid = mesh.pid("relay-1")
        assert os.sched_getaffinity(pid) == {0}
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        assert next(line for line in limits.splitlines() if line.startswith("Max data")).split()[3] == str(256 << 20)
        os.kill(pid, signal.SIGKILL)
        until(lambda: mesh.ps()["relay-1"]["state"] == "ended", "restart is \"no\"", 5)
        mesh.file.write_text(compose.replace('"0"', '"0,900"'))
        assert "cpuset 0,900: this machine does not have these processors" in mesh.up(code=1)
