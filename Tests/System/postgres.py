"""A PostgreSQL server of a test's own, and a mesh whose historian keeps its history there."""

import csv
import io
import pathlib
import shutil
import subprocess
import tempfile

from mesh import COLUMNS, PLACE, REPOSITORY, Mesh, merged, stored_series

SCRIPT = REPOSITORY / "Tests/StandIns/postgres"


class Server:
    """A cluster in a temporary folder; a `with` statement ends it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tw-pg-", dir=PLACE))
        self.address = f"host={self.folder} user=tester dbname=postgres"
        self.call("start")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.call("kill", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, word, check=True):
        done = subprocess.run([SCRIPT, word, self.folder], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 or not check, done.stderr

    def start(self):
        self.call("start")

    def stop(self):
        self.call("stop")

    def kill(self):
        self.call("kill")

    def query(self, sql):
        """The rows of a question, all of them texts; none where the table is not made yet."""
        done = subprocess.run(
            ["psql", "--no-psqlrc", "--csv", "--tuples-only", "--quiet", "--dbname", self.address, "--command", sql],
            capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            assert "does not exist" in done.stderr or "connection to server" in done.stderr, done.stderr
            return []
        return list(csv.reader(io.StringIO(done.stdout)))


class ServedMesh(Mesh):
    """The same mesh, with its history on a server."""

    def __init__(self, server, settings=None, **more):
        super().__init__({**(settings or {}), "historian.postgres": server.address}, **more)
        self.server = server

    def rows(self):
        rows = self.server.query(f"SELECT {COLUMNS} FROM bars ORDER BY symbol, span, opened_at")
        return merged(self.store, [(row[0], *map(int, row[1:])) for row in rows])

    def count(self):
        series = stored_series(self.store)
        found = self.server.query("SELECT count(*) FROM bars")
        if not found:
            return 0
        # What is being moved is in both for a moment, and counts once.
        moved = "".join(
            f" - (SELECT count(*) FROM bars WHERE symbol = '{symbol}' AND span = {span} AND opened_at <= {last})"
            for symbol, span, last, _, _ in series)
        found = self.server.query(f"SELECT (SELECT count(*) FROM bars){moved}")
        return int(found[0][0]) + sum(item[3] for item in series) if found else 0
