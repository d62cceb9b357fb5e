"""Checks an archive in a cluster: its indexes, what is remembered beside the articles, and each
article. Repairs what can be repaired.

Each shard is read in the order in which its documents were written, from a point in time, so that
none is left out, whatever its fields hold, and a page is all that is in memory. What is stored of
an article is compared with its hash, and the values by which the cluster finds it with those that
are made of it. The words of its text are not: the cluster has checksums of its files.

What one document says is compared with others too: articles with tombstones, the number of the
articles of each file with its state, copies of an article in several parts. While a run writes,
they may differ for a moment, and are left out.

In memory are all tombstones, as in every run, and as many faults as are listed
(`document_verifier.MAX_LISTED`). The states of files are read some at a time.
"""

from __future__ import annotations

from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.document_verifier import DocumentVerifier, Findings
from searchkit.engines.opensearch.lease import Lease, find_holder
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.repairer import Repairer
from searchkit.engines.opensearch.state import StateIndex
from searchkit.engines.opensearch.verify_indexes import Inspection, inspect_indexes
from searchkit.errors import CorruptIndex
from searchkit.indexing.lock import check_wait
from searchkit.reports import Repair, Verification


def verify_archive(cluster: Cluster, place: Place, *, repair: bool, wait: float) -> Verification:
    """Check an archive; with `repair`, mend what can be mended, as a run that has the lease.

    Raises IndexMissing, IndexMismatch where something else has its name, IndexLocked, CorruptIndex
    where no run can write, StorageError, and OptionError for a `wait` that is no number of seconds.
    """
    check_wait(wait)
    inspection = inspect_indexes(cluster, place)
    if not repair:
        return _verify(cluster, place, inspection)
    lease = Lease(StateIndex(cluster, place), wait)
    try:
        return _repair(cluster, place, lease)
    finally:
        lease.give_back()


def _verify(cluster: Cluster, place: Place, inspection: Inspection) -> Verification:
    state = StateIndex(cluster, place)
    findings = Findings(place)
    number, holder = -1, ""
    if inspection.has_state:
        try:
            number, holder = find_holder(state)
        except CorruptIndex as damage:
            findings.add(damage.path, damage.reason)
    for fault in inspection.faults:
        findings.add(fault.path, fault.reason, may_pass=fault.may_pass)
    verifier = DocumentVerifier(cluster, place, inspection, findings, is_quiet=not holder)
    verifier.run()
    warnings = [*inspection.warnings, *verifier.warnings]
    if number >= 0:
        now, other = find_holder(state)
        if holder or other or now != number:
            findings.drop_passing()
            warnings.append(
                f"{place.text} was written to by {holder or other or 'another process'} meanwhile: articles were not"
                " compared with tombstones, with the states of files, and with copies in other parts. Verify it again when"
                " nobody writes"
            )
        verifier.check_run(now)
    return Verification(findings.list(), warnings=tuple(warnings))


def _repair(cluster: Cluster, place: Place, lease: Lease) -> Verification:
    """Verify and repair, with the lease."""
    findings = Findings(place)
    inspection = inspect_indexes(cluster, place)
    mended = 0
    for fault in inspection.faults:
        findings.add(fault.path, fault.reason, is_mended=fault.mending is not None)
        if fault.mending is not None:
            lease.check()
            cluster.request(fault.mending.method, fault.mending.path, body=fault.mending.body, idempotent=True)
            mended += 1
    repairer = None
    if inspection.is_readable:
        repairer = Repairer(ArchiveIndex.open(cluster, place), lease)
    verifier = DocumentVerifier(cluster, place, inspection, findings, repairer=repairer)
    try:
        verifier.run()
        if repairer is not None:
            repairer.flush()
            findings.remaining += repairer.refused
            mended += repairer.made
    finally:
        if repairer is not None:
            repairer.close()
    verifier.check_run(lease.number)
    generation = lease.finish_run() if mended else lease.generation
    faults = findings.list()
    done = None
    if faults:
        files = tuple(sorted(repairer.files)) if repairer is not None else ()
        missing = tuple(sorted(verifier.missing))
        done = Repair(generation, (), missing, verifier.unknown, files, tuple(findings.remaining))
    return Verification(faults, done, (*inspection.warnings, *verifier.warnings))
