"""A command line or setting that is wrong: one sentence that says what would be right, and the exit code."""

import pytest

from mesh import SERVICES, Mesh


@pytest.fixture(scope="module")
def mesh():
    with Mesh() as mesh:
        yield mesh


@pytest.mark.parametrize("name", SERVICES)
def test_an_unknown_option_names_the_nearest(mesh, name):
    code, out, said = mesh.run(name, "--confg", "x")
    assert (code, out) == (2, "")
    assert said == f"{name}: unknown option --confg; did you mean --config? See {name} --help\n"


@pytest.mark.parametrize("name", SERVICES)
def test_an_unknown_setting_names_the_nearest(mesh, name):
    code, out, said = mesh.run(name, settings={"feed.sped": 1})
    assert (code, out) == (1, "")
    assert said.splitlines()[1:] == ['  --set: there is no setting "feed.sped"; did you mean feed.speed?']


@pytest.mark.parametrize("text, said", [
    ("feed:\n  speed: fast\n", '2:10: feed.speed must be a number from 0 to 1000000, not "fast"'),
    ("feed:\n  spede: 1\n", '2:3: there is no setting "feed.spede"; did you mean feed.speed?'),
])
@pytest.mark.parametrize("name", SERVICES)
def test_a_bad_setting_is_named_by_file_and_line(mesh, name, text, said):
    path = mesh.folder / "bad.yaml"
    path.write_text(text)
    code, out, told = mesh.run(name, "--config", str(path))
    assert (code, out) == (1, "")
    assert told.splitlines()[1:] == [f"  {path}:{said}"]


@pytest.mark.parametrize("arguments, part", [
    (["--instance", "other"], "an instance of feed is called feed.1"),
    (["--shard", "../../x"], "a shard is a name"),
    (["stray"], "feed takes no arguments"),
    (["--instance"], "--instance"),
    (["--log-level", "loud"], "loud"),
])
def test_a_bad_argument_is_one_sentence(mesh, arguments, part):
    code, out, said = mesh.run("feed", *arguments, seconds=10)
    assert (code, out) == (2, "") and part in said, said
    assert len(said.splitlines()) == 1
    assert not mesh.state.exists()


@pytest.mark.parametrize("settings, part", [
    ({"feed.source": "csv"}, "feed.csv_files names no file"),
    ({"feed.source": "csv", "feed.csv_files": "/none.csv"}, "/none.csv: the file cannot be opened"),
    ({"feed.span": "1y"}, "1y"),
    ({"mesh.folder": "/tmp/" + "x" * 120}, "mesh.folder"),
])
def test_a_setting_that_cannot_work_is_one_sentence(mesh, settings, part):
    code, out, said = mesh.run("feed", settings=settings, seconds=10)
    assert (code, out) == (1, "") and part in said, said
    assert len(said.splitlines()) == 1
