from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.read_warnings import ReadWarning
from tests.corpus.readers.reading import articles, name_of
from tests.untrusted.child import read_within


@pytest.mark.parametrize(
    "text",
    [
        "TY  - NEWS\nTI  - A title\nER  - \n",
        "\ufeff\r\n\r\nTY  - JOUR\r\nAU  - Beridze, Nino\r\nTI  - T\r\n",
        "TY - JOUR\nT1 - A title\n",
        "TY  - JOUR\rT1  - A title\rER  - \r",
        "Provider: Coast Archive\nDatabase: News\nContent: text/plain\n\n\nTY  - JOUR\nT1  - A title\n",
        "1. \nTY  - JOUR\nT1  - A title\n",
        "TY  - NEWS\nTI  -\nER  -\n",
        "TY  - JOUR\nPMID  - 12345\nTI  - T\n",
    ],
)
def test_what_begins_with_a_record_is_ris_under_any_name(text: str, tmp_path: Path) -> None:
    assert name_of(text) == "ris"
    found, failures = articles(tmp_path / "a.txt", text.replace("TI  -\n", "TI  - T\n"))
    assert (len(found), failures) == (1, [])


@pytest.mark.parametrize(
    "text",
    [
        "TY  - NEWS\n",
        "TY - the town band - plays\non Friday.\n",
        "TY  - NEWS is what they called it\nAU  - said so\n",
        "TY COBB\nTY  - BASEBALL\n",
        "Provider: a firm\nDatabase: none\n\nThe firm provides.\n",
        "A text about\nTY  - NEWS\nTI  - tags\n",
        "1. \nThe first of many.\n",
    ],
)
def test_other_texts_stay_plain(text: str, tmp_path: Path) -> None:
    assert name_of(text) == ""
    found, _ = articles(tmp_path / "a.txt", text)
    assert [one.id for one in found] == ["L"]


def test_a_record_is_located_by_its_first_line(tmp_path: Path) -> None:
    text = (
        "\nTY  - NEWS\nTI  - One\nER  - \n\n"
        + "TY  - NEWS\nAB  - "
        + "x" * 3000
        + "\nER  - \nTY  - NEWS\nTI  - Three\nER  - \n"
    )
    found, failures = articles(tmp_path / "a.ris", text, max_article="2KB")
    assert [one.id for one in found] == ["L#1", "L#3"]
    assert [(one.place, one.reason[:27]) for one in failures] == [("line 6", "the record is longer than 2")]


def test_text_between_records_is_reported(tmp_path: Path) -> None:
    record = "TY  - NEWS\nTI  - T\nER  - \n"
    path = tmp_path / "a.ris"
    path.write_text(f"Provider: JSTOR\n\n{record}\n2.\nBetween\nthem.\n{record}\nBehind.\n")
    warnings: list[ReadWarning] = []
    assert [one.id for one in read(path, "L", on_warning=warnings.append)] == ["L#1", "L#2"]
    assert [(one.kind, one.text, one.place) for one in warnings] == [
        ("left-out", "Between them.", "line 8"),
        ("left-out", "Behind.", "line 14"),
    ]


def test_dates(tmp_path: Path) -> None:
    forms = {
        "DA  - 2020/04/26/": "2020-04-26",
        "DA  - 2020/4/6": "2020-04-06",
        "PY  - 2020/04/26/Morning": "2020-04-26",
        "Y1  - 2020/04/26/10:30": "2020-04-26 10:30",
        "DA  - Apr 26\nPY  - 2020": "2020-04-26",
        "DA  - 2010 May 08\nPY  - 2010": "2010-05-08",
        "DA  - April 26, 2020": "2020-04-26",
        "PY  - 2016\nC1  - Full publication date: Apr. 26, 2016": "2016-04-26",
        "Y1  - 2019//\nDA  - 2020-04-26": "2020-04-26",
        "PY  - 2020": None,
        "PY  - 2020///": None,
        "DA  - 2020/04//": None,
        "DA  - 2020/13/45/": None,
        "DA  - Spring 2020": None,
    }
    text = "".join(f"TY  - NEWS\nTI  - T{number}\n{lines}\nER  - \n" for number, lines in enumerate(forms))
    found, failures = articles(tmp_path / "a.ris", text)
    assert failures == []
    printed = [one.date and one.date.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00") for one in found]
    assert printed == list(forms.values())
    assert [found[number].extra["year"] for number in (9, 10)] == ["2020", "2020"]
    assert [found[number].extra["date"] for number in (11, 12, 13)] == ["2020/04//", "2020/13/45/", "Spring 2020"]


def test_a_file_that_does_not_always_keep_to_the_standard(tmp_path: Path) -> None:
    text = "TY  - NEWS\nTI  - T\nPMID  - 12345\nAU  - Beridze, Nino\nKW - Ferries\nShips\nAB  - One.\nLA - a town\nTY - JOUR\nTI - U\nER-\n"
    found, failures = articles(tmp_path / "a.ris", text)
    assert [(one.title, one.body, one.authors, one.topics) for one in found] == [
        ("T", "One.\nLA - a town", ("Beridze, Nino",), ("Ferries", "Ships")),
        ("U", "", (), ()),
    ]
    assert (found[0].extra["pmid"], failures) == ("12345", [])


def test_names(tmp_path: Path) -> None:
    lines = "".join(
        f"AU  - {name}\n"
        for name in (
            "Beridze, Nino",
            "Ministry of Trade, Industry and Ports",
            "Gela Kobalia and Nino Beridze",
            "Name of a Research Center",
        )
    )
    (found,), _ = articles(tmp_path / "a.ris", f"TY  - NEWS\nTI  - T\n{lines}A1  - Lee, A.; Ray, B.\nER  - \n")
    assert found.authors == (
        "Beridze, Nino", "Ministry of Trade, Industry and Ports", "Gela Kobalia", "Nino Beridze", "Name of a Research Center",
        "Lee, A.", "Ray, B.",
    )  # fmt: skip


def test_nothing_is_lost(tmp_path: Path) -> None:
    """Each value is in a field or in `extra`, whatever its tag and however often it comes."""
    tags = [a + b for a in "ABCDEFGIJKLMNOPRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
    tags = [tag for tag in tags if tag not in ("TY", "ER", "LA", "AU", "A1")]
    lines = "".join(f"{tag}  - value {tag} {turn}\n" for tag in tags for turn in (1, 2))
    (found,), _ = articles(tmp_path / "a.ris", f"TY  - NEWS\n{lines}ER  - \n")
    text = repr(found)
    assert [tag for tag in tags for turn in (1, 2) if f"value {tag} {turn}" not in text] == []


def test_a_huge_file_takes_little_memory(tmp_path: Path) -> None:
    record = "TY  - NEWS\nTI  - Title {}\nAB  - " + "Words of a text. " * 60 + "\nER  - \n\n"
    with (tmp_path / "a.ris").open("w") as file:
        file.writelines(record.format(number) for number in range(12_000))
    assert (tmp_path / "a.ris").stat().st_size > 12 * 2**20
    outcome = read_within(tmp_path / "a.ris", megabytes=12)
    assert (outcome.articles, outcome.failures) == (12_000, [])


@pytest.mark.parametrize("line", ["\n", "x\n", "KW  - a\n", "      x\n", "TY  - NEWS\n", "%d\n", "C1  - %d\n"])
def test_a_file_of_one_line_repeated(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.ris").write_text("TY  - NEWS\nTI  - T\n" + "".join(line.replace("%d", str(n)) for n in range(80_000)))
    outcome = read_within(tmp_path / "a.ris", megabytes=200, seconds=10)
    assert outcome.articles <= 1
