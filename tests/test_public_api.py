from __future__ import annotations

import copy
import inspect
import multiprocessing
import pickle
import re

import pytest

import searchkit
import searchkit.readers


def test_all_is_sorted_and_there() -> None:
    assert list(searchkit.__all__) == sorted(searchkit.__all__)
    assert all(hasattr(searchkit, name) for name in searchkit.__all__)


def test_errors_have_one_root() -> None:
    from searchkit import errors

    classes = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert all(issubclass(each, searchkit.SearchkitError) for each in classes)
    assert errors.__doc__ is not None
    assert all(each.__name__ in errors.__doc__ for each in classes)


def test_version_stands_in_the_changelog() -> None:
    from pathlib import Path

    changes = (Path(__file__).parent.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {searchkit.__version__}" in changes


def test_keywords_are_the_fields_of_the_options() -> None:
    from dataclasses import fields

    from searchkit.index_options import IndexChanges
    from searchkit.model import SearchChanges

    for options, changes in ((searchkit.SearchOptions, SearchChanges), (searchkit.IndexOptions, IndexChanges)):
        assert {field.name: field.type for field in fields(options)} == {
            name: getattr(kind, "__forward_arg__", kind) for name, kind in changes.__annotations__.items()
        }


def test_what_engines_take_and_give_can_be_pickled_and_read() -> None:
    stored = searchkit.StoredArticle(searchkit.Article("a", "T"), "news/a.txt")
    options = searchkit.IndexOptions(label="news", options={"include": ["*.txt"]}, workers=2)
    for value in (stored, options, searchkit.Unsupported("the engine of x keeps no roots")):
        again = pickle.loads(pickle.dumps(value))  # noqa: S301
        assert repr(again) == repr(value)
    assert "origin='news/a.txt'" in repr(stored)


def public_names_in(annotation: object) -> set[str]:
    """The capitalised names of an annotation, as its source has them."""
    text = (
        annotation
        if isinstance(annotation, str)
        else getattr(annotation, "__forward_arg__", inspect.formatannotation(annotation))
    )
    return set(re.findall(r"(?<![\w.])[A-Z]\w+", re.sub(r"'[^']*'|\"[^\"]*\"", "", text.removeprefix("ForwardRef"))))


OF_PYTHON = {
    "Any",
    "Callable",
    "ClassVar",
    "False",
    "Iterable",
    "Iterator",
    "Literal",
    "Mapping",
    "BinaryIO",
    "None",
    "Path",
    "Self",
    "Sequence",
    "SupportsIndex",
    "TracebackType",
    "BaseException",
    "True",
    "Unpack",
}


def test_all_types_of_signatures_are_public() -> None:
    known = {*OF_PYTHON, *searchkit.__all__, *searchkit.readers.__all__}
    unknown: dict[str, set[str]] = {}
    for name in searchkit.__all__:
        value = getattr(searchkit, name)
        functions = [value] if inspect.isfunction(value) else []
        annotations: list[object] = []
        if isinstance(value, type):
            members = [each.fget if isinstance(each, property) else each for each in vars(value).values()]
            functions += [each for each in members if inspect.isfunction(each) and not each.__name__.startswith("_")]
            annotations += [
                kind for field, kind in vars(value).get("__annotations__", {}).items() if not field.startswith("_")
            ]
        for function in functions:
            annotations += inspect.get_annotations(function).values()
        found = set().union(*map(public_names_in, annotations)) - known
        if found:
            unknown[name] = found
    assert unknown == {}


def errors() -> list[searchkit.SearchkitError]:
    """One error of each class, made with all that it takes."""
    made: list[searchkit.SearchkitError] = [
        searchkit.QueryError("a quote without its closing one", 'a "b', 2, 3, "close it"),
        searchkit.UnreadableFile("news/a.txt", "it is no text", "line 2"),
        searchkit.UnknownArticle("a/b"),
        searchkit.CorruptIndex("index/x", "its checksum is wrong"),
    ]
    plain = {
        each
        for name in searchkit.__all__
        if isinstance(each := getattr(searchkit, name), type) and issubclass(each, searchkit.SearchkitError)
    }
    return made + [each("what is wrong") for each in sorted(plain - {type(one) for one in made}, key=str)]


@pytest.mark.parametrize("error", errors(), ids=lambda error: type(error).__name__)
def test_errors_pickle_with_all_that_they_say(error: searchkit.SearchkitError) -> None:
    error.add_note("while reading")
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert again.args == error.args
        assert vars(again) == vars(error)


def test_an_error_of_a_subclass_pickles() -> None:
    again = pickle.loads(pickle.dumps(OfAPlugIn("a", 3)))  # noqa: S301
    assert (str(again), again.count) == ("a was met 3 times", 3)


class OfAPlugIn(searchkit.SearchkitError):
    def __init__(self, name: str, count: int) -> None:
        self.count = count
        super().__init__(f"{name} was met {count} times")


def fail_to_parse(query: str) -> int:
    with searchkit.open("memory:") as engine:
        return engine.search(query).total


def test_an_error_comes_back_from_another_process() -> None:
    """The reply of the process is awaited with a limit: an error that could not be unpickled used
    to hang the pool."""
    with multiprocessing.get_context("spawn").Pool(1) as pool, pytest.raises(searchkit.QueryError) as caught:
        pool.apply_async(fail_to_parse, ('peace "talks',)).get(timeout=60)
    assert (caught.value.query, caught.value.column) == ('peace "talks', 6)
