"""A mesh of real processes in a folder of its own: start, kill, pause, wait, and always clean up.

Nothing here sleeps and hopes: every wait is for a condition, with a deadline, and says what it waited for and
what the services wrote when it does not come.
"""

import calendar
import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ("relay", "feed", "historian")
# In memory where there is some: a kill loses nothing there either, and a disk that others keep busy makes a sync last
# as long as a deadline. What a disk does is tested with disks of the tests' own.
PLACE = "/dev/shm" if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2 << 30 else "/tmp"
# Variables of that name are settings, and ours are none.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("TRADEWIND_")}
COLUMNS = "symbol, span, opened_at, open, high, low, close, volume, trades"


def executable(name):
    """Where a program lies: TRADEWIND_BIN, else bin/, else .build/debug."""
    named = os.environ.get("TRADEWIND_BIN")
    folders = [pathlib.Path(named)] if named else [REPOSITORY / "bin", REPOSITORY / ".build/debug"]
    for folder in folders:
        if os.access(folder / name, os.X_OK):
            return str((folder / name).resolve())
    raise FileNotFoundError(f"no {name} in {', '.join(map(str, folders))}: build it, or set TRADEWIND_BIN")


def until(condition, what, seconds=30.0, every=0.01, said=lambda: ""):
    """Waits for a condition and gives its value; fails with a sentence after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:g} s still not: {what}\n{said()}")
        time.sleep(every)


class Mesh:
    """Relay, feed and historian in a temporary folder; a `with` statement ends all of them."""

    def __init__(self, settings=None, state=None, keep=False):
        # A socket's path has at most 107 characters.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tw-", dir=PLACE))
        self.state = pathlib.Path(state) if state else self.folder / "state"
        self.sockets = self.folder / "run"
        self.database = self.folder / "bars.sqlite"
        self.settings = {
            "mesh.folder": self.sockets,
            "state.folder": self.state,
            "historian.database": self.database,
            # One transcript to look into; test_parts and test_scaling divide it.
            "historian.parts": 1,
            "log.format": "json",
        }
        self.settings.update(settings or {})
        self.keep = keep
        # Secrets travel in variables alone.
        self.environment = dict(ENVIRONMENT)
        self.running = {}
        self.all = []
        self.mounts = []
        self.boot = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for process in self.all:
            if process.poll() is None:
                process.kill()
        for process in self.all:
            process.wait(10)
        for place in reversed(self.mounts):
            subprocess.run(["umount", "-l", place], check=False)
        if self.keep or (kind and os.environ.get("KEEP")):
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    # Processes

    def command(self, name, *arguments, settings=None):
        words = [executable(name), *arguments]
        for key, value in {**self.settings, **(settings or {})}.items():
            words += ["--set", f"{key}={value}"]
        if self.boot:
            # Another boot of the machine, as the service sees it.
            mount = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"'
            words = ["unshare", "-m", "sh", "-c", mount, str(self.boot), *words]
        return words

    def start(self, *names, settings=None, file_size_max=None):
        for name in names or SERVICES:
            assert name not in self.running, f"{name} runs already"
            limit = None
            if file_size_max is not None:
                limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_size_max, resource.RLIM_INFINITY))
            with open(self.log_path(name), "ab") as log:
                self.running[name] = subprocess.Popen(
                    self.command(name, settings=settings), cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                    stdout=log, stderr=log, preexec_fn=limit)
            self.all.append(self.running[name])
        return self

    def kill(self, *names):
        for name in names or list(self.running):
            process = self.running.pop(name)
            process.kill()
            process.wait(10)

    def pause(self, name):
        self.running[name].send_signal(signal.SIGSTOP)

    def resume(self, name):
        self.running[name].send_signal(signal.SIGCONT)

    def stop(self, *names, seconds=20):
        """Asks to stop, in the order given, and sees each end well."""
        for name in names or [n for n in ("feed", "historian", "relay") if n in self.running]:
            process = self.running.pop(name)
            self.until_listening(name, process)
            process.send_signal(signal.SIGTERM)
            try:
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                raise AssertionError(f"{name} does not stop within {seconds} s\n{self.told()}") from None
            assert code == 0, f"{name} ended with {code}\n{self.told()}"

    def until_listening(self, name, process, seconds=20):
        """Waits until a process that has just been started hears a request to stop."""
        deadline = time.monotonic() + seconds
        while process.poll() is None:
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            caught = int(status.split("SigCgt:")[1].split()[0], 16)
            if status.split()[1] == name and caught >> (signal.SIGTERM - 1) & 1:
                return
            assert time.monotonic() < deadline, f"{name} does not get to work\n{self.told()}"
            time.sleep(0.002)

    def ended(self, name, seconds=20):
        """Waits for a service to end by itself and gives its exit code."""
        return self.running.pop(name).wait(seconds)

    def run(self, name, *arguments, settings=None, seconds=30):
        """Runs a program to its end: exit code, standard output, standard error."""
        done = subprocess.run(
            self.command(name, *arguments, settings=settings), cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=seconds)
        return done.returncode, done.stdout, done.stderr

    def verify(self, *names):
        """Feeds the transcripts to the programs again; gives what they report, which must be no difference."""
        reports = {}
        for name in names or ("feed", "historian"):
            reports[name] = self.verify_shard(name, self.shard(name))
        return reports

    def verify_shard(self, name, folder):
        done = subprocess.run(
            [executable(name), "--verify", str(folder)], cwd=self.folder, env=ENVIRONMENT, capture_output=True,
            text=True, timeout=120)
        assert done.returncode == 0, f"{name} --verify {folder}: {done.returncode}\n{done.stdout}{done.stderr}"
        report = json.loads(done.stdout)
        assert report["difference"] is None, report
        return report

    def power_cut(self, text):
        """From now on services see this boot id, as after a restart of the machine."""
        self.boot = self.folder / "boot_id"
        self.boot.write_text(text + "\n")

    def mount(self, place, size):
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place], check=True)
        self.mounts.append(place)

    # What they leave behind

    def shard(self, name):
        return self.state / name / "all"

    def segments(self, name):
        """The segments in use: the one that is allocated ahead is blank."""
        return [path for path in sorted(self.shard(name).glob("[0-9]*.segment")) if path.open("rb").read(8) != bytes(8)]

    def log_path(self, name):
        return self.folder / f"{name}.log"

    def log(self, name, event=None):
        """The lines that a service logged, of one event or all; what is no JSON becomes an event ''."""
        lines = []
        if self.log_path(name).exists():
            for line in self.log_path(name).read_text(errors="replace").splitlines():
                try:
                    lines.append(json.loads(line))
                except ValueError:
                    lines.append({"event": "", "text": line})
        return [line for line in lines if event is None or line.get("event") == event]

    def told(self):
        """The end of each log, for a failure."""
        tails = []
        for name in SERVICES:
            if self.log_path(name).exists():
                lines = self.log_path(name).read_text(errors="replace").splitlines()
                tails.append(f"--- {name} ({len(lines)} lines)\n" + "\n".join(lines[-15:]))
        return "\n".join(tails)

    def rows(self):
        """What the historian has stored, in the order of its key: what lies in the store, and over it the database."""
        with self.reading() as database:
            rows = database.execute(f"SELECT {COLUMNS} FROM bars ORDER BY symbol, span, opened_at").fetchall()
        return merged(self.store, rows)

    @property
    def store(self):
        """The folder that days which are over go into, where there is one."""
        return self.settings.get("historian.store")

    def count(self):
        if not self.database.exists():
            return 0
        try:
            # What is being moved is in both for a moment, and counts once.
            series = stored_series(self.store)
            with self.reading() as database:
                # All of it as it is in one moment: what leaves between two questions would be counted twice.
                database.execute("BEGIN")
                count = database.execute("SELECT count(*) FROM bars").fetchone()[0]
                for symbol, span, last, _, _ in series:
                    count -= database.execute(
                        "SELECT count(*) FROM bars WHERE symbol = ? AND span = ? AND opened_at <= ?",
                        (symbol, span, last)).fetchone()[0]
            return count + sum(item[3] for item in series)
        except sqlite3.OperationalError:
            return 0  # not made yet

    def reading(self):
        return Closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10))

    def until(self, condition, what, seconds=30.0):
        """Waits for a condition, and fails at once when a service ends that nobody ended."""
        def met():
            value = condition()
            for name, process in self.running.items():
                assert value or process.poll() is None, f"{name} ended with {process.returncode}\n{self.told()}"
            return value
        return until(met, what, seconds, said=lambda: f"{self.count()} rows\n{self.told()}")

    def until_rows(self, count, seconds=60.0):
        self.until(lambda: self.count() >= count, f"{count} rows are stored", seconds)

    def until_logged(self, name, event, seconds=20.0, times=1):
        self.until(lambda: len(self.log(name, event)) >= times, f"{name} logs {event}", seconds)


def stored_series(folder):
    """What a columnar store says of each series: symbol, span, last bar, rows, folder."""
    found = []
    for path in sorted(pathlib.Path(folder).glob("*/*/manifest.json")) if folder else []:
        manifest = json.loads(path.read_text())
        files = [file for file in manifest["files"] if not file["replaced"]]
        if files:
            number, unit = int(manifest["interval"][:-1]), manifest["interval"][-1]
            span = number * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit] * 1_000_000_000
            last = max(nanoseconds(file["last"]) for file in files)
            found.append((manifest["symbol"], span, last, sum(file["rows"] for file in files), path.parent))
    return found


def nanoseconds(text):
    """A time as the store writes it, 2024-03-01T14:30:00Z."""
    whole, _, part = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) * 1_000_000_000 + int(part.ljust(9, "0") or 0)


def merged(folder, rows):
    """The bars of a columnar store as pyarrow reads them, and over them those of a database."""
    if not folder:
        return rows
    import pyarrow.parquet

    found = {}
    for symbol, span, _, _, place in stored_series(folder):
        for path in sorted(place.glob("*.parquet")):
            table = pyarrow.parquet.read_table(path)
            columns = [table["opened_at"].cast("int64").to_pylist()]
            for name, digits in [("open", 6), ("high", 6), ("low", 6), ("close", 6), ("volume", 3)]:
                columns.append([int(value.scaleb(digits)) for value in table[name].to_pylist()])
            for row in zip(*columns, table["trades"].to_pylist()):
                found[symbol, span, row[0]] = (symbol, span, *row)
    found.update({row[:3]: row for row in rows})
    return [found[key] for key in sorted(found)]


class Closing:
    """A database that is closed at the end of a `with` statement."""

    def __init__(self, database):
        self.database = database

    def __enter__(self):
        return self.database

    def __exit__(self, *error):
        self.database.close()
