"""What would a run change? Writing sessions that go through all of it and write nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from searchkit.indexing.entries import Change, Committed, Entry
from searchkit.indexing.foreign import opened
from searchkit.indexing.location import State
from searchkit.indexing.rebuild import Rebuild
from searchkit.indexing.writer import Writer
from searchkit.model import Article


class Trial(Writer):
    """A session that needs no lock, builds nothing and commits nothing; `changes` are what it would have done."""

    def _begin(self, wait: float) -> None:
        self.changes: list[tuple[str, str]] = []
        self._told: set[str] = set()

    def _opened(self, state: State) -> list[Committed]:
        if not state.is_foreign:
            return super()._opened(state)
        return [Committed(ref, reader) for ref, reader in opened(self.location, state, state.manifest.language)]

    def _clean_up(self) -> None:
        pass

    def _build(self, article: Article, record: bytes, entry: Entry) -> Entry:
        return entry

    def build_again(self, entry: Entry) -> Entry:
        """See Writer.build_again."""
        return entry

    def put(self, entry: Entry, build: Callable[[], Entry] | None = None) -> Change:
        """See Writer.put."""
        change = super().put(entry, build)
        if change != "unchanged" and entry.id not in self._told:
            # The first is against the index as it is: of one id a run may put several.
            self._told.add(entry.id)
            self.changes.append((change, entry.id))
        return change

    def remove_origin(self, origin: str, keep: Iterable[str] = ()) -> int:
        """See Writer.remove_origin."""
        kept = set(keep)
        self.changes += [("removed", article_id) for article_id in sorted(self.ids_of(origin) - kept)]
        return super().remove_origin(origin, kept)

    def commit(self, *, optimize: bool = False) -> int:
        """The generation that there is."""
        return self.state.generation

    def checkpoint(self) -> int:
        """The generation that there is."""
        return self.state.generation


class TrialRebuild(Trial, Rebuild):
    """The same for a rebuild."""
