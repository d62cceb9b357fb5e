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
