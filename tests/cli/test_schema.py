"""What the commands print as JSON is what `docs/output.schema.json` says, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import searchkit
from searchkit.cli.answers import HITS
from searchkit.cli.delete import DELETED
from searchkit.cli.formats import FORMATS
from searchkit.cli.listing import Listing
from searchkit.cli.roots import ROOTS
from searchkit.cli.saved import SAVED
from searchkit.cli.stats import STATS
from searchkit.cli.verify import FAULTS
from tests.cli.conftest import Ran, write
from tests.cli.test_verify import damaged as damaged

Run = Callable[..., Ran]

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "output.schema.json").read_text(encoding="utf-8"))
DOCUMENTS = {one["$ref"].rpartition("/")[2] for one in SCHEMA["anyOf"]}


def closed(schema: Any) -> Any:
    """The schema without a word for keys that it does not name: none may be there."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: closed(one) for name, one in schema.items()}
    if "properties" in schema and isinstance(schema.get("required"), list) and "additionalProperties" not in schema:
        kept["additionalProperties"] = False
    if "allOf" in schema:  # each part names some of the keys
        kept["unevaluatedProperties"] = False
        kept["allOf"] = [
            {name: one for name, one in part.items() if name != "additionalProperties"} for part in kept["allOf"]
        ]
    return kept


def check(value: Any, name: str) -> Any:
    """Check a value against a definition, as it stands and without other keys."""
    Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{name}"}]}).validate(value)
    strict = closed(SCHEMA["$defs"])
    if name == "show":  # its parts lie in another definition, which would be closed alone
        strict["shown_article"].pop("additionalProperties")
    Draft202012Validator({"$defs": strict, "$ref": f"#/$defs/{name}"}).validate(value)
    return value


@pytest.fixture
def archive(run: Run) -> None:
    """An index of a folder: with a file that cannot be read, a date that is not understood, a
    deleted article."""
    write("news/a.txt", "The peace talks resumed in Paris. Oil fell.")
    lines = [
        {"id": "1", "title": "Peace", "text": "Talks of peace.", "date": "2020-04-26T01:00:00+04:00", "desk": "foreign"},
        {"id": "2", "text": "Oil and peace.", "date": "03/04/2020", "authors": ["Ann Lee"], "topics": ["oil"]},
        {"id": "3"},
        {"id": "4", "title": "Oil", "text": "Oil only.", "date": "1999-01-02"},
    ]
    Path("news/b.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + "bad\n", encoding="utf-8")
    Path("news/c.xls").write_text("x", encoding="utf-8")
    assert run("index", "news", "--no-progress").status == 2
    run("delete", "news/b.jsonl/4", "--yes")
    run("delete", *[hit.id for hit in searchkit.open("index").search("only", limit=None)], "--yes")


COMMANDS = [
    ("search", ("search", "peace", "--json")),
    ("search", ("search", "peace", "--json", "--fields", ",".join(HITS.fields))),
    ("search", ("search", "peace or talks", "-n", "1", "--json")),
    ("search", ("search", "piece talcks", "date:2031", "--json")),
    ("search", ("search", '"talks peace zebra" oil', "--json")),
    ("stats", ("stats", "--json")),
    ("roots", ("roots", "--json")),
    ("formats", ("formats", "--json")),
    ("deleted", ("delete", "--list", "--json")),
    ("verify", ("verify", "--json")),
    ("config", ("config", "--json")),
    ("translate", ("translate", "--from", "factiva", "hd=europe and wc>500", "--json")),
    ("copy", ("copy", "index", "other", "--json", "--no-progress")),
    ("report", ("index", "--json", "--no-progress")),
    ("report", ("index", "--dry-run", "--rebuild", "--json", "--no-progress")),
    ("report", ("retry", "--json", "--no-progress")),
]


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[" ".join(command) for _, command in COMMANDS])
def test_documents(archive: None, run: Run, name: str, command: tuple[str, ...]) -> None:
    ran = run(*command)
    document = check(json.loads(ran.out), name)
    assert "meta" in document


def test_documents_of_articles(archive: None, run: Run) -> None:
    ids = run("search", "peace", "--ids").out.split()
    assert len(ids) == 3
    for article_id in ids:
        check(json.loads(run("show", article_id, "peace", "--json").out), "show")
        check(json.loads(run("search", "peace", "--explain-score", article_id, "--json").out), "explained_score")
    check(json.loads(run("show", *ids[:2], "--json").out), "show_several")
    with searchkit.open("index") as engine:
        for stored in engine.articles():
            check(stored.article.to_dict(), "article")


def test_lines(archive: None, run: Run) -> None:
    for line in run("search", "peace", "--jsonl").out.splitlines():
        check(json.loads(line), "hit")
    run("retry", "--errors", "failures.jsonl", "--no-progress")
    failures = Path("failures.jsonl").read_text(encoding="utf-8").splitlines()
    assert failures
    for line in failures:
        check(json.loads(line), "failure")


def test_saved_queries(run: Run) -> None:
    run("saved", "add", "energy", "oil OR gas")
    document = check(json.loads(run("saved", "list", "--json").out), "saved")
    assert document["saved"] == [{"name": "energy", "query": "oil OR gas"}]


def test_faults_and_repair(damaged: Path, run: Run) -> None:
    for command in (("verify", "--json"), ("verify", "--repair", "--yes", "--json")):
        document = check(json.loads(run(*command, "-i", str(damaged)).out), "verify")
        assert document["faults"]
    assert document["meta"]["repair"]


def test_every_document_is_tried() -> None:
    tried = {name for name, _ in COMMANDS} | {"show", "show_several", "explained_score", "saved", "verify"}
    assert tried == DOCUMENTS


def test_the_schema_names_the_fields_of_listings() -> None:
    """The keys of each listing, in its order."""
    listings: dict[str, Listing] = {"roots": ROOTS, "formats": FORMATS, "deleted": DELETED, "saved": SAVED, "verify": FAULTS}
    for name, listing in listings.items():
        rows = SCHEMA["$defs"][name]["properties"][listing.name]
        assert tuple(rows["items"]["properties"]) == listing.fields
    assert tuple(SCHEMA["$defs"]["stats"]["properties"]) == ("meta", *STATS.fields)
    assert set(SCHEMA["$defs"]["hit"]["properties"]) == set(HITS.fields)
    assert list(SCHEMA["$defs"]["article"]["properties"]) == [field.name for field in fields(searchkit.Article)]


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"score": "1"},
        {"date": "26.4.2020"},
        {"title_marks": [[1]]},
        {"snippets": [{"text": "x"}]},
        {"new": 1},
    ],
)
def test_what_the_schema_forbids(change: dict[str, Any]) -> None:
    """The test of the test."""
    with searchkit.open("memory:") as engine:
        engine.add([replace(searchkit.Article("a"), title="Peace", body="Talks.")])
        hit = engine.search("peace")[0].to_dict()
    assert not list(Draft202012Validator({"$defs": closed(SCHEMA["$defs"]), "$ref": "#/$defs/hit"}).iter_errors(hit))
    errors = Draft202012Validator({"$defs": closed(SCHEMA["$defs"]), "$ref": "#/$defs/hit"}).iter_errors(hit | change)
    assert list(errors)
