from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.datelines import find_dateline


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("BAKU, April 26 (Azernews) - The talks began.", "BAKU, April 26 (Azernews) -"),
        ("WINNIPEG, Feb 26 - Shipments rose.", "WINNIPEG, Feb 26 -"),
        ("WASHINGTON (AP) — The bill passed.", "WASHINGTON (AP) —"),
        ("NEW YORK, N.Y. — The bill passed.", "NEW YORK, N.Y. —"),
        ("ST. JOHN'S, Newfoundland, March 3 (Wire) -- Snow fell.", "ST. JOHN'S, Newfoundland, March 3 (Wire) --"),
        ("MOSCOW, April 26. /TASS/. The talks began.", "MOSCOW, April 26. /TASS/."),
        ("PARIS, 3 févr (AFP) - Le ministre parle.", "PARIS, 3 févr (AFP) -"),
        ("BERLIN (dpa) - Die Minister reden.", "BERLIN (dpa) -"),
        ("МОСКВА, 26 апреля (ТАСС) - Переговоры начались.", "МОСКВА, 26 апреля (ТАСС) -"),
        ("Baku, Azerbaijan, April 26 (Trend) - The talks began.", "Baku, Azerbaijan, April 26 (Trend) -"),
        ("Paris (AFP) - The talks began.", "Paris (AFP) -"),
        ("BAKU, April 26, 2020 (Azernews) – The talks began.", "BAKU, April 26, 2020 (Azernews) –"),
        ("Rio de Janeiro (AFP) - The talks began.", "Rio de Janeiro (AFP) -"),
        ("FRANKFURT am Main, 3. Mai (dpa) - Die Minister reden.", "FRANKFURT am Main, 3. Mai (dpa) -"),
        ("IBM said (late) - and again", ""),
        ("Dr. Smith (pictured) - a surgeon", ""),
        ("Berlin (dpa/bb) - Die Verhandlungen", "Berlin (dpa/bb) -"),
        ("Paris, le 3 mai (AFP) - Les débats", "Paris, le 3 mai (AFP) -"),
        ("NATO — the alliance — met.", ""),
        ("LONDON — The talks began.", "LONDON —"),
        ("NEW DELHI (PTI): The talks began.", "NEW DELHI (PTI):"),
        ("The talks (the third round) began.", ""),
        ("COVID-19 is back.", ""),
        ("UPDATE — The talks began.", ""),
        ("NATO - an alliance - met.", ""),
        ("Paris - city of light - slept.", ""),
        ("The minister - April 26 - spoke.", ""),
        ("It was (as they say) - late.", ""),
        ("first words (AP) - later", ""),
        ("IBM (NYSE) rose.", ""),
        ("", ""),
    ],
)
def test_datelines(text: str, dateline: str) -> None:
    assert find_dateline(text) == dateline


def test_time_is_linear() -> None:
    for text in ("A " * 50_000, "A, " * 50_000, "A'" * 50_000 + "(", "(" * 100_000, "A. " * 40 + "- x"):
        assert find_dateline(text) == ""


def test_a_dateline_stays_in_the_body_and_is_in_extra(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Talks begin\n\nBAKU, April 26 (Azernews) - They met.\n\nThey talked.\n")
    (tmp_path / "b.jsonl").write_text('{"title": "T", "text": "WASHINGTON (AP) — It passed.", "dateline": "D.C."}\n')
    first, second = read(tmp_path)
    assert first.body.startswith("BAKU, April 26 (Azernews) - They met.")
    assert dict(first.extra) == {"dateline": "BAKU, April 26 (Azernews) -"}
    assert dict(second.extra) == {"dateline": "D.C."}  # what the data says goes first
