"""Reads the text that news standards carry: NITF, XHTML, escaped HTML or plain lines."""

from __future__ import annotations

from searchkit.control_characters import replace_controls
from searchkit.corpus.html_text import html_to_text, is_html
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, NoArticle
from searchkit.corpus.readers.nitf import nitf_draft
from searchkit.corpus.readers.xml_parsing import Element, line_of, outermost, paragraphs_of, tidy

_PARAGRAPHS = (
    "address article aside blockquote body center details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr main nav ol p section table ul block hl1 hl2 bq media para"
)
HTML_PARAGRAPHS = tuple(_PARAGRAPHS.split())
HTML_LINES = ("br", "dd", "dt", "li", "tr", "lb")
_WITHOUT_TEXT = ("head", "script", "style", "template", "noscript")


def embedded_draft(container: Element, options: ReadOptions) -> Draft | None:
    """The article of an NITF document, or of the body of one, in a container; None for another
    content. Raises Unreadable for a document that is escaped and broken."""
    for one in container.iter("nitf", "body"):
        if one.tag == "nitf" or one.find("body.content") is not None:
            try:
                return nitf_draft(one if one.tag == "nitf" else one.getparent(), options, False)
            except NoArticle:
                return None
    return None


def embedded_text(container: Element, title: str = "") -> str:
    """The text of a container, without a header or a first paragraph that only repeats the
    title."""
    if len(container):
        for header in list(outermost(container.iter("header"))):
            if title and title in line_of(header):  # the title, and topics and times that have fields
                header.tag = "head"
        text = paragraphs_of(container, HTML_PARAGRAPHS, HTML_LINES, _WITHOUT_TEXT, wire=True)
    else:
        text = plain_text(container.text or "")
    first, _, rest = text.partition("\n\n")
    return rest if title and rest and first == title else text


def plain_text(text: str) -> str:
    """A text that may be HTML; otherwise its lines are its own."""
    if "<" in text and is_html(text):
        return replace_controls(html_to_text(text)).strip()
    return tidy("\n".join(line.strip(" \t") for line in text.split("\n")))
