from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import dataclass
from typing import Any

import pytest

import searchkit
from searchkit import frozen as maker
from searchkit.codec.segment_ref import SegmentRef
from searchkit.frozen import frozen
from searchkit.indexing.index_folder import Generation
from searchkit.indexing.manifest import Manifest, RememberedRoot
from searchkit.source_files import Listing


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


# `dataclass` makes what the standard library makes of the same class.

RECORDS = [
    value
    for name in searchkit.__all__
    if isinstance(value := getattr(searchkit, name), type) and vars(value).get("__setattr__") is maker._setattr_of_dataclass
]
RECORDS += [SegmentRef, Generation, Manifest, RememberedRoot, Listing]


def twin_of(record: type) -> Any:
    """What the standard library makes of the fields of a record."""
    declared: dict[str, Any] = {"__annotations__": inspect.get_annotations(record), "__doc__": record.__doc__}
    for field in dataclasses.fields(record):
        if field.default is not dataclasses.MISSING:
            declared[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            declared[field.name] = dataclasses.field(default_factory=field.default_factory, hash=field.hash)
    return dataclass(frozen=True, slots=True)(type(record.__name__, (), declared))


def test_most_public_records_are_made_here() -> None:
    assert {searchkit.Article, searchkit.SearchOptions, searchkit.IndexReport, searchkit.Failure} <= set(RECORDS)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_record_is_what_the_library_makes(record: Any) -> None:
    twin = twin_of(record)
    names = [field.name for field in dataclasses.fields(record)]
    is_dataclass: bool = dataclasses.is_dataclass(record)
    assert is_dataclass
    assert (record.__match_args__, record.__slots__) == (twin.__match_args__, twin.__slots__)
    described = [
        [(f.name, f.type, f.default, f.default_factory) for f in dataclasses.fields(each)] for each in (record, twin)
    ]
    assert described[0] == described[1]
    assert str(inspect.signature(record.__init__)).count("<factory>") == str(inspect.signature(twin.__init__)).count(
        "<factory>"
    )
    assert list(inspect.signature(record).parameters) == list(inspect.signature(twin).parameters)
    values = [f"value {number}" for number in range(len(names))]
    needed = values[
        : sum(
            f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING for f in dataclasses.fields(twin)
        )
    ]
    for given in (values, needed):
        ours, theirs = record(*given), twin(*given)
        assert [getattr(ours, name) for name in names] == [getattr(theirs, name) for name in names]
        assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
        assert dataclasses.astuple(ours) == dataclasses.astuple(theirs)
        assert ours.__repr__().partition("(")[2] == theirs.__repr__().partition("(")[2] or "__repr__" in vars(record)
        assert ours == record(*given)
        assert ours != theirs
        changed = dataclasses.replace(ours, **{names[0]: "other"})
        assert (getattr(changed, names[0]), changed == ours) == ("other", False)
        assert changed == record("other", *given[1:])
        for again in (copy.copy(ours), copy.deepcopy(ours)):
            assert again == ours
        if record is not searchkit.Connection:  # with a password, it does not leave the process
            assert pickle.loads(pickle.dumps(ours)) == ours  # noqa: S301
    assert hash(record(*values)) == hash(record(*values)) == hash(twin(*values))
    for name in (names[0], "unknown"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(ours, name, 1)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(ours, name)


def test_a_default_that_is_made_is_made_for_each() -> None:
    one, other = searchkit.Article("a"), searchkit.Article("b")
    assert one.extra == {}
    assert one.extra is not other.extra
    assert searchkit.Article("a", extra={"k": "v"}).extra == {"k": "v"}


def test_pickles_of_the_librarys_dataclasses_open() -> None:
    """Their state is a list of the values."""
    article = searchkit.Article.__new__(searchkit.Article)
    article.__setstate__(["a", "T", *[""] * 12])  # type: ignore[attr-defined]
    assert (article.id, article.title) == ("a", "T")
