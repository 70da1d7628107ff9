"""A live market: the feed takes a provider's stream, which breaks in every way, and no bar is lost, none comes twice."""

import datetime
import json
import random
import ssl
import subprocess
import threading

import pytest

from live import SYMBOLS, AlpacaLive, LiveDay, LiveTradingMesh, live_mesh, live_trading, until_subscribed
from mesh import ENVIRONMENT, executable, until
from trading import TRADING, TradingMesh, outcome
from venue import KEY, SECRET, Venue

GAPS = {("KO", 4), ("IBM", 4), ("AAPL", 9), *((name, 12) for name in SYMBOLS)}


def sent(mesh, *prefixes):
    """What the feed has sent on topics that begin so."""
    done = subprocess.run([executable("tradewind"), "transcript", "export", str(mesh.shard("feed"))], cwd=mesh.folder,
                          env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return [record["message"] for record in records
            if record["kind"] == "sent" and record["message"]["topic"].startswith(prefixes)]


def complete(mesh, server, minutes):
    """Every bar of the day is stored once, and what the feed decided is derived again from its transcript."""
    rows = server.day.rows(range(minutes))
    mesh.until(lambda: mesh.count() >= len(rows), f"{len(rows)} bars are stored")
    mesh.stop()
    assert mesh.rows() == rows
    bars = [message["topic"] + message["bar"]["opened_at_iso"] for message in sent(mesh, "market/bar/")]
    assert len(bars) == len(set(bars)) == len(rows)
    steps = [message["step"]["time"] for message in sent(mesh, "market/step/")]
    assert steps == sorted(set(steps))
    mesh.verify()
    return steps


def instants(server, minutes):
    """When the minutes end of which there are bars."""
    return [(server.day.start + 60 * (minute + 1)) * 1_000_000_000 for minute in range(minutes)
            if any(server.day.bar(symbol, minute) for symbol in server.day.symbols)]


@pytest.mark.parametrize("letters", ["json", "msgpack"])
def test_a_day_goes_through_in_instants(letters):
    with AlpacaLive(LiveDay(SYMBOLS, gaps=GAPS)) as server, live_mesh(
            server, **{"providers.alpaca.stream_format": letters}) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(20)
        assert complete(mesh, server, 20) == instants(server, 20)
        assert server.logins == [(server.key, server.secret)]
        # Nothing was missed, so nothing was asked for.
        assert not server.requests
        assert server.key not in mesh.log_path("feed").read_text()


@pytest.mark.parametrize("mischief", ["duplicates", "disorder", "single", "cut", "garbage"])
def test_whatever_the_stream_does_no_bar_is_lost(mischief):
    with AlpacaLive(LiveDay(SYMBOLS, gaps=GAPS)) as server, live_mesh(server) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(3)
        for _ in range(3):
            server.play(1, mischief)
            # Whoever was cut off comes back, and asks for what it missed.
            until_subscribed(mesh, server)
            server.play(2)
        assert complete(mesh, server, 12) == instants(server, 12)
        faults = {message["data_fault"]["kind"] for message in sent(mesh, "market/fault/")}
        assert faults == ({"duplicate"} if mischief == "duplicates" else set())
        assert server.handshakes == (4 if mischief in ("cut", "garbage") else 1)


def test_a_stream_that_is_connected_but_mute_is_connected_anew():
    with AlpacaLive(LiveDay(SYMBOLS)) as server, live_mesh(
            server, **{"feed.calendar": "none", "feed.silence": "1s"}) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(2)
        mesh.until_rows(8)
        server.play(3, "mute")
        complete(mesh, server, 5)
        assert "is connected, and has said nothing for" in mesh.log_path("feed").read_text()


@pytest.mark.parametrize("refusal", ["406", "401", "429", "402"])
def test_a_refusal_is_told_and_asked_about_again(refusal):
    with AlpacaLive(LiveDay(SYMBOLS)) as server, live_mesh(server) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(2)
        mesh.until_rows(8)
        if refusal == "406":
            server.connections_max = 0
        elif refusal == "402":
            server.secret, secret = "another", server.secret
        else:
            server.refuse = int(refusal)
        server.drop()
        handshakes = server.handshakes
        mesh.until(lambda: server.handshakes >= handshakes + 2, "it is tried again")
        mesh.until(lambda: refusal in mesh.log_path("feed").read_text(), "the refusal is told")
        server.play(3)
        server.connections_max, server.refuse = 1, None
        if refusal == "402":
            server.secret = secret
        complete(mesh, server, 5)


def test_the_provider_is_killed_in_the_middle_of_the_day():
    with AlpacaLive(LiveDay(SYMBOLS, gaps=GAPS)) as server, live_mesh(server) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(3)
        mesh.until_rows(12)
        server.die()
        mesh.until(lambda: any(line.get("level") == "warning" for line in mesh.log("feed", "stream")), "it is told")
        server.play(5)
        server.revive()
        until_subscribed(mesh, server)
        server.play(4)
        assert complete(mesh, server, 12) == instants(server, 12)


def test_while_the_stream_is_away_minutes_come_from_history_and_then_from_it_again():
    with AlpacaLive(LiveDay(SYMBOLS, gaps=GAPS)) as server, live_mesh(
            server, **{"feed.calendar": "none", "feed.failover": "100ms"}) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(3)
        mesh.until_rows(12)
        server.refuse = 503
        server.drop()
        for minute in range(3, 6):
            # One at a time, and the one after it shows that the one before is whole.
            server.play(1)
            mesh.until_rows(len(server.day.rows(range(minute))))
        assert not server.listening
        mesh.until(lambda: any("minutes are asked of" in str(line) for line in mesh.log("feed", "failover")), "it is told")
        # It is back in the middle of a question, and then away again.
        server.refuse = None
        until_subscribed(mesh, server)
        server.play(2)
        server.refuse = 503
        server.drop()
        server.play(3)
        mesh.until_rows(len(server.day.rows(range(10))))
        mesh.until(lambda: sum("minutes are asked of" in str(line) for line in mesh.log("feed", "failover")) >= 2,
                   "history stands in anew")
        server.refuse = None
        until_subscribed(mesh, server)
        server.play(2)
        assert complete(mesh, server, 13) == instants(server, 13)
        assert not sent(mesh, "market/fault/")
        assert sum("is back" in str(line) for line in mesh.log("feed", "failover")) >= 2


def test_history_that_lags_is_asked_again_when_the_stream_goes_on():
    with AlpacaLive(LiveDay(SYMBOLS)) as server, live_mesh(server) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(3)
        mesh.until_rows(12)
        server.refuse = 503
        server.drop()
        # The minute in which the connection begins again is not in the first answer.
        server.unknown = {(symbol, minute) for symbol in SYMBOLS for minute in (3, 4)} - {("KO", 3), ("MSFT", 3)}
        server.play(2)
        server.refuse = None
        until_subscribed(mesh, server)
        mesh.until(lambda: server.asked >= 1, "history is asked")
        mesh.until_rows(14)
        server.unknown = set()
        server.play(1)
        complete(mesh, server, 6)


def test_history_that_fails_holds_live_bars_back_and_no_longer_than_patience():
    with AlpacaLive(LiveDay(SYMBOLS)) as server, live_mesh(
            server, **{"feed.fill_patience": "1s", "providers.retries": 0}) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(2)
        mesh.until_rows(8)
        server.hidden, server.refuse = True, 503
        server.drop()
        server.play(2)
        server.refuse = None
        until_subscribed(mesh, server)
        server.play(2)
        mesh.until_rows(16)
        rows = server.day.rows([0, 1, 4, 5])
        assert mesh.rows() == rows
        assert "were not to be had" in mesh.log_path("feed").read_text()
        mesh.stop()
        mesh.verify()


def test_a_late_bar_is_not_lost():
    with AlpacaLive(LiveDay(SYMBOLS)) as server, live_mesh(server) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(1)
        server.play(1, silent=("KO",))
        # The grace is over.
        mesh.until_rows(7)
        server.late("KO", 1)
        mesh.until_rows(8)
        server.play(1)
        steps = complete(mesh, server, 3)
        assert len(steps) == 4 and steps[2] == steps[1] + 1


def test_a_correction_is_told_with_its_figures():
    with AlpacaLive(LiveDay(SYMBOLS)) as server, live_mesh(server) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(2)
        server.tell({"T": "u", "S": "KO", **server.day.bar("KO", 1), "v": 99999})
        server.play(1)
        complete(mesh, server, 3)
        faults = [message["data_fault"] for message in sent(mesh, "market/fault/KO")]
        assert [fault["kind"] for fault in faults] == ["conflict"]
        assert {"name": "volume", "value": 99999.0} in faults[0]["figures"]


def test_a_correction_is_kept_beside_what_was_known_before_it(tmp_path):
    # Three minutes before midnight in UTC: the day is over soon, and its bars go into the store.
    day = LiveDay(SYMBOLS, start=1710201420)
    with AlpacaLive(day) as server, live_mesh(server, **{"feed.calendar": "none"}) as mesh:
        store = tmp_path / "bars"
        mesh.settings |= {"historian.store": store, "historian.store_interval": "0ms"}
        until_subscribed(mesh.start(), server)

        def show(minute, *more):
            done = subprocess.run(
                [executable("tradewind"), "data", "show", "KO", "--json", "--store", str(store), *more], cwd=tmp_path,
                env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
            bars = json.loads(done.stdout)["bars"] if done.returncode == 0 else []
            return bars[minute]["volume"] if len(bars) > minute else None

        server.play(2)
        for minute, volume in ((2, 99998), (3, 99999)):
            # It comes when the instant before is over, and is known with the next one.
            mesh.until_rows(4 * minute)
            server.tell({"T": "u", "S": "KO", **day.bar("KO", 1), "v": volume})
            server.play(1)
        # The historian looks at its days when it stores something.
        mesh.until(lambda: server.play(1) or show(1) == "99999", "the correction is in the store")
        # The next one is of a day that is in the store already.
        server.tell({"T": "u", "S": "KO", **day.bar("KO", 0), "v": 77777})
        mesh.until(lambda: server.play(1) or show(0) == "77777", "so is that of a day that is over")
        minute = lambda number: datetime.datetime.fromtimestamp(day.start + 60 * number, datetime.timezone.utc).isoformat()
        known = [show(1, "--as-known-at", minute(number).replace("+00:00", "Z")) for number in (2, 3, 4)]
        assert known == [str(day.bar("KO", 1)["v"]), "99998", "99999"]
        assert show(0, "--as-known-at", minute(5).replace("+00:00", "Z")) == str(day.bar("KO", 0)["v"])
        mesh.stop()
        mesh.verify()


def test_quotes_and_trades_go_with_their_minutes():
    with AlpacaLive(LiveDay(("AAPL",))) as server, live_mesh(
            server, **{"feed.channels": "bars,quotes,trades"}) as mesh:
        until_subscribed(mesh.start(), server)
        moment = datetime.datetime.fromtimestamp(server.day.start + 10, datetime.timezone.utc).isoformat()
        server.tell({"T": "q", "S": "AAPL", "bp": 99.99, "bs": 100, "ap": 100.01, "as": 200, "t": moment},
                    {"T": "t", "S": "AAPL", "p": 100, "s": 10, "i": 7, "t": moment})
        server.play(2)
        complete(mesh, server, 2)
        quote, trade = sent(mesh, "market/quote/AAPL"), sent(mesh, "market/trade/AAPL")
        assert [message["quote"]["ask"] for message in quote] == ["100.01"]
        assert [message["trade"]["price"] for message in trade] == ["100"]


@pytest.mark.parametrize("seed", range(3))
def test_the_feed_is_killed_again_and_again(seed):
    chance = random.Random(seed)
    with AlpacaLive(LiveDay(SYMBOLS, gaps=GAPS)) as server, live_mesh(server) as mesh:
        until_subscribed(mesh.start(), server)
        server.play(1)
        mesh.until_rows(4)
        for _ in range(5):
            server.play(chance.randrange(1, 4), chance.choice([None, "single", "cut"]))
            mesh.kill("feed")
            server.play(chance.randrange(3))
            server.call(server.clients.clear)
            mesh.start("feed")
            until_subscribed(mesh, server)
        server.play(2)
        complete(mesh, server, server.minute)
        # What history repeats is left out before the gatekeeper would have to say so.
        assert not sent(mesh, "market/fault/")


def test_the_paper_account_trades_live_what_it_trades_in_a_replay(tmp_path):
    strategies = ["sma-crossover fast=3 slow=8", "rsi-reversal"]
    day = LiveDay(SYMBOLS, gaps={("KO", 4), ("IBM", 30)})
    files = []
    for symbol in SYMBOLS:
        file = tmp_path / f"{symbol}.csv"
        rows = [f"{symbol},{bar['t']},{bar['o']},{bar['h']},{bar['l']},{bar['c']},{bar['v']},{bar['n']}"
                for minute in range(120) for bar in [day.bar(symbol, minute)] if bar]
        file.write_text("symbol,time,open,high,low,close,volume,trades\n" + "\n".join(rows) + "\n")
        files.append(str(file))
    with TradingMesh(strategies, **{"feed.csv_files": ",".join(files), "feed.span": "1m"}) as replayed:
        replayed.begin().finish()
        wanted = outcome(replayed)
    with AlpacaLive(day) as server, live_trading(server, strategies) as mesh:
        until_subscribed(mesh.begin(), server)
        server.play(40)
        # Nobody is waited for: who is away catches up.
        mesh.kill("portfolio")
        server.play(20)
        mesh.start("portfolio")
        server.drop()
        server.play(10)
        until_subscribed(mesh, server)
        server.play(50)
        mesh.until(lambda: mesh.steps() >= 120, "all instants went through", 60)
        mesh.stop("feed", *TRADING, "relay")
        for service in ("feed", *TRADING):
            for shard in (mesh.state / service).iterdir():
                mesh.verify_shard(service, shard)
        orders, fills = outcome(mesh)
        assert len(orders) > 10 and len(fills) > 10
        assert (orders, fills) == wanted


def test_a_split_and_a_dividend_over_night_are_asked_for_and_are_what_they_are_in_a_replay(tmp_path):
    strategies = ["sma-crossover fast=3 slow=8", "buy-and-hold"]
    # Two mornings; what is held over night is held in other shares on the second one.
    minutes = [*range(40), *range(1440, 1480)]
    day = LiveDay(SYMBOLS, closed=range(40, 1440), splits={"KO": ("2024-03-12", 1440, 4)},
                  dividends={"IBM": ("2024-03-12", 1440, 1.66)})
    files = []
    for symbol in SYMBOLS:
        file = tmp_path / f"{symbol}.csv"
        rows = [f"{symbol},{bar['t']},{bar['o']},{bar['h']},{bar['l']},{bar['c']},{bar['v']},{bar['n']}"
                for minute in minutes for bar in [day.bar(symbol, minute)]]
        file.write_text("symbol,time,open,high,low,close,volume,trades\n" + "\n".join(rows) + "\n")
        files.append(str(file))
    actions = tmp_path / "actions.csv"
    actions.write_text("symbol,ex_date,kind,ratio,amount\nIBM,2024-03-12,dividend,,1.66\nKO,2024-03-12,split,4,\n")
    settings = {"backtest.rebalance": "daily"}
    with TradingMesh(strategies, **settings, **{"feed.csv_files": ",".join(files), "feed.span": "1m",
                                    "feed.actions": str(actions)}) as replayed:
        replayed.begin().finish()
        wanted = outcome(replayed)
        balance = replayed.sent("portfolio", "trading/account")[-1]["account"]
    with AlpacaLive(day) as server, LiveTradingMesh(strategies, **settings) as mesh:
        mesh.on(server.url, server.socket_url, server.key, server.secret, SYMBOLS, **{"feed.action_interval": "200ms"})
        server.silent = True
        until_subscribed(mesh.begin(), server)
        server.play(40)
        mesh.until(lambda: mesh.steps() >= 40, "the first morning went through", 60)
        server.silent = False
        mesh.until(lambda: len(mesh.log("feed", "action")) == 2, "the feed hears of both")
        mesh.kill("feed")
        mesh.kill("portfolio")
        server.call(server.clients.clear)
        server.minute = 1440
        mesh.start("feed", "portfolio")
        until_subscribed(mesh, server)
        server.play(40)
        mesh.until(lambda: mesh.steps() >= 81, "all instants went through", 60)
        mesh.stop("feed", *TRADING, "relay")
        for service in ("feed", *TRADING):
            for shard in (mesh.state / service).iterdir():
                mesh.verify_shard(service, shard)
        said = sent(mesh, "market/action/")
        assert [(message["topic"], message["corporate_action"]["kind"]) for message in said] == [
            ("market/action/IBM", "dividend"), ("market/action/KO", "split")]
        assert not sent(mesh, "market/fault/")
        assert outcome(mesh) == wanted and len(wanted[1]) > 10
        assert mesh.sent("portfolio", "trading/account")[-1]["account"] == balance


def test_a_split_that_is_known_too_late_is_told_to_a_person():
    day = LiveDay(SYMBOLS, closed=range(5, 1440), splits={"KO": ("2024-03-12", 1440, 2)})
    with AlpacaLive(day) as server, live_mesh(server, **{"feed.action_interval": "200ms"}) as mesh:
        server.silent = True
        until_subscribed(mesh.start(), server)
        server.play(5)
        mesh.until_rows(20)
        server.minute = 1440
        server.play(4)
        mesh.until(lambda: mesh.count() >= 32, "the second morning is stored")
        mesh.kill("feed")
        server.call(server.clients.clear)
        mesh.start("feed")
        until_subscribed(mesh, server)
        server.silent = False
        mesh.until(lambda: any("became known after bars of that day" in str(line) for line in mesh.log("feed", "action")),
                   "it is told")
        assert not sent(mesh, "market/action/")


def test_the_paper_account_trades_on_the_stream_of_the_simulated_exchange():
    with Venue("--symbols", "AAPL,MSFT,SPY", "--from", "2024-03-11T13:30:00Z", "--history", "2", speed="1800x") as venue:
        symbols = ("AAPL", "MSFT", "SPY")
        with LiveTradingMesh(["sma-crossover fast=3 slow=8"], **{"trading.symbols": ",".join(symbols)}) as mesh:
            mesh.on(venue.url, venue.socket_url, KEY, SECRET, symbols)
            mesh.begin()
            mesh.until(lambda: mesh.steps() >= 60, "sixty minutes went through", 60)
            mesh.kill("feed")
            mesh.start("feed")
            known = mesh.steps()
            mesh.until(lambda: mesh.steps() >= known + 60, "it goes on after a kill", 60)
            mesh.stop("feed", *TRADING, "relay")
            orders, fills = outcome(mesh)
            assert len(orders) > 5 and len(fills) > 5
            bars = {}
            for message in sent(mesh, "market/bar/"):
                bar = message["bar"]
                bars.setdefault(bar["symbol"], []).append((bar["opened_at"], float(bar["close"])))
            for symbol, got in bars.items():
                first, last = (datetime.datetime.fromtimestamp(got[at][0] / 1e9, datetime.timezone.utc) for at in (0, -1))
                wanted, token = [], ""
                while token is not None:
                    _, page = venue.ask("GET", f"/v2/stocks/{symbol}/bars?timeframe=1Min&limit=10000&start="
                                        f"{first:%Y-%m-%dT%H:%M:%SZ}&end={last:%Y-%m-%dT%H:%M:%SZ}" + token)
                    wanted += [(int(datetime.datetime.fromisoformat(bar["t"].replace("Z", "+00:00")).timestamp()) * 10**9,
                                bar["c"]) for bar in page["bars"]]
                    token = page["next_page_token"] and f"&page_token={page['next_page_token']}"
                assert got == wanted


@pytest.mark.parametrize("name, is_trusted, works", [
    ("localhost", True, True), ("localhost", False, False), ("elsewhere.example", True, False)])
def test_a_certificate_is_verified_before_a_key_is_said(name, is_trusted, works, tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True)
    server = AlpacaLive(LiveDay(SYMBOLS))
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(certificate, key)
    with server, live_mesh(server, **{"providers.alpaca.stream_url": f"wss://localhost:{server.port}"}) as mesh:
        if is_trusted:
            mesh.environment["SSL_CERT_FILE"] = str(certificate)
        mesh.start()
        if works:
            until_subscribed(mesh, server)
            server.play(3)
            complete(mesh, server, 3)
        else:
            mesh.until(lambda: len(mesh.log("feed", "stream")) >= 2, "the refusal is told")
            assert "its certificate is not trusted" in mesh.log_path("feed").read_text()
            assert not server.handshakes and not server.logins


def test_what_cannot_begin_is_refused_with_a_sentence():
    with AlpacaLive(LiveDay(SYMBOLS)) as server, live_mesh(server) as mesh:
        for settings, sentence in {
            ("feed.symbols", ""): "feed.symbols names no symbol",
            ("feed.span", "5m"): "1m would be right",
            ("feed.channels", "bar"): "did you mean bars?",
            ("providers.alpaca.stream_url", "https://x"): "is no address of a stream",
        }.items():
            code, _, errors = mesh.run("feed", settings=dict([settings]))
            assert code in (1, 2) and sentence in errors, errors
        mesh.environment = ENVIRONMENT
        code, _, errors = mesh.run("feed")
        assert code == 2 and "providers.alpaca.key" in errors


def test_alpacas_own_client_reads_the_stand_in():
    from alpaca.data.live import StockDataStream

    with AlpacaLive(LiveDay(SYMBOLS)) as server:
        stream = StockDataStream(server.key, server.secret, url_override=f"{server.socket_url}/v2/iex")
        bars = []

        async def take(bar):
            bars.append((bar.symbol, bar.timestamp.timestamp(), bar.open, bar.close, bar.volume))
            if len(bars) == 12:
                await stream.stop_ws()

        stream.subscribe_bars(take, *SYMBOLS)
        thread = threading.Thread(target=stream.run, daemon=True)
        thread.start()
        until(lambda: server.listening, "alpaca-py is subscribed")
        server.play(3)
        thread.join(20)
        wanted = [(symbol, server.day.start + 60 * minute, bar["o"], bar["c"], bar["v"]) for minute in range(3)
                  for symbol in SYMBOLS for bar in [server.day.bar(symbol, minute)]]
        assert bars == wanted
