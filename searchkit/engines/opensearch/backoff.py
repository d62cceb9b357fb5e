"""Waits before something is tried again."""

from __future__ import annotations

import random
import threading
import time

FIRST_DELAY, MAX_DELAY = 0.1, 5.0
"""Seconds until the second try, and at most until another one."""


class Backoff:
    """The time that tries may take in all. Each wait is twice as long as the one before."""

    def __init__(self, seconds: float, stop: threading.Event | None = None) -> None:
        """`stop` ends a wait."""
        self._ends = time.monotonic() + seconds
        self._delay = FIRST_DELAY
        self._stop = stop or threading.Event()

    def wait(self) -> bool:
        """Wait, if there is time for that and for another try; return whether there is."""
        if self._ends - time.monotonic() <= self._delay or self._stop.is_set():
            return False
        # By chance, so that not all who were refused at once come back at once.
        self._stop.wait(self._delay * random.uniform(0.5, 1.0))  # noqa: S311 (no secret)
        self._delay = min(2 * self._delay, MAX_DELAY)
        return True
