"""A mesh of real processes under its supervisor: whatever is killed, it comes back, and nothing is left behind."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from mesh import ENVIRONMENT, REPOSITORY, executable, until

# Quick to give up, so that a crash loop is seen in a second.
SETTINGS = {"feed.bars": 2000, "supervisor.restarts_max": 3, "supervisor.restart_first": "20ms"}
MESH = (REPOSITORY / "compose/tradewind.yaml").read_text()


class Supervised:
    """A mesh that `tradewind up` starts in a folder of its own; a `with` statement ends it, also where a test fails."""

    def __init__(self, compose=MESH, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tw-", dir="/tmp"))
        self.file = self.folder / "compose.yaml"
        self.file.write_text(compose)
        self.settings = {
            "state.folder": self.folder / "state", "mesh.folder": self.folder / "run",
            "historian.database": self.folder / "bars.sqlite", **SETTINGS, **settings,
        }

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        until(lambda: not self.processes(), "all processes are gone", 10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *words):
        settings = [word for key, value in self.settings.items() for word in ("--set", f"{key}={value}")]
        return [executable("tradewind"), *words, *settings]

    def run(self, *words, code=0, seconds=30):
        """Runs a verb to its end; gives what it printed, or what it said where it is to fail."""
        done = subprocess.run(
            self.command(*words), cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=seconds)
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}{self.told()}"
        return done.stdout if code == 0 else done.stderr

    def up(self, *words, **more):
        return self.run("up", "-d", "--file", str(self.file), *words, **more)

    def ps(self):
        return {each["name"]: each for each in json.loads(self.run("ps", "--json"))["processes"]}

    def pid(self, name):
        return self.ps()[name]["pid"]

    @property
    def supervisor(self):
        return int((self.folder / "state/processes/lock").read_text())

    def processes(self):
        """Every process of this mesh, whoever started it: each has the folder in its environment or command."""
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                said = (path / "environ").read_bytes() + (path / "cmdline").read_bytes()
                dead = "State:\tZ" in (path / "status").read_text()
            except OSError:
                continue
            if str(self.folder).encode() in said and not dead and int(path.name) != os.getpid():
                found.append(int(path.name))
        return found

    def until_ready(self, name, *but, seconds=15):
        """Waits until a process is ready that is none of these."""
        def ready():
            process = self.ps().get(name)
            return process and process["state"] == "ready" and process["pid"] not in (None, *but) and process
        return until(ready, f"{name} is ready again", seconds, every=0.05, said=self.told)

    def told(self):
        logs = sorted((self.folder / "state/log").glob("*.log"))
        return "\n".join(f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-12:]) for log in logs)


@pytest.fixture(scope="module")
def mesh():
    """One mesh for all tests that leave it as it was."""
    with Supervised() as mesh:
        mesh.up()
        yield mesh


def test_up_waits_until_everything_is_ready(mesh):
    assert {name: each["state"] for name, each in mesh.ps().items()} == {
        "feed-1": "ready", "historian-1": "ready", "relay-1": "ready"}
    assert "historian.1  ready" in mesh.run("status")
    mesh.run("healthy", "relay")
    assert "historian.1: ready" in mesh.run("healthy", "historian")
    assert "no strategist runs" in mesh.run("healthy", "strategist", code=1)
    before = mesh.ps()
    mesh.up()
    assert {name: each["pid"] for name, each in mesh.ps().items()} == {
        name: each["pid"] for name, each in before.items()}


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
    assert "1 part to share (historian.parts)" in mesh.run("scale", "historian=2", code=1)


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


def caught(pid):
    """Whether a process hears SIGTERM by now."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("SigCgt:")[1].split()[0], 16) >> (signal.SIGTERM - 1) & 1


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


def test_a_divided_service_is_scaled_and_back_while_a_replay_runs():
    with Supervised(**{"historian.parts": 4, "feed.bars": 10_000, "feed.speed": 60_000}) as mesh:
        mesh.up()
        mesh.run("scale", "historian=4")
        assert sum(name.startswith("historian") for name in mesh.ps()) == 4
        os.kill(mesh.supervisor, signal.SIGKILL)
        mesh.up()
        # The number that somebody set outlives the supervisor.
        assert sum(name.startswith("historian") for name in mesh.ps()) == 4
        os.kill(mesh.pid("historian-3"), signal.SIGKILL)
        mesh.until_ready("historian-3")
        mesh.run("scale", "historian=1")

        def all_parts():
            said = subprocess.run(
                mesh.command("status", "--json"), cwd=mesh.folder, env=ENVIRONMENT, capture_output=True, text=True,
                timeout=20)
            processes = {each["name"]: each for each in json.loads(said.stdout)["processes"]}
            held = [each["shard"] for each in processes["historian-1"]["instances"]]
            return said.returncode == 0 and held == ["1", "2", "3", "4"]
        until(all_parts, "one process has all parts again", 15, every=0.1, said=mesh.told)
        mesh.run("down")
        assert mesh.run("verify").count("the same, byte for byte") == 6
