"""A disk that is full or cannot be written: said once, nothing lost, and healed by room."""

import os
import subprocess

import pytest

from conftest import ROWS, SYNTHETIC
from mesh import Mesh


def mounts():
    """Whether a small disk can be mounted here."""
    if os.geteuid() != 0:
        return False
    done = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    return done.returncode == 0


needs_mounts = pytest.mark.skipif(not mounts(), reason="a small disk needs root and mounts")
SMALL = {"state.segment_size": "128KiB", "state.snapshot_segments": 0}


@needs_mounts
@pytest.mark.parametrize("killed", [False, True])
def test_a_full_disk_is_said_once_and_heals(killed, reference):
    with Mesh(SYNTHETIC | SMALL) as mesh:
        mesh.mount(mesh.state, "1m")
        filler = mesh.state / "filler"
        filler.write_bytes(bytes(400_000))
        mesh.start()
        mesh.until(lambda: mesh.log("feed", "disk") or mesh.log("historian", "disk"), "somebody says it")
        full = "feed" if mesh.log("feed", "disk") else "historian"
        assert "the disk is full" in mesh.log(full, "disk")[0]["fields"]["text"]
        mesh.until(lambda: mesh.count() > 0, "what was taken is stored")
        assert mesh.count() < ROWS
        if killed:
            mesh.kill("feed", "historian")
            mesh.start("feed", "historian")
            mesh.until_logged(full, "disk", times=2)
        before = len(mesh.log(full, "disk"))
        beats = len(mesh.log(full))
        assert before == (2 if killed else 1), mesh.told()
        filler.unlink()
        subprocess.run(["mount", "-o", "remount,size=64m", mesh.state], check=True)
        mesh.until_logged(full, "room")
        mesh.until_rows(ROWS)
        assert mesh.rows() == reference
        assert len(mesh.log(full)) - beats <= 4, "a full disk fills the log"
        mesh.stop()
        mesh.verify()


@pytest.mark.parametrize("name", ["feed", "historian"])
def test_a_limit_of_the_file_size_is_a_sentence(name):
    """A segment may not grow beyond the limit: an error, and not the signal that would kill the process."""
    with Mesh(SYNTHETIC) as mesh:
        mesh.start(name, file_size_max=1 << 20)
        assert mesh.ended(name) == 1
        sentence = mesh.log_path(name).read_text().splitlines()[-1]
        assert str(mesh.shard(name)) in sentence and "cannot" in sentence


@needs_mounts
@pytest.mark.parametrize("name", ["feed", "historian"])
def test_a_folder_that_cannot_be_written_is_named(name):
    with Mesh(SYNTHETIC) as mesh:
        mesh.mount(mesh.state, "32m")
        subprocess.run(["mount", "-o", "remount,ro", mesh.state], check=True)
        code, _, said = mesh.run(name)
        assert code == 1
        sentence = said.splitlines()[-1]
        assert str(mesh.state) in sentence and "must be writable" in sentence
        assert len(said.splitlines()) == 1


@needs_mounts
def test_a_transcript_that_becomes_read_only_is_named():
    with Mesh(SYNTHETIC) as mesh:
        mesh.mount(mesh.state, "64m")
        mesh.start().until_rows(ROWS // 4)
        mesh.stop()
        subprocess.run(["mount", "-o", "remount,ro", mesh.state], check=True)
        code, _, said = mesh.run("historian")
        assert code == 1 and str(mesh.state) in said and "must be writable" in said


@needs_mounts
def test_a_database_without_room_is_said_once_and_stores_all_when_there_is_some(reference):
    with Mesh(SYNTHETIC | SMALL) as mesh:
        place = mesh.folder / "database"
        mesh.mount(place, "1m")
        mesh.database = place / "bars.sqlite"
        mesh.settings["historian.database"] = mesh.database
        mesh.start()
        mesh.until_logged("historian", "database")
        # It goes on taking: the transcript keeps what the database cannot.
        before = len(list(mesh.shard("historian").iterdir()))
        mesh.until(lambda: len(list(mesh.shard("historian").iterdir())) > before + 3, "the transcript grows")
        assert len(mesh.log("historian", "database")) == 1, mesh.told()
        assert "full" in mesh.log("historian", "database")[0]["fields"]["text"], mesh.told()
        assert mesh.count() < ROWS
        subprocess.run(["mount", "-o", "remount,size=64m", place], check=True)
        mesh.until_rows(ROWS)
        assert mesh.rows() == reference
        mesh.until_logged("historian", "database", times=2)
        mesh.stop()
        mesh.verify()
