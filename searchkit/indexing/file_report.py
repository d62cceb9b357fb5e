"""What the reading of one file reported beside its articles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from searchkit.read_warnings import WarningTally
from searchkit.reports import Failure


@dataclass(slots=True)
class FileReport:
    """What could not be read of a file, what was not understood, and how many files (itself, or the
    members of an archive) were read in each format, by its name."""

    failures: list[Failure] = field(default_factory=list)
    warnings: WarningTally = field(default_factory=WarningTally)
    formats: Counter[str] = field(default_factory=Counter)

    def count_format(self, name: str) -> None:
        """Count a file that is read in a format."""
        self.formats[name] += 1

    def add(self, other: FileReport) -> None:
        """Add what a reader of another share of the file reported."""
        self.failures += other.failures
        self.warnings.add(other.warnings.counts())
        self.formats.update(other.formats)
