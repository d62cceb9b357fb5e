"""Builds the tree of a query in another dialect, and says what of it has no counterpart in ours.

Every dialect derives from it: words and their truncation, fields, operators over spans.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from searchkit.analysis.normalize import fold
from searchkit.errors import QueryError
from searchkit.query.dialects.tree import (
    EVERYTHING,
    And,
    AtLeast,
    Filter,
    Form,
    Item,
    Near,
    Not,
    Or,
    Tree,
    Weighted,
    Words,
    children_of,
    field_of,
    map_leaves,
    size,
    to_query,
)
from searchkit.query.leaf_parser import MAX_NODES, has_words
from searchkit.query.operands import MAX_DISTANCE
from searchkit.query.parser import MAX_AT_LEAST, MAX_NESTING
from searchkit.schema import FIELDS, Kind

_PLAIN_QUOTES = str.maketrans("“”„‟«»＂‘’‚‛", '"' * 7 + "'" * 4)

Wild = tuple[int, int | None]
"""What a wildcard stands for: at least so many characters, and at most (None: any number)."""


FieldTable = Mapping[str, tuple[str, str]]
"""Fields of another system by their names, in lower case: our fields for each, separated by blanks
("" for title and body), and what is said where that is not the same ("" where it is)."""

ANYWHERE = ("", "title and text are searched")
WHOLE_TEXT = ("body", "the whole text is searched")
TOPICS = ("topic", "the topics are searched")
LEAD = ("lede", "")
TITLE_AND_LEAD = ("title lede", "")


class Builder(ABC):
    """A query in another dialect that is being read."""

    wildcards: ClassVar[str] = r"[*?]"
    """A regular expression that finds the wildcards of a word."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.text = text.translate(_PLAIN_QUOTES)  # same length: columns stay true
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        """Say that a piece has no counterpart, and what was done with it. Each is said once."""
        if message not in self.warnings:
            self.warnings.append(message)

    def error(self, message: str, column: int, length: int = 1, hint: str = "") -> QueryError:
        """An error in the text as it was typed."""
        return QueryError(message, self.original, column, length, hint)

    def check_size(self, count: int) -> None:
        """Raise QueryError for more words or operands than a query of ours may have."""
        if count > MAX_NODES:
            message = f"the query has more than {MAX_NODES} words, phrases and groups"
            raise self.error(message, 0, len(self.original))

    @abstractmethod
    def read(self) -> Tree | None:
        """The tree of the query; None where it holds no words. Raises QueryError."""

    # Words.

    @abstractmethod
    def wild(self, found: re.Match[str]) -> Wild:
        """What a wildcard that `wildcards` found stands for."""

    def word(self, raw: str, *, in_phrase: bool = False) -> Words | None:
        """A run of characters as a word, a pattern or a phrase; None (with a warning) where it
        holds no letter or digit. In a phrase, wildcards alone stand for words."""
        parts: list[str | Wild] = []
        at = 0
        for found in re.finditer(self.wildcards, raw):
            parts += [raw[at : found.start()], self.wild(found)]
            at = found.end()
        parts.append(raw[at:])
        return self.make_words(parts, raw, only_wild=in_phrase)

    def make_words(self, parts: list[str | Wild], said: str, *, only_wild: bool = False) -> Words | None:
        """A word, pattern or phrase of literal texts and wildcards; of wildcards alone with
        `only_wild`."""
        pieces: list[list[str | Wild]] = [[]]
        for part in parts:
            if isinstance(part, tuple):
                pieces[-1].append(part)
                continue
            if len(parts) == 1:
                text = clean(part)
                pieces = [[text]] if text else [[]]
                break
            first, *others = re.split(_SEPARATOR, part)
            pieces[-1].append(first)
            pieces += [[other] for other in others]
        items = [item for piece in pieces if (item := _item(piece)) is not None]
        raw = "".join([part if isinstance(part, str) else "?" if part == (1, 1) else "*" for part in parts])
        if not items or not (_has_letters(raw) or (only_wild and "*?".find(raw[:1]) >= 0)):
            self.warn(f"{said} holds no word; it was left out")
            return None
        return Words(tuple(items), raw=raw)

    def beside(self, left: Tree | None, right: Tree | None) -> Tree | None:
        """Two operands one right behind the other: a phrase where that is possible."""
        if (
            isinstance(left, Words)
            and isinstance(right, Words)
            and left.field == right.field
            and not left.slop + right.slop
            and not any(item.form is Form.FUZZY for item in (*left.items, *right.items))
        ):
            self.check_size(len(left.items) + len(right.items))
            return Words(left.items + right.items, 0, left.field, f"{left.raw} {right.raw}")
        return self.near(left, right, "pre", 1, "words side by side")

    def phrase(self, words: list[Words]) -> Tree | None:
        """A phrase of words; words that cannot stand in a phrase of ours are joined by pre/1."""
        found: Tree | None = None
        for word in words:
            found = word if found is None else self.beside(found, word)
        return found

    def quoted(self, text: str) -> Tree | None:
        """The words between quotes."""
        runs = [run for run in text.split() if re.search(r"\w", run) or re.search(self.wildcards, run)]
        words = [(run, found) for run in runs if (found := self.word(run, in_phrase=True)) is not None]
        for at in (0, -1):
            while words and not _has_letters(words[at][1].raw):
                self.warn(f"{words.pop(at)[0]} stands for a word between two others; it was left out")
        return self.phrase([word for _, word in words])

    def finish(self, tree: Tree) -> Tree:
        """A tree whose phrases can be phrases of ours.

        They neither begin nor end with a gap, which stands between two words. Those that hold a
        regular expression are joined by pre/1.
        """

        def change(leaf: Words | Filter) -> Tree:
            if isinstance(leaf, Filter):
                return leaf
            words = [index for index, item in enumerate(leaf.items) if item.form is not Form.GAP]
            if not words:
                return EVERYTHING
            items = leaf.items[words[0] : words[-1] + 1]
            if len(items) < len(leaf.items):
                self.warn("* at the end of a phrase stands for no word; it was left out")
            if len(items) == 1 or not any(item.form is Form.REGEX for item in items):
                return Words(items, leaf.slop, leaf.field, leaf.raw)
            return self._join_items(items, leaf.field)

        return map_leaves(tree, change)

    def _join_items(self, items: tuple[Item, ...], field: str) -> Tree:
        """The words of a phrase, joined by pre/1."""
        if len(items) > MAX_NESTING:
            message = f"more than {MAX_NESTING} words side by side, of which one is cut off with a limit"
            raise self.error(message, 0, len(self.original))
        tree: Tree = Words(items[:1], 0, field)
        distance = 1
        for item in items[1:]:
            if item.form is Form.GAP:
                distance += 1
                self.warn("* beside a word that is cut off with a limit: read as at most one word")
                continue
            tree, distance = Near(tree, Words((item,), 0, field), f"pre/{distance}"), 1
        return tree

    # Operators.

    def all_of(self, trees: list[Tree | None], *, side_by_side: bool = False) -> Tree | None:
        """AND of what was read; operands without words are left out."""
        children: list[Tree] = []
        for tree in trees:
            if isinstance(tree, And) and tree.side_by_side == side_by_side:
                children += tree.children
            elif tree is not None:
                children.append(tree)
        self.check_size(len(children))
        return And(tuple(children), side_by_side) if len(children) > 1 else children[0] if children else None

    def any_of(self, trees: list[Tree | None]) -> Tree | None:
        """OR of what was read; operands without words are left out."""
        children: list[Tree] = []
        for tree in trees:
            if isinstance(tree, Or):
                children += tree.children
            elif tree is not None:
                children.append(tree)
        self.check_size(len(children))
        return Or(tuple(children)) if len(children) > 1 else children[0] if children else None

    def near(self, left: Tree | None, right: Tree | None, name: str, distance: int, typed: str) -> Tree | None:
        """An operator over spans: `name` is w, pre, not w, /s or /p.

        Operands that ours cannot join are joined by AND, with a warning.
        """
        if left is None or right is None:
            return left if right is None else right
        operator = name
        if not name.startswith("/"):
            if distance > MAX_DISTANCE:
                self.warn(f"{typed}: at most {MAX_DISTANCE} positions can be asked for; read as {name}/{MAX_DISTANCE}")
            if distance < 1:
                self.warn(f"{typed}: words are at least 1 position apart; read as {name}/1")
            operator = f"{name}/{min(max(distance, 1), MAX_DISTANCE)}"
        if _has_spans(left) and _has_spans(right):
            if field_of(left) is not None and field_of(left) == field_of(right):
                if max(_depth(left), _depth(right)) >= MAX_NESTING:
                    message = f"more than {MAX_NESTING} operators like {typed} inside each other"
                    raise self.error(message, 0, len(self.original))
                return Near(left, right, operator)
            both = "different fields"
        elif name == "not w":
            both = "AND, NOT or conditions"
        else:
            return self._distribute(left, right, operator, typed)
        joined = And((left, Not(right))) if name == "not w" else And((left, right))
        instead = "AND NOT" if name == "not w" else "AND"
        self.warn(f"{typed} cannot join {both} ({to_query(left)}, {to_query(right)}); read as {instead}")
        return joined

    def _distribute(self, left: Tree, right: Tree, operator: str, typed: str) -> Tree:
        """An operator over spans whose operands hold AND, NOT or conditions: it goes to the parts
        that have spans."""
        if size(left) * size(right) > MAX_NODES:
            raise self.error(f"too many combinations stand on both sides of {typed}", 0, len(self.original))
        self.warn(f"{typed} cannot join AND, NOT or conditions; read as {typed} of each part")

        def join(one: Tree, other: Tree) -> Tree:
            for tree, other_tree, is_left in ((one, other, True), (other, one, False)):
                if isinstance(tree, And | Or) and not _has_spans(tree):
                    words = [child for child in tree.children if not _is_condition(child)]
                    rest = [child for child in tree.children if _is_condition(child)]
                    pairs = [join(child, other_tree) if is_left else join(other_tree, child) for child in words]
                    parts = pairs + rest if words else [*rest, other_tree]
                    return And(tuple(parts)) if isinstance(tree, And) else Or(tuple(parts))
            if _has_spans(one) and _has_spans(other) and field_of(one) is not None and field_of(one) == field_of(other):
                return Near(one, other, operator)
            return And((one, other))

        return join(left, right)

    def at_least(self, count: int, child: Tree | None, typed: str, column: int) -> Tree | None:
        """At least so many mentions of what stands inside."""
        if child is None:
            return None
        if not 1 <= count <= MAX_AT_LEAST:
            raise self.error(f"{typed} needs a number from 1 to {MAX_AT_LEAST}", column, len(typed))
        if _has_spans(child) and field_of(child) is not None:
            return AtLeast(child, count)
        if isinstance(child, And):
            self.warn(f"{typed} cannot count AND; read as at least {count} of each part")
            return self.all_of([self.at_least(count, each, typed, column) for each in child.children])
        self.warn(f"{typed} can count words only; read without it: {to_query(child)}")
        return child

    # Fields.

    def in_field_of(self, table: FieldTable, tree: Tree | None, typed: str, *names: str) -> Tree | None:
        """A tree in a field of another system, or in any of several; `typed` is how it was typed.
        An unknown one is left out, with a warning."""
        found: list[str] = []
        for name in names:
            fields, note = table.get(name.lower(), ("", "it is no field that is known here; title and text are searched"))
            if note:
                self.warn(f"{name if len(names) > 1 else typed} has no counterpart: {note}")
            found += fields.split() or [""]
        return tree if "" in found else self.in_fields(tuple(dict.fromkeys(found)), tree, typed)

    def in_fields(self, names: tuple[str, ...], tree: Tree | None, typed: str) -> Tree | None:
        """A tree in a field of ours, or in any of several. A field inside wins."""
        if tree is None:
            return None
        if len(names) > 1:
            if isinstance(tree, And):
                parts = [self.in_fields(names, child, typed) for child in tree.children]
                return self.all_of(parts, side_by_side=tree.side_by_side)
            if isinstance(tree, Not):
                child = self.in_fields(names, tree.child, typed)
                return None if child is None else Not(child)
            return self.any_of([self.in_fields((name,), tree, typed) for name in names])
        name = names[0]
        if not has_words(name):
            return self._values(name, tree, typed)
        kind = FIELDS[name].kind
        is_passage = kind is Kind.PASSAGE

        def change(leaf: Words | Filter) -> Tree:
            if isinstance(leaf, Filter):
                # lede:* has no words of its own.
                return Filter(f"{'body' if is_passage else name}:*") if leaf == EVERYTHING else leaf
            if leaf.field:
                self.warn(f"{typed} stands around another field; {leaf.field}: counts there")
                return leaf
            items = leaf.items
            if kind is Kind.WORDS:  # their words are not stemmed, and have no other form
                items = tuple([Item(item.text) if item.form is Form.EXACT else item for item in items])
            return Words(items, leaf.slop, name, leaf.raw)

        return map_leaves(tree, change)

    def _values(self, name: str, tree: Tree, typed: str) -> Tree:
        """The words of a tree as whole values of a field."""
        if FIELDS[name].kind is not Kind.VALUE:
            self.warn(f"{typed}: {to_query(tree)} is not understood; it was left out")
            return EVERYTHING

        def change(leaf: Words | Filter) -> Tree:
            if isinstance(leaf, Filter):
                return Filter(f"{name}:*") if leaf == EVERYTHING else leaf
            if leaf.items[0].form is Form.REGEX and not leaf.raw:
                raise self.error(f"{typed} takes no regular expression", 0, len(self.original))
            if any(item.form in (Form.WILDCARD, Form.REGEX, Form.GAP) for item in leaf.items):
                pattern = re.sub(r'[\s"()]', "?", leaf.raw)
                return Filter(f"{name}:{pattern}")
            text = leaf.raw or " ".join([item.text for item in leaf.items])
            return Filter(f'{name}:"{self.value(name, text.replace(chr(34), " ").strip())}"')

        return map_leaves(_without_spans(tree), change)

    def value(self, name: str, text: str) -> str:
        """A value as the field of ours has it."""
        return LANGUAGES.get(text.lower(), text) if name == "lang" else text

    def exact(self, tree: Tree | None, change: Callable[[str], str], typed: str) -> Tree | None:
        """The words of a tree as written (`=word`), each changed first."""
        if tree is None:
            return None

        def change_leaf(leaf: Words | Filter) -> Tree:
            if isinstance(leaf, Filter):
                return leaf
            if any(item.form in (Form.WILDCARD, Form.REGEX) for item in leaf.items):
                self.warn(f"{typed} does not go with truncation; read without it: {to_query(leaf)}")
                return leaf
            items = [Item(change(item.text), Form.EXACT) if item.form is Form.PLAIN else item for item in leaf.items]
            return Words(tuple(items), leaf.slop, leaf.field, leaf.raw)

        return map_leaves(tree, change_leaf)


LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en", "finnish": "fi",
    "french": "fr", "german": "de", "greek": "el", "hungarian": "hu", "indonesian": "id", "italian": "it",
    "japanese": "ja", "korean": "ko", "norwegian": "no", "polish": "pl", "portuguese": "pt", "romanian": "ro",
    "russian": "ru", "spanish": "es", "swedish": "sv", "turkish": "tr", "ukrainian": "uk",
    "eng": "en", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de", "spa": "es", "ita": "it", "rus": "ru", "por": "pt",
}  # fmt: skip
"""Languages by the names that other systems have for them, as `lang:` has them."""


# What divides a word with wildcards: all but letters and digits, a dot behind a single letter, a
# comma between digits, and an apostrophe.
_SEPARATOR = r"(?:[^\w'.,]|_|(?<!\b\w)\.|(?<!\d),|,(?!\d))+"


def clean(text: str) -> str:
    """A text as it may stand in quotes of ours: without signs that mean something there."""
    text = re.sub(r"[\s=*?~/\"^\\\x00-\x1f]+", " ", text).strip()
    text = re.sub(r"^[^\w]+|[^\w.+#%&']+$", "", text)
    return text if re.fullmatch(r"(?:[^\W_]\.)+", text) else text.rstrip(".'")


def _has_letters(text: str) -> bool:
    """Whether a text holds a letter or a digit."""
    return re.search(r"[^\W_]", text) is not None


def _item(piece: list[str | Wild]) -> Item | None:
    """A word of literal texts and wildcards: plain, a wildcard of ours, or a regular expression."""
    wilds = [part for part in piece if isinstance(part, tuple)]
    if not wilds:
        text = "".join([part for part in piece if isinstance(part, str)])
        text = text if " " in text else text.strip(",'")
        return Item(text) if _has_letters(text) else None
    literal = any(isinstance(part, str) and part.strip(".,'") for part in piece)
    if not literal and wilds == [(0, None)]:
        return Item("*", Form.GAP)
    if all(wild in ((0, None), (1, 1)) for wild in wilds):
        text = "".join([part if isinstance(part, str) else "*" if part[1] is None else "?" for part in piece])
        # A ? at either end of a word is not read as a wildcard.
        if literal and re.fullmatch(r"[\w'.,*](?:[\w'.,*?]*[\w*])?", text) and not re.search(r"\?[^\w]*$", text):
            return Item(re.sub(r"\*+", "*", text), Form.WILDCARD)
    pattern = ""
    for part in piece:
        if isinstance(part, str):
            pattern += re.sub(r"([^\w'])", r"\\\1", fold(re.sub(r"[.,]", "", part)))
        else:
            pattern += "." + _REPEATS.get(part, f"{{{part[0]},{'' if part[1] is None else part[1]}}}")
    return Item(pattern, Form.REGEX)


_REPEATS: dict[Wild, str] = {(0, None): "*", (1, None): "+", (0, 1): "?", (1, 1): ""}


def _has_spans(tree: Tree) -> bool:
    """Whether a tree can be an operand of `w/5` of ours."""
    if isinstance(tree, Words):
        return any(item.form is not Form.GAP for item in tree.items)
    return isinstance(tree, Near) or (isinstance(tree, Or) and all(map(_has_spans, tree.children)))


def _depth(tree: Tree) -> int:
    """How many operators over spans stand inside each other."""
    return isinstance(tree, Near) + max(map(_depth, children_of(tree)), default=0)


def _is_condition(tree: Tree) -> bool:
    """Whether a tree restricts without words of its own."""
    return isinstance(tree, Filter | Not | AtLeast) or (isinstance(tree, Weighted) and _is_condition(tree.child))


def _without_spans(tree: Tree) -> Tree:
    """A tree whose operators over spans are AND: values have no positions."""
    if isinstance(tree, Near):
        return And((_without_spans(tree.left), _without_spans(tree.right)))
    if isinstance(tree, And):
        return And(tuple([_without_spans(child) for child in tree.children]))
    if isinstance(tree, Or):
        return Or(tuple([_without_spans(child) for child in tree.children]))
    return tree
