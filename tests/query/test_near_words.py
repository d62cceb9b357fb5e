"""Words of a snapshot that are spelled alike, against asking each of them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

import searchkit
from searchkit.analysis import fold
from searchkit.engines.local_evidence import LocalEvidence
from searchkit.engines.local_reader import LocalReader
from searchkit.model import Article
from searchkit.query.corrections import ESTIMATE_SLACK
from searchkit.query.nodes import Word
from searchkit.query.spelling import is_near

LETTERS = "abcéßжoil"


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEvidence]:
    """An index of two segments, with deleted articles, of words that are near each other."""
    rng = random.Random(3)
    made = ["".join(rng.choices(LETTERS, k=rng.randint(1, 9))) for _ in range(600)]
    folder = tmp_path_factory.mktemp("index")
    with searchkit.open(folder / "i", create=True) as engine:
        for part in range(2):
            words = rng.sample(made, 400)
            articles = [
                Article(f"{part}/{number}", " ".join(words[at : at + 5]).title(), " ".join(words[at + 5 : at + 40]), None,
                        (words[at],))
                for number, at in enumerate(range(0, 400, 10))
            ]  # fmt: skip
            engine.add(articles)
        engine.delete(["0/3", "1/7"])
    with LocalReader(folder / "i") as reader:
        current = reader._current()
        yield LocalEvidence(current.snapshot, current.analyzer)


def folded_words(evidence: LocalEvidence, field: str) -> set[str]:
    return {text.decode() for dictionary in evidence.dictionaries(field) for text in dictionary.tolist()}


@pytest.mark.parametrize("field", ["", "title", "body", "author"])
@pytest.mark.parametrize("edits", [1, 2])
def test_near_words(evidence: LocalEvidence, field: str, edits: int) -> None:
    words = folded_words(evidence, field)
    rng = random.Random(edits)
    for word in [*rng.sample(sorted(words), 40), "oil", "abcoil", "жжжо", "zzzz"]:
        if len(word) < 3:
            continue
        found = evidence.near_words(word, field, edits)
        assert set(found) == {other for other in words if is_near(other, word, edits)}
        for other, estimate in found.items():
            assert evidence.count(evidence.docs(Word(other, field))) <= estimate * ESTIMATE_SLACK


@pytest.mark.parametrize("field", ["", "title", "author"])
def test_words_and_forms(evidence: LocalEvidence, field: str) -> None:
    words = folded_words(evidence, field)
    for word in [*sorted(words)[::7], "zzzz"]:
        assert evidence.has_word(word, field) == (word in words)
        forms = evidence.forms(word, field)
        assert {fold(form) for form in forms} == ({word} if word in words else set())
        for size in range(1, len(word) + 1):
            prefix = word[:size]
            assert evidence.has_prefix(prefix, field) == any(other.startswith(prefix) for other in words)
