"""Lets one run at a time write into an archive, by a lease in its document `run`.

A lease is taken, renewed and given back by scripts that change the document in one step, and that
compare with the clock of the cluster: those of clients do not matter. Whoever takes it gets the
number of a new run. It ends by itself when nobody renews it, so that a process that was killed
does not lock others out.

A process that slept for longer than its lease may find that another has it. `check` tells, and is
called before each request that writes. What was on its way already does no harm: of a document, the
cluster keeps the change of the run with the greater number.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from searchkit.engines.opensearch.connection import RequestRefused
from searchkit.engines.opensearch.state import RunState, StateIndex
from searchkit.errors import IndexLocked, SearchkitError
from searchkit.indexing.lock import check_wait, describe_process

LEASE_SECONDS = 60.0
"""How long a lease lasts that is not renewed."""
POLL_INTERVAL = 0.5
"""Seconds between two attempts to take it."""
_GIVE_BACK_SECONDS = 10.0
"""How long the cluster may take to answer that others may write."""
_MAX_TRIES = 50
"""How often the cluster makes a change again that others came before."""
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that goes on while the machine sleeps, where the system has one."""

_TAKE = """
Map run = ctx._source;
if (run.content == null) { run.content = [:]; }
Map lease = run.content.lease;
boolean isWhole = run.number instanceof Number && run.generation instanceof Number;
if (isWhole && (lease == null || lease.end <= ctx._now)) {
    run.number += 1;
    run.content.lease = ['token': params.token, 'holder': params.holder, 'end': ctx._now + params.milliseconds];
} else {
    ctx.op = 'none';
}
"""
_IF_HELD = """
Map content = ctx._source.content;
Map lease = content == null ? null : content.lease;
if (lease == null || lease.token != params.token) {
    ctx.op = 'none';
} else {
    %s
}
"""
_RENEW = _IF_HELD % "lease.end = ctx._now + params.milliseconds;"
_FINISH = _IF_HELD % "if (content.mark != params.mark) { content.mark = params.mark; ctx._source.generation += 1; }"
"""The mark tells a change whose answer was lost, so that it counts once."""
_GIVE_BACK = _IF_HELD % "content.remove('lease');"


class Lease:
    """The right to write, from its construction to `give_back`; `number` is that of the run,
    `generation` that of the archive at its beginning.

    Threads can share it.
    """

    def __init__(self, state: StateIndex, wait: float = 0) -> None:
        """Take the lease, waiting up to `wait` seconds for whoever has it.

        Raises IndexLocked, with who has it and since when, OptionError for a `wait` that is no
        number of seconds, CorruptIndex, StorageError.
        """
        check_wait(wait)
        self._state = state
        self._token = uuid.uuid4().hex
        self._holder = describe_process()
        self._lock = threading.Lock()
        self._ends = 0.0  # by the clock here; the cluster may have it end later
        self._stop = threading.Event()
        self._process = os.getpid()
        try:
            self.number, self.generation = self._take(wait)
        except IndexLocked:
            raise
        except BaseException:  # it may have been taken
            self.give_back()
            raise
        self._renewer = threading.Thread(target=self._renew_regularly, name="searchkit-lease", daemon=True)
        self._renewer.start()

    def check(self) -> None:
        """Make sure that this run may write, for half a lease at least; ask the cluster if that is
        not certain. A lease that ended is renewed if nobody has taken it since.

        Raises IndexLocked if another run has, CorruptIndex, StorageError.
        """
        if time.clock_gettime(_CLOCK) >= self._ends - LEASE_SECONDS / 2:
            self._renew()

    def finish_run(self) -> int:
        """Count a commit that changed something; return the generation. Raises IndexLocked if
        another run has the lease, CorruptIndex, StorageError."""
        found = self._change(_FINISH, mark=uuid.uuid4().hex)
        self._check_holder(found)
        return self._state.check_run(found).generation

    def give_back(self) -> None:
        """Let others write. If the cluster cannot be told, the lease ends by itself. A forked
        process leaves that to its parent."""
        self._stop.set()
        if os.getpid() == self._process:
            with suppress(SearchkitError):
                self._change(_GIVE_BACK, timeout=_GIVE_BACK_SECONDS, retry=False)

    def _take(self, wait: float) -> RunState:
        """Take the lease; return the numbers of the run."""
        until = time.monotonic() + wait
        while True:
            begun = time.clock_gettime(_CLOCK)
            found = self._change(_TAKE, holder=self._holder, milliseconds=int(LEASE_SECONDS * 1000))
            numbers, lease = self._state.check_run(found), _lease_in(found)
            if lease.get("token") == self._token:
                self._ends = begun + LEASE_SECONDS
                return numbers
            left = until - time.monotonic()
            if left <= 0:
                waited = f" after {wait:g} second{'' if wait == 1 else 's'}" if wait else ""
                holder = lease.get("holder") or "another process"
                raise IndexLocked(
                    f"{self._state.place.text} is{' still' if wait else ''} being written to by {holder}{waited}; wait for"
                    " it with --wait SECONDS, or try again when it is done (searching is not affected). If it was killed,"
                    f" others can write within {LEASE_SECONDS:g} seconds"
                )
            time.sleep(min(left, POLL_INTERVAL))

    def _renew_regularly(self) -> None:
        while not self._stop.wait(LEASE_SECONDS / 4):
            with suppress(SearchkitError):  # `check` tells it to whoever wants to write
                self._renew()

    def _renew(self) -> None:
        with self._lock:
            begun = time.clock_gettime(_CLOCK)
            self._check_holder(self._change(_RENEW, milliseconds=int(LEASE_SECONDS * 1000)))
            self._ends = begun + LEASE_SECONDS

    def _check_holder(self, found: Any) -> None:
        """Raise IndexLocked where another run has taken the lease, or had it since."""
        lease = _lease_in(found)
        if lease.get("token") != self._token:
            self._stop.set()
            self._ends = 0.0
            holder = lease.get("holder")
            raise IndexLocked(
                f"{self._state.place.text}: this run did not renew its lease for {LEASE_SECONDS:g} seconds, and"
                f" {f'{holder} writes now' if holder else 'another run has written meanwhile'}; nothing of that was"
                " overwritten. Try again when it is done: what this run has stored already is not sent again"
            )

    def _change(self, script: str, *, timeout: float | None = None, retry: bool = True, **params: object) -> Any:
        """Run a script on the document `run`; return its content afterwards. Raises CorruptIndex
        where it is missing, StorageError."""
        body = {"script": {"lang": "painless", "source": script, "params": {"token": self._token, **params}}}
        try:
            answer = self._state.cluster.request(
                "POST",
                f"/{self._state.name}/_update/run",
                params={
                    "_source": True,
                    "retry_on_conflict": _MAX_TRIES,
                    "timeout": self._state.cluster.own_timeout,
                },
                body=body,
                timeout=timeout,
                idempotent=True,
                retry=retry,
            )
        except RequestRefused as error:
            self._state.refuse(error)
        return answer["get"]["_source"]


def find_holder(state: StateIndex) -> tuple[int, str]:
    """The number of the last run, and who has the lease now ("" for nobody). Raises CorruptIndex,
    StorageError."""
    found = state.read_run_document()
    number, lease = state.check_run(found).number, _lease_in(found)
    if not lease:
        return number, ""
    now = state.cluster.request("GET", "/_cat/health", params={"h": "epoch", "format": "json"})[0]["epoch"]
    is_over = float(lease.get("end") or 0) <= int(now) * 1000
    return number, "" if is_over else str(lease.get("holder") or "another process")


def _lease_in(found: Any) -> Mapping[str, Any]:
    """The lease in a document `run`; empty if nobody has it."""
    content = found.get("content") if isinstance(found, dict) else None
    lease = content.get("lease") if isinstance(content, dict) else None
    return lease if isinstance(lease, dict) else {}
