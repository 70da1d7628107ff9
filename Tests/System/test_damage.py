"""What a service does when its transcript cannot be what it wrote, or its machine was cut from power."""

import os
import random
import shutil
import subprocess

import pytest

from conftest import ROWS, SYNTHETIC
from mesh import Mesh
import segment


def namespaces():
    """Whether another boot id can be shown to a process here."""
    if not os.path.exists("/proc/sys/kernel/random/boot_id"):
        return False
    done = subprocess.run(
        ["unshare", "-m", "mount", "--bind", "/proc/sys/kernel/random/boot_id", "/proc/sys/kernel/random/boot_id"],
        capture_output=True)
    return done.returncode == 0


needs_namespaces = pytest.mark.skipif(not namespaces(), reason="another boot id needs root and mount namespaces")
SMALL = {"state.segment_size": "128KiB", "state.snapshot_segments": 0}


def interrupted(mesh, rows=ROWS // 3):
    """A replay of which about a third is stored when all is killed."""
    mesh.start().until_rows(rows)
    mesh.kill("feed", "historian", "relay")


@pytest.mark.parametrize("name", ["feed", "historian"])
def test_a_flipped_bit_is_named_and_nothing_is_changed(name):
    with Mesh(SYNTHETIC) as mesh:
        interrupted(mesh)
        path = mesh.segments(name)[0]
        records = segment.records(path)
        record = records[len(records) // 2]
        with open(path, "r+b") as file:
            file.seek(record.offset + 30)
            byte = file.read(1)[0]
            file.seek(record.offset + 30)
            file.write(bytes([byte ^ 4]))
        before = path.read_bytes()
        for _ in range(2):
            code, _, said = mesh.run(name)
            assert code == 1
            sentence = said.splitlines()[-1]
            assert str(path) in sentence and f"byte {record.offset}" in sentence, said
            assert len(said.splitlines()) <= 2
        assert path.read_bytes() == before


@pytest.mark.parametrize("place", ["first", "middle"])
def test_a_missing_segment_is_named(place):
    with Mesh(SYNTHETIC | SMALL) as mesh:
        interrupted(mesh)
        # What a kill left half written has a name that begins with a point.
        names = sorted({path.name.split(".")[0] for path in mesh.shard("feed").glob("[0-9]*.segment*")})
        assert len(names) >= 4
        missing = names[0 if place == "first" else 1]
        # A kill may leave a segment twice, as it was written and compressed: then either would do.
        for path in mesh.shard("feed").glob(f"{missing}.segment*"):
            path.unlink()
        code, _, said = mesh.run("feed")
        assert code == 1
        assert f"{missing}.segment: this segment is missing" in said.splitlines()[-1]


def test_a_kill_before_the_first_header_is_no_damage(reference):
    with Mesh(SYNTHETIC) as mesh:
        shard = mesh.shard("historian")
        shard.mkdir(parents=True)
        (shard / "00000000.segment").write_bytes(bytes(8 << 20))
        mesh.start().until_rows(ROWS)
        assert mesh.rows() == reference


def lost_from(path, done=0):
    """Where a power cut may cut a segment: behind what a checkpoint knew to be synced, and behind the batch that
    an edge has made good, which it does only once that is on disk."""
    synced = max([r.synced_through for r in segment.records(path) if r.kind == segment.CHECKPOINT], default=0)
    ends = [batch[-1].end for batch in segment.batches(path)]
    stored = max([batch[-1].end for batch in segment.batches(path) if batch[0].sequence < done], default=0)
    least = max(synced, stored, segment.HEADER)
    return least, [end for end in ends if end >= least]


@needs_namespaces
@pytest.mark.parametrize("seed", range(4))
def test_a_power_cut_opens_an_epoch_and_takers_get_all_once(seed, reference):
    chance = random.Random(seed)
    with Mesh(SYNTHETIC) as mesh:
        interrupted(mesh, rows=ROWS // chance.choice([2, 3, 8]))
        with mesh.reading() as database:
            done = database.execute("SELECT max(done) FROM progress").fetchone()[0]
        # The feed loses all that was not synced; the historian nothing, or a part of it, or a record in two.
        feed, historian = mesh.segments("feed")[-1], mesh.segments("historian")[-1]
        least, _ = lost_from(feed)
        segment.blank(feed, least)
        if seed % 2:
            least, ends = lost_from(historian, done)
            if ends:
                segment.blank(historian, chance.choice(ends) + chance.choice([0, 12, 40]))
        mesh.power_cut("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
        mesh.start().until_rows(ROWS)
        assert mesh.rows() == reference
        assert not mesh.log("historian", "orphans"), mesh.told()
        mesh.stop()
        assert segment.epoch(mesh.segments("feed")[-1]) == 2
        mesh.verify()


@needs_namespaces
def test_what_was_synced_may_not_be_lost_by_a_power_cut():
    with Mesh(SYNTHETIC) as mesh:
        interrupted(mesh)
        path = mesh.segments("feed")[0]
        least, _ = lost_from(path)
        inside = [batch[0].offset for batch in segment.batches(path) if batch[-1].end < least]
        offset = inside[len(inside) // 2]
        with open(path, "r+b") as file:
            file.seek(offset)
            file.write(bytes(24))
        mesh.power_cut("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
        code, _, said = mesh.run("feed")
        assert code == 1
        assert str(path) in said and f"byte {offset}" in said and "had been synced" in said


def test_a_database_without_its_transcript_is_refused_and_not_changed():
    with Mesh(SYNTHETIC) as mesh:
        mesh.start().until_rows(ROWS // 8)
        mesh.stop()
        rows = mesh.rows()
        shutil.rmtree(mesh.shard("historian"))
        for _ in range(2):
            code, _, said = mesh.run("historian")
            assert code == 1
            assert "do not belong together" in said.splitlines()[-1] and "historian.database" in said, said
        assert mesh.rows() == rows
