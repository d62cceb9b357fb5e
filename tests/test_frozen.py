from __future__ import annotations

import pickle
from dataclasses import dataclass

import pytest

from searchkit.frozen import frozen


@frozen
class Place:
    """A place."""

    name: str
    distance: int = 1
    inside: Place | None = None

    def __str__(self) -> str:
        return f"{self.name}@{self.distance}"


@frozen
class Other:
    name: str
    distance: int = 1
    inside: Place | None = None


@dataclass(frozen=True, slots=True)
class Twin:
    """What the standard library makes of the same."""

    name: str
    distance: int = 1
    inside: Place | None = None


def test_fields_and_defaults() -> None:
    place = Place("here", inside=Place("there", 2))
    assert (place.name, place.distance, place.inside) == ("here", 1, Place("there", 2))
    assert str(place) == "here@1"
    assert Place.__doc__ == "A place."


def test_it_looks_like_the_librarys() -> None:
    assert repr(Place("a", 2)) == repr(Twin("a", 2)).replace("Twin", "Place")


def test_equal_content_is_equal_in_one_class_only() -> None:
    assert Place("a", 2) == Place("a", 2)
    assert hash(Place("a", 2)) == hash(Place("a", 2))
    assert Place("a", 2) != Place("a", 3)
    assert Place("a", 2) != Other("a", 2)  # type: ignore[comparison-overlap]
    assert len({Place("a"), Place("a"), Place("b")}) == 2


@pytest.mark.parametrize("name", ["name", "unknown"])
def test_nothing_can_be_changed(name: str) -> None:
    place = Place("a")
    with pytest.raises(AttributeError, match=f"a Place cannot be changed, and neither can its {name}"):
        setattr(place, name, 1)
    with pytest.raises(AttributeError, match="cannot be changed"):
        del place.name
    assert place == Place("a")


def test_arguments_are_checked() -> None:
    with pytest.raises(TypeError, match="name"):
        Place()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        Place("a", colour=1)  # type: ignore[call-arg]


def test_matching_by_place() -> None:
    match Place("a", 7):
        case Place(name, distance):
            assert (name, distance) == ("a", 7)


def test_records_are_pickled() -> None:
    place = Place("a", 3, Place("b"))
    assert pickle.loads(pickle.dumps(place)) == place  # noqa: S301
