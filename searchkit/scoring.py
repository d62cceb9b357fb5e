"""How well does a word describe an article? BM25 as Lucene states it, as pure functions over numbers or arrays.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3; without the factor
(k1 + 1), which changes no order (Lucene does the same since version 8).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchkit.arrays import Floats

K1 = 1.2
"""How soon further mentions of a word stop counting."""
B = 0.75
"""How much long articles are held against themselves, from 0 (not at all) to 1."""


def idf(articles: float, with_term: float) -> float:
    """How rare a term is: `ln(1 + (N - n + 0.5) / (n + 0.5))`, N articles of which n have the term."""
    return float(np.log1p((articles - with_term + 0.5) / (with_term + 0.5)))


def length_norms(lengths: npt.ArrayLike, average: float) -> Floats:
    """What lengths weigh against frequencies (float64, the same shape): `k1 * (1 - b + b * len / avg)`."""
    return np.asarray(K1 * (1 - B + B * np.asarray(lengths, dtype=np.float64) / average), dtype=np.float64)


def weigh(frequencies: Floats, norms: Floats, rarity: float) -> Floats:
    """The scores (float64) of a term with that idf: `idf * tf / (tf + norm)`."""
    return np.asarray(rarity * frequencies / (frequencies + norms), dtype=np.float64)


def bm25(frequencies: npt.ArrayLike, lengths: npt.ArrayLike, average: float, rarity: float) -> Floats:
    """The scores (float64, one an article) of a term with that idf: `idf * tf / (tf + k1 * (1 - b + b * len / avg))`.

    `frequencies` are mentions in each article, `lengths` its words in the field, `average` the mean of all lengths.
    """
    return weigh(np.asarray(frequencies, dtype=np.float64), length_norms(lengths, average), rarity)
