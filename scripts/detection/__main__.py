"""`scripts/encodings` measures how often texts are decoded right: 35 languages in 30 encodings, by
length.

Half of the sentences served to set the weights of detection; the figures of the other half stand
beside. Exit status 1 when a figure is worse than it must be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from scripts.detection.texts import Text, make_english, make_texts
from searchkit.control_characters import replace_controls
from searchkit.corpus.decode import SURE_CONFIDENCE, decode

CLASSES = ((400, 4000, 0.97), (100, 399, 0.95), (30, 99, 0.90))
"""Lengths in bytes, and the lowest accepted share of texts that are decoded exactly."""
ENGLISH, CAUGHT, FLAGGED = 0.99, 0.75, 0.10
"""Shares of English texts that are exact; of wrong ones that are reported; of right ones from 100
bytes on that are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of decoding one text."""

    made: Text
    encoding: str
    is_exact: bool
    is_reported: bool


def outcomes(texts: Iterable[Text]) -> list[Outcome]:
    """Decode texts, and compare them with the originals."""
    found = []
    for made in texts:
        decoded = decode(made.data)
        is_exact = decoded.text == replace_controls(made.text)
        found.append(Outcome(made, decoded.encoding, is_exact, any(True for _ in decoded.warnings())))
    return found


def share(found: Iterable[bool]) -> float:
    """The share of values that are true; 1 if there are none."""
    counted = list(found)
    return sum(counted) / len(counted) if counted else 1.0


def figures(found: list[Outcome], english: list[Outcome]) -> dict[str, tuple[float, bool]]:
    """The figures by name, and whether each is good enough."""
    result: dict[str, tuple[float, bool]] = {}
    for least, most, must in CLASSES:
        exact = share(one.is_exact for one in found if least <= len(one.made.data) <= most)
        result[f"exact, {least} to {most} bytes (must {must:.0%})"] = exact, exact >= must
    exact = share(one.is_exact for one in english)
    result[f"exact, English in windows-1252 of 30 to 150 bytes (must {ENGLISH:.0%})"] = exact, exact >= ENGLISH
    caught = share(one.is_reported for one in (*found, *english) if not one.is_exact)
    result[f"of wrong texts, reported (must {CAUGHT:.0%})"] = caught, caught >= CAUGHT
    flagged = share(one.is_reported for one in found if one.is_exact and len(one.made.data) >= 100)
    result[f"of right texts from 100 bytes on, reported (at most {FLAGGED:.0%})"] = flagged, flagged <= FLAGGED
    return result


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/encodings", description=__doc__)
    parser.add_argument("--of-each", type=int, default=2, help="texts of each language, encoding and length (2)")
    parser.add_argument("--seed", type=int, default=1, help="what the texts are made from (1)")
    parser.add_argument("--wrong", action="store_true", help="show each text that is not exact")
    given = parser.parse_args()
    english = outcomes(make_english(seed=given.seed))
    status = 0
    both: list[Outcome] = []
    for name, half in (("sentences that set the weights", 0), ("other sentences", 1)):
        found = outcomes(make_texts(half, given.of_each, given.seed))
        both += found
        print(f"{name}: {len(found):,} texts, a guess below {SURE_CONFIDENCE} is reported")
        for what, (value, is_met) in figures(found, english).items():
            print(f"  {value:7.2%}  {what}{'' if is_met else '  MISSED'}")
            status |= not is_met
    print("\nexact by encoding: all, and of 30 to 99, 100 to 399 and 400 to 4,000 bytes")
    for codec in sorted({one.made.codec for one in both}):
        of_codec = [one for one in both if one.made.codec == codec]
        shares = [share(one.is_exact for one in of_codec)]
        shares += [
            share(x.is_exact for x in of_codec if least <= len(x.made.data) <= most) for least, most, _ in CLASSES[::-1]
        ]
        print(f"  {codec:13}{len(of_codec):5} {' '.join(f'{value:8.1%}' for value in shares)}")
    for one in both if given.wrong else ():
        if not one.is_exact:
            print(f"{one.made.language} {one.made.codec} as {one.encoding}: {one.made.text[:70]!r}")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
