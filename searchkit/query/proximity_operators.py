"""Reads operators between words: ours, the ways in which other systems write them, and what other
systems have and we have not.

| typed | means |
|---|---|
| `w/5 near/5 NEAR5 /5` | at most 5 positions apart |
| `pre/5 adj/5 ADJ5` | the same in this order |
| `not w/5 not near/5 not /5` | with none so near |
| `/s w/s near/s w/sent` | in the same sentence; `/p w/p near/p w/para` paragraph |

Case does not count.
"""

from __future__ import annotations

import re

from searchkit.query.operands import MAX_DISTANCE, OperatorName, ProximityOperator

QUOTED_HINT = "to search for it as words, put it in quotes"

PRETOKEN = re.compile(r'[^\s()"]+')
"""A run of characters between blanks, parentheses and quotes."""

# These stand as text, to be compiled when a query first needs them: each takes a millisecond.
_OPERATOR = r"(?i)(?:(w|near|pre|adj|onear)/|(near|adj)(?=\d)|/(?=.))(\d*|n|s|p|sent|para|seg)"
_NOT = r"(?i)not\s+"
_UNITS = {"s": "sentence", "sent": "sentence", "p": "paragraph", "para": "paragraph"}
_FOREIGN = {
    "NEAR": "peace w/5 talks finds words at most 5 apart",
    "ADJ": "peace pre/1 talks finds words next to each other in this order",
    "ONEAR": "peace pre/5 talks finds words at most 5 apart in this order",
    "WITHIN": "peace w/5 talks finds words at most 5 apart",
    "SAME": "peace /p talks finds words in the same paragraph, /s in the same sentence",
    "XOR": "(peace OR talks) NOT (peace AND talks) finds either without the other",
}
"""Operators of other systems that could mean several things here, or that we have not."""
_FOREIGN_FORM = r"([A-Z]+)(?:[-:~=.](\d{1,2})|/(\w*))?"
NEAR_CALL = r'(?:[nN][eE][aA][rR]/?|NEAR (?=.*,\s*\d))\(((?:[^()"]|"[^"]*"|\([^()]*\))*?)(?:,\s*(\d{1,9})\s*)?\)'
"""`NEAR(peace talks, 5)`: its operands and its number."""
_FOREIGN_WORD = r"(?i)(w|pre|\+)\d{1,2}|(n|p)/\d{1,2}"


class OperatorError(ValueError):
    """What stands at a place of a query is an operator that cannot be read. It covers `length`
    characters; `hint` says what to write instead."""

    def __init__(self, message: str, length: int, hint: str) -> None:
        super().__init__(message)
        self.length, self.hint = length, hint


def find_proximity_operator(text: str, original: str, at: int) -> ProximityOperator | None:
    """The operator at a character of a query, or None. Raises OperatorError for one that is
    incomplete."""
    if text[at] not in "wWnNpPaAoO/":
        return None
    negation = re.compile(_NOT).match(text, at) if text[at : at + 3].lower() == "not" else None
    pretoken = PRETOKEN.match(text, negation.end() if negation else at)
    if pretoken is None or not ("/" in pretoken[0] or pretoken[0][-1].isdecimal()):
        return None
    found = re.fullmatch(_OPERATOR, pretoken[0])
    if found is None:
        return None
    typed = original[at : pretoken.end()]
    name, value = (found[1] or found[2] or "").lower(), found[3].lower()
    unit = _UNITS.get(value, "")
    if not name and not value.isdecimal() and value not in ("s", "p"):
        return None
    if value == "seg":
        raise OperatorError(f"{typed} is no operator", len(typed), "title:(peace AND talks) finds both in one field")
    if negation and (unit or name not in ("", "w", "near")):
        raise OperatorError(f"{typed} is no operator", len(typed), "not goes with w/n: peace not w/5 talks")
    if name == "onear":
        raise OperatorError(
            f"{typed} is no operator", len(typed), f"in this order is pre/{value if value.isdecimal() else 5}"
        )
    if unit:
        if name in ("pre", "adj"):
            raise OperatorError(f"{typed} is no operator", len(typed), f"/{unit[0]} finds both in any order")
        return ProximityOperator("sentence" if unit == "sentence" else "paragraph", 0, typed, at)
    number = int(value.lstrip("0")[:3] or 0) if value.isdecimal() else 0
    if not 1 <= number <= MAX_DISTANCE:
        shown = name or "w"
        message = f"{shown}/ needs a number from 1 to {MAX_DISTANCE}: {shown}/5"
        raise OperatorError(message, len(typed), QUOTED_HINT)
    operator: OperatorName = "not near" if negation else "near" if name in ("", "w", "near") else "ordered"
    return ProximityOperator(operator, number, typed, at)


def refuse_foreign_operator(text: str, at: int) -> None:
    """Raise OperatorError for an operator of another system, in capitals, that stands behind a
    word."""
    pretoken = PRETOKEN.match(text, at)
    found = re.fullmatch(_FOREIGN_FORM, pretoken[0]) if pretoken and pretoken[0].startswith(tuple(_FOREIGN)) else None
    if pretoken is None or found is None or found[1] not in _FOREIGN or (found[0] != found[1] in ("SAME", "XOR")):
        return
    if re.compile(NEAR_CALL).match(text, at):
        return
    needs_number = found[0] == "NEAR"
    message = "NEAR needs a number here: w/5" if needs_number else f"{found[0]} is no operator here"
    raise OperatorError(message, len(found[0]), f"{_FOREIGN[found[1]]}; {QUOTED_HINT}")


def foreign_word_note(text: str, at: int) -> str:
    """A note about a word behind another one that is an operator in other systems (`w5`, `n/5`),
    or ""."""
    if text[at] not in "wWpPnN+":
        return ""
    pretoken = PRETOKEN.match(text, at)
    found = re.fullmatch(_FOREIGN_WORD, pretoken[0]) if pretoken and pretoken[0][-1].isdecimal() else None
    if found is None:
        return ""
    number = re.sub(r"\D", "", found[0])
    ours = "pre" if found[0][0] in "pP+" else "w"
    return f"{found[0]} is read as a word here; {ours}/{number} finds words near each other"
