"""Where do sentences begin and end?

Useful for: `sentence_spans`, first sentences and snippets; `sentence_starts`, the words that begin one, for `/s`.

As spans of text (what is shown): a sentence ends at . ! ? or … (with the quotes and brackets after it) before a
blank and a capital, a digit or an opening quote; at 。！？; and at a paragraph's end. A full stop after a usual
abbreviation or a single initial ends nothing.

As numbers of words (what an index keeps), by chunks: runs of letters, digits, marks and the signs ' . , ! ? in normalized
text. A chunk ends a sentence if an end mark (. ! ?) stands behind its last word, or in it if it holds no word; but a full
stop there after an abbreviation or a single letter (J. Smith) ends nothing. The dots inside U.S. belong to the word, so its
last one ends nothing either. The next sentence begins with the first word of a later chunk, unless that begins in lower
case. It also begins after 。！？ and with a paragraph.
"""

from __future__ import annotations

import re
from itertools import pairwise

from searchkit.analysis.characters import JOINERS, MARKS
from searchkit.analysis.normalize import normalize
from searchkit.analysis.words import PARAGRAPH_GAP, Words, next_paragraph, paragraph_starts, this_paragraph, word_pattern
from searchkit.model import Mark

# Patterns stand here as text, and are compiled when a text first needs them: a command has no time for those it does not.
_END = r"""[.!?…]+["'”’»)\]]*(?=\s+["'“‘«„(\[–—-]*\s?(\w))|[。！？]+[」』”’]*"""
# The same for texts without 。！？, for texts in ASCII, and for those that have no end mark but full stops: a pattern that
# begins with one of few characters, or with a certain one, runs through a text several times as fast.
_END_SPACED = r"""[.!?…][.!?…]*["'”’»)\]]*(?=\s+["'“‘«„(\[–—-]*\s?(\w))"""
_END_ASCII = r"""[.!?][.!?]*["')\]]*(?=\s+["'(\[-]*\s?(\w))"""
_END_STOP = r"""\.\.*["')\]]*(?=\s+["'(\[-]*\s?(\w))"""
_SIGNS = frozenset(""".!?…"'”’»)]。！？」』""")
"""What the end of a sentence consists of."""
_REACHES = (256, 2_048)
"""So far back the beginning of a sentence is looked for at first."""
_FAR = 1 << 62
_SHORT_WORDS = """
mr mrs ms dr prof st sr jr gen col lt sgt capt sen rep gov pres no vs inc corp ltd co dept est approx fig jan feb mar apr
jun jul aug sep sept oct nov dec mln bln pct dlrs hr bros messrs mt ft
"""
_SHORT = frozenset(_SHORT_WORDS.split())
_LONGEST_SHORT = max(map(len, _SHORT))
_CHUNK = rf"[\w{MARKS}{JOINERS}'.,!?]+"
_ENDS_CHUNK = re.compile(r"[.!?]")
_ENDS_ANYWHERE = re.compile("[。！？]")
_LAST_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*$")


def sentence_spans(text: str) -> list[Mark]:
    """The spans of the sentences of a text, in order, without the white space around them."""
    starts = [*paragraph_starts(text), len(text)]
    spans: list[Mark] = []
    for start, end in pairwise(starts):
        begun = start
        for found in re.compile(_END).finditer(text, start, end):
            if found[1] is not None and not _ends(text, begun, found):
                continue
            _append(spans, text, begun, found.end())
            begun = found.end()
        _append(spans, text, begun, end)
    return spans


def is_parted(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends from `start` to `end`, these included. No blank stands before `start` and none at `end`.

    Slow twin: whether any of `sentence_spans(text)` ends there.
    """
    return bool(signed_ends(text, start, end)) or next_paragraph(text, start, end) >= 0


def signed_ends(text: str, start: int, end: int) -> list[int]:
    """Where sentences end by their signs, not with a paragraph, from `start` to `end`, these included. No blank stands
    before `start` and none at `end`.

    Slow twin: the ends of `sentence_spans` that are no paragraph's.
    """
    ends = []
    for found in _end_pattern(text).finditer(text, _before_signs(text, start), end + 1):
        stop = found.end()
        if start <= stop <= end and (found[1] is None or _ends(text, 0, found)):
            ends.append(stop)
    return ends


def _next_end(text: str, start: int, stop: int) -> int:
    """Where the first sentence ends by its signs from `start` on, within `text[:stop]`; far behind where none does."""
    search = _end_pattern(text).search
    found = search(text, _before_signs(text, start), stop)
    while found is not None:
        end = found.end()
        if end >= start and (found[1] is None or _ends(text, 0, found)):
            return end
        found = search(text, end, stop)
    return _FAR


def sentence_around(text: str, start: int, end: int) -> Mark:
    """The span of the sentence that holds `text[start:end]`, which begins and ends with a word (or the text's first sign)
    and is not parted.

    Slow twin: the one of `sentence_spans(text)` that holds it.
    """
    pattern = _end_pattern(text)
    begun = paragraph = this_paragraph(text, start)
    for reach in (*_REACHES, start):
        low = _before_signs(text, max(paragraph, start - reach))
        for found in reversed([*pattern.finditer(text, low, start + 1)]):
            if found.end() <= start and (found[1] is None or _ends(text, 0, found)):
                begun = found.end()
                break
        if begun > paragraph or low <= paragraph:
            break
    stop = next_paragraph(text, end, len(text))
    if stop < 0:
        stop = len(text)
    stop = min(stop, _next_end(text, end, stop))
    while text[begun].isspace():
        begun += 1
    while text[stop - 1].isspace():
        stop -= 1
    return begun, stop


def _end_pattern(text: str) -> re.Pattern[str]:
    if text.isascii():
        return re.compile(_END_ASCII if "!" in text or "?" in text else _END_STOP)
    return re.compile(_END if "。" in text or "！" in text or "？" in text else _END_SPACED)


def _before_signs(text: str, at: int) -> int:
    """The place from which on ends of sentences are the same as from the text's beginning on."""
    while at > 0 and text[at - 1] in _SIGNS:
        at -= 1
    return at


def first_sentence(text: str, longest: int = 200) -> str:
    """The first sentence, its white space folded, cut at a word's end after `longest` characters (then with "…")."""
    piece = text[: 10 * longest].lstrip()
    spans = sentence_spans(piece)
    if not spans:
        return ""
    sentence = " ".join(piece[spans[0][0] : spans[0][1]].split())
    if len(sentence) <= longest:
        return sentence
    head = sentence[:longest]
    return (head.rsplit(" ", 1)[0] if " " in head else head) + "…"


def sentence_starts(text: str, words: Words) -> list[int]:
    """The indexes of the words that begin a sentence, ascending; `words` are those of `find_words(text)`."""
    normal, _ = normalize(text)
    found = list(word_pattern(normal).finditer(normal))
    starts: list[int] = []
    ended, index = False, 0  # whether the sentence ended since the last word; the next word
    for chunk in re.finditer(_CHUNK, normal):
        inside = []
        while index < len(found) and found[index].end() <= chunk.end():
            inside.append(index)
            index += 1
        for number in inside:
            goes_on = (
                number > 0
                and words.positions[number] - words.positions[number - 1] < PARAGRAPH_GAP
                and not _ENDS_ANYWHERE.search(normal, found[number - 1].end(), found[number].start())
            )
            if goes_on and (number > inside[0] or not ended or found[number][0][0].islower()):
                continue
            starts.append(number)
        if inside:
            ended = chunk_ends(found[inside[-1]][0], normal[found[inside[-1]].end() : chunk.end()])
        else:
            ended = ended or _ENDS_CHUNK.search(chunk[0]) is not None
    return starts


def chunk_ends(last_word: str, behind: str) -> bool:
    """Whether a sentence ends with a chunk, by its last word and the signs behind that."""
    if not _ENDS_CHUNK.search(behind):
        return False
    abbreviation = last_word.lower() in _SHORT or (len(last_word) == 1 and last_word.isalpha())
    return not (abbreviation and behind.lstrip("',").startswith("."))


def _ends(text: str, begun: int, found: re.Match[str]) -> bool:
    if found[1].islower():
        return False
    stop = found.start()
    if text[stop] != ".":
        return True
    tail = text[stop - _LONGEST_SHORT - 1 : stop] if stop > _LONGEST_SHORT else ""
    if tail.isalpha():  # longer than any abbreviation
        return True
    _, blank, word = tail.rpartition(" ")
    if blank and word.isalpha():
        return len(word) > 1 and word.lower() not in _SHORT
    before = _LAST_WORD.search(text, max(begun, found.start() - 40), found.start())
    if before is None:
        return True
    word = before[0]
    if word.lower() in _SHORT:
        return False
    # A single letter is an initial (J. Smith); dotted letters are an abbreviation (U.S. Treasury): more often than not
    # the sentence goes on.
    return not (len(word) == 1 and word.isalpha()) and not ("." in word and all(len(part) == 1 for part in word.split(".")))


def _append(spans: list[Mark], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
