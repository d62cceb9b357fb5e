"""What a search can change about scores: the weights of fields, and how fast articles fade with
age.

No NumPy here: `query.ranking` does over arrays what Recency does for one date.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from searchkit.errors import OptionError
from searchkit.frozen import frozen
from searchkit.model import SearchOptions
from searchkit.query.clock import Clock
from searchkit.schema import FIELD_NAMES, FIELD_WEIGHTS, FIELDS, date_of, printed_micros

MAX_BOOST = 1_000_000.0
"""The greatest weight of a field."""

NOTED_HALF_LIVES = 20
"""From so many half-lives on, scores are printed as 0.000001 or less."""

_DAYS = {"d": 1.0, "w": 7.0, "m": 365.25 / 12, "y": 365.25}
"""The days of a unit. Half-lives are durations, so months and years are average ones."""
_HALF_LIFE = r"\s*(\d{1,6})([dwmyDWMY])\s*"


@frozen
class Recency:
    """Scores are halved for each `half_life` (microseconds) of age, counted from the printed date
    to `now` (microseconds from the year 1, as printed where the user is).

    An article dated after `now` has the age 0; one without a date counts as the `oldest` dated
    article.
    """

    half_life: float
    now: int
    oldest: int

    def half_lives(self, printed: int | None) -> float:
        """The age of an article, in half-lives, by its printed date (None: undated)."""
        return max(0, self.now - (self.oldest if printed is None else printed)) / self.half_life

    def factor(self, printed: int | None) -> float:
        """What the score of an article is multiplied by, from 0 to 1."""
        return float(0.5 ** self.half_lives(printed))

    def rank_score(self, score: float, printed: int | None) -> float:
        """What articles are ranked by: log2 of the faded score, which tells articles apart however
        old they are. (After 1,075 half-lives a factor is 0.)"""
        return math.log2(score) - self.half_lives(printed) if score > 0 else -math.inf

    def notes(self, dates: Iterable[int | None]) -> tuple[str, ...]:
        """A note, if the printed dates of all articles shown are so old that their scores are
        nearly 0."""
        youngest = min(map(self.half_lives, dates), default=0.0)
        if youngest < NOTED_HALF_LIVES:
            return ()
        day = date_of(self.now, 0).date()
        return (
            f"scores are nearly 0, because all articles shown are at least {youngest:,.0f} half-lives old, counted from"
            f" {day}; --now DATE counts from another day",
        )


@frozen
class ScoreOptions:
    """The weight of each attribute of Article that scores, and how scores fade with age."""

    weights: Mapping[str, float] = FIELD_WEIGHTS
    recency: Recency | None = None


def make_score_options(options: SearchOptions, find_oldest: Callable[[], int | None]) -> ScoreOptions:
    """The score options of a search. `find_oldest` gives the oldest printed date of all articles
    (None: all are undated); it is called only if that is needed. Raises OptionError."""
    weights = FIELD_WEIGHTS | check_boost(options.boost)
    if not options.recent:
        return ScoreOptions(weights)
    clock = Clock.from_zone_name(options.timezone, options.now)
    now = printed_micros(clock.now.astimezone(clock.zone).replace(tzinfo=None))
    oldest = find_oldest()
    return ScoreOptions(weights, Recency(parse_half_life(options.recent), now, now if oldest is None else oldest))


def parse_half_life(text: str) -> float:
    """A half-life such as "90d", in microseconds. Raises OptionError."""
    found = re.fullmatch(_HALF_LIFE, text)
    if found is None or not int(found[1]):
        raise OptionError(
            f"recent must be a half-life: a number of days, weeks, months or years, such as 90d, 12w, 6m or 1y; found"
            f' "{text}"'
        )
    return int(found[1]) * _DAYS[found[2].lower()] * (timedelta(days=1) / timedelta(microseconds=1))


def check_boost(boost: Mapping[str, float]) -> dict[str, float]:
    """The weights by the names of fields, which may be given by aliases such as headline.

    Raises OptionError for a field that does not score or is named twice, and for a weight that is
    no number from 0 to MAX_BOOST.
    """
    if not isinstance(boost, Mapping):
        raise OptionError(f'boost must be weights of fields, such as {{"title": 3}}; found {boost!r}')
    fields = " and ".join(FIELD_WEIGHTS)
    found: dict[str, float] = {}
    for name, weight in boost.items():
        field = FIELD_NAMES.get(name, name)
        if field not in FIELD_WEIGHTS:
            what = "does not score" if field in FIELDS else "is no field"
            raise OptionError(f'boost: "{name}" {what}; the fields that score are {fields}, such as title=3')
        if field in found:
            raise OptionError(f"boost: {field} has two weights, {found[field]:g} and {weight}; expected one")
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= MAX_BOOST:
            raise OptionError(f"boost: the weight of {field} must be a number from 0 to {MAX_BOOST:,.0f}; found {weight!r}")
        found[field] = float(weight)
    return found
