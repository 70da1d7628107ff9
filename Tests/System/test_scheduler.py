"""Jobs begin at their times, and each comes to its end once, whatever is killed meanwhile."""

import datetime
import json
import os
import pathlib
import signal
import subprocess
import zoneinfo

from mesh import ENVIRONMENT, REPOSITORY, Mesh, executable, until
from supervised import Supervised

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
# Some seconds of work, which leaves a line at its end.
SLOW = "simulate --seeds 60"


def hour(seconds):
    """An hour of New York, so many seconds from now, as a job's time."""
    at = datetime.datetime.now(NEW_YORK) + datetime.timedelta(seconds=seconds)
    return at.strftime("daily@%H:%M:%S")


def schedule(mesh, jobs):
    code, out, said = mesh.run("tradewind", "schedule", "--json", settings={"scheduler.jobs": jobs})
    assert code == 0, said
    return json.loads(out)


def ran(mesh, jobs, state="done", count=1, seconds=60):
    """The runs, once so many are in that state."""
    def found():
        runs = schedule(mesh, jobs)["ran"]
        return runs if sum(run["state"] == state for run in runs) >= count else None
    return until(found, f"{count} runs are {state}", seconds, every=0.2,
                 said=lambda: f"{schedule(mesh, jobs)}\n{mesh.log('scheduler')}")


def begin(mesh, jobs):
    return mesh.start(*[name for name in ("relay", "scheduler") if name not in mesh.running],
                      settings={"scheduler.jobs": jobs})


def begun(mesh):
    """How often the scheduler of these lives has begun a run."""
    return sum(" begins: " in line["fields"]["text"] for line in mesh.log("scheduler", "job"))


def carriers(mesh):
    """The processes that carry out runs of this mesh."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--carry" in words and str(mesh.state).encode() in b"\0".join(words):
            found.append(int(path.name))
    return found


def test_a_job_is_carried_out_once_at_its_time_and_shown():
    with Mesh() as mesh:
        store = mesh.folder / "bars"
        subprocess.run([executable("tradewind"), "data", "import", str(REPOSITORY / "config/sample"), "--store", str(store)],
                       env=ENVIRONMENT, check=True, capture_output=True, timeout=60)
        at = hour(4)
        jobs = f"backup {at} data backup --store {store} --to {mesh.folder / 'copy'} --name {{day}}"
        begin(mesh, jobs)
        shown = schedule(mesh, jobs)
        assert [each["job"] for each in shown["next"]] == ["backup"] and shown["ran"] == []
        [run] = ran(mesh, jobs)
        today = datetime.datetime.now(NEW_YORK).date().isoformat()
        assert (run["job"], run["run"], run["explanation"]) == ("backup", f"backup-{today}", "")
        late = (datetime.datetime.fromisoformat(run["begun"]) - datetime.datetime.fromisoformat(run["due"]))
        assert datetime.timedelta(0) <= late < datetime.timedelta(seconds=5)
        listed = subprocess.run(
            [executable("tradewind"), "data", "restore", "--list", "--json", "--to", str(mesh.folder / "copy")],
            env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=True)
        assert json.loads(listed.stdout) == [today]
        # Neither a kill nor an orderly stop lets it run again.
        mesh.kill("scheduler")
        begin(mesh, jobs).until_logged("scheduler", "recovered")
        mesh.stop("scheduler")
        begin(mesh, jobs).until_logged("scheduler", "started", times=3)
        mesh.stop("scheduler", "relay")
        assert begun(mesh) == 1
        assert [each["state"] for each in schedule(mesh, jobs)["ran"]] == ["done"]
        mesh.verify("scheduler")
        code, out, _ = mesh.run("tradewind", "schedule", settings={"scheduler.jobs": jobs})
        assert code == 0 and f"backup-{today}" in out and at in out


def test_a_run_outlives_its_scheduler_and_is_begun_again_if_it_is_killed_itself():
    with Mesh() as mesh:
        jobs = f"slow {hour(3)} {SLOW}"
        begin(mesh, jobs)
        [first] = until(lambda: carriers(mesh), "it is carried out", 30)
        mesh.kill("scheduler")
        begin(mesh, jobs).until_logged("scheduler", "recovered")
        assert carriers(mesh) == [first]
        mesh.kill("scheduler")
        os.kill(first, signal.SIGKILL)
        until(lambda: not carriers(mesh), "it is gone")
        begin(mesh, jobs)
        [second] = until(lambda: carriers(mesh), "it is carried out again", 30)
        assert second != first
        [run] = ran(mesh, jobs, seconds=120)
        assert run["state"] == "done"
        mesh.stop("scheduler", "relay")
        [log] = (mesh.state / "jobs/slow").glob("*.log")
        # Only one of the two has come to its end.
        assert log.read_text().count("60, 0 failed") == 1
        assert begun(mesh) == 2
        mesh.verify("scheduler")


def test_what_was_missed_is_made_up_for_or_told():
    with Mesh() as mesh:
        at = hour(6)
        jobs = f"late {at} calendar --from 2024-11-25 --to 2024-11-29,told {at} missed=tell calendar --from 2024-11-25 --to 2024-11-29"
        begin(mesh, jobs)
        until(lambda: mesh.run("tradewind", "healthy", "scheduler")[0] == 0, "it is at work")
        mesh.kill("scheduler")
        # More than a minute late, or it would be punctual.
        due = datetime.datetime.now().timestamp() + 6
        until(lambda: datetime.datetime.now().timestamp() > due + 62, "a minute has passed", 90, every=0.5)
        begin(mesh, jobs)
        ran(mesh, jobs)
        runs = {run["job"]: run for run in ran(mesh, jobs, "missed")}
        assert runs["late"]["state"] == "done" and runs["told"]["state"] == "missed"
        assert runs["told"]["explanation"] == "nobody was there"
        mesh.stop("scheduler", "relay")
        mesh.verify("scheduler")


def test_a_job_that_fails_is_told_with_its_sentence():
    with Mesh() as mesh:
        jobs = f"wrong {hour(3)} data backup --store {mesh.folder}/nothing --to {mesh.folder}/copy"
        begin(mesh, jobs)
        [run] = ran(mesh, jobs, "failed")
        assert "nothing" in run["explanation"] and begun(mesh) == 1
        mesh.stop("scheduler", "relay")


def test_what_cannot_be_removed_of_old_runs_is_told():
    with Mesh() as mesh:
        folder = mesh.state / "jobs/quick"
        # A folder where a file should be: it cannot be unlinked.
        (folder / "0000").mkdir(parents=True)
        for number in range(1, 190):
            (folder / f"0{number:03}").write_text("")
        jobs = f"quick {hour(3)} calendar --from 2024-11-25 --to 2024-11-29"
        begin(mesh, jobs)
        ran(mesh, jobs)
        mesh.stop("scheduler", "relay")
        assert (folder / "0000").exists() and not (folder / "0001").exists() and (folder / "0189").exists()
        told = [line["fields"]["text"] for line in mesh.log("scheduler", "job") if "old run" in str(line)]
        assert len(told) == 1 and told[0].startswith(str(folder / "0000")) and "directory" in told[0]


def test_a_plan_that_cannot_be_is_one_sentence():
    for program, jobs, sentence in (
            ("scheduler", "backup clos data backup", "scheduler.jobs: the job backup: clos is no time of a job: "),
            ("scheduler", "backup close", "scheduler.jobs: the job backup has no command; 'data backup' would be one"),
            ("tradewind", "backup close dat backup", "scheduler.jobs: the job backup: ")):
        with Mesh({"scheduler.jobs": jobs}) as mesh:
            code, _, said = mesh.run(program, *(["schedule"] if program == "tradewind" else []))
            assert code == 2 and said.startswith(f"{program}: {sentence}") and len(said.splitlines()) == 1, said


def test_under_a_supervisor_a_job_sees_the_mesh_s_settings_and_is_nobody_s_orphan():
    with Supervised(**{"scheduler.jobs": f"slow {hour(6)} {SLOW},show {hour(6)} config show", "feed.bars": 50}) as mesh:
        mesh.up("--profile", "schedule")
        mesh.until_ready("scheduler-1")
        # Whatever changes makes the supervisor look for processes that nobody wants.
        until(lambda: any((mesh.folder / "state/jobs").glob("slow/*.lock")), "it is carried out", 30, said=mesh.told)
        mesh.run("restart", "historian")
        runs = lambda: {run["job"]: run for run in json.loads(mesh.run("schedule", "--json"))["ran"]}
        until(lambda: sum(run["state"] == "done" for run in runs().values()) == 2, "both are done", 60, every=0.2,
              said=lambda: f"{runs()}\n{mesh.told()}")
        [log] = (mesh.folder / "state/log").glob("scheduler*.log")
        assert log.read_text().count(" begins: ") == 2
        [shown] = (mesh.folder / "state/jobs/show").glob("*.log")
        [line] = [line for line in shown.read_text().splitlines() if line.startswith("state.folder")]
        assert str(mesh.folder / "state") in line
        mesh.run("down")
