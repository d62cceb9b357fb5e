"""Which word of the index does a surface form count as?

Snowball stemming by language (https://snowballstem.org/, through PyStemmer). English folds, then stems; the other
languages stem, then fold, because their stemmers need the accents.
"""

from __future__ import annotations

from collections.abc import Sequence

import Stemmer

from searchkit.analysis.normalize import fold, fold_all, fold_case
from searchkit.analysis.tokenizer import Tokens, tokenize
from searchkit.errors import OptionError

ANALYSIS_VERSION = 2
"""Raised whenever the same text would give other words: an index remembers the version that it was made with."""

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
"""ISO 639-1 codes and Snowball's names for their stemmers; "none" is no stemming."""

_MOST_KEPT = 2_000_000


def snowball_version() -> str:
    """The version of the Snowball stemmers at hand; other versions stem some words differently."""
    return str(Stemmer.version())


class Analyzer:
    """Text in, words and terms out, for one language. Safe for many threads.

    Who shows an article asks for the analyzer of its language (`of_article`); who looks a word of a query up asks for all
    terms that it stands for (`query_terms`). Both know one language today. So does a segment, whose texts are analysed by
    this analyzer itself.

    Raises OptionError for a language without a Snowball stemmer (use "none").
    """

    def __init__(self, language: str = "en") -> None:
        algorithm = LANGUAGES.get(language)
        if algorithm is None:
            known = ", ".join(sorted(set(LANGUAGES) - {"none"}))
            raise OptionError(f'there is no stemmer for the language "{language}"; expected one of {known}, or none')
        self.language = language
        # PyStemmer's own cache is slower than no cache (it sorts when full); ours is a plain dictionary.
        self._stemmer = Stemmer.Stemmer(algorithm, maxCacheSize=0) if algorithm else None
        self._terms: dict[str, str] = {}

    def of_article(self, language: str) -> Analyzer:
        """The analyzer of articles that say this of their language: this one, whatever they say, as an index has one."""
        return self

    def query_terms(self, form: str) -> frozenset[str]:
        """The terms that a word of a query stands for, one in each language of the index."""
        return frozenset((self.term(form),))

    def words(self, text: str) -> Tokens:
        """The words of a text, with their places."""
        return tokenize(text, self.language)

    def term(self, form: str) -> str:
        """The term that a surface form (without a soft hyphen) counts as: folded and stemmed."""
        term = self._terms.get(form)
        if term is None:
            if len(self._terms) > _MOST_KEPT:
                self._terms.clear()
            term = self._terms[form] = self._stemmed(form)
        return term

    def terms(self, forms: Sequence[str]) -> list[str]:
        """The terms of many distinct forms, without remembering them. Slow twin: `term` of each."""
        if self._stemmer is None:
            return fold_all(forms)
        if self.language == "en":
            return list(self._stemmer.stemWords(fold_all(forms)))
        return fold_all(self._stemmer.stemWords([fold_case(form) for form in forms]))

    def _stemmed(self, form: str) -> str:
        if self._stemmer is None:
            return fold(form)
        if self.language == "en":
            return str(self._stemmer.stemWord(fold(form)))
        return fold(self._stemmer.stemWord(fold_case(form)))
