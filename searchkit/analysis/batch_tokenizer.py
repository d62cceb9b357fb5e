"""Tokenizes many texts at once, into arrays. Indexing spends most of its time here.

A text is divided into pretokens: maximal runs of letters, digits, combining marks and the
characters ' . , ! ?. No word crosses the boundary of a pretoken, nor does the end of a sentence. An
archive has few distinct pretokens, so each is parsed once, and looked up in a table from then on.
The rest is arithmetic on whole batches.

Reference implementation: `tokenize`, `sentence_starts`, `quoted_words` and `Analyzer.term`, text by
text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count, islice

import numpy as np
import numpy.typing as npt

from searchkit.analysis.characters import SOFT_HYPHEN
from searchkit.analysis.normalize import fold_all
from searchkit.analysis.pretoken_parser import (
    CANCELS_END,
    FIRST_WORD,
    FORM_SHIFT,
    HAS_WORDS,
    MANY_WORDS,
    PARAGRAPH,
    REQUIRED,
    REQUIRED_SHIFT,
    SENTENCE,
    TEXT_END,
)
from searchkit.analysis.pretoken_table import PretokenTable
from searchkit.analysis.pretokenizer import pretokenize, pretokenize_values
from searchkit.analysis.tokenizer import MAX_WORD_LENGTH, PARAGRAPH_GAP, without_hyphen
from searchkit.arrays import Bools, Ints, UInt8s, UInt16s, UInt32s, UInt64s

_SOFT_HYPHEN = SOFT_HYPHEN.encode()
LOOKUP_BYTES = 2**20
"""The pretokens of about so many bytes of text are looked up at a time, which takes many times as
much memory."""
_NONE = np.zeros(0, dtype=np.int64)
MAX_PRETOKENS = 1_000_000
"""The most pretokens of a table. After that, a new table is begun."""


@dataclass(frozen=True, slots=True)
class TokenArrays:
    """The tokens of a batch of texts, one text after the other.

    `tokens` (uint32) are numbers of surface forms, `positions` (uint16, or uint32 where one needs
    it) those of the tokens. `counts` (int64) is how many tokens each text has, `lengths` (int64)
    how many words: the joined form of a word that a hyphen divides, which stands after its first
    half, is no word more. `sentences` and `paragraphs` (int64, ascending) are the indexes of the
    tokens at which one begins, without the first of each text. `quotations` (int64, ascending) are
    the indexes of the first and of the last token of each quotation, in turns.
    """

    tokens: UInt32s
    counts: Ints
    lengths: Ints
    positions: UInt16s | UInt32s
    sentences: Ints
    paragraphs: Ints
    quotations: Ints


class Vocabulary:
    """Tokenizes texts, and numbers their surface forms in the order in which they are met.

    `forms[n]`, `terms[n]` and `folded[n]` are form n, its term and its folded text, in UTF-8. The
    argument `terms` is a function from forms to terms. The form of a divided word has a soft
    hyphen; its term and folded text are those of the word without it.
    """

    def __init__(self, terms: Callable[[Sequence[str]], list[str]], language: str) -> None:
        self._terms_of, self._language = terms, language
        self._numbers: defaultdict[bytes, int] = defaultdict(count().__next__)  # a new form gets the next number
        self.forms: list[bytes] = []
        self.terms: list[bytes] = []
        self.folded: list[bytes] = []
        self._pretokens = PretokenTable(self._number_forms, language)

    def __len__(self) -> int:
        return len(self.forms)

    def _number_forms(self, forms: Sequence[bytes]) -> list[int]:
        """The number of each form; a new one gets the next number."""
        known = len(self._numbers)
        numbers = list(map(self._numbers.__getitem__, forms))
        if len(self._numbers) > known:
            fresh = list(islice(reversed(self._numbers), len(self._numbers) - known))[::-1]
            texts = without_hyphen(b"\n".join(fresh).decode()).split("\n")
            self.forms += fresh
            self.terms += _encode_sharing(self._terms_of(texts), fresh)
            self.folded += _encode_sharing(fold_all(texts), fresh)
        return numbers

    def tokenize(self, texts: Sequence[str]) -> TokenArrays:
        """The tokens of texts."""
        return self._tokenize_blob(*pretokenize(texts))

    def tokenize_values(self, values: Sequence[tuple[str, ...]]) -> TokenArrays:
        """The tokens of texts that consist of several values each, a paragraph's gap apart.

        Equal texts are tokenized once.
        """
        seen: dict[tuple[str, ...], int] = {}
        which = [seen.setdefault(each, len(seen)) for each in values]
        return _repeat(self._tokenize_blob(pretokenize_values(list(seen)), _NONE), np.array(which, dtype=np.int64))

    def _tokenize_blob(self, blob: bytes, marks: Ints) -> TokenArrays:
        if len(self._pretokens) > MAX_PRETOKENS:
            self._pretokens = PretokenTable(self._number_forms, self._language)
        found: list[UInt64s] = []
        before: list[Ints] = []  # the pretokens before each mark
        start = count = 0
        for piece in _split_between_pretokens(blob):
            inside = marks[np.searchsorted(marks, start) : np.searchsorted(marks, start + len(piece))]
            entries, ranks = self._pretokens.find(piece, inside - start)
            found.append(entries)
            before.append(ranks + count)
            start, count = start + len(piece), count + len(entries)
        entries, ranks = (found[0], before[0]) if len(found) == 1 else (np.concatenate(found), np.concatenate(before))
        tokens, divided = _tokens_of_entries(entries, ranks, self._pretokens)
        return self._add_joined_forms(tokens, divided) if len(divided) else tokens

    def _add_joined_forms(self, found: TokenArrays, divided: Ints) -> TokenArrays:
        """Add the joined forms of words that a hyphen divides, whose first halves are tokens
        `divided`."""
        tokens, forms = found.tokens, self.forms
        pairs = zip(tokens[divided].tolist(), tokens[divided + 1].tolist(), strict=True)
        whole = [b"%s%s%s" % (forms[first], _SOFT_HYPHEN, forms[second]) for first, second in pairs]
        short = np.array([len(form.decode()) <= MAX_WORD_LENGTH for form in whole], dtype=bool)
        divided = divided[short]
        numbers = np.array(self._number_forms([*compress(whole, short.tolist())]), dtype=np.uint32)
        before = np.zeros(len(tokens) + 1, dtype=np.int64)  # joined forms in front of each token
        before[divided + 1] = 1
        before = np.cumsum(before)
        ends = np.cumsum(found.counts)
        return TokenArrays(
            np.insert(tokens, divided + 1, numbers),
            np.diff(ends + before[ends], prepend=0),
            found.lengths,
            found.positions[np.insert(np.arange(len(tokens)), divided + 1, divided)],
            found.sentences + before[found.sentences],
            found.paragraphs + before[found.paragraphs],
            found.quotations + before[found.quotations],
        )


def _split_between_pretokens(blob: bytes) -> Iterator[bytes]:
    """Divide a text into pieces of about LOOKUP_BYTES bytes, none of which ends inside a
    pretoken."""
    start = 0
    while len(blob) - start > 2 * LOOKUP_BYTES:
        end = blob.find(b" ", start + LOOKUP_BYTES)
        if end < 0:
            break
        yield blob[start:end]
        start = end
    yield blob[start:]


def _encode_sharing(made: list[str], words: list[bytes]) -> list[bytes]:
    """Encode in UTF-8 what was made of each word. Where that equals the word, the same object is
    returned, to save memory."""
    encoded = "\n".join(made).encode().split(b"\n")
    return [word if word == text else text for word, text in zip(words, encoded, strict=True)]


def _tokens_of_entries(found: UInt64s, marks: Ints, pretokens: PretokenTable) -> tuple[TokenArrays, Ints]:
    """The tokens of pretokens, and the indexes of those that are first halves of divided words.

    `found` has one entry for each pretoken, as `PretokenTable.find` returns them; `marks` are how
    many pretokens stand before each mark of a quotation.
    """
    flags = found.astype(np.uint8)  # all but the number
    has_words = (flags & HAS_WORDS) != 0
    with_words = np.flatnonzero(has_words)
    up_to = np.cumsum(has_words, dtype=np.int32)  # pretokens with words up to each one, and with it
    tokens = (found.take(with_words) >> np.uint64(FORM_SHIFT)).astype(np.uint32)
    word_flags = flags.take(with_words)
    # Ends of texts, paragraphs and sentences are few: each is carried to the next pretoken with a
    # word.
    text_ends = up_to[np.flatnonzero(flags == TEXT_END)].astype(np.int64)
    paragraph, sentence = np.zeros((2, len(with_words) + 1), dtype=bool)
    paragraph[up_to[np.flatnonzero(flags == PARAGRAPH)]] = True
    _mark_sentences(sentence, flags, word_flags, up_to)
    sentence[up_to[np.flatnonzero(flags == SENTENCE)]] = True
    for firsts in (paragraph, sentence):
        firsts[0] = False
        firsts[text_ends] = False  # the first of a text is not listed
        firsts[-1] = False
    sentence |= paragraph
    sentences, paragraphs = np.flatnonzero(sentence), np.flatnonzero(paragraph)
    quoted = np.where(marks > 0, up_to[marks - 1], 0).astype(np.int64)
    several = np.flatnonzero((word_flags & MANY_WORDS) != 0)  # far faster on booleans than on numbers
    divided = np.zeros(0, dtype=np.int64)
    if len(several):
        numbers = tokens[several].tolist()
        forms = [pretokens.more[pretoken] for pretoken in numbers]
        if pretokens.divided:
            divided = several[np.array([pretoken in pretokens.divided for pretoken in numbers], dtype=bool)]
        others = np.array([len(each) - 1 for each in forms], dtype=np.int64)
        tokens[several] = [each[0] for each in forms]
        tokens = np.insert(tokens, np.repeat(several + 1, others), [form for each in forms for form in each[1:]])
        shifts = np.append(0, np.cumsum(others))  # tokens inserted in front, by how many of `several` are
        sentences, paragraphs, text_ends, quoted = (
            indexes + shifts[np.searchsorted(several, indexes)] for indexes in (sentences, paragraphs, text_ends, quoted)
        )
        if len(divided):
            # The last token of each of these pretokens, right before the first one of the next.
            divided += shifts[np.searchsorted(several, divided + 1)]
            # A hyphen divides no word from the next paragraph.
            begins = np.zeros(len(tokens) + 1, dtype=bool)
            begins[paragraphs] = True
            divided = divided[~begins[divided + 1]]
    lengths = np.diff(text_ends, prepend=0)
    positions = _positions(lengths, paragraphs)
    return TokenArrays(tokens, lengths, lengths, positions, sentences, paragraphs, _first_and_last(quoted)), divided


def _first_and_last(quoted: Ints) -> Ints:
    """The first and the last token of each quotation that has any, given the index of its first
    token and of the one behind its last."""
    pairs = quoted.reshape(-1, 2)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    pairs[:, 1] -= 1
    return pairs.reshape(-1)


def _mark_sentences(sentence: Bools, flags: UInt8s, word_flags: UInt8s, up_to: npt.NDArray[np.int32]) -> None:
    """Mark the pretokens with words that begin a sentence.

    What the pretokens before a word require of it decides; the last one that requires something or
    cancels an end counts. `word_flags` are the flags of the pretokens with words, `up_to` is how
    many of these there are up to each pretoken.
    """
    if not len(word_flags):
        return
    requiring = np.flatnonzero(((flags & REQUIRED) != 0) | (flags == CANCELS_END))
    next_words = up_to[requiring]
    required = np.zeros(len(sentence), dtype=np.uint8)
    # Of several pretokens before one word the last one counts: it is written last.
    required[next_words] = (flags[requiring] & REQUIRED) >> REQUIRED_SHIFT
    least = required[next_words]
    sentence[next_words] = (least > 0) & (least <= (word_flags.take(next_words, mode="clip") & FIRST_WORD))


def _repeat(once: TokenArrays, which: Ints) -> TokenArrays:
    """The tokens of texts, given those of distinct texts; text i is number `which[i]` of these.

    Reference implementation: tokenize each of them.
    """
    lengths = once.counts[which]
    starts = np.cumsum(once.counts) - once.counts
    # The index of each token among those of the distinct texts.
    at = np.repeat(starts[which] - (np.cumsum(lengths) - lengths), lengths) + np.arange(int(lengths.sum()))
    begins = np.zeros((2, len(once.tokens)), dtype=bool)
    begins[0, once.sentences] = begins[1, once.paragraphs] = True
    sentences, paragraphs = (np.flatnonzero(begin[at]) for begin in begins)
    return TokenArrays(once.tokens[at], lengths, once.lengths[which], once.positions[at], sentences, paragraphs, _NONE)


def _positions(lengths: Ints, paragraphs: Ints) -> UInt16s | UInt32s:
    """The positions of tokens, given the texts' lengths and the tokens that begin a paragraph
    inside a text.

    The sum of steps of 1, of PARAGRAPH_GAP to a paragraph, and back to 0 to a text.
    """
    total = int(lengths.sum())
    steps = np.ones(total, dtype=np.int32)
    steps[paragraphs] = PARAGRAPH_GAP
    starts = (np.cumsum(lengths) - lengths)[lengths > 0]
    if total:
        paragraphs_before = np.searchsorted(paragraphs, starts)
        before = starts + (PARAGRAPH_GAP - 1) * paragraphs_before  # where a text would begin if all were one
        steps[starts[0]] = 0
        steps[starts[1:]] = 1 - np.diff(before)  # back by the last position of the text before
    positions = np.cumsum(steps, dtype=np.int64)
    if total == 0 or int(positions.max()) < 65_536:
        return positions.astype(np.uint16)
    return positions.astype(np.uint32)
