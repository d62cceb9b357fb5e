from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.cli.settings import Setting, find_setting
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
        ("indx = 'x'", 'unknown setting "indx"; there are index, language, color, timezone, pager'),
        ('color = "blue"\nindex = "x"', 'color is one of auto, always, never; found "blue"'),
        ("index = ", "cannot be read"),
    ],
)
def test_setting_fault_of_a_file_is_a_message(
    files: tuple[Path, Path], engine: RecordedEngine, run: Run, text: str, message: str
) -> None:
    files[0].write_text(text)
    ran = run("search", "peace")
    assert ran.status == 2
    assert ran.err.startswith(f"searchkit: {files[0]}")
    assert message in ran.err


def test_config_says_where_settings_come_from(files: tuple[Path, Path], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_TIMEZONE", "Europe/Berlin")
    assert run("config", "-i", "here").out == (
        "index     here           command line\n"
        "language  -              default\n"
        f"color     never          {files[1]}\n"
        "timezone  Europe/Berlin  SEARCHKIT_TIMEZONE\n"
        "pager     less           default\n"
    )


def test_config_json(run: Run) -> None:
    assert json.loads(run("config", "--json").out) == {
        "meta": {"version": 1},
        "settings": {
            "index": {"value": "index", "origin": "default"},
            "language": {"value": "", "origin": "default"},
            "color": {"value": "auto", "origin": "default"},
            "timezone": {"value": "UTC", "origin": "default"},
            "pager": {"value": "less", "origin": "default"},
        },
    }
