"""A mesh of containers over tcp and CURVE: started, scaled, killed, cut in two and stopped, and nothing is lost."""

import pathlib
import subprocess

from conftest import FEED, ROWS
from daemon import REPOSITORY
from mesh import until
from mesh_of_containers import Containers

# So many times faster than the data's time, a replay takes some fifteen seconds, and thirty.
SLOW = {**FEED, "feed.speed": 150_000}
SLOWER = {**FEED, "feed.speed": 75_000}


def test_scaled_to_four_and_back_during_a_replay(daemon, reference):
    with Containers(daemon, SLOWER) as mesh:
        mesh.up(historians=1)
        mesh.until_rows(ROWS // 20)
        mesh.scale(4)
        mesh.until_rows(mesh.count() + 1)
        assert mesh.count() < ROWS, "the replay was over before the parts were spread"
        mesh.scale(1)
        assert mesh.count() < ROWS, "the replay was over before the parts were back"
        mesh.until_rows(ROWS)
        mesh.compose("stop", "historian", "feed")
        assert mesh.rows() == reference
        mesh.verify()


def test_what_is_killed_is_started_again_and_goes_on(daemon, reference):
    with Containers(daemon, SLOW) as mesh:
        mesh.up(historians=2)
        for service in ("historian", "feed", "relay", "supervisor"):
            name = mesh.names(service)[0]
            mesh.until_rows(min(ROWS, mesh.count() + 1))
            mesh.kill(name)
            until(lambda: mesh.inspect(name)["RestartCount"] >= 1, f"{name} is started again", 20, every=0.1)
        mesh.until_healthy(2)
        mesh.until_rows(ROWS)
        mesh.compose("stop", "historian", "feed")
        assert mesh.rows() == reference
        mesh.verify()


def test_what_is_cut_off_comes_back_with_another_address_and_catches_up(daemon, reference):
    with Containers(daemon, SLOW) as mesh:
        mesh.up(historians=1)
        name = mesh.names("historian")[0]
        mesh.until_rows(ROWS // 20)
        before = mesh.address(name)
        mesh.cut(name)
        with mesh.in_the_way():
            # It goes on with what it has; the feed waits for it.
            until(lambda: not mesh.is_ready(name, "historian"), f"{name} notices", 20, every=0.1)
            assert mesh.count() < ROWS
            mesh.heal(name)
        assert mesh.address(name) != before
        mesh.until_rows(ROWS)
        mesh.until_healthy(1)
        mesh.compose("stop", "historian", "feed")
        assert mesh.rows() == reference
        mesh.verify()


def test_services_are_nobody_and_down_takes_less_than_five_seconds_and_leaves_only_the_volumes(daemon):
    with Containers(daemon, SLOW) as mesh:
        mesh.up(historians=2)
        for name in mesh.names():
            status = pathlib.Path(f"/proc/{mesh.inspect(name)['State']['Pid']}/status").read_text()
            lines = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
            assert lines["Uid"].split() == ["10001"] * 4
            assert int(lines["CapEff"], 16) == 0
        name = mesh.names("feed")[0]
        for folder in ("/bin/keys", "/keys"):
            code, said = daemon.run("docker", "exec", name, "tradewind", "keys", "make", "spy", "--set",
                                    f"mesh.keys_folder={folder}")
            assert code == 1 and "Read-only file system" in said, said
        seconds = mesh.down()
        assert seconds < 5
        assert mesh.names() == []
        assert mesh.project not in mesh.run("docker", "network", "ls")
        assert mesh.run("docker", "volume", "ls", "--quiet").split() == [f"{mesh.project}_data", f"{mesh.project}_keys"]


def test_without_a_daemon_the_build_of_the_image_says_so(daemon):
    done = subprocess.run(["scripts/images"], cwd=REPOSITORY, capture_output=True, text=True, timeout=60,
                          env={**daemon.environment, "DOCKER_HOST": f"unix://{daemon.folder}/nobody"})
    assert done.returncode == 1
    assert "no Docker daemon answers" in done.stderr and "DOCKER_HOST" in done.stderr
