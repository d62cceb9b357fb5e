"""Converts HTML in a value of a record to text. What is not clearly HTML stays as it is, character
for character.

A text is clearly HTML if it has one of these:

- an element of HTML that is opened and closed: `<p>...</p>`, `<a href=...>...</a>`;
- an element that is never closed, with an attribute in quotes: `<img src="...">`;
- two tags that separate lines or paragraphs: `<br>`, `<p>`, `<li>`, `<hr>`.

A single `<b>`, `x < y`, `<IBM.N>` or `&amp;` is not enough. The time is linear in the length of the
text, whatever it holds. Therefore the tokenizer is our own, and simpler than that of the HTML
standard: a tag ends before the next "<".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from searchkit.corpus.tolerant_decoding import decode_strictly

_ELEMENTS = {
    "paragraphs": "address article aside blockquote body caption center details dialog dir div dl fieldset figcaption figure"
    " footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend main menu nav noscript ol optgroup p pre"
    " search section select summary table tbody tfoot thead title ul",
    "lines": "br dd dt li option tr",
    "blanks": "area audio button canvas embed iframe img input object picture svg td textarea th track video",
    "nothing": "a abbr acronym b base basefont bdi bdo big cite code col colgroup data datalist del dfn em font i ins kbd"
    " label link map mark math meta meter nobr output param path progress q rb rp rt ruby s samp script slot small source"
    " span strike strong style sub sup template time tt u var wbr",
}
"""What separates an element from the text around it."""
_PARAGRAPHS, _LINES, _BLANKS, _NOTHING = (frozenset(names.split()) for names in _ELEMENTS.values())
_PARTING = frozenset({"br", "p", "li", "hr"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_KNOWN = _PARAGRAPHS | _LINES | _BLANKS | _NOTHING
_WITHOUT_TEXT = frozenset({"script", "style"})
_WITHOUT_TEXT_END = {name: re.compile(rf"</{name}\b[^<>]*>", re.I) for name in _WITHOUT_TEXT}

MAY_HOLD_HTML = re.compile(rb"<(?:[/\\a-z]|(?i:%s)\b)" % "|".join(sorted(_VOID | _PARTING)).encode())
"""Matches any line of JSON with a text that is clearly HTML (unless its "<" are escaped)."""

# Without a flag that ignores case, `re` searches for "<" faster.
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:_-]*+)(?:
        (?P<attributes>(?:[\s/](?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)?)>
      | (?P<broken>[\s/][^<>]*+)>)""",
    re.X | re.ASCII,
)
_PARAGRAPH_OR_BREAK = re.compile(r"<(?:[pP]|[bB][rR])[\s/>]")
_QUOTED = re.compile(r"""[\s"'/][a-z_:@][\w:.@-]*+\s*+=\s*+["']""", re.I)
_DECLARATION = re.compile(r"<(?:!doctype\b|!\[(?!CDATA\[)|\?xml\b)[^<>]*+>|<!\[CDATA\[", re.I)
_REFERENCE = re.compile(
    r"&(?:#[0-9]{1,10}+(?![0-9]);?|#[xX][0-9a-fA-F]{1,10}+(?![0-9a-fA-F]);?|[a-zA-Z][a-zA-Z0-9]{1,31};?)"
)
_COMMENT = "<!--"
_HEAD = 4096
_CHARSET = re.compile(rb"""<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.I)
_XML_DECLARATION = re.compile(rb"""^\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)""")


def declared_encoding(data: bytes) -> str:
    """The encoding that a page names in its XML declaration or a meta tag, or "".

    Pages that were saved or converted to UTF-8 often go on to name what they were in before.
    """
    head = data[:_HEAD]
    found = _XML_DECLARATION.match(head) or _CHARSET.search(head)
    if found is None or data.isascii() or decode_strictly(data, "utf-8") is None:
        return found[1].decode("ascii") if found else ""
    return "utf-8"


def is_html(text: str) -> bool:
    """Whether a text is clearly HTML."""
    opened: set[str] = set()
    parting = 0
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if name not in _KNOWN:
            continue
        if tag["end"]:
            if name in opened:
                return True
        else:
            opened.add(name)
            parting += name in _PARTING
            if parting == 2 or (name in _VOID and _QUOTED.search(tag["attributes"] or "")):
                return True
    return False


def html_to_text(text: str) -> str:
    """The text of HTML: blocks are paragraphs; <br>, items and rows are lines; character references
    are resolved.

    Tags, comments, scripts and styles are removed. A tag of an unknown element, such as `<IBM.N>`,
    stays unless it has an attribute in quotes or an end tag. If the text has neither <p> nor <br>,
    its own line ends stay.
    """
    keeps_lines = _PARAGRAPH_OR_BREAK.search(text) is None
    closed: set[str] | None = None
    pieces: list[str] = []
    at, is_preformatted, has_cdata = 0, False, "<![CDATA[" in text

    def add(run: str) -> None:
        if has_cdata:
            run = run.replace("]]>", "")
        if "&" in run:
            run = _REFERENCE.sub(_resolve_reference, run)
        if not is_preformatted and (not keeps_lines or (run.isspace() and run.count("\n") < 2)):
            run = _collapse_blanks(run)
            if not pieces or pieces[-1][-1:] in (" ", "\n"):
                run = run.removeprefix(" ")
        if run:
            pieces.append(run)

    for start, end, tag in _find_markup(text):
        name = tag["name"].lower() if tag else ""
        if tag and name not in _KNOWN:
            if closed is None:
                closed = {tag["name"].lower() for tag in _TAG.finditer(text) if tag["end"]}
            if name not in closed and not _QUOTED.search(tag["attributes"] or ""):
                continue
        add(text[at:start])
        at = end
        if name in _PARAGRAPHS:
            pieces.append("\n\n")
        elif name == "br" or (name in _LINES and pieces and pieces[-1][-1:] != "\n"):
            pieces.append("\n")
        elif name in _BLANKS:
            add(" ")
        if tag and name == "pre":
            is_preformatted = not tag["end"]
    add(text[at:])
    return _tidy_lines("".join(pieces))


def _find_markup(text: str) -> Iterator[tuple[int, int, re.Match[str] | None]]:
    """The beginning, end and tag of all markup; the tag is None for comments and declarations."""
    never_ended: set[str] = set()
    at = 0
    while (start := text.find("<", at)) >= 0:
        at = start + 1
        tag = _TAG.match(text, start)
        if tag is not None:
            at = tag.end()
            name = tag["name"].lower()
            if not tag["end"] and name in _WITHOUT_TEXT - never_ended:
                end_tag = _WITHOUT_TEXT_END[name].search(text, at)
                if end_tag is None:
                    never_ended.add(name)
                else:
                    at = end_tag.end()
            yield start, at, tag
        elif text.startswith(_COMMENT, start):
            end = text.find("-->", start + len(_COMMENT)) if _COMMENT not in never_ended else -1
            if end < 0:
                never_ended.add(_COMMENT)
            else:
                at = end + 3
                yield start, at, None
        elif (other := _DECLARATION.match(text, start)) is not None:
            at = other.end()
            yield start, at, None


def _resolve_reference(reference: re.Match[str]) -> str:
    return html.unescape(reference[0]) or " "  # a control character must not join two words


def _collapse_blanks(text: str) -> str:
    """The text with one blank for each run of white space, as HTML defines it."""
    # Several times faster than a regular expression or a table; each round halves the runs.
    for space in "\n\t\r\f":
        text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _tidy_lines(text: str) -> str:
    """The text without blanks around its lines, and with one empty line at most between two."""
    lines: list[str] = []
    for line in map(str.strip, text.split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).rstrip("\n")
