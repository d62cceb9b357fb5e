"""Makes terms of surface forms: folds and stems them, by language.

The stemmers are Snowball's (https://snowballstem.org/, through PyStemmer). English is
folded, then stemmed. For the other languages, case is folded before stemming and accents after it,
because the stemmers need the accents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import Stemmer

from searchkit.analysis.normalize import fold, fold_all, fold_case
from searchkit.errors import OptionError

ANALYSIS_VERSION = 2
"""Increment it when the same text would give other terms. An index remembers the version that it
was made with."""

LANGUAGES = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
    "none": "",
}
"""ISO 639-1 codes and Snowball's names for their stemmers; "none" means no stemming."""

_MAX_TERMS = 200_000
"""The most terms that an analyzer remembers. Without them a search of the memory engine takes 1.7
times as long."""


def languages() -> tuple[str, ...]:
    """The languages that an index may have: ISO 639-1 codes, and "none" for no stemming."""
    return tuple(sorted(LANGUAGES))


def snowball_version() -> str:
    """The version of the installed Snowball stemmers. Other versions stem some words
    differently."""
    return str(Stemmer.version())


class Analyzer:
    """The terms of surface forms, in one language. Safe for many threads.

    Raises OptionError for a language without a Snowball stemmer (use "none").
    """

    def __init__(self, language: str = "en") -> None:
        algorithm = LANGUAGES.get(language)
        if algorithm is None:
            known = ", ".join(sorted(set(LANGUAGES) - {"none"}))
            raise OptionError(f'there is no stemmer for the language "{language}"; expected one of {known}, or none')
        self.language = language
        # PyStemmer's own cache is slower than none: it sorts when it is full.
        self._stemmer = Stemmer.Stemmer(algorithm, maxCacheSize=0) if algorithm else None
        self.term: Callable[[str], str] = lru_cache(_MAX_TERMS)(self._term)
        """The term of a surface form: folded and stemmed. `form` must not contain soft hyphens."""

    def for_language(self, language: str) -> Analyzer:
        """The analyzer of articles in a language. An index has one language, so it is always this
        one."""
        return self

    def query_terms(self, form: str) -> frozenset[str]:
        """The terms that a word of a query stands for, one for each language of the index. An index
        has one language, so it is one term."""
        return frozenset((self.term(form),))

    def terms(self, forms: Sequence[str]) -> list[str]:
        """The terms of many distinct forms; they are not remembered.

        Reference implementation: `term` of each.
        """
        if self._stemmer is None:
            return fold_all(forms)
        if self.language == "en":
            return list(self._stemmer.stemWords(fold_all(forms)))
        return fold_all(self._stemmer.stemWords([fold_case(form) for form in forms]))

    def _term(self, form: str) -> str:
        if self._stemmer is None:
            return fold(form)
        if self.language == "en":
            return str(self._stemmer.stemWord(fold(form)))
        return fold(self._stemmer.stemWord(fold_case(form)))
