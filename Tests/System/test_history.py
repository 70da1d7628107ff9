"""Whatever becomes of the historian, of its database, or of the way there: what was said is stored, once."""

import csv
import io
import json
import os
import pathlib
import random
import subprocess
import sys

import pytest

from conftest import BARS, ROWS, SYNTHETIC
from mesh import ENVIRONMENT, REPOSITORY, Mesh, stored_series, until
from postgres import ServedMesh, Server
from trading import TRADING, TradingMesh

# The historian's own segments are small, so that what it reads again lies in several, packed and not.
SMALL = {"state.segment_size": "256KiB", "state.snapshot_segments": 2}
PRICES = ("open", "high", "low", "close")
# The server is away for an hour of the market. SPEED=1 plays that hour in an hour.
HOUR = 3600
SPEED = float(os.environ.get("SPEED", 240))
# The kinds of trading that have a table, and the table.
TABLES = {
    "signal": "signals", "order_proposal": "proposals", "verdict": "verdicts", "halt": "halts", "order_update": "orders",
    "fill": "fills", "position": "positions", "account": "accounts",
}


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


def fresh(server):
    """A database of a test's own on the server."""
    server.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return server


def test_a_server_takes_what_a_file_takes(server, reference):
    with ServedMesh(fresh(server), {**SYNTHETIC, **SMALL}) as mesh:
        mesh.start().until_rows(ROWS)
        mesh.stop()
        assert mesh.rows() == reference
        mesh.verify()


def test_the_server_is_away_all_the_while(server, reference):
    fresh(server)
    server.stop()
    with ServedMesh(server, {**SYNTHETIC, **SMALL}) as mesh:
        mesh.start()
        # The feed goes through with all of it, though nothing can be stored, and the historian says how it is.
        mesh.until(lambda: taken(mesh) > ROWS + BARS, "the replay is over", 60)
        mesh.until(lambda: "degraded" in mesh.run("tradewind", "healthy", "historian")[2], "historian is degraded")
        assert mesh.log("historian", "database")[0]["level"] == "error"
        # What waits is bounded: more than that is read again from the transcript.
        assert memory_peak(mesh.running["historian"].pid) < 80 << 20
        # It can be killed and started meanwhile, too.
        mesh.kill("historian")
        mesh.start("historian")
        server.start()
        mesh.until_rows(ROWS, 60)
        mesh.until(lambda: mesh.run("tradewind", "healthy", "historian")[0] == 0, "historian is ready")
        assert any("works again" in line["fields"]["text"] for line in mesh.log("historian", "database"))
        mesh.stop()
        assert mesh.rows() == reference
        mesh.verify()


def test_the_server_comes_and_goes_and_so_does_the_historian(server, reference):
    chance = random.Random(6)
    with ServedMesh(fresh(server), {**SYNTHETIC, **SMALL}) as mesh:
        mesh.start("relay", "historian")
        mesh.start("feed", settings={"feed.speed": 600_000})
        for _ in range(6):
            before = taken(mesh)
            mesh.until(lambda: taken(mesh) > before + chance.randint(0, 2000) or before > ROWS, "the replay goes on")
            what = chance.choice(["server", "historian", "both"])
            if what != "historian":
                server.kill()
            if what != "server":
                mesh.kill("historian")
                mesh.start("historian")
            if what != "historian":
                server.start()
        mesh.until_rows(ROWS, 90)
        mesh.stop()
        assert mesh.rows() == reference
        mesh.verify()


class TradedMesh(TradingMesh):
    """A mesh that trades, and whose historian keeps what is said of it."""

    def __init__(self, server=None, **settings):
        super().__init__(["sma-crossover fast=10 slow=30", "momentum lookback=60 skip=5 top=2"], **{
            **settings, "historian.trading": "true", **({"historian.postgres": server.address} if server else {})})
        self.settings["feed.followers"] += ",historian"
        self.server = server

    def names(self, table):
        """The names of the messages in a table."""
        sql = f"SELECT topic, epoch, number FROM {table}"
        if self.server:
            return [(row[0], int(row[1]), int(row[2])) for row in self.server.query(sql)]
        with self.reading() as database:
            return database.execute(sql).fetchall()

    def has_all(self, sent):
        try:
            return all(len(self.names(table)) >= len(sent[table]) for table in TABLES.values())
        except Exception:
            return False


def said(mesh):
    """What each service said that has a table: by table, the names of the messages."""
    found = {table: [] for table in TABLES.values()}
    for service in ("strategist", "portfolio", "risk", "execution"):
        for message in mesh.sent(service, "trading/"):
            for kind, table in TABLES.items():
                if kind in message:
                    found[table].append((message["topic"], int(message["epoch"]), int(message["number"])))
    return found


@pytest.mark.parametrize("made", ["sqlite", "postgres"])
@pytest.mark.parametrize("killed", [False, True])
def test_each_word_of_trading_is_there_once(server, made, killed):
    parts = {"historian.parts": 3} if made == "postgres" else {}
    with TradedMesh(fresh(server) if made == "postgres" else None, **parts) as mesh:
        mesh.start("relay", *TRADING, "historian")
        mesh.start("feed", settings={"feed.speed": 1_000_000} if killed else {})
        for _ in range(5 if killed else 0):
            before = mesh.steps()
            mesh.until(lambda: mesh.steps() > before + 3, "the replay goes on before the historian is killed")
            mesh.kill("historian")
            mesh.start("historian")
        mesh.until(mesh.is_over, "the replay is over", 120)
        sent = said(mesh)
        mesh.until(lambda: mesh.has_all(sent), "all of it is stored")
        mesh.stop("feed", *TRADING, "historian", "relay")
        for table, names in sent.items():
            assert sorted(mesh.names(table)) == sorted(names), table
        assert len(sent["orders"]) > 20 and len(sent["fills"]) > 10 and len(sent["verdicts"]) > 20
        for shard in (mesh.state / "historian").iterdir():
            mesh.verify_shard("historian", shard)
        # To the last digit, too: what the table says of the fills is what was said.
        fills = [message["fill"] for message in mesh.sent("execution", "trading/order/") if "fill" in message]
        sql = "SELECT fill_id, quantity, price, fee, filled_at FROM fills ORDER BY epoch, number"
        if mesh.server:
            rows = [(row[0], *map(int, row[1:])) for row in mesh.server.query(sql)]
        else:
            with mesh.reading() as database:
                rows = database.execute(sql).fetchall()
        assert rows == [(f["id"], units(f["quantity"], 9), units(f["price"], 6), units(f["fee"], 6), int(f["at"]))
                        for f in fills]


def test_trading_goes_on_while_the_server_is_away_for_an_hour(server):
    market = {"feed.source": "synthetic", "feed.symbols": "AAA,BBB,CCC,DDD", "feed.span": "1s",
              "feed.bars": HOUR + 120 + int(3 * SPEED), "trading.symbols": "AAA,BBB,CCC,DDD"}
    with TradedMesh(fresh(server), **market, **SMALL) as mesh:
        mesh.start("relay", *TRADING, "historian")
        mesh.start("feed", settings={"feed.speed": SPEED})
        mesh.until(lambda: mesh.names("signals"), "the first signals are stored", 60)
        server.stop()
        stopped_at = mesh.steps()
        # One milestone after another, each within its time by the clock and half a minute: nobody waits for a database.
        for part in range(12):
            goal = stopped_at + HOUR * (part + 1) // 12
            until(lambda: mesh.steps() >= goal, f"instant {goal} is through", HOUR / 12 / SPEED + 30, 30 / SPEED, mesh.told)
        assert mesh.run("tradewind", "healthy", "historian")[0] != 0
        assert memory_peak(mesh.running["historian"].pid) < 80 << 20
        server.start()
        mesh.until(mesh.is_over, "the replay is over", 120)
        sent = said(mesh)
        bars = sum("bar" in message for message in mesh.sent("feed", "market/bar/"))
        count = lambda: int(server.query("SELECT count(*) FROM bars")[0][0])
        mesh.until(lambda: mesh.has_all(sent) and count() >= bars, "all of it is stored", 120)
        mesh.stop("feed", *TRADING, "historian", "relay")
        assert count() == bars > 4 * HOUR
        for table, names in sent.items():
            assert sorted(mesh.names(table)) == sorted(names), table
        assert len(sent["orders"]) > 20 and len(sent["fills"]) > 10
        for shard in (mesh.state / "historian").iterdir():
            mesh.verify_shard("historian", shard)


def units(decimal, places):
    whole, _, part = decimal.partition(".")
    return int(whole + part.ljust(places, "0"))


def taken(mesh):
    """How many messages the historian's transcript holds, steps among them."""
    code, out, told = mesh.run("tradewind", "transcript", "ls", "historian", "--json")
    if code != 0:
        return 0
    return sum(segment["batches"] for segment in json.loads(out))


def memory_peak(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) << 10


def asked(mesh, symbol, *words):
    """What examples/history.py says of a symbol: its bars as rows of the database, or what it complains of."""
    done = subprocess.run(
        [sys.executable, REPOSITORY / "examples/history.py", symbol, "--folder", mesh.sockets, *words], env=ENVIRONMENT,
        capture_output=True, text=True, timeout=60)
    rows = [(symbol, 60_000_000_000, int(row["opened_at"]), *(units(row[name], 6) for name in PRICES),
             units(row["volume"], 3), int(row["trades"])) for row in csv.DictReader(io.StringIO(done.stdout))]
    return rows if done.returncode == 0 else done.stderr


@pytest.mark.parametrize("made", ["sqlite", "postgres"])
def test_history_is_asked_for_over_the_mesh(server, reference, made):
    """From parts that divide the symbols, from days in the store and the day in hand, in pages."""
    settings = {**SYNTHETIC, "historian.parts": 3}
    with ServedMesh(fresh(server), settings) if made == "postgres" else Mesh({**SYNTHETIC}) as mesh:
        mesh.settings |= {"historian.store": mesh.folder / "bars", "historian.store_interval": "0ms"}
        mesh.start().until_rows(ROWS)
        assert stored_series(mesh.store) and mesh.rows() == reference
        for symbol in {row[0] for row in reference}:
            assert asked(mesh, symbol) == [row for row in reference if row[0] == symbol]
        assert asked(mesh, "NONE") == []
        # The command says the same, in pages of its own, and so does what it says when it is taken into a store.
        symbols = sorted({row[0] for row in reference})
        code, said, told = mesh.run("tradewind", "data", "ask", *symbols, "NONE", "--page", "333")
        assert code == 0, told
        rows = [(row["symbol"], *(units(row[name], 6) for name in PRICES), units(row["volume"], 3), int(row["trades"]))
                for row in csv.DictReader(io.StringIO(said))]
        assert rows == [(row[0], *row[3:]) for row in sorted(reference)]
        if made == "postgres":
            server.stop()
            mesh.until(lambda: "PostgreSQL" in str(asked(mesh, reference[0][0])), "who asks is told that the server is away")
            server.start()
            mesh.until(lambda: asked(mesh, "NONE") == [], "it is back")
        mesh.stop()
        code, _, told = mesh.run("tradewind", "data", "ask", "NONE", "--patience", "1s")
        assert code == 1 and "no historian is heard" in told
