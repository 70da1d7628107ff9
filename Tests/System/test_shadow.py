"""A shadow decides on the messages that the live services take, and nothing of theirs is another because of it."""

import json

import pytest

from mesh import REPOSITORY, Mesh
from trading import TRADING, TradingMesh

DAY = "2024-05-14"
LIVE = "gap gap=0.001"
WORDS = ["--csv", str(REPOSITORY / "config/sample-minutes"), "--strategy", LIVE, "--set", "backtest.margin=reg_t", "--mesh"]
SERVICES = ("feed", "exchange", "strategist", "portfolio", "risk", "execution")


@pytest.fixture(scope="module")
def place():
    with Mesh() as mesh:
        for name, shadow in (("alone", None), ("same", LIVE), ("other", "gap gap=0.004")):
            words = ["--shadow", shadow] if shadow else []
            code, _, told = mesh.run("tradewind", "day", "run", DAY, *WORDS, "--keep", name, *words, seconds=120)
            assert code == 0, told
        yield mesh


def ask(place, *words, code=0, state="same"):
    found, out, told = place.run("tradewind", *words, settings={"state.folder": str(place.folder / state)})
    assert found == code, (out, told)
    return out


def messages(place, name, service, kind):
    shard = place.folder / name / service / "all"
    lines = [json.loads(line) for line in ask(place, "transcript", "export", str(shard)).splitlines()]
    return [line["message"] for line in lines if line["kind"] == kind and line["message"]["topic"] != "local/settings"]


def test_live_takes_and_sends_the_same_with_and_without_a_shadow(place):
    for service in SERVICES:
        for kind in ("taken", "sent"):
            alone = messages(place, "alone", service, kind)
            assert alone or (service, kind) == ("feed", "taken")
            assert alone == messages(place, "same", service, kind) == messages(place, "other", service, kind)


def test_what_a_shadow_says_is_for_nobody(place):
    sent = messages(place, "other", "shadow", "sent")
    topics = {message["topic"] for message in sent if not message["topic"].startswith("trading/step/")}
    assert {"trading/shadow/signal/gap", "trading/shadow/proposal", "trading/shadow/verdict",
            "trading/shadow/venue/paper"} <= topics
    assert all(topic.startswith("trading/shadow/") for topic in topics)
    # It takes what the market and the venue say, and no decision of the live services.
    taken = {message["topic"].split("/")[1] for message in messages(place, "other", "shadow", "taken")}
    assert taken == {"bar", "step", "broker", "funds"}


def test_the_same_strategy_decides_the_same(place):
    outcome = json.loads(ask(place, "diff", "same", "same/shadow/all", "--json"))
    assert outcome["alike"]
    counts = {row["kind"]: (row["a"], row["b"]) for row in outcome["decisions"]}
    assert set(counts) == {"signal/gap", "proposal", "verdict", "order", "fill"}
    assert all(a == b > 0 for a, b in counts.values())


def test_another_version_differs_and_the_first_difference_is_told(place):
    out = ask(place, "diff", "other", "other/shadow/all", code=1)
    assert "The first that differs is number" in out and "trading/shadow/" in out


def test_what_happened_is_told_without_the_shadow(place):
    first = messages(place, "other", "execution", "sent")
    order = next(message["venue_request"]["order"]["id"] for message in first if "venue_request" in message)
    assert "shadow" not in ask(place, "why", order, "--json", state="other")


def test_a_shadow_is_derived_again(place):
    rows = json.loads(ask(place, "verify", "shadow", "--day", DAY, "--json", state="other"))
    assert [row["difference"] for row in rows] == [None] and rows[0]["decisions"]["signals"] > 0


def test_a_shadow_hears_what_people_tell_where_the_live_services_took_it():
    strategies = ["sma-crossover fast=5 slow=20 short=true", "momentum lookback=20 skip=2 top=2"]
    followers = ",".join(name if name == "strategist" else f"{name}.1" for name in (*TRADING, "shadow"))
    with TradingMesh(strategies, **{"backtest.margin": "reg_t", "feed.followers": followers}) as mesh:
        mesh.start("relay", *TRADING, "shadow")
        mesh.start("feed", settings={"feed.speed": 1_000_000})

        def go_on(steps):
            before = mesh.steps()
            mesh.until(lambda: mesh.steps() > before + steps, "the replay goes on")

        def tell(*words):
            code, _, told = mesh.run("tradewind", *words, "--as", "anna", "--why", "a test", "--yes")
            assert code == 0, told

        mesh.until(lambda: mesh.sent("portfolio", "trading/position/"), "something is held")
        tell("pause")
        go_on(20)
        tell("resume", "manual")
        tell("limit", "set", "position_size=10%")
        # Who is away hears it when he is back.
        mesh.kill("shadow")
        tell("flatten")
        tell("halt", "--close")
        mesh.start("shadow")
        go_on(10)
        tell("resume")
        mesh.kill("feed")
        mesh.start("feed")
        mesh.until(mesh.is_over, "the replay is over", 120)
        mesh.until(lambda: mesh.sent("shadow", "trading/step/")[-1]["step"].get("last"), "the shadow is at its end")
        mesh.stop("shadow")
        mesh.finish()
        code, out, told = mesh.run("tradewind", "diff", str(mesh.state), str(mesh.state / "shadow/all"), "--json")
        assert code == 0, mesh.run("tradewind", "diff", str(mesh.state), str(mesh.state / "shadow/all"))[1] + told
        counts = {row["kind"]: (row["a"], row["b"]) for row in json.loads(out)["decisions"]}
        assert counts["halt"] == (4, 4) and counts["verdict"][0] > 20
        heard = [message["command"]["verb"] for message in messages(mesh, "state", "shadow", "taken")
                 if message["topic"].startswith("trading/told/")]
        assert sorted(heard) == sorted(["pause", "resume", "halt", "resume"] * 2 + ["limit", "flatten"])
        closers = [message for message in messages(mesh, "state", "shadow", "sent")
                   if message["topic"] == "trading/shadow/venue/backtest"
                   and message["cause"]["topic"] == "control/command/execution/anna"]
        assert closers
        mesh.verify_shard("shadow", mesh.state / "shadow/all")
