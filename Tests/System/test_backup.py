"""What went to a folder or an object store comes back as it was, to the last byte, whatever happens on the way."""

import hashlib
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from mesh import ENVIRONMENT, REPOSITORY, executable

sys.path.insert(0, str(REPOSITORY / "Tests/StandIns"))

from s3 import ObjectStore, signature  # noqa: E402

SAMPLES = [REPOSITORY / "config/sample", REPOSITORY / "config/sample-minutes"]


def words(*arguments, store=None, s3=None):
    found = [executable("tradewind"), "data", *map(str, arguments)]
    if store:
        found += ["--store", str(store)]
    environment = dict(ENVIRONMENT)
    if s3:
        environment |= {"TRADEWIND_DATA_S3_KEY": s3.key, "TRADEWIND_DATA_S3_SECRET": s3.secret}
        found += ["--set", f"data.s3_endpoint={s3.address}", "--set", f"data.s3_region={s3.region}"]
    return found, environment


def data(*arguments, folder, code=0, **more):
    command, environment = words(*arguments, **more)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout if code == 0 else done.stderr


def told(*arguments, **more):
    return json.loads(data(*arguments, "--json", **more))


def contents(store):
    """Every file of a store but the version that its manifests count."""
    found = {}
    for path in sorted(pathlib.Path(store).rglob("*")):
        if path.is_file() and not path.name.startswith(".") and ".snapshots" not in path.parts:
            bytes = path.read_bytes()
            if path.name == "manifest.json":
                manifest = json.loads(bytes)
                manifest.pop("version")
                bytes = json.dumps(manifest).encode()
            found[str(path.relative_to(store))] = hashlib.sha256(bytes).hexdigest()
    return found


@pytest.fixture
def store(tmp_path):
    for sample in SAMPLES:
        data("import", sample, folder=tmp_path, store=tmp_path / "bars")
    # What a fetch puts beside the bars.
    (tmp_path / "bars/.fetched/actions").mkdir(parents=True)
    (tmp_path / "bars/.fetched/actions/AAPL.csv").write_text(
        "symbol,ex_date,kind,ratio,amount,known_at\nAAPL,2012-02-09,dividend,,0.5,\n")
    return tmp_path / "bars"


def test_the_stand_in_signs_as_amazon_does():
    # The example of "Signature Calculations for the Authorization Header" in Amazon's reference of S3.
    empty = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9", "x-amz-content-sha256": empty,
        "x-amz-date": "20130524T000000Z"}
    assert signature(
        "GET", "/test.txt", "", headers, sorted(headers), empty, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "20130524/us-east-1/s3/aws4_request", "20130524T000000Z",
    ) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_what_was_kept_comes_back(store, tmp_path, kind):
    with ObjectStore() as s3:
        where = {"s3": s3} if kind == "s3" else {}
        to = "s3://bars/daily" if kind == "s3" else tmp_path / "disk"
        before = contents(store)
        first = told("backup", "--to", to, "--name", "2026-03-30", folder=tmp_path, store=store, **where)
        assert first["series"] == 6 and first["files"] > first["series"]
        # The same again sends nothing.
        again = told("backup", "--to", to, "--name", "2026-03-31", folder=tmp_path, store=store, **where)
        assert again["files"] == 0 and again["series"] == first["series"]
        # One bar more, and one bar otherwise: only that month's file and its manifest are sent, and what was replaced.
        row = (SAMPLES[0] / "AAPL.csv").read_text().splitlines()
        columns = row[1].split(",")
        columns[row[0].split(",").index("volume")] = "12345"
        (tmp_path / "AAPL.csv").write_text(row[0] + "\n" + ",".join(columns) + "\n")
        data("import", f"AAPL={tmp_path / 'AAPL.csv'}", folder=tmp_path, store=store)
        after = contents(store)
        assert after != before
        changed = told("backup", "--to", to, "--name", "2026-04-01", folder=tmp_path, store=store, **where)
        assert 0 < changed["files"] <= 3
        assert told("restore", "--to", to, "--list", folder=tmp_path, **where) == [
            "2026-03-30", "2026-03-31", "2026-04-01"]
        # Into nothing, and over a store that is damaged, each backup as it was.
        for name, expected in [("2026-03-31", before), (None, after)]:
            target = tmp_path / f"back-{name}"
            told("restore", *([name] if name else []), "--to", to, folder=tmp_path, store=target, **where)
            assert contents(target) == expected
            data("list", folder=tmp_path, store=target)
        victim = next(target.rglob("*.parquet"))
        victim.write_bytes(victim.read_bytes()[:-40] + bytes(40))
        assert told("restore", "--to", to, folder=tmp_path, store=target, **where)["files"] == 1
        assert contents(target) == after
        # What no backup needs any more is gone with the old ones, and the last one is whole.
        pruned = told("backup", "--to", to, "--name", "2026-04-02", "--keep", 1, folder=tmp_path, store=store, **where)
        assert pruned["removed"] == ["2026-03-30", "2026-03-31", "2026-04-01"]
        shutil.rmtree(target)
        told("restore", "--to", to, folder=tmp_path, store=target, **where)
        assert contents(target) == after


def test_an_object_store_that_stumbles(store, tmp_path):
    with ObjectStore() as s3:
        s3.faults = [503, 500, "cut", 503]
        told("backup", "--to", "s3://bars", "--name", "a", folder=tmp_path, store=store, s3=s3)
        s3.faults = [503, "cut", 503]
        told("restore", "--to", "s3://bars", folder=tmp_path, store=tmp_path / "back", s3=s3)
        assert contents(tmp_path / "back") == contents(store)
        # Damage on the way or there is noticed, and nothing of that series is written.
        name = max((name for name in s3.objects if "blobs" in name), key=lambda name: len(s3.objects[name]))
        s3.objects[name] = s3.objects[name][:-1] + b"x"
        said = data("restore", "--to", "s3://bars", folder=tmp_path, store=tmp_path / "other", s3=s3, code=1)
        assert "this is not what was put there" in said
        s3.faults = [503] * 5
        assert "answers 503 SlowDown" in data(
            "restore", "--to", "s3://bars", "--list", folder=tmp_path, s3=s3, code=1)


def test_what_is_wrong_is_told_in_a_sentence(store, tmp_path):
    with ObjectStore() as s3:
        told("backup", "--to", "s3://bars", "--name", "2026-03-30", folder=tmp_path, store=store, s3=s3)
        assert "did you mean 2026-03-30?" in data(
            "restore", "2026-03-31", "--to", "s3://bars", folder=tmp_path, store=store, s3=s3, code=1)
        assert "make the bucket first" in data(
            "backup", "--to", "s3://other", folder=tmp_path, store=store, s3=s3, code=1)
        secret, s3.secret = s3.secret, "another"
        command, environment = words("restore", "--list", "--to", "s3://bars", s3=s3)
        s3.secret = secret
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and "SignatureDoesNotMatch; look at data.s3_key" in done.stderr
        assert "another" not in done.stderr
    assert "data.backup" in data("backup", folder=tmp_path, store=store, code=2)
    assert "needs keys" in data("backup", "--to", "s3://bars", folder=tmp_path, store=store, code=1)


def test_killed_on_the_way_it_is_no_backup_and_the_next_one_is(store, tmp_path):
    chance = random.Random(4)
    expected = contents(store)
    for at in range(12):
        command, environment = words("backup", "--to", tmp_path / "disk", "--name", f"day-{at}", store=store)
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.08))
        process.send_signal(signal.SIGKILL)
        process.wait()
        lists = list((tmp_path / "disk").glob("backups/*.json"))
        for each in lists:
            target = tmp_path / "back"
            shutil.rmtree(target, ignore_errors=True)
            told("restore", each.stem, "--to", tmp_path / "disk", folder=tmp_path, store=target)
            assert contents(target) == expected
            each.unlink()
    told("backup", "--to", tmp_path / "disk", "--name", "last", folder=tmp_path, store=store)
    target = tmp_path / "last"
    told("restore", "--to", tmp_path / "disk", folder=tmp_path, store=target)
    assert contents(target) == expected


def test_once_a_day_by_itself(store, tmp_path):
    place = tmp_path / "disk"
    # In the way of the first one is a file.
    place.write_text("")
    command, environment = words("backup", "--to", place, "--daily", "00:00", "--keep", 2, store=store)
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert "no backup 20" in process.stderr.readline()
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()
    place.unlink()
    made = []
    for _ in range(2):
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            if not made:
                made.append(process.stdout.readline())
                assert f"{place}: backup 20" in made[0]
            else:
                # The day has one already: it waits for the next.
                with pytest.raises(subprocess.TimeoutExpired):
                    process.communicate(timeout=3)
        finally:
            process.kill()
            said = process.communicate()
        assert said[0] == "" and said[1] == ""
        assert len(told("restore", "--to", place, "--list", folder=tmp_path)) == 1
    told("restore", "--to", place, folder=tmp_path, store=tmp_path / "back")
    assert contents(tmp_path / "back") == contents(store)
    assert "22:30 would be right" in data("backup", "--to", place, "--daily", "25:00", folder=tmp_path, store=store, code=2)
