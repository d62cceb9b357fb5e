"""BM25 as Lucene states it, as pure functions of numbers or arrays.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3;
without the factor (k1 + 1), which changes no order (Lucene does the same since version 8).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchkit.arrays import Floats

K1 = 1.2
"""How soon more occurrences of a term stop adding to the score."""
B = 0.75
"""How much the length of an article lowers its score, from 0 (not at all) to 1."""


def idf(articles: float, with_term: float) -> float:
    """The inverse document frequency of a term: `ln(1 + (N - n + 0.5) / (n + 0.5))`, N articles of
    which n have the term."""
    return float(np.log1p((articles - with_term + 0.5) / (with_term + 0.5)))


def length_norms(lengths: npt.ArrayLike, average: float) -> Floats:
    """The length norms of BM25 (float64, the shape of `lengths`):
    `k1 * (1 - b + b * len / avg)`."""
    return np.asarray(K1 * (1 - B + B * np.asarray(lengths, dtype=np.float64) / average), dtype=np.float64)


def bm25(frequencies: Floats, norms: Floats, weight: float) -> Floats:
    """The scores (float64) of a term: `weight * tf / (tf + norm)`, its weight being idf times
    boost."""
    return np.asarray(weight * frequencies / (frequencies + norms), dtype=np.float64)
