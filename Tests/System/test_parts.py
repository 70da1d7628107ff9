"""A divided historian goes from one process to four and back to two while a replay runs at full speed."""

import contextlib
import pathlib
import signal
import sqlite3
import subprocess

import pytest

from mesh import ENVIRONMENT, REPOSITORY, Mesh, executable, until

PARTS = 8
SYMBOLS = [f"S{at:02}" for at in range(16)]
BARS = 4_000
ROWS = len(SYMBOLS) * BARS
SETTINGS = {"feed.source": "synthetic", "feed.bars": BARS, "feed.span": "1m", "feed.symbols": ",".join(SYMBOLS)}
COLUMNS = "symbol, span, opened_at, open, high, low, close, volume, trades"


def granter():
    """The assigner on its own: it lies where the build puts it, and not in bin/."""
    built = pathlib.Path(executable("historian")).parent
    for folder in [built, REPOSITORY / ".build/release", REPOSITORY / ".build/debug"]:
        if (folder / "granter").exists():
            return str(folder / "granter")
    raise FileNotFoundError("no granter: build it with `swift build`")


class Divided(Mesh):
    """A mesh whose historian is divided, and shared by processes that come and go."""

    def __init__(self, settings=None):
        super().__init__({**SETTINGS, "historian.parts": PARTS, **(settings or {})})
        self.wishes = None

    def begin(self):
        self.start("relay", "feed")
        words = self.command("historian")
        words[0] = granter()
        self.wishes = self.launch("supervisor", words, stdin=subprocess.PIPE)
        return self

    def replica(self, *numbers):
        for number in numbers:
            name = f"historian-{number}"
            self.launch(name, self.command("historian", "--replica", name, "--parts", "granted"))
        return self

    def launch(self, name, words, stdin=subprocess.DEVNULL):
        with open(self.log_path(name), "ab") as log:
            process = subprocess.Popen(words, cwd=self.folder, env=ENVIRONMENT, stdin=stdin, stdout=log, stderr=log)
        self.running[name] = process
        self.all.append(process)
        return process

    def wish(self, text):
        self.wishes.stdin.write((text + "\n").encode())
        self.wishes.stdin.flush()

    def share(self, *numbers):
        self.wish(" ".join(["share historian", *[f"historian-{number}" for number in numbers]]))

    def holds(self, number):
        """How many parts a process has opened and not let go, as it logged since its last start."""
        count = 0
        for line in self.log(f"historian-{number}"):
            count = {"started": 0, "opened": count + 1, "lets go": count - 1}.get(line["event"], count)
        return count

    def until_held(self, counts):
        held = lambda: {number: self.holds(number) for number in counts}
        self.until(lambda: held() == counts, f"the parts are held as {counts}")

    def end(self, name):
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, self.told()

    def told(self):
        names = sorted(path.stem for path in self.folder.glob("*.log"))
        return "\n".join(f"--- {name}\n" + "\n".join(self.log_path(name).read_text().splitlines()[-12:]) for name in names)

    def files(self):
        return sorted(self.folder.glob("bars.*.sqlite"))

    def query(self, sql):
        rows = []
        for file in self.files():
            with contextlib.suppress(sqlite3.OperationalError):  # not made yet
                with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as database:
                    rows += database.execute(sql).fetchall()
        return rows

    def count(self):
        return sum(count for count, in self.query("SELECT count(*) FROM bars"))

    def rows(self):
        return sorted(self.query(f"SELECT {COLUMNS} FROM bars"))

    def verify_all(self):
        shards = sorted(path for path in (self.state / "historian").iterdir())
        assert [path.name for path in shards] == [str(part) for part in range(1, PARTS + 1)]
        return [self.verify_shard("historian", path) for path in shards]


@pytest.fixture(scope="module")
def undivided():
    """The rows of the same replay with a historian that is not divided."""
    with Mesh(SETTINGS) as mesh:
        mesh.start().until_rows(ROWS)
        mesh.stop()
        return sorted(mesh.rows())


def test_one_process_owns_all_parts_by_itself(undivided):
    with Divided() as mesh:
        mesh.start()
        mesh.until_rows(ROWS)
        for name in ("feed", "historian", "relay"):
            mesh.end(name)
        assert mesh.rows() == undivided
        mesh.verify("feed")
        reports = mesh.verify_all()
        # Each part took every step, and all bars were taken once.
        assert sum(report["taken"] for report in reports) == ROWS + PARTS * (BARS + 1)


def test_from_one_to_four_to_two_at_full_speed(undivided):
    with Divided() as mesh:
        mesh.begin().replica(1)
        mesh.share(1)
        mesh.until_held({1: 8})
        mesh.until_rows(ROWS // 20)
        mesh.replica(2, 3, 4)
        mesh.share(1, 2, 3, 4)
        mesh.until_held({1: 2, 2: 2, 3: 2, 4: 2})
        assert mesh.count() < ROWS, "the replay was over before the parts were spread"
        mesh.share(1, 2)
        mesh.until_held({1: 4, 2: 4, 3: 0, 4: 0})
        assert mesh.count() < ROWS, "the replay was over before the parts were back"
        mesh.end("historian-3")
        mesh.end("historian-4")
        mesh.until_rows(ROWS)
        for name in ("feed", "historian-1", "historian-2", "supervisor", "relay"):
            mesh.end(name)
        assert mesh.rows() == undivided
        mesh.verify("feed")
        mesh.verify_all()
        done = subprocess.run([granter(), "--verify", str(mesh.state / "supervisor/all")], env=ENVIRONMENT,
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        for name in ("feed", "historian-1", "historian-2", "historian-3", "historian-4"):
            assert not [line for line in mesh.log(name) if line["level"] == "error"], mesh.log(name)


def test_a_killed_process_gets_its_parts_back_and_a_dead_one_loses_them(undivided):
    with Divided({"state.segment_size": "128KiB", "state.snapshot_segments": 2}) as mesh:
        mesh.begin().replica(1, 2)
        mesh.share(1, 2)
        mesh.until_held({1: 4, 2: 4})
        mesh.until_rows(ROWS // 20)
        mesh.kill("historian-2")
        mesh.wish("ended historian-2")
        mesh.replica(2).until_logged("historian-2", "started", times=2)
        mesh.until_held({1: 4, 2: 4})
        # The supervisor is away meanwhile, and another goes on where it ended.
        mesh.kill("supervisor", "historian-2")
        mesh.launch("supervisor", [granter(), *mesh.command("historian")[1:]], stdin=subprocess.PIPE)
        mesh.wishes = mesh.running["supervisor"]
        mesh.share(1)
        mesh.wish("ended historian-2")
        mesh.until_held({1: 8})
        mesh.until_rows(ROWS)
        for name in ("feed", "historian-1", "supervisor", "relay"):
            mesh.end(name)
        assert mesh.rows() == undivided
        mesh.verify("feed")
        mesh.verify_all()


def test_another_division_is_refused():
    with Divided() as mesh:
        (mesh.state / "historian/all").mkdir(parents=True)
        code, _, said = mesh.run("historian")
        assert code == 1 and "historian.parts is 8" in said.splitlines()[-1]
    for before, after in ((4, 8), (8, 4)):
        with Divided() as mesh:
            for part in range(1, before + 1):
                (mesh.state / "historian" / str(part)).mkdir(parents=True)
            code, _, said = mesh.run("historian", settings={"historian.parts": after})
            assert code == 1 and f"historian.parts is {after}" in said.splitlines()[-1]
    with Divided() as mesh:
        code, _, said = mesh.run("historian", "--parts", "1,9")
        assert code == 2 and "numbers from 1 to 8" in said
        code, _, said = mesh.run("historian", "--shard", "all")
        assert code == 2 and "--parts" in said
