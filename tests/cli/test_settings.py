from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.cli.settings import SETTINGS, Setting, find_setting
from tests.cli.conftest import Ran, RecordedEngine

Run = Callable[..., Ran]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, Path]:
    """A project file above the folder we are in, and a user file, each naming an index."""
    project = tmp_path / "project" / "searchkit.toml"
    below = project.parent / "a" / "b"
    below.mkdir(parents=True)
    project.write_text('index = "news"\n')
    user = tmp_path / "user" / "config.toml"
    user.parent.mkdir()
    user.write_text('index = "/srv/news"\ncolor = "never"\n')
    monkeypatch.chdir(below)
    monkeypatch.setattr("click.get_app_dir", lambda name: str(user.parent))
    return project, user


def test_setting_flag_comes_first(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_INDEX", "from-environment")
    assert find_setting("index", "flag") == Setting("index", "flag", "command line")


def test_setting_environment_comes_before_files(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_INDEX", "from-environment")
    assert find_setting("index") == Setting("index", "from-environment", "SEARCHKIT_INDEX")


def test_setting_project_file_is_found_upwards_and_its_index_lies_beside_it(files: tuple[Path, Path]) -> None:
    project, _ = files
    assert find_setting("index") == Setting("index", str(project.parent / "news"), str(project))


def test_setting_user_file_fills_what_the_project_leaves(files: tuple[Path, Path]) -> None:
    _, user = files
    assert find_setting("color") == Setting("color", "never", str(user))


def test_setting_default_comes_last(files: tuple[Path, Path]) -> None:
    assert find_setting("timezone") == Setting("timezone", "UTC", "default")


def test_setting_index_of_a_file_may_begin_at_home(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    files[0].write_text('index = "~/news"\n')
    assert find_setting("index").value == "/home/ann/news"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("index = 5", 'index must be a text, such as index = "index"'),
        ("limit = -1", 'limit is a whole number; found "-1"'),
        ("limit = true", "limit is a whole number, such as limit = 10"),
        ('limit = "ten"', 'limit is a whole number; found "ten"'),
        ('sort = "newest"', 'sort is one of relevance, date, -date; found "newest"'),
        ("fields = 3", 'fields is a list of names, such as fields = ["date", "title"]'),
        ("indx = 'x'", 'unknown setting "indx"; there are index, language, limit, sort, fields, color'),
        ('color = "blue"\nindex = "x"', 'color is one of auto, always, never; found "blue"'),
        ("index = ", "cannot be read"),
    ],
)
def test_setting_fault_of_a_file_is_a_message(
    files: tuple[Path, Path], engine: RecordedEngine, run: Run, text: str, message: str
) -> None:
    files[0].write_text(text)
    ran = run("search", "peace", "--csv")
    assert ran.status == 2
    assert ran.err.startswith(f"searchkit: {files[0]}")
    assert message in ran.err


def test_config_says_where_settings_come_from(files: tuple[Path, Path], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_TIMEZONE", "Europe/Berlin")
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_PASSWORD", "s3cret")
    assert run("config", "-i", "here").out == (
        "index                here           command line\n"
        "language             -              default\n"
        "limit                10             default\n"
        "sort                 relevance      default\n"
        "fields               -              default\n"
        f"color                never          {files[1]}\n"
        "pager                less           default\n"
        "timezone             Europe/Berlin  SEARCHKIT_TIMEZONE\n"
        "opensearch_user      -              default\n"
        "opensearch_password  (set)          SEARCHKIT_OPENSEARCH_PASSWORD\n"
        "opensearch_api_key   -              default\n"
        "opensearch_ca_file   -              default\n"
        "opensearch_timeout   30             default\n"
        "\n"
        "Settings are looked for in the environment (SEARCHKIT_INDEX, ...), and in these files:\n"
        f"  {files[0]}\n"
        f"  {files[1]}\n"
    )


def test_config_shows_faults_and_goes_on(files: tuple[Path, Path], run: Run) -> None:
    files[0].write_text('pager = "less"\nlimit = "ten"\ntimezone = "Asia/Baku"\n')
    ran = run("config")
    assert ran.status == 2
    first, second = ran.err.splitlines()
    assert first == f'searchkit: {files[0]}: limit is a whole number; found "ten"'
    assert second.startswith(
        f"searchkit: {files[0]}: pager is a command, which only {files[1]} and SEARCHKIT_PAGER can set; "
    )
    rows = [line.split() for line in ran.out.splitlines()]
    assert [row for row in rows if "?" in row] == [[name, "?", "see", "the", "error"] for name in ("limit", "pager")]
    assert ["timezone", "Asia/Baku", str(files[0])] in rows
    ran = run("config", "--json")
    assert (ran.status, ran.err.splitlines()) == (2, [first, second])
    found = json.loads(ran.out)["settings"]
    assert found["limit"] == {"value": None, "origin": None, "fault": first.removeprefix("searchkit: ")}
    assert found["timezone"] == {"value": "Asia/Baku", "origin": str(files[0])}


def test_config_shows_the_fault_of_a_file_once(files: tuple[Path, Path], run: Run) -> None:
    files[0].write_text("index = \n")
    ran = run("config", "-i", "here")
    assert (ran.status, ran.err.count("cannot be read")) == (2, 1)
    assert ran.out.startswith("index                here  command line\nlanguage             ?     see the error\n")


def test_only_a_command_may_be_an_empty_variable(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.setenv(f"SEARCHKIT_{name.upper()}", "")
    monkeypatch.setenv("PAGER", "less")
    assert find_setting("pager") == Setting("pager", "", "SEARCHKIT_PAGER")
    assert {find_setting(name).origin for name in SETTINGS if name != "pager"} == {*map(str, files), "default"}


def test_config_names_the_files_that_are_not_there(files: tuple[Path, Path], run: Run) -> None:
    for file in files:
        file.unlink()
    assert run("config").out.endswith(
        f"in these files:\n  searchkit.toml in this folder or above it  (there is none)\n  {files[1]}  (not there)\n"
    )
    assert json.loads(run("config", "--json").out)["files"] == [{"path": str(files[1]), "exists": False}]


def test_config_json(run: Run, files: tuple[Path, Path]) -> None:
    found = json.loads(run("config", "--json").out)
    assert found["meta"] == {"version": 1}
    assert found["settings"]["index"] == {"value": str(files[0].parent / "news"), "origin": str(files[0])}
    assert list(found["settings"]) == list(SETTINGS)
    assert found["files"] == [{"path": str(file), "exists": True} for file in files]


def test_defaults_of_search_are_settings(files: tuple[Path, Path], engine: RecordedEngine, run: Run) -> None:
    files[0].write_text('limit = 1\nsort = "-date"\nfields = ["title", "date"]\n')
    assert run("search", "peace", "--csv").out == "title,date\nOil falls,2020-04-27T15:01:01Z\n"
    assert run("search", "peace", "--ids").out == "news/2.txt\n"
    assert list(json.loads(run("search", "peace", "--json").out)["hits"][0])[:3] == ["id", "score", "date"]
    # Options count before settings.
    assert run("search", "peace", "--csv", "--fields", "id", "-n", "0", "--sort", "date").out.split() == [
        "id",
        "news/1.txt",
        "news/2.txt",
        "news/3.txt",
    ]


def test_fields_that_are_not_known_name_their_file(files: tuple[Path, Path], engine: RecordedEngine, run: Run) -> None:
    files[0].write_text('fields = "titel"\n')
    ran = run("search", "peace", "--table")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f'searchkit: {files[0]}: fields: no field "titel"; did you mean title?')
    assert run("search", "peace").status == 0
