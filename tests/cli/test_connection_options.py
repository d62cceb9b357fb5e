"""How commands connect to clusters: which settings count, and who gets a password."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.connection_options import connection_options
from searchkit.cli.settings import find_setting
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
PLACE = "opensearchs://search.example:9201/news"
SECRET = "s3cret"


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of a project that we are in, not there yet."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder / "searchkit.toml"


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's own file, not there yet."""
    folder = tmp_path / "user"
    folder.mkdir()
    monkeypatch.setattr("click.get_app_dir", lambda name: str(folder))
    return folder / "config.toml"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, dict[str, object]]]:
    """What commands open, and with what. Nothing is there."""
    found = []

    def open_nothing(place: object, **options: object) -> None:
        found.append((place, options))
        raise searchkit.IndexMissing("nothing is there")

    for name in ("open", "verify", "rebuild"):
        monkeypatch.setattr(searchkit, name, open_nothing)
    return found


def test_settings_of_a_connection(project: Path, user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write_text("opensearch_timeout = 5\n")
    user.write_text(f'opensearch_user = "bob"\nopensearch_password = "{SECRET}"\nopensearch_ca_file = "tls/ca.pem"\n')
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_USER", "ann")
    ca_file = str(user.parent / "tls" / "ca.pem")
    assert connection_options(find_setting("index", PLACE)) == {
        "connection": searchkit.Connection("ann", SECRET, None, ca_file, 5)
    }
    project.unlink()
    user.write_text(f'opensearch_api_key = "{SECRET}"\nopensearch_ca_file = "/etc/ca.pem"\n')
    monkeypatch.delenv("SEARCHKIT_OPENSEARCH_USER")
    found = connection_options(find_setting("index", PLACE))
    assert found == {"connection": searchkit.Connection(api_key=SECRET, ca_file="/etc/ca.pem", timeout=30)}


@pytest.mark.parametrize("place", ["index", "memory:", "toy://x", "./opensearch:"])
def test_other_places_need_no_connection(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_PASSWORD", SECRET)
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_TIMEOUT", "soon")
    assert connection_options(find_setting("index", place)) == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "peace"],
        ["show", "a"],
        ["open", "a"],
        ["stats"],
        ["delete", "a"],
        ["roots"],
        ["optimize"],
        ["verify"],
        ["index"],
        ["index", "."],
        ["index", "--rebuild"],
    ],
)
def test_every_command_connects(
    arguments: list[str], opened: list[tuple[object, dict[str, object]]], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_API_KEY", SECRET)
    for place in (PLACE, "OpenSearch://localhost/news"):
        ran = run(*arguments, "-i", place)
        assert (ran.status, SECRET in ran.out + ran.err) == (2, False)
        assert {place for place, _ in opened} == {place}
        assert {options["connection"] for _, options in opened} == {searchkit.Connection(api_key=SECRET, timeout=30)}
        opened.clear()


def test_the_completion_connects(
    opened: list[tuple[object, dict[str, object]]], monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_API_KEY", SECRET)
    monkeypatch.setenv("_SEARCHKIT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"searchkit search -i {PLACE} source:a")
    monkeypatch.setenv("COMP_CWORD", "4")
    assert SECRET not in run().out
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_TIMEOUT", "1")
    run()
    assert opened == [(PLACE, {"connection": searchkit.Connection(api_key=SECRET, timeout=seconds)}) for seconds in (2, 1)]


def test_shards_and_replicas_are_given_to_the_engine(opened: list[tuple[object, dict[str, object]]], run: Run) -> None:
    run("index", ".", "-i", PLACE, "--shards", "3", "--replicas", "0", "--partition", "year")
    options = {"connection": searchkit.Connection(timeout=30), "shards": 3, "replicas": 0, "partition": "year"}
    assert [(place, {"create": False} | given) for place, given in opened] == [
        (PLACE, {"create": create, "language": None, **options}) for create in (False, True)
    ]


@pytest.mark.parametrize(("option", "value"), [("shards", "2"), ("replicas", "2"), ("partition", "year")])
def test_a_folder_has_no_shards(run: Run, option: str, value: str) -> None:
    for what in (".", "--rebuild"):
        ran = run("index", what, f"--{option}", value, "-i", "here")
        assert (ran.status, ran.err) == (
            2,
            f"searchkit: {option} is for an index on a cluster; expected a place such as opensearch://localhost:9200/news,"
            " found here\n",
        )
        assert not Path("here").exists()
    assert "0 is not in the range x>=1" in run("index", ".", "--shards", "0").err


@pytest.mark.parametrize("name", ["password", "api_key", "ca_file"])
def test_a_project_cannot_set_what_is_secret_or_who_is_trusted_with_it(
    project: Path, user: Path, run: Run, name: str
) -> None:
    project.write_text(f'opensearch_{name} = "{SECRET}"\n')
    message = (
        f"{project}: opensearch_{name} does not belong into a file that others may read or write; only {user} and"
        f" SEARCHKIT_OPENSEARCH_{name.upper()} can set it"
    )
    assert run("search", "peace", "-i", PLACE) == Ran(2, "", f"searchkit: {message}\n")
    ran = run("config")
    assert (ran.status, message in ran.err, SECRET in ran.out + ran.err) == (2, True, False)


@pytest.mark.parametrize("name", ["password", "api_key"])
def test_a_project_does_not_choose_who_gets_a_password(
    project: Path,
    user: Path,
    opened: list[tuple[object, dict[str, object]]],
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    project.write_text(f'index = "{PLACE}"\n')
    user.write_text(f'opensearch_{name} = "{SECRET}"\n')
    message = (
        f"searchkit: {project} names the index {PLACE}, and your password or API key is not sent to a cluster that a"
        f" project's file chooses; to search there, name it yourself: -i {PLACE}, SEARCHKIT_INDEX, or {user}\n"
    )
    for arguments in (["search", "peace"], ["verify"], ["index", "."], ["stats"]):
        assert run(*arguments) == Ran(2, "", message)
    assert opened == []
    run("search", "peace", "-i", PLACE)
    assert len(opened) == 1
    monkeypatch.setenv("SEARCHKIT_INDEX", PLACE)
    run("search", "peace")
    assert len(opened) == 2
    monkeypatch.delenv("SEARCHKIT_INDEX")
    user.write_text(f'index = "{PLACE}"\nopensearch_{name} = "{SECRET}"\n')
    project.write_text("")
    run("search", "peace")
    assert len(opened) == 3
    # Without a secret there is nothing to keep.
    project.write_text(f'index = "{PLACE}"\n')
    user.write_text('opensearch_user = "ann"\n')
    run("search", "peace")
    assert len(opened) == 4


def test_config_shows_no_secret(user: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one in the place of the index, where it does not belong."""
    user.write_text(f'opensearch_password = "{SECRET}"\n')
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_API_KEY", SECRET)
    monkeypatch.setenv("SEARCHKIT_INDEX", f"opensearch://ann:{SECRET}/@host/news")
    for ran in (run("config"), run("config", "--json")):
        assert (ran.status, SECRET in ran.out + ran.err) == (0, False)
    found = json.loads(ran.out)["settings"]
    assert found["opensearch_password"] == {"value": "(set)", "origin": str(user)}
    assert found["opensearch_api_key"] == {"value": "(set)", "origin": "SEARCHKIT_OPENSEARCH_API_KEY"}
    assert found["index"]["value"] == "opensearch://host/news"


@pytest.mark.parametrize("name", ["user", "password"])
def test_a_user_and_an_api_key(user: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The message says where each is set."""
    user.write_text(f'opensearch_{name} = "ann"\n')
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_API_KEY", SECRET)
    assert run("search", "peace", "-i", PLACE) == Ran(
        2,
        "",
        f"searchkit: {user} sets opensearch_{name}, and SEARCHKIT_OPENSEARCH_API_KEY sets opensearch_api_key; expected one of"
        " them: a user and a password, or an API key\n",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("opensearch_password = 12345", 'opensearch_password must be a text, such as opensearch_password = "..."'),
        ("opensearch_timeout = 1.5", "opensearch_timeout is a whole number, such as opensearch_timeout = 30"),
        ("opensearch_timeout = 0", "opensearch_timeout must be 1 second or more; found 0"),
        ("opensearch_ca_file = 1", 'opensearch_ca_file must be a text, such as opensearch_ca_file = "ca.pem"'),
    ],
)
def test_fault_of_a_setting(user: Path, run: Run, text: str, message: str) -> None:
    user.write_text(text)
    assert run("search", "peace", "-i", PLACE) == Ran(2, "", f"searchkit: {user}: {message}\n")
