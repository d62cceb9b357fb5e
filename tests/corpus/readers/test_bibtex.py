from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus.readers.latex_text import latex_to_text
from tests.corpus.readers.reading import articles, name_of
from tests.untrusted.child import read_within


@pytest.mark.parametrize(
    "text",
    [
        "@article{a, title={T}}",
        "\ufeff% written by a program\n% on Friday\n@Misc{a:b-c/d,\n  Title = {T}\n}\n",
        "@misc{\nauthor={Beridze, Nino}, year={2014},\n        title={T}, }",
        '@newspaperarticle{,\n title = "T"}',
    ],
)
def test_what_begins_with_an_entry_is_bibtex_under_any_name(text: str, tmp_path: Path) -> None:
    assert name_of(text) == "bibtex"
    found, failures = articles(tmp_path / "a.txt", text)
    assert ([one.title for one in found], failures) == (["T"], [])


@pytest.mark.parametrize(
    "text",
    [
        "@article is a word of BibTeX.\n",
        "@article{a} is an entry without fields.\n",
        "@desk: please print {this} today\n",
        "@media{a, b={c}}\n",
        "See @article{a, title={T}}\n",
        "% of all voters stayed at home.\n",
        "@online, the paper = {everything}.\n",
    ],
)
def test_other_texts_stay_plain(text: str, tmp_path: Path) -> None:
    assert name_of(text) == ""
    found, _ = articles(tmp_path / "a.txt", text)
    assert [one.id for one in found] == ["L"]


def test_values_are_kept_as_they_are_printed(tmp_path: Path) -> None:
    link = r"\href{https://a.example/b\_c}{A link}"
    text = f"@article{{a, title={{{link}}}, pages={{3--5}}, keywords={{U.S.; Quay Inc.; .}}, note={{Of {link}}}}}"
    [found], _ = articles(tmp_path / "a.bib", text)
    assert (found.title, found.topics) == ("A link", ("U.S.", "Quay Inc."))
    expected = {"type": "article", "key": "a", "links": "https://a.example/b_c", "pages": "3–5", "note": "Of A link"}
    assert found.extra == expected


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"\"a \"{a} {\"a} {\"{a}} {\" a}", "ä ä ä ä ä"),
        (r"\'{\i} \'\i{} {\'{\i}} \`{e} \^o \~n \=a \.z", "í í í è ô ñ ā ż"),
        (r"\c{c} \c c \v{s} \v s \u{g} \H{o} \k{a} \r{u} \d{h}", "ç ç š š ğ ő ą ů ḥ"),
        (r"\ss{} \ss\ x {\ss} \o{}re \L{}\'od\'z \ae on", "ß ß x ß øre Łódź æon"),
        (r"\& \% \$ \# \_ \{ \} \textbackslash{} \~{} \^{}", r"& % $ # _ { } \ ~ ^"),
        ("``a'' --- b -- c - d", "“a” — b – c - d"),
        (r"\emph{a} \textbf{b {c}} {\it d} \mbox{e}", "a b c d e"),
        (r"\href{https://a.example/b\_c}{link} \url{https://a.example}", "link https://a.example"),
        (r"\unknown{a} \unknown {b} {c} \other", r"\unknown{a} \unknown {b} c \other"),
        ("one\ntwo\n\n  three\n\n\n\nfour", "one two\n\nthree\n\nfour"),
        (r"C:\users\name", r"C:\users\name"),
        ("a } b { c", "a b c"),
        (r"\'", r"\'"),
        ("1~655", "1\u00a0655"),
    ],
)
def test_latex(written: str, text: str) -> None:
    assert latex_to_text(written) == text


@pytest.mark.parametrize("sign", ["{", "}", "\\", "\\'", "\\href{", "\\c{", '"', "$", "--", "\\x{", "@a{b,", "~"])
def test_latex_takes_time_linear_in_its_length(sign: str) -> None:
    latex_to_text(sign * 300_000)


def test_dates(tmp_path: Path) -> None:
    forms = {
        "date = {2020-04-26}": "2020-04-26",
        "date = {2020-04-26T10:30:00}": "2020-04-26 10:30",
        "date = {2020-04-26/2020-05-01}": "2020-04-26",
        "year = 2020, month = apr, day = 26": "2020-04-26",
        "year = {2020}, month = {4}, day = {26}": "2020-04-26",
        "year = {2020}, month = {Apr 26}": "2020-04-26",
        'year = 2020, month = "26~" # apr': "2020-04-26",
        'year = 2020, month = apr # "~26"': "2020-04-26",
        "year = {26 April 2020}": "2020-04-26",
        "year = 2020, month = apr": None,
        "year = 2020, month = {sept}, day = {31}": None,
        "year = {in press}": None,
        "date = {2020-04}": None,
    }
    text = "".join(f"@misc{{k{number}, title={{T}}, {fields}}}\n" for number, fields in enumerate(forms))
    found, failures = articles(tmp_path / "a.bib", text)
    assert failures == []
    printed = [one.date and one.date.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00") for one in found]
    assert printed == list(forms.values())
    assert {key: found[9].extra[key] for key in ("year", "month")} == {"year": "2020", "month": "April"}
    assert (found[11].extra["year"], found[12].extra["date"]) == ("in press", "2020-04")


def test_names(tmp_path: Path) -> None:
    forms = {
        "Beridze, Nino and Kobalia, Gela": ("Beridze, Nino", "Kobalia, Gela"),
        "Nino Beridze AND\n Gela Kobalia": ("Nino Beridze", "Gela Kobalia"),
        "{Ports and Ships Ministry} and others": ("Ports and Ships Ministry",),
        "von Berg, Jr, Max": ("von Berg, Jr, Max",),
        'M{\\"u}ller, J.': ("Müller, J.",),
        "Anonymous": (),
    }
    text = "".join(f"@misc{{k, title={{T}}, author={{{names}}}}}\n" for names in forms)
    found, _ = articles(tmp_path / "a.bib", text)
    assert [one.authors for one in found] == list(forms.values())
    assert found[2].extra["byline"] == "Ports and Ships Ministry and others"


def test_keys_and_names_of_fields_with_blanks(tmp_path: Path) -> None:
    text = "@article{Conference paper2022,\n title = {T},\n key words = {Ferries, Ships},\n author keywords = {Tides}\n}\n"
    (found,), failures = articles(tmp_path / "a.bib", text)
    assert (found.title, found.topics, found.extra["key"], failures) == (
        "T", ("Ferries", "Ships", "Tides"), "Conference paper2022", [],
    )  # fmt: skip


def test_faults_lose_no_other_entry(tmp_path: Path) -> None:
    faults = {
        "@misc{b, title = {Two}": "the entry has no end; is a brace missing, or the file cut off?",
        "@misc{b, title = {Two, \n year = 1}": "the entry has no end; is a brace missing, or the file cut off?",
        '@misc{b, title = "Two, \n year = 1}': 'the value of "title" has no end; is a brace missing, or the file cut off?',
        "@misc{b, title = {Two} and {more}}": 'the entry cannot be read from "and {more}}" on; is a comma or a brace',
        "@string{two, three = {Two}}": 'the entry cannot be read from "two, three = {Two}}" on; is a comma or a brace',
        "@misc{b, title = {Two}},\n year = {1999}}": "a field stands behind the end of its entry; is there a brace too many",
    }
    for fault, reason in faults.items():
        text = f"@misc{{a, title={{One}}}}\n\n{fault}\n@misc{{c, title={{Three}}}}\n"
        found, failures = articles(tmp_path / "a.bib", text)
        assert [one.title for one in found if one.title != "Two"] == ["One", "Three"], fault
        assert [(one.reason[: len(reason)]) for one in failures] == [reason]
        assert failures[0].place in ("line 3", "line 4")


def test_abbreviations_that_grow_without_end(tmp_path: Path) -> None:
    text = "@string{a0 = {" + "x" * 1000 + "}}\n"
    text += "".join(f"@string{{a{number} = a{number - 1} # a{number - 1}}}\n" for number in range(1, 60))
    text += f"@misc{{k, title = {' # '.join(['a0'] * 100_000)}}}\n@misc{{k, title = {{T}}}}\n"
    (tmp_path / "a.bib").write_text(text)
    outcome = read_within(tmp_path / "a.bib", megabytes=100)
    assert outcome.ids == ["L#2"]
    assert outcome.reasons == ['the value of "title" is put together of too many abbreviations']


def test_a_huge_file_takes_little_memory(tmp_path: Path) -> None:
    record = "@misc{{k{},\n title = {{Title {}}},\n abstract = {{" + "Words of a text. " * 60 + "}}\n}}\n\n"
    with (tmp_path / "a.bib").open("w") as file:
        file.writelines(record.format(number, number) for number in range(12_000))
    outcome = read_within(tmp_path / "a.bib", megabytes=12)
    assert (outcome.articles, outcome.failures) == (12_000, [])


@pytest.mark.parametrize("line", ["{\n", "}\n", "@misc{a,\n", "a={b},\n", '"\n', "@string{a%d={b}}\n", "x @ y } z\n", "(\n"])
def test_a_file_of_one_line_repeated(line: str, tmp_path: Path) -> None:
    text = "".join(line.replace("%d", str(number)) for number in range(40_000))
    (tmp_path / "a.bib").write_text("@misc{k, title={T},\n" + text)
    assert read_within(tmp_path / "a.bib", megabytes=120, seconds=10).articles <= 1
    (tmp_path / "a.bib").write_text("@misc{k, title={T},\n" + text.replace("\n", " "))
    assert read_within(tmp_path / "a.bib", megabytes=120, seconds=10).articles <= 1
