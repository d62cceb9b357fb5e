"""Tests of the diagnosis of empty answers, for every engine."""

from __future__ import annotations

import copy
import pickle
import random
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta

import searchkit
from searchkit import Article, ClauseDiagnosis, Correction, Engine, Suggestion, SuggestionKind
from searchkit.testing.collection import DAY, WORDS, collection

ARTICLES = (
    Article("a", "Peace talks in Geneva", "Peace talks of Azerbaijan. Climate change is near.", DAY, ("Akbar Mammadov",)),
    Article("b", "Oil prices", "Azerbaijan sells oil. Əliyev visits Baku.", DAY + timedelta(days=9), ("Nigar Hasanova",)),
    Article("c", "", "The climate change talks were put online; a separate peace.", None, (), "Daily Ledger"),
    Article(
        "d",
        "",
        "Chance of rain in Azerbaijan.",
        DAY,
        ("Akbar Mammadov",),
        "Daily Ledger",
        "",
        ("weather",),
        "en",
        "https://www.example.org/d",
    ),
)
MISSPELLED = ("paece", "tlaks", "pricse", "karabach", "statsu")


class DiagnosisContract:
    """The part of EngineContract about `SearchResult.diagnosis`."""

    stride: int

    def test_a_misspelled_word_is_corrected(self, engine: Engine) -> None:
        engine.add(ARTICLES)
        for query, corrected, total in (
            ("azerbijan", "azerbaijan", 3),
            ("Azerbijan", "Azerbaijan", 3),
            ("AZERBIJAN -oil", "AZERBAIJAN -oil", 2),
            ("peace azerbiajan", "peace azerbaijan", 1),
            ('"climate chnge"', '"climate change"', 2),
            ("the “climate chnge”", "the “climate change”", 2),
            ("peace w/5 tlaks", "peace w/5 talks", 1),
            ("peace w/5 (tlaks OR zebra)", "peace w/5 (talks OR zebra)", 1),
            ('"teh climate"', '"the climate"', 1),
            ("title:(peace tlaks)", "title:(peace talks)", 1),
            ("author:mamadov", "author:mammadov", 2),
            ('author:"akbar mamadov"', 'author:"akbar mammadov"', 2),
            ("mammadov", "author:mammadov", 2),
            ("mamadov", "author:mammadov", 2),
            ("title:azerbaijan", "azerbaijan", 3),
            ("peacetalks", '"peace talks"', 1),
            ("aliyev", "əliyev", 1),
            ("azerbij*", "azerb*", 3),
            ("azrebijan~", "azerbaijan", 3),
            ("=Tlaks", "=talks", 2),
            ("lang:EN", 'lang:"en"', 1),
            ("url:example.org", "url:*example.org*", 1),
            ('"on line"', '"online"', 1),
            ("on-line", "online", 1),
            ('"were put on line"', '"were put online"', 1),
            ("topic:wether", "topic:weather", 1),
            ("seperate OR zebra", "separate OR zebra", 1),
            ("(azerbijan OR zebra) oil", "(azerbaijan OR zebra) oil", 1),
            ("azerbijan^2 sels", "azerbaijan^2 sells", 1),
        ):
            suggestions = engine.search(query).diagnosis.suggestions
            assert suggestions[:1] == (Suggestion("spelling", corrected, total),), query
            assert engine.search(corrected).total == total

    def test_words_that_are_right_or_unlike_any_have_no_correction(self, engine: Engine) -> None:
        engine.add([*ARTICLES, Article("zh", body="北京 和平 谈判 平和 서울 평화")])
        for query in (
            "zebra",
            "xyz",
            "teh",
            "1655",
            "oil2",
            "北东",
            "和评",
            "평하",
            "NOT *",
            "-peace -azerbaijan -zh zebra",
            "pe",
        ):
            for clause in _all_clauses(engine.search(query).diagnosis.clauses):
                assert clause.corrections == (), query
        for query in ("azerbaijan", "peace talks", "oil"):
            result = engine.search(query)
            assert result.diagnosis.suggestions == ()
            assert result.advice is None
            assert result.to_dict()["diagnosis"] is None

    def test_clauses_say_what_each_finds_and_what_the_query_finds_without_it(self, engine: Engine) -> None:
        engine.add(ARTICLES)
        diagnosis = engine.search('author:mamadov "climate chnge" date:2031..').diagnosis
        assert diagnosis.clauses == (
            ClauseDiagnosis("author:mamadov", 0, 0, (Correction("author:mammadov", 2),)),
            ClauseDiagnosis(
                '"climate chnge"',
                0,
                0,
                parts=(
                    ClauseDiagnosis("climate", 2),
                    ClauseDiagnosis("chnge", 0, corrections=(Correction("change", 2),)),
                ),
            ),
            ClauseDiagnosis("date:2031-01-01..", 0, 0, note="the archive ends 2020-05-05"),
        )
        assert (diagnosis.first, diagnosis.last) == (DAY, DAY + timedelta(days=9))
        assert diagnosis.suggestions == (Suggestion("without", 'author:mammadov "climate change"', 1),)

    def test_operators_in_capitals_literal_text_and_quotes(self, engine: Engine) -> None:
        engine.add([*ARTICLES, Article("e", body="Terms: NOT oil AND gas; C++ title x")])
        cases: tuple[tuple[str, SuggestionKind, str, int], ...] = (
            ("peace or zebra", "capitals", "peace OR zebra", 2),
            ("oil not zebra", "capitals", "oil NOT zebra", 2),
            ('"talks peace"', "without quotes", "talks peace", 2),
            ("NOT oil AND gas", "literal", "NOT oil AND gas", 1),
        )
        for query, kind, suggested, total in cases:
            found = engine.search(query).diagnosis.suggestions
            assert found[:1] == (Suggestion(kind, suggested, total, literal=kind == "literal"),), query
            assert engine.search(suggested, literal=kind == "literal").total == total
        by_literal = engine.search("azerbijan or peace", literal=True).diagnosis.suggestions
        assert by_literal == (Suggestion("without", "azerbaijan peace", 1),)

    def test_dates_and_values_that_the_archive_lacks(self, engine: Engine) -> None:
        engine.add(ARTICLES)
        for query, note in (
            ("date:2031", "the archive ends 2020-05-05"),
            ("date:..1999", "the archive begins 2020-04-26"),
            ("since:2021-01-01T10:00Z", "the archive ends 2020-05-05"),
            ("date:2020-05-01", ""),
            ("lang:xx", "there are en (1)"),
            ("source:guardian", "there are Daily Ledger (2)"),
        ):
            diagnosis = engine.search(query).diagnosis
            assert [clause.note for clause in diagnosis.clauses] == [note], query
            assert (diagnosis.last is not None) == note.startswith("the archive"), query
        assert engine.search("oil", since="2031").diagnosis.clauses[1].note == "the archive ends 2020-05-05"
        engine.delete(["a", "b", "d"])
        assert engine.search("date:2031").diagnosis.clauses[0].note == "no article has a date"

    def test_leaving_a_clause_out_gives_its_number(self, engine: Engine) -> None:
        """And each suggestion finds its number, for many queries; the memory engine says the
        same."""
        articles = collection(60)
        rng = random.Random(11)  # noqa: S311  (to be the same each time)
        with searchkit.open("memory:") as memory:
            for each in (engine, memory):
                each.add(articles)
                each.delete(["c/3", "c/8"])
                each.add(collection(9)[5:])
            for _ in range(150 // self.stride):
                query = " ".join(_clause(rng) for _ in range(rng.randint(1, 4)))
                options = searchkit.SearchOptions(match_any=rng.random() < 0.2, exact=rng.random() < 0.1)
                result = engine.search(query, options)
                diagnosis = result.diagnosis
                assert diagnosis.total == result.total, query
                assert diagnosis == memory.search(query, options).diagnosis, query
                for clause in diagnosis.clauses:
                    assert clause.total == engine.search(clause.text).total, (query, clause)
                    if clause.total_without is not None:
                        rest = [other.text for other in diagnosis.clauses if other is not clause]
                        asked = " AND ".join(f"({text})" for text in rest)
                        assert clause.total_without == engine.search(asked).total, (query, clause)
                for clause in _all_clauses(diagnosis.clauses):
                    for correction in clause.corrections:
                        assert correction.total == engine.search(correction.text).total > 0, (query, correction)
                for suggestion in diagnosis.suggestions:
                    changed = replace(options, literal=suggestion.literal)
                    assert engine.search(suggestion.query, changed).total == suggestion.total > result.total, query

    def test_a_bounded_number_of_clauses_is_examined(self, engine: Engine) -> None:
        engine.add(ARTICLES)
        words = [f"zebra{chr(97 + index)}" for index in range(26)]
        diagnosis = engine.search(" ".join([*words, "oil"])).diagnosis
        assert [clause.text for clause in diagnosis.clauses] == words[:24]
        assert diagnosis.unexamined == 3

    def test_a_diagnosis_is_of_the_generation_that_was_searched(self, engine: Engine) -> None:
        engine.add(ARTICLES)
        result, other = (replace(engine.search("azerbijan zebra"), took_ms=0.0) for _ in "ab")
        engine.add([Article("e", body="azerbijan")])
        engine.refresh()
        assert result == other
        found = pickle.loads(pickle.dumps(replace(result, hits=())))  # noqa: S301
        assert found == other
        assert "diagnosis" not in asdict(replace(result, hits=()))
        if isinstance(engine, searchkit.SnapshotIsolation):
            assert found.diagnosis.clauses[0] == ClauseDiagnosis("azerbijan", 0, 0, (Correction("azerbaijan", 3),))
        assert found.diagnosis == result.diagnosis == copy.deepcopy(result).diagnosis == other.diagnosis
        assert result.diagnosis is result.diagnosis
        document = result.to_dict()["diagnosis"]
        assert document == result.diagnosis.to_dict()
        assert document["clauses"][0]["text"] == "azerbijan"

    def test_a_rare_word_is_doubted_only_beside_a_very_frequent_one(self, engine: Engine) -> None:
        many = [Article(f"m/{number}", body="Mammadov met the minister. Trading went on.") for number in range(100)]
        engine.add([*many, Article("x", body="Mamadov met Mister Trawling. Ministre"), Article("y", body="Zebra Mammedov")])
        found = engine.search("mamadov zebra OR mamadov")
        assert (found.total, found.diagnosis.suggestions) == (
            1,
            (Suggestion("spelling", "mammadov zebra OR mammadov", 100),),
        )
        assert found.advice == found.diagnosis
        for right in ("trawling", "zebra", "mister", "mammedov"):
            assert engine.search(right).diagnosis.suggestions == (), right
        engine.delete(["m/0"])
        assert engine.search("mamadov").diagnosis.suggestions == ()


def _all_clauses(clauses: tuple[ClauseDiagnosis, ...]) -> Iterator[ClauseDiagnosis]:
    for clause in clauses:
        yield clause
        yield from _all_clauses(clause.parts)


def _clause(rng: random.Random) -> str:
    """A clause of a query that often finds nothing."""
    words = [word for word in WORDS if word not in ("of", "the")]
    one, other = rng.choice(words), rng.choice([*words, *MISSPELLED, "zebra"])
    return rng.choice(
        [
            f"{other}",
            f"-{one}",
            f'"{one} {other}"',
            f"({one} OR {other})",
            f"({one} {other} OR {other})",
            f"title:{other}",
            f"author:(lima OR {other})",
            f"{one} w/2 {other}",
            f"({other} pre/1 {one})^2",
            f"atleast4({one} OR {other})",
            "author:lmia",
            "date:2021..",
            "date:2020-05",
            "lang:eng",
            "karabax*",
            f"={other}",
            "topic:oill",
        ]
    )
