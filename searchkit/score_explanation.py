"""What the score of an article is made of. (Not in `reports`: making the record takes 0.7 ms, and a
search does not need it.)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ScoreExplanation:
    """Why an article has its score: a value, what it is, and the values that it is made of.

    The value at the top is the score of the hit. If the query does not match the article, `matches`
    is False there, the value is 0, and the children say which parts of the query match. The text of
    an explanation (`str`) has a line for each value.
    """

    description: str
    value: float
    children: tuple[ScoreExplanation, ...] = ()
    matches: bool = True

    def __str__(self) -> str:
        return "\n".join(self._lines(0))

    def _lines(self, depth: int) -> Iterator[str]:
        yield f"{'  ' * depth}{self.value:.6g}  {self.description}"
        for child in self.children:
            yield from child._lines(depth + 1)

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON has it."""
        return {
            "description": self.description,
            "value": self.value,
            "matches": self.matches,
            "children": [child.to_dict() for child in self.children],
        }
