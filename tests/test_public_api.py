from __future__ import annotations

import searchkit


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
    import pickle

    stored = searchkit.StoredArticle(searchkit.Article("a", "T"), "news/a.txt")
    options = searchkit.IndexOptions(label="news", options={"include": ["*.txt"]}, workers=2)
    for value in (stored, options, searchkit.Unsupported("the engine of x keeps no roots")):
        again = pickle.loads(pickle.dumps(value))  # noqa: S301
        assert repr(again) == repr(value)
    assert "origin='news/a.txt'" in repr(stored)
