"""What people and machines do to a supervisor: two at once, services that do not end, a full disk, old numbers."""

import errno
import os
import signal
import subprocess
import time

import pytest

from mesh import ENVIRONMENT, until
from supervised import Supervised
from test_disk import needs_mounts

STUBBORN = """#!/bin/sh
trap '' TERM
echo "I stay"
exec sleep 1000
"""


def test_many_who_bring_up_at_once_get_one_supervisor():
    with Supervised() as mesh:
        ups = [mesh.begin("up", "-d", "--file", str(mesh.file)) for _ in range(6)]
        told = [up.communicate(timeout=60)[0] for up in ups]
        assert [up.returncode for up in ups] == [0] * 6, told
        supervisors = [pid for pid in mesh.processes() if program(pid) == "supervisor"]
        assert supervisors == [mesh.supervisor]
        assert {each["state"] for each in mesh.ps().values()} == {"ready"}
        downs = [mesh.begin("down") for _ in range(3)]
        told = [down.communicate(timeout=60)[0] for down in downs]
        assert [down.returncode for down in downs] == [0] * 3, told
        assert mesh.processes() == []


def program(pid):
    return os.path.basename(os.readlink(f"/proc/{pid}/exe"))


def test_up_right_after_down_and_the_other_way_round():
    with Supervised() as mesh:
        mesh.up()
        stops = lambda: (mesh.folder / "state/log/supervisor.log").read_text().count(" stopping ")
        for _ in range(2):
            before = stops()
            down = mesh.begin("down", "--within", "1s")
            until(lambda: stops() > before, "it goes down", 10, every=0.001)
            mesh.up()
            down.wait(30)
            assert {each["state"] for each in mesh.ps().values()} == {"ready"}
        mesh.run("down")


def test_an_old_number_is_nobody():
    """What a dead supervisor signed is the number of another process by now: it hears nothing of us."""
    with Supervised() as mesh:
        bystander = subprocess.Popen(["sleep", "60"])
        try:
            lock = mesh.folder / "state/processes/lock"
            lock.parent.mkdir(parents=True)
            for text in (f"{bystander.pid}\n", f"{bystander.pid} 1 {boot()}\n", "0 0 0\n", "", "x"):
                lock.write_text(text)
                mesh.up()
                assert mesh.supervisor != bystander.pid
                mesh.run("down")
                assert bystander.poll() is None, text
        finally:
            bystander.kill()
            bystander.wait(10)


def boot():
    with open("/proc/sys/kernel/random/boot_id") as file:
        return file.read().strip()


def test_who_does_not_end_is_killed_when_its_time_is_over():
    compose = "services:\n  stubborn: {command: [stubborn], restart: always, stop_grace_period: 500ms}\n"
    with Supervised(compose).programs(stubborn=STUBBORN) as mesh:
        up = mesh.begin("up", "-d", "--file", str(mesh.file), "--within", "2s")
        assert "not ready in time: stubborn-1 is starting" in up.communicate(timeout=30)[0]
        log = mesh.folder / "state/log/stubborn-1.log"
        until(lambda: log.exists() and "I stay" in log.read_text(), "it is at work", 10)
        before = mesh.pid("stubborn-1")
        restart = mesh.begin("restart", "stubborn", "--within", "3s")
        until(lambda: mesh.pid("stubborn-1") not in (None, before), "it is killed and started again", 10, said=mesh.told)
        assert mesh.ps()["stubborn-1"]["last_exit"]["signal"] == 9
        restart.wait(10)
        began = time.monotonic()
        mesh.run("down")
        assert time.monotonic() - began < 5
        assert mesh.processes() == []


def test_killed_processes_leave_nothing_in_the_mesh_folder():
    with Supervised() as mesh:
        mesh.up()
        run = mesh.folder / "run"
        assert {path.name for path in run.glob("*.pulse")} == {
            "feed.1.pulse", "historian-1.pulse", "relay.pulse", "supervisor.1.pulse"}
        os.kill(mesh.pid("historian-1"), signal.SIGSTOP)
        mesh.run("down", "historian", "--within", "200ms")
        assert not list(run.glob("historian*")), sorted(run.iterdir())
        os.kill(mesh.pid("feed-1"), signal.SIGSTOP)
        mesh.run("down", "--within", "200ms")
        assert list(run.iterdir()) == []


def fill(path):
    """Leaves no room on the disk of a file."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(file, bytes(4096)):
            pass
    except OSError as error:
        assert error.errno == errno.ENOSPC
    finally:
        os.close(file)


@needs_mounts
def test_a_full_disk_keeps_nobody_from_being_started_again():
    with Supervised(**{"state.segment_size": "128KiB", "feed.speed": 1}) as mesh:
        state = mesh.folder / "state"
        state.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", state], check=True)
        try:
            mesh.up()
            before = mesh.pid("relay-1")
            filler = state / "filler"
            fill(filler)
            os.kill(before, signal.SIGKILL)
            until(lambda: [pid for pid in mesh.processes() if program(pid) == "relay"] not in ([], [before]),
                  "the relay is started again", 10, said=mesh.told)
            assert "No space left on device" in mesh.run("restart", "relay", code=1)
            filler.unlink()
            # What could not be written down is, without anybody's doing.
            mesh.until_ready("relay-1", before)
            mesh.run("restart", "relay")
            mesh.run("down")
            assert mesh.processes() == []
        finally:
            for pid in mesh.processes():
                os.kill(pid, signal.SIGKILL)
            subprocess.run(["umount", "-l", state], check=True)
