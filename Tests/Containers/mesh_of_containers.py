"""The services of compose/tradewind.yaml in containers, as a project of its own that is gone afterwards."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import tempfile
import time

from daemon import REPOSITORY
from mesh import COLUMNS, until

SERVICES = ("relay", "supervisor", "feed", "historian")


class Containers:
    def __init__(self, daemon, feed):
        self.daemon = daemon
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tw-", dir="/tmp"))
        # The settings of the tests, and checks that are more frequent than on a machine that is to be idle.
        check = {"interval": "1s", "timeout": "5s", "retries": 20, "start_period": "5s"}
        services = {name: {"healthcheck": check} for name in SERVICES}
        services["feed"]["environment"] = {
            "TRADEWIND_" + key.upper().replace(".", "_"): str(value) for key, value in feed.items()}
        override = self.folder / "test.json"
        override.write_text(json.dumps({"services": services}))
        self.environment = {
            "COMPOSE_PROJECT_NAME": self.folder.name.lower().replace("_", "-"),
            "COMPOSE_FILE": f"{REPOSITORY}/compose/tradewind.yaml:{override}",
        }
        self.project = self.environment["COMPOSE_PROJECT_NAME"]
        self.seen = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind:
            print(self.told())
        with contextlib.suppress(Exception):
            self.compose("down", "--volumes", "--timeout", "3")
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *words, seconds=60.0):
        code, said = self.daemon.run(*words, seconds=seconds, environment=self.environment)
        assert code == 0, f"{' '.join(words)}: exit code {code}\n{said}"
        return said

    def compose(self, *words, seconds=60.0):
        return self.run("docker-compose", "--ansi", "never", *words, seconds=seconds)

    # The mesh

    def up(self, historians):
        """As docs/containers.md says it."""
        self.compose("run", "--rm", "-T", "keys")
        self.compose("up", "-d", "--scale", f"historian={historians}", seconds=90)
        self.until_healthy(historians)
        return self

    def scale(self, historians):
        self.compose("up", "-d", "--no-recreate", "--scale", f"historian={historians}", seconds=90)
        self.until_healthy(historians)

    def until_healthy(self, historians):
        expected = len(SERVICES) - 1 + historians

        def healthy():
            states = [self.inspect(name)["State"] for name in self.names()]
            return len(states) == expected and all(state["Health"]["Status"] == "healthy" for state in states)
        until(healthy, f"{expected} containers are healthy", 60, every=0.2, said=self.told)

    def names(self, service=None):
        """The containers that run, or are to be started again."""
        filters = ["--filter", f"label=com.docker.compose.project={self.project}"]
        if service:
            filters += ["--filter", f"label=com.docker.compose.service={service}"]
        return sorted(self.run("docker", "ps", "--all", "--format", "{{.Names}}", *filters).split())

    def inspect(self, name):
        return json.loads(self.run("docker", "inspect", name))[0]

    def kill(self, name):
        """Kills the service's process, as a fault would: what Docker itself stops, it does not start again."""
        os.kill(self.inspect(name)["State"]["Pid"], signal.SIGKILL)

    def cut(self, name):
        self.run("docker", "network", "disconnect", f"{self.project}_default", name)

    def heal(self, name):
        self.run("docker", "network", "connect", f"{self.project}_default", name)

    def address(self, name):
        return self.inspect(name)["NetworkSettings"]["Networks"][f"{self.project}_default"]["IPAddress"]

    @contextlib.contextmanager
    def in_the_way(self):
        """Somebody who has the next free address of the network meanwhile."""
        name = f"{self.project}_in_the_way"
        self.run("docker", "run", "--detach", "--name", name, "--network", f"{self.project}_default", "tradewind",
                 "tap", "--for", "300s")
        try:
            yield
        finally:
            self.run("docker", "rm", "--force", name)

    def is_ready(self, name, service):
        """What the healthcheck says, now."""
        return self.daemon.run("docker", "exec", name, "tradewind", "healthy", service)[0] == 0

    def down(self):
        """Ends all, and gives how long it took in seconds."""
        began = time.monotonic()
        self.compose("down")
        return time.monotonic() - began

    def verify(self):
        """Derives every decision again, from the volume of the transcripts."""
        said = self.compose("run", "--rm", "-T", "--no-deps", "relay", "tradewind", "verify", "--json", seconds=120)
        reports = json.loads(said[said.index("["):])
        assert reports and all(report["difference"] is None for report in reports), reports
        return reports

    def told(self):
        return self.run("docker", "ps", "--all") + "\n" + self.compose("logs", "--tail", "20")

    # What they stored

    def query(self, sql):
        """Asks copies of the databases: to look into one is to write beside it, and the files are not ours."""
        volume = pathlib.Path(json.loads(self.run("docker", "volume", "inspect", f"{self.project}_data"))[0]["Mountpoint"])
        rows = []
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            for file in sorted(volume.glob("history*.sqlite")):
                for part in (file, file.with_name(file.name + "-wal")):
                    with contextlib.suppress(FileNotFoundError):
                        shutil.copy(part, place)
                with contextlib.closing(sqlite3.connect(f"{place}/{file.name}")) as database:
                    rows += database.execute(sql).fetchall()
        return rows

    def count(self):
        # A copy of what is being written may be torn, and is taken again.
        with contextlib.suppress(sqlite3.DatabaseError):
            self.seen = max(self.seen, sum(count for count, in self.query("SELECT count(*) FROM bars")))
        return self.seen

    def rows(self):
        """All rows, once nobody writes any more."""
        return sorted(self.query(f"SELECT {COLUMNS} FROM bars"))

    def until_rows(self, count, seconds=60.0):
        until(lambda: self.count() >= count, f"{count} rows are stored", seconds, every=0.2,
              said=lambda: f"{self.count()} rows\n{self.told()}")
