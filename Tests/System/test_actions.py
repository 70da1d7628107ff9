"""What companies do is known before the first minute of a day is said, or a person is told of whom it is not."""

from live import SYMBOLS, AlpacaLive, LiveDay, live_mesh, until_subscribed
from test_stream import sent


def questions(server):
    """What was asked about the days of the market; at its start the feed asks about today."""
    return [request.query for request in server.requests
            if request.path == "/v1/corporate-actions" and request.query["start"] < "2024-03-13"]


def alarms(mesh):
    """What the feed said a person should know of splits and dividends."""
    texts = [line["fields"]["text"] for line in mesh.log("feed", "actions")]
    assert all("are not known" in text for text in texts)
    return texts


def played(mesh, server, minutes):
    server.play(minutes)
    mesh.until_rows(len(server.day.rows(range(server.minute))))


def test_many_symbols_are_asked_about_in_few_questions_before_anything_is_said():
    symbols = [f"S{number}" for number in range(250)]
    splits = {"S7": ("2024-03-11", 0, 4), "S249": ("2024-03-11", 0, 2)}
    with AlpacaLive(LiveDay(symbols, splits=splits)) as server, live_mesh(
            server, **{"feed.action_interval": "1h"}) as mesh:
        until_subscribed(mesh.start(), server)
        played(mesh, server, 2)
        mesh.stop()
        assert sorted(len(query["symbols"].split(",")) for query in questions(server)) == [50, 100, 100]
        said = [message["topic"] for message in sent(mesh, "market/")]
        first = next(index for index, topic in enumerate(said) if topic.startswith("market/bar/"))
        assert said[:2] == ["market/action/S249", "market/action/S7"] and first > 1
        mesh.verify()


def test_the_first_minute_of_a_day_waits_for_what_became_known_over_night():
    day = LiveDay(SYMBOLS, closed=range(5, 1440), splits={"KO": ("2024-03-12", 1440, 2)})
    # Between the two mornings nobody would be asked by the interval alone.
    with AlpacaLive(day) as server, live_mesh(server, **{"feed.action_interval": "1h"}) as mesh:
        server.silent = True
        until_subscribed(mesh.start(), server)
        played(mesh, server, 5)
        assert len(questions(server)) == 1
        server.silent, server.minute = False, 1440
        played(mesh, server, 3)
        mesh.stop()
        assert len(questions(server)) == 2
        steps = [message["step"]["time"] for message in sent(mesh, "market/step/")]
        [action] = sent(mesh, "market/action/")
        midnight = 1710216000 * 1_000_000_000
        assert action["corporate_action"]["ex_at"] == midnight == steps[5] and len(steps) == 9
        assert not sent(mesh, "market/fault/")
        mesh.verify()


def test_nothing_is_said_while_nobody_answers():
    with AlpacaLive(LiveDay(SYMBOLS, splits={"KO": ("2024-03-11", 0, 2)})) as server, live_mesh(
            server, **{"feed.action_interval": "1h", "feed.action_patience": "1h"}) as mesh:
        server.actions_fail = True
        until_subscribed(mesh.start(), server)
        server.play(2)
        # Three repetitions a question: this is the third question.
        mesh.until(lambda: len(questions(server)) > 8, "it is asked again and again")
        assert mesh.count() == 0 and not alarms(mesh)[1:]
        server.actions_fail = False
        mesh.until_rows(8)
        assert [message["topic"] for message in sent(mesh, "market/action/")] == ["market/action/KO"]


def test_when_patience_is_over_a_person_is_told_of_whom_nothing_is_known():
    with AlpacaLive(LiveDay(SYMBOLS, splits={"MSFT": ("2024-03-11", 0, 2)})) as server, live_mesh(
            server, **{"feed.action_interval": "1h", "feed.action_patience": "2s"}) as mesh:
        # What cannot be read of one does not hide what the others do.
        server.garbled = {"KO"}
        until_subscribed(mesh.start(), server)
        server.play(1)
        mesh.until_rows(4)
        told = [text for text in alarms(mesh) if "the day begins without" in text]
        assert len(told) == 1 and "of KO are not known" in told[0] and "alpaca" in told[0]
        assert [message["topic"] for message in sent(mesh, "market/action/")] == ["market/action/MSFT"]
