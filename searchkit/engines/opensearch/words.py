"""Says which tokens of a cluster's index one word of a query stands for.

A word stands for tokens of one layer of a field (see `mapping`), and, in title and body, for codes
of divided words in the field's structure. Each is written as a query, as a rule of intervals, or as
a query of spans.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, assert_never

from searchkit.analysis import Analyzer, fold
from searchkit.analysis.normalize import fold_accents, fold_case
from searchkit.engines.opensearch.expressions import (
    literal_wildcard,
    lucene_literal,
    lucene_regex,
    lucene_wildcard,
    one_edit_regex,
)
from searchkit.engines.opensearch.layers import surface_token
from searchkit.frozen import frozen
from searchkit.query.nodes import Fuzzy, Or, Regex, SingleWord, SpanNode, Wildcard, Word, assert_never_node
from searchkit.schema import TEXT_FIELDS

Json = dict[str, Any]
MAX_RULE_EXPANSIONS = 1_024
"""The most tokens that a pattern inside intervals may stand for: the largest number that a cluster
allows unless it is configured otherwise."""
MAX_REGEX_LENGTH = 1_000
"""The longest regular expression that a cluster takes unless it is configured otherwise."""

_CODES = {"stem": "t", "folded": "f", "surface": "w"}
"""The letters of the codes of divided words, by layer."""
Half = Literal["<", ">"]
"""The first or the second half of a divided word."""


class NoRule(Exception):
    """A word has no rule of intervals."""


@frozen
class Tokens:
    """Some tokens of a layer: one, or those that a pattern matches. Of an exact word, `folded` is
    its folded form, which scores in place of a pattern."""

    layer: str
    kind: Literal["term", "wildcard", "regexp", "fuzzy"]
    text: str
    edits: int = 0
    folded: str = ""

    def half(self, half: Half) -> Tokens:
        """The codes of these as divided words."""
        code = f"{_CODES[self.layer]}{half}"
        if self.kind == "regexp":
            return Tokens("structure", "regexp", f"{lucene_literal(code)}({self.text})")
        return Tokens("structure", self.kind, code + self.text, self.edits)


def find_tokens(word: SingleWord, field: str, analyzer: Analyzer) -> tuple[Tokens, ...]:
    """The tokens that a word stands for in a field, several only where the index has several
    languages."""
    match word:
        case Word(text, _, exact) if field not in TEXT_FIELDS or (exact and _is_plain(text)):
            return (Tokens("folded", "term", fold(text)),)
        case Word(text, _, True):
            return (_surface_tokens(text),)
        case Word(text):
            return tuple([Tokens("stem", "term", term) for term in sorted(analyzer.query_terms(text))])
        case Wildcard(pattern):
            return (Tokens("folded", "wildcard", lucene_wildcard(pattern)),)
        case Regex(pattern):
            return (Tokens("folded", "regexp", lucene_regex(pattern)),)
        case Fuzzy(text, edits):
            return (Tokens("folded", "fuzzy", text, edits),)
        case _:
            assert_never_node(word)


def single_words(node: SpanNode) -> list[SingleWord] | None:
    """The words of a node that is one word, or nothing but words joined by OR; None for another."""
    if isinstance(node, SingleWord):
        return [node]
    if not isinstance(node, Or):
        return None
    words: list[SingleWord] = []
    for child in node.children:
        found = single_words(child)
        if found is None:
            return None
        words += found
    return words


def field_path(field: str, layer: str) -> str:
    """The field of the mapping that holds a layer."""
    return f"{field}.{layer if field in TEXT_FIELDS or layer == 'structure' else 'words'}"


def word_queries(word: SingleWord, field: str, weight: float, analyzer: Analyzer) -> list[Json]:
    """The queries that find a word in a field, any of which may match. `weight` is that of its
    score; with 0 they do not score."""
    found: list[Json] = []
    for tokens in find_tokens(word, field, analyzer):
        found.append(_scoring_query(tokens, field, weight))
        if field in TEXT_FIELDS:
            code = token_query(tokens.half("<"), field)
            found.append({"constant_score": {"filter": code, "boost": weight}} if weight else code)
    return found


def divided_queries(words: Iterable[SingleWord], field: str, analyzer: Analyzer) -> list[Json]:
    """The queries that find words that are divided, any of which may match."""
    if field not in TEXT_FIELDS:
        return []
    return [token_query(tokens.half("<"), field) for word in words for tokens in find_tokens(word, field, analyzer)]


def token_query(tokens: Tokens, field: str) -> Json:
    """The query that finds tokens in a field, of a constant score."""
    path = field_path(field, tokens.layer)
    match tokens.kind:
        case "term":
            return {"term": {path: tokens.text}}
        case "wildcard":
            return {"wildcard": {path: {"value": tokens.text}}}
        case "regexp":
            return {"regexp": {path: {"value": tokens.text, "flags": "NONE"}}}
        case "fuzzy":
            options = {"value": tokens.text, "fuzziness": tokens.edits, "rewrite": "constant_score"}
            if tokens.layer == "structure":
                options["prefix_length"] = 2  # the code
            return {"fuzzy": {path: options}}
        case _:
            assert_never(tokens.kind)


def token_rule(tokens: Tokens, field: str) -> Json:
    """The rule of intervals of tokens in a field, for a query over the field's first layer. Raises
    NoRule."""
    path = field_path(field, tokens.layer)
    base = {} if path == base_path(field) else {"use_field": path}
    match tokens.kind:
        case "term":
            return {"match": {"query": tokens.text, **base}}
        case "wildcard":
            return {"wildcard": {"pattern": tokens.text, "max_expansions": MAX_RULE_EXPANSIONS, **base}}
        case "regexp":
            return {"regexp": {"pattern": tokens.text, "flags": "NONE", "max_expansions": MAX_RULE_EXPANSIONS, **base}}
        case "fuzzy":
            return token_rule(_as_regexp(tokens), field)
        case _:
            assert_never(tokens.kind)


def base_path(field: str) -> str:
    """The field of the mapping that queries of intervals and spans are over."""
    return field_path(field, "stem")


def token_spans(tokens: Tokens, field: str) -> Json:
    """The query of spans of tokens in a field, for a query over the field's first layer."""
    path = field_path(field, tokens.layer)
    query = token_query(tokens, field)
    query = {"span_term": query["term"]} if tokens.kind == "term" else {"span_multi": {"match": query}}
    return query if path == base_path(field) else {"span_field_masking": {"query": query, "field": base_path(field)}}


def _scoring_query(tokens: Tokens, field: str, weight: float) -> Json:
    query = token_query(tokens, field)
    if not weight:
        return query
    path = field_path(field, tokens.layer)
    if tokens.kind == "term":
        return _boosted_term(path, tokens.text, weight)
    if tokens.folded:
        scored = _boosted_term(field_path(field, "folded"), tokens.folded, weight)
        return {"bool": {"must": [scored], "filter": [query]}}
    query[tokens.kind][path]["boost"] = weight
    return query


def _boosted_term(path: str, text: str, weight: float) -> Json:
    return {"term": {path: text if weight == 1 else {"value": text, "boost": weight}}}


def _is_plain(text: str) -> bool:
    """Whether neither case nor accents count in an exact word."""
    return fold_case(text) == text and fold_accents(text) == text


def _surface_tokens(text: str) -> Tokens:
    """The tokens of the forms that `analysis.matches_surface_form` compares with a text."""
    folded = fold(text)
    is_cased, is_accented = fold_case(text) != text, fold_accents(text) != text
    if is_cased and is_accented:
        return Tokens("surface", "term", surface_token(text), folded=folded)
    head = f"{literal_wildcard(folded)}/"
    if is_cased:
        return Tokens("surface", "wildcard", f"{head}{literal_wildcard(fold_accents(text))}/*", folded=folded)
    return Tokens("surface", "wildcard", f"{head}*/{literal_wildcard(fold_case(text))}/*", folded=folded)


def _as_regexp(tokens: Tokens) -> Tokens:
    """Fuzzy tokens as a regular expression. Raises NoRule where it would be too long."""
    code, text = (tokens.text[:2], tokens.text[2:]) if tokens.layer == "structure" else ("", tokens.text)
    expression = f"{lucene_literal(code)}({one_edit_regex(text)})"
    if tokens.edits > 1 or len(expression) > MAX_REGEX_LENGTH:
        raise NoRule(f"{tokens.text}~{tokens.edits}")
    return Tokens(tokens.layer, "regexp", expression)
