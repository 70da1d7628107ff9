"""Providers: each stand-in speaks a provider's wire from a known source and misbehaves; what is fetched equals the source."""

import csv
import datetime
import decimal
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/StandIns"))

from providers import ALL, Alpaca, AlphaVantage, Polygon, Tiingo, Yahoo  # noqa: E402
from source import Source, dollars  # noqa: E402
from standin import Answer, StandIn as Nowhere  # noqa: E402

TRADEWIND = os.environ.get("TRADEWIND", ROOT / "bin" / "tradewind")
SYMBOLS = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH"]
FIRST, LAST = "2014-01-02", "2023-12-29"


@pytest.fixture(scope="module")
def decade():
    return Source(SYMBOLS, FIRST, LAST)


def environment(servers, folder, **settings):
    """The addresses and keys of stand-ins, and no patience: a second is long here."""
    values = {
        "PATH": os.environ["PATH"], "TRADEWIND_STATE_FOLDER": str(folder / "state"),
        "TRADEWIND_PROVIDERS_BACK_OFF": "5ms", "TRADEWIND_PROVIDERS_TIME_LIMIT": "2s",
        "TRADEWIND_PROVIDERS_PATIENCE": "5s", "NO_PROXY": "*",
    }
    # Who has no stand-in is nowhere: no test leaves the machine.
    for name in ["ALPACA", "YAHOO", "TIINGO", "POLYGON", "ALPHAVANTAGE", "NASDAQ", "CBOE", "FRED"]:
        values[f"TRADEWIND_PROVIDERS_{name}_URL"] = "http://127.0.0.1:1"
    for server in servers:
        name = server.name.upper()
        values[f"TRADEWIND_PROVIDERS_{name}_URL"] = server.url
        if server.name == "yahoo":
            values["TRADEWIND_PROVIDERS_YAHOO_COOKIE_URL"] = server.url
        if server.name == "alpaca":
            values["TRADEWIND_PROVIDERS_ALPACA_TRADING_URL"] = server.url
            values["TRADEWIND_PROVIDERS_ALPACA_SECRET"] = server.secret
        if hasattr(server, "key"):
            values[f"TRADEWIND_PROVIDERS_{name}_KEY"] = server.key
        for period in {"tiingo": ["HOUR", "DAY"], "alphavantage": ["MINUTE", "DAY"]}.get(server.name, ["MINUTE"]):
            values[f"TRADEWIND_PROVIDERS_{name}_PER_{period}"] = "0"
    values.update({f"TRADEWIND_{key.upper()}": str(value) for key, value in settings.items()})
    return values


def run(words, variables, code=0, timeout=60):
    done = subprocess.run([TRADEWIND, "data", *map(str, words)], capture_output=True, text=True, timeout=timeout,
                          cwd=ROOT, env=variables)
    assert done.returncode == code, done.stdout + done.stderr
    for secret in [server.key for server in ALL if hasattr(server, "key")] + [Alpaca.secret]:
        assert secret not in done.stdout + done.stderr
    return done


def fetch(folder, variables, *words, symbols=SYMBOLS, code=0, first=FIRST, last=LAST):
    done = run(["fetch", *symbols, "--from", first, "--to", last, "--csv", folder, "--json", *words], variables, code)
    return json.loads(done.stdout) if done.stdout else done.stderr


def rows(path):
    with open(path) as lines:
        return [tuple(row.values()) for row in csv.DictReader(lines)]


def figures(folder, symbol, span="1d"):
    return [row[1:7] for row in rows(folder / span / f"{symbol}.csv")]


def whole(text):
    """A price in the source's spelling; a price that is no whole cent stays as it is, and equals nothing."""
    cents = decimal.Decimal(text) * 100
    return dollars(int(cents)) if cents == int(cents) else text


def same(folder, source, symbols=SYMBOLS):
    for symbol in symbols:
        got = [(row[0], *(whole(cell) for cell in row[1:5]), row[5].removesuffix(".0"))
               for row in figures(folder, symbol)]
        assert got == source.table(symbol), symbol


def mischief(kinds, questions):
    """Each kind once at least, with good answers between them, from the third question on."""
    plan, number = {}, 3
    while number < questions or len(plan) < len(kinds):
        plan[number] = kinds[len(plan) % len(kinds)]
        number += 2
    return plan


@pytest.mark.parametrize("provider", ALL, ids=lambda provider: provider.name)
def test_ten_years_in_spite_of_everything(provider, decade, tmp_path):
    plan = mischief(provider.kinds, 0)
    with provider(decade, plan, slowness=3, page=700) as server:
        variables = environment([server], tmp_path)
        folder = tmp_path / "data"
        report = None
        # A fetch that a provider's trouble cut short goes on where it was.
        for _ in range(4):
            done = subprocess.run(
                [TRADEWIND, "data", "fetch", *SYMBOLS, "--from", FIRST, "--to", LAST, "--csv", folder, "--json",
                 "--provider", provider.name], capture_output=True, text=True, timeout=120, cwd=ROOT, env=variables)
            report = json.loads(done.stdout)
            if done.returncode == 0:
                break
        assert done.returncode == 0, done.stdout + done.stderr
        assert report["skipped"] == []
        # Not enough questions for all the mischief: ask for symbols that are not there yet, one by one.
        for symbol in SYMBOLS * 4:
            if set(provider.kinds) <= set(server.done):
                break
            (folder / "1d" / f"{symbol}.csv").unlink()
            again = subprocess.run(
                [TRADEWIND, "data", "fetch", symbol, "--from", FIRST, "--to", LAST, "--csv", folder, "--provider",
                 provider.name], capture_output=True, text=True, timeout=120, cwd=ROOT, env=variables)
            assert again.returncode == 0, again.stdout + again.stderr
        assert set(provider.kinds) <= set(server.done)
        same(folder, decade)
        assert {row[8] for row in rows(folder / "1d" / "AAA.csv")} == {provider.name}
        # Nothing is missing, so nothing is asked.
        asked = server.asked
        report = fetch(folder, variables, "--provider", provider.name)
        assert server.asked == asked and report["bars"] == 0
        assert report["present"] == {symbol: len(decade.daily(symbol)) for symbol in SYMBOLS}


@pytest.mark.parametrize("provider", [Alpaca, Polygon, Tiingo, Yahoo], ids=lambda provider: provider.name)
def test_splits_and_dividends(provider, decade, tmp_path):
    with provider(decade) as server:
        variables = environment([server], tmp_path, providers_actions=provider.name)
        fetch(tmp_path / "data", variables, "--provider", provider.name, symbols=["AAA"])
        got = {(row[1], row[2]): row[3] or row[4] for row in rows(tmp_path / "data/actions/AAA.csv")}
        expected = {(str(date), "split"): "4:1" for date in decade.splits["AAA"]}
        expected |= {(str(date), "dividend"): "0.24" for date in decade.dividends["AAA"]}
        assert got == expected


@pytest.mark.parametrize("provider", ALL, ids=lambda provider: provider.name)
def test_bars_within_the_day(provider, tmp_path):
    # Yahoo keeps no minutes of years ago; nobody's last two weeks are asked for here.
    today = datetime.date.today()
    first, last = today - datetime.timedelta(days=30), today - datetime.timedelta(days=7)
    source = Source(["AAA", "BBB"], str(first - datetime.timedelta(days=300)), str(last), split=False)
    with provider(source, {2: "500", 3: "disorder"}, page=300) as server:
        fetch(tmp_path, environment([server], tmp_path), "--interval", "5m", "--provider", provider.name,
              symbols=["AAA", "BBB"], first=first, last=last)
        for symbol in ["AAA", "BBB"]:
            expected = [
                (datetime.datetime.fromtimestamp(row["open_at"], datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                 *(dollars(row[key]) for key in "ohlc"), str(row["v"]))
                for row in source.minutes(symbol, 5, first, last)]
            got = [(row[0], *(whole(cell) for cell in row[1:5]), row[5].removesuffix(".0"))
                   for row in figures(tmp_path, symbol, "5m")]
            assert got == expected and got


def test_the_next_one_takes_over_and_nothing_is_twice(decade, tmp_path):
    """Alpaca dies in the middle: what it gave stays, and the rest is Tiingo's."""
    dying = {number: "500" for number in range(4, 1000)}
    with Alpaca(decade, dying, page=5000) as first, Tiingo(decade) as second:
        variables = environment([first, second], tmp_path, providers_history="alpaca,tiingo")
        report = fetch(tmp_path / "data", variables)
        assert report["skipped"] == [] and any("alpaca answered 500" in note for note in report["notes"])
        same(tmp_path / "data", decade)
        assert {row["provider"] for row in report["fetched"]} <= {"alpaca", "tiingo"}


def test_holes_of_one_are_filled_by_the_other(decade, tmp_path):
    with Tiingo(decade) as whole_one, Polygon(decade) as holed:
        gone = {row["date"] for row in decade.daily("AAA")[500:520]}
        answer = holed.source.daily
        holed.source = type("Holed", (), dict(vars(decade), daily=lambda self, symbol, first=None, last=None: [
            row for row in answer(symbol, first, last) if row["date"] not in gone]))()
        variables = environment([whole_one, holed], tmp_path, providers_history="polygon,tiingo")
        fetch(tmp_path / "data", variables, symbols=["AAA"])
        same(tmp_path / "data", decade, ["AAA"])
        by = {row[1]: row[8] for row in rows(tmp_path / "data/1d/AAA.csv")}
        assert {by[str(date)] for date in gone} == {"tiingo"} and list(by.values()).count("polygon") == len(by) - 20


def test_days_that_nobody_has_are_asked_for_once(decade, tmp_path):
    with Tiingo(decade) as server:
        variables = environment([server], tmp_path)
        report = fetch(tmp_path / "data", variables, "--provider", "tiingo", symbols=["AAA"], first="2013-12-02")
        assert [(row["from"], row["to"], row["failure"]) for row in report["skipped"]] == [
            ("2013-12-02", "2013-12-31", False)]
        assert "nothing from tiingo" in report["skipped"][0]["reason"]
        asked = server.asked
        fetch(tmp_path / "data", variables, "--provider", "tiingo", symbols=["AAA"], first="2013-12-02")
        assert server.asked == asked


def test_a_wrong_key_is_told_before_a_long_fetch(decade, tmp_path):
    with Alpaca(decade) as server:
        variables = environment([server], tmp_path) | {"TRADEWIND_PROVIDERS_ALPACA_KEY": "KEY-THAT-IS-WRONG"}
        report = fetch(tmp_path / "data", variables, "--provider", "alpaca", code=1)
        assert server.asked == 1 and not (tmp_path / "data/1d").exists()
        assert report["notes"] == ["alpaca answered 401: unauthorized."]
        assert "KEY-THAT-IS-WRONG" not in json.dumps(report)


def test_a_key_in_an_answer_is_not_shown(decade, tmp_path):
    with AlphaVantage(decade, {number: "hidden" for number in range(1, 99)}) as server:
        report = fetch(tmp_path / "data", environment([server], tmp_path), symbols=["AAA"], code=1)
        assert any("detected your API key as …" in note for note in report["notes"])


def test_mistakes_of_a_command_line(tmp_path):
    for words, sentence in [
        (["fetch", "aapl", "--from", "2020-01-02"], "did you mean AAPL?"),
        (["fetch", "AAPL", "--from", "2020-01-02", "--provider", "iexcloud"], "shut down on 31 August 2024"),
        (["fetch", "AAPL", "--from", "2020-01-02", "--provider", "tingo"], "did you mean tiingo?"),
        (["fetch", "AAPL", "--from", "2020-01-02", "--to", "2019-01-02"], "is after --to 2019-01-02"),
        (["providers", "iexcloud"], "shut down on 31 August 2024"),
        (["providers", "alpca"], "did you mean alpaca?"),
    ]:
        assert sentence in run(words, {"PATH": os.environ["PATH"]}, code=2).stderr
    variables = {"PATH": os.environ["PATH"], "TRADEWIND_PROVIDERS_HISTORY": "iexcloud"}
    done = subprocess.run([TRADEWIND, "config", "check"], capture_output=True, text=True, cwd=ROOT, env=variables)
    assert done.returncode == 1 and "shut down on 31 August 2024" in done.stderr
    done = run(["fetch", "AAPL", "--from", "2020-01-02", "--provider", "tiingo"], {"PATH": os.environ["PATH"]}, code=1)
    assert "providers.tiingo.key" in done.stderr


def test_providers_are_shown(decade, tmp_path):
    with Alpaca(decade) as server, Yahoo(decade) as other:
        variables = environment([server, other], tmp_path)
        shown = {row["name"]: row for row in json.loads(run(["providers", "--json"], variables).stdout)}
        assert shown["alpaca"]["key"] == "there" and shown["tiingo"]["key"] == "missing"
        assert shown["yahoo"]["key"] == "needs none" and shown["cboe"]["can"] == ["volatility_index"]
        out = run(["providers", "alpaca", "--check"], variables).stdout
        assert "answers" in out and "history: 1 of 5 in providers.history" in out


def test_into_the_store(decade, tmp_path):
    """Without --csv bars go into the store, each with its provider; what is there is not asked for again."""
    with Tiingo(decade) as server:
        variables = environment([server], tmp_path, data_store=tmp_path / "store")
        words = ["fetch", "AAA", "--from", FIRST, "--to", LAST, "--provider", "tiingo", "--json"]
        assert json.loads(run(words, variables).stdout)["bars"] == len(decade.daily("AAA"))
        listed = json.loads(run(["list", "--json"], variables).stdout)
        assert "AAA" in json.dumps(listed) and "tiingo" in json.dumps(listed)
        asked = server.asked
        assert json.loads(run(words, variables).stdout)["present"] == {"AAA": len(decade.daily("AAA"))}
        assert server.asked == asked


@pytest.mark.parametrize("ended", [signal.SIGKILL, signal.SIGINT], ids=lambda ended: ended.name)
def test_a_fetch_that_is_ended_goes_on_where_it_was(decade, tmp_path, ended):
    """Whatever the moment: what is in the store stays, the rest is asked for, and in the end it equals the source."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with Alpaca(decade, {number: "slow" for number in range(2, 1000, 2)}, slowness=0.05, page=700) as server:
        variables = environment([server], tmp_path, data_store=tmp_path / "store")
        words = ["fetch", *SYMBOLS, "--from", FIRST, "--to", LAST, "--provider", "alpaca", "--json"]
        for _ in range(8):
            process = subprocess.Popen([TRADEWIND, "data", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                       cwd=ROOT, env=variables, text=True)
            time.sleep(chance.uniform(0.01, 0.6))
            process.send_signal(ended)
            said = process.communicate(timeout=60)[1]
            assert process.returncode in (0, -ended, 128 + ended), said
        there = 0
        if (tmp_path / "store").exists():
            there = sum(row["rows"] for row in json.loads(run(["list", "--json"], variables).stdout))
        report = json.loads(run(words, variables).stdout)
        assert report["skipped"] == [] and sum(report["present"].values()) == there
        assert report["bars"] == sum(len(decade.daily(symbol)) for symbol in SYMBOLS) - there
        run(["export", "--format", "csv", "--out", tmp_path / "data/1d"], variables)
        same(tmp_path / "data", decade)


def test_answers_are_kept_and_stand_in_with_their_age(decade, tmp_path):
    company = {"Symbol": "AAA", "Name": "Triple", "Sector": "METALS", "MarketCapitalization": "1000", "PERatio": "None"}

    class Companies(AlphaVantage):
        def answer(self, request, mischief):
            return Answer(company) if request.query["function"] == "OVERVIEW" else super().answer(request, mischief)

    words = ["look", "AAA", "--what", "company", "--json"]
    with Companies(decade) as server:
        variables = environment([server], tmp_path, providers_fundamentals="alphavantage")
        first = json.loads(run(words, variables).stdout)
        assert first["rows"][0]["sector"] == "METALS" and not first["stale"]
        assert json.loads(run(words, variables).stdout)["rows"] == first["rows"] and server.asked == 1
        # Its time is over: it is asked for again.
        run(words, variables | {"TRADEWIND_PROVIDERS_CACHE_COMPANIES": "0s"})
        assert server.asked == 2
    done = run(words, variables | {"TRADEWIND_PROVIDERS_CACHE_COMPANIES": "0s"}, code=1)
    old = json.loads(done.stdout)
    assert old["stale"] and old["rows"] == first["rows"] and "127.0.0.1" in done.stderr
    # Keys are in no file.
    for path in (tmp_path / "state/cache").iterdir():
        assert Companies.key.encode() not in path.read_bytes() and path.stat().st_mode & 0o077 == 0


def test_machines_share_answers_in_a_redis(decade, tmp_path):
    from redis_server import Redis

    class Quotes(Nowhere):
        name = "nasdaq"

    with Redis(password="open sesame") as redis, Yahoo(decade) as server:
        def machine(name, *servers):
            return environment(list(servers), tmp_path / name) | {
                "TRADEWIND_PROVIDERS_CACHE_REDIS": f"redis://127.0.0.1:{redis.port}/3",
                "TRADEWIND_PROVIDERS_CACHE_REDIS_PASSWORD": redis.password, "TRADEWIND_PROVIDERS_QUOTES": "yahoo"}

        look = ["look", "AAA", "--what", "quotes", "--json"]
        first = json.loads(run(look, machine("one", server)).stdout)
        asked = len(server.requests)
        # Another machine, which reaches nobody, has the same answer; so has the first one without its memory.
        for name, servers in (("two", ()), ("one", (server,))):
            again = json.loads(run(look, machine(name, *servers)).stdout)
            assert again["rows"] == first["rows"] and not again["stale"]
        assert len(server.requests) == asked
        # What is over is asked for again; where nobody answers the old one stands in, with its age.
        old = run(look, machine("two") | {"TRADEWIND_PROVIDERS_CACHE_QUOTES": "0s"}, code=1)
        assert json.loads(old.stdout)["stale"] and json.loads(old.stdout)["rows"] == first["rows"]
        # A wrong password, and a Redis that is gone: a line, and the provider is asked as ever.
        wrong = run(look, machine("three", server) | {"TRADEWIND_PROVIDERS_CACHE_REDIS_PASSWORD": "wrong"})
        assert "this machine's own cache is used" in wrong.stderr and "wrong" not in wrong.stderr.split("WRONGPASS")[0]
        assert len(server.requests) > asked
        redis.stop()
        gone = run(look, machine("four", server))
        assert json.loads(gone.stdout)["rows"] == first["rows"] and "this machine's own cache is used" in gone.stderr
    bad = run(look, machine("five", server) | {"TRADEWIND_PROVIDERS_CACHE_REDIS": "localhost"}, code=2)
    assert "redis://HOST:6379" in bad.stderr


def test_refresh(decade, tmp_path):
    today = datetime.date.today()
    closes = [today - datetime.timedelta(days=number) for number in range(1, 40)]

    class Everything(Nowhere):
        name = "nasdaq"

        def answer(self, request, mischief):
            if request.path == "/api/screener/stocks":
                return Answer({"data": {"rows": [
                    {"symbol": "BRK/B", "name": "Berkshire", "sector": "Finance", "marketCap": "1,000.00"},
                    {"symbol": "AAA", "name": "Triple", "sector": "Metals", "marketCap": ""}]}, "status": {"rCode": 200}})
            rows = "".join(f"{day:%m/%d/%Y},1,1,1,13.200000\r\n" for day in reversed(closes))
            return Answer("\ufeffDATE,OPEN,HIGH,LOW,CLOSE\r\n" + rows, kind="text/csv")

    folder = tmp_path / "static"
    with Everything(decade) as server:
        variables = environment([server], tmp_path) | {"TRADEWIND_PROVIDERS_CBOE_URL": server.url}
        run(["refresh", "--folder", folder], variables)
        assert json.loads((folder / "sectors.json").read_text())["sectors"] == {"AAA": "Metals", "BRK.B": "Finance"}
        assert len(json.loads((folder / "vix.json").read_text())["closes"]) == len(closes)
        assert len(json.loads((folder / "universe.json").read_text())["instruments"]) == 2
    # Nobody answers any more: what is there stays, and its age is told.
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    out = run(["refresh", "--folder", folder], variables).stdout
    assert out.count("stays as it was") == 3
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    run(["refresh", "--folder", tmp_path / "empty"], variables, code=1)


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_what_one_machine_fetches_the_others_read(decade, tmp_path, kind):
    from s3 import ObjectStore

    class Screener(Nowhere):
        name = "nasdaq"

        def answer(self, request, mischief):
            if request.path != "/api/screener/stocks":
                return Answer({}, 404)
            return Answer({"data": {"rows": [{"symbol": "AAA", "name": "Triple", "sector": "Metals"}]}, "status": {"rCode": 200}})

    with ObjectStore() as s3, Screener(decade) as server:
        place = "s3://bars/house" if kind == "s3" else str(tmp_path / "disk")
        keys = {"TRADEWIND_DATA_S3_KEY": s3.key, "TRADEWIND_DATA_S3_SECRET": s3.secret,
                "TRADEWIND_DATA_S3_ENDPOINT": s3.address, "TRADEWIND_DATA_S3_REGION": s3.region,
                "TRADEWIND_DATA_STATIC": place}
        variables = environment([server], tmp_path) | keys
        (tmp_path / "one").mkdir()
        (tmp_path / "one/vix.json").write_text('{"at": "2026-01-02T00:00:00Z", "provider": "cboe", "closes": {}}')
        said = run(["refresh", "--folder", tmp_path / "one"], variables).stdout
        assert said.count(", for others in ") == 2 and "vix.json: stays as it was" in said
        # A machine that reaches nobody reads them without being told to; one that must not ask asks nobody.
        lonely = environment([], tmp_path) | keys
        for more in ([], ["--read"]):
            folder = tmp_path / f"two{len(more)}"
            requests = len(server.requests)
            told = json.loads(run(["refresh", "--json", "--folder", folder, *more], variables if more else lonely, code=1).stdout)
            assert len(server.requests) == requests
            assert [(each["file"], each["read"]) for each in told] == [
                ("universe.json", True), ("sectors.json", True), ("vix.json", False)]
            for name in ("universe.json", "sectors.json"):
                assert (folder / name).read_bytes() == (tmp_path / "one" / name).read_bytes()
            again = run(["refresh", "--folder", folder, "--read"], lonely, code=1).stdout
            assert again.count("stays as it was") == 2
    if kind == "s3":
        # The place is away: what is here stays, and it is told why.
        said = run(["refresh", "--read", "--folder", tmp_path / "one"], lonely).stdout
        assert said.count("stays as it was") == 3 and "127.0.0.1" in said
    run(["refresh", "--read", "--folder", tmp_path / "one"], environment([], tmp_path), code=2)
