"""A Docker daemon of the tests' own: in a temporary folder, with its own socket, gone afterwards."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class Unavailable(Exception):
    """Why no daemon can be had here, in a sentence."""


class Daemon:
    def __init__(self):
        if os.geteuid() != 0:
            raise Unavailable("only root can start a Docker daemon")
        for program in ("dockerd", "docker", "docker-compose"):
            if not shutil.which(program):
                raise Unavailable(f"{program} is not installed; run: scripts/bootstrap containers")
        # A socket's path has at most 107 characters.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tw-docker-", dir="/tmp"))
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("TRADEWIND_", "COMPOSE_", "DOCKER_"))}
        self.environment["DOCKER_HOST"] = f"unix://{self.folder}/socket"
        self.process = None
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self):
        for storage in ([], ["--storage-driver=vfs"]):
            self.launch(storage + network())
            if self.answers():
                break
            self.end()
        else:
            raise Unavailable(f"dockerd does not start here: {self.last_words()}")
        # Some machines run a daemon, and no network of containers or no container.
        code, said = self.run("docker", "network", "create", "probe")
        if code != 0:
            raise Unavailable(f"containers get no network here: {said.splitlines()[-1]}")
        self.run("docker", "network", "rm", "probe")
        code, said = self.run("scripts/images", seconds=120)
        if code != 0:
            raise AssertionError(f"scripts/images failed: {said}")
        code, said = self.run("docker", "run", "--rm", "--network", "none", "tradewind", "tradewind", "--version")
        if code != 0:
            raise Unavailable(f"no container can be started here: {said.splitlines()[-1]}")

    def launch(self, options):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["dockerd", f"--data-root={self.folder}/data", f"--exec-root={self.folder}/exec",
                 f"--pidfile={self.folder}/pid", f"--host=unix://{self.folder}/socket",
                 "--default-ulimit=nofile=20000:20000", "--userland-proxy=false", "--bridge=none", *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def answers(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.run("docker", "version")[0] == 0:
                return True
            time.sleep(0.1)
        return False

    def run(self, *words, seconds=60.0, environment=None):
        """Runs a command against this daemon: its exit code, and what it said."""
        done = subprocess.run(words, cwd=REPOSITORY, env={**self.environment, **(environment or {})},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=seconds)
        return done.returncode, done.stdout.strip()

    def last_words(self):
        lines = [line for line in (self.folder / "log").read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else "it says nothing"

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)

    def stop(self):
        self.end()
        # A daemon that had to be killed leaves mounts behind.
        mounted = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
        for place in reversed([place for place in mounted if place.startswith(f"{self.folder}/")]):
            subprocess.run(["umount", "--lazy", place], check=False, timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)


def network():
    """Containers of one network need no rules, and rules would outlive the daemon; unless somebody's firewall keeps
    back all that nobody allowed."""
    firewall = subprocess.run(["iptables", "-S", "FORWARD"], capture_output=True, text=True, check=False, timeout=20)
    return [] if "-P FORWARD DROP" in firewall.stdout else ["--iptables=false", "--ip-forward=false"]
