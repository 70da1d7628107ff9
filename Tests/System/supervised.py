"""A mesh of processes under its supervisor, in a folder of its own, as `tradewind up` starts it."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile

from mesh import COLUMNS, ENVIRONMENT, PLACE, REPOSITORY, executable, until

# Quick to give up, so that a crash loop is seen in a second.
SETTINGS = {"feed.bars": 2000, "supervisor.restarts_max": 3, "supervisor.restart_first": "20ms"}
MESH = (REPOSITORY / "compose/tradewind.yaml").read_text()


class Supervised:
    """A mesh that `tradewind up` starts in a folder of its own; a `with` statement ends it, also where a test fails."""

    def __init__(self, compose=MESH, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tw-", dir=PLACE))
        self.file = self.folder / "compose.yaml"
        self.file.write_text(compose)
        self.begun = []
        self.program = None
        self.settings = {
            "state.folder": self.folder / "state", "mesh.folder": self.folder / "run", **SETTINGS, **settings,
        }

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for process in self.begun:
            process.kill()
            process.wait(10)
            process.stdout.close()
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not self.processes(), "all processes are gone", 10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *words):
        settings = [word for key, value in self.settings.items() for word in ("--set", f"{key}={value}")]
        return [self.program or executable("tradewind"), *words, *settings]

    def programs(self, **scripts):
        """Has the mesh run by programs in a folder of its own, where other ones may lie beside them."""
        folder = self.folder / "bin"
        folder.mkdir()
        for name in ("tradewind", "supervisor", "relay", "feed", "historian"):
            shutil.copy2(executable(name), folder / name)
        for name, script in scripts.items():
            (folder / name).write_text(script)
            (folder / name).chmod(0o755)
        self.program = str(folder / "tradewind")
        return self

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
        """Its number, once it has signed."""
        lock = self.folder / "state/processes/lock"
        return int(until(lambda: lock.read_text().split(), "the supervisor has signed its lock", 10, said=self.told)[0])

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

    def begin(self, *words):
        """Starts a verb, and does not wait for it."""
        process = subprocess.Popen(
            self.command(*words), cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        self.begun.append(process)
        return process

    # What the historian has stored

    def query(self, sql):
        rows = []
        for file in sorted((self.folder / "state").glob("history*.sqlite")):
            with contextlib.suppress(sqlite3.OperationalError):  # not made yet
                with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as database:
                    rows += database.execute(sql).fetchall()
        return rows

    def rows(self):
        return sorted(self.query(f"SELECT {COLUMNS} FROM bars"))

    def count(self):
        return sum(count for count, in self.query("SELECT count(*) FROM bars"))

    def until_rows(self, count, seconds=60.0):
        until(lambda: self.count() >= count, f"{count} rows are stored", seconds, every=0.05,
              said=lambda: f"{self.count()} rows\n{self.told()}")

    def held(self):
        """How many parts each process holds, by name, as all of them say; what is away says nothing."""
        done = subprocess.run(
            self.command("status", "--json"), cwd=self.folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
        return {each["name"]: [part["shard"] for part in each["instances"]]
                for each in json.loads(done.stdout)["processes"] if done.returncode == 0}

    def told(self):
        logs = sorted((self.folder / "state/log").glob("*.log"))
        return "\n".join(f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-12:]) for log in logs)


def caught(pid):
    """Whether a process hears SIGTERM by now."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("SigCgt:")[1].split()[0], 16) >> (signal.SIGTERM - 1) & 1
