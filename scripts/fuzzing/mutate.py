"""Damages data: flips bits, removes bytes, inserts pieces of other data."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

NUMBERS = (
    0,
    1,
    2,
    127,
    128,
    255,
    256,
    32_767,
    65_535,
    65_536,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**63 - 1,
    2**63,
    2**64 - 1,
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, -1, 1e308, 0.5, "", "x", "../../etc/passwd", "/dev/zero", "\0", "é" * 50, "a" * 5000),
    *(*NUMBERS, -(2**63), [], {}, [[]], {"": {}}, [None] * 50),
)
MAX_CHANGES = 6


def mutated(rng: random.Random, data: bytes, others: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """The data with a few changes. Pieces of `others` are inserted, and `tokens` that have a
    meaning in such data."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, MAX_CHANGES)):
        _change(rng, changed, others, tokens)
    return bytes(changed)


def _change(rng: random.Random, data: bytearray, others: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.choice((1, 2, 4, 8, 64, 1000)))
    match rng.randrange(10):
        case 0 | 1 if at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        case 2 if at < len(data):
            data[at] = rng.randrange(256)
        case 3:
            del data[at:end]
        case 4:
            del data[at:]
        case 5:
            other = rng.choice(others)
            begin = rng.randrange(len(other) + 1)
            data[at : rng.choice((at, end))] = other[begin : begin + rng.choice((1, 8, 100, 2000))]
        case 6:
            data[at:at] = data[at:end] * rng.choice((1, 2, 20))
        case 7:
            width = rng.choice((1, 2, 4, 8))
            number = (rng.choice(NUMBERS) & (1 << 8 * width) - 1).to_bytes(width, rng.choice(("little", "big")))
            data[at : at + width] = number
        case _:
            data[at : rng.choice((at, end))] = rng.choice(tokens)


def mutated_tree(rng: random.Random, document: Any) -> Any:
    """A JSON document with one value changed, removed or moved."""
    document = json.loads(json.dumps(document))
    places: list[tuple[Any, Any]] = []

    def collect(value: Any) -> None:
        keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        for key in keys:
            places.append((value, key))
            collect(value[key])

    collect(document)
    for _ in range(rng.randint(1, 3)):
        holder, key = rng.choice(places)
        try:
            if rng.random() < 0.2:
                del holder[key]
            elif rng.random() < 0.3:
                other, taken = rng.choice(places)
                holder[key] = json.loads(json.dumps(other[taken]))
            else:
                holder[key] = rng.choice(VALUES)
        except (KeyError, IndexError):
            continue  # it was removed with another value
    return document
