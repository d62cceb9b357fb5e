"""Finds the paragraphs of an RTF document as its reader sees them (specification 1.9.1).

Deleted and hidden text, field codes, pictures, comments, headers and footers are not text. Text
boxes follow the paragraph that they are anchored in, footnotes the last one, each behind its number
in brackets. The time is linear in the length of the data.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from searchkit.corpus.lines import is_utf_8
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.document_paragraphs import Paragraph
from searchkit.corpus.readers.rtf_flow import Flow
from searchkit.corpus.readers.rtf_tables import (
    CHARACTERS,
    CHARSETS,
    INFO,
    INFO_NAMES,
    KEPT_STARRED,
    LATIN_PAGES,
    PARAGRAPH_ENDS,
    SKIPPED,
    SLOTS,
    SYMBOL_CHARSET,
    SYMBOLS,
    codec_of,
)
from searchkit.corpus.readers.symbol_font import symbol_character

MAX_DEPTH = 10_000
"""Maximum depth of groups. Documents of word processors have some dozen."""
_TOKEN = re.compile(
    rb"\\(?:(?P<word>[A-Za-z]{1,32})(?P<number>-?[0-9]{1,10})?[ ]?|'(?P<hex>[0-9A-Fa-f]{2})|(?P<symbol>[^A-Za-z]))"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n\0]+)|[\r\n\0]+|\\",
    re.DOTALL,
)
_HIGH_RUN = re.compile(rb"(?:\\'[89A-Fa-f][0-9A-Fa-f]){3}")
_SYMBOLS = "symbols"
"""Stands for the codec of a font of symbols."""


@dataclass(slots=True)
class RtfDocument:
    """What a document says. `info` has its title, author, subject, keywords and others by the names
    of RTF, and `created`. `lost` is the number of bytes that could not be decoded, and `is_cut_off`
    says that a group has no end."""

    paragraphs: list[Paragraph]
    info: dict[str, str]
    lost: int
    is_cut_off: bool


def read_rtf_document(data: bytes) -> RtfDocument:
    """Read an RTF document, or several that follow each other as one. Paragraphs of tables are as
    `TableRows` makes them. Raises Unreadable."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"{\\rtf"):
        raise Unreadable("it is no RTF: it does not begin with {\\rtf")
    return _Interpreter(data).read()


@dataclass(slots=True)
class _State:
    """What holds in a group.

    `inside` is the destination that gives meaning to those in it. `fonts` are those of Latin,
    right-to-left and East Asian text, of which `slot` is the current one.
    """

    flow: Flow
    is_skipped: bool = False
    inside: bytes = b""
    is_hidden: bool = False
    is_deleted: bool = False
    in_table: bool = False
    style: int = 0
    level: int = 0
    unicode_skip: int = 1
    fonts: tuple[int, int, int] = (-1, -1, -1)
    slot: int = 0

    def copy(self) -> _State:  # four times faster than `dataclasses.replace`
        return _State(
            *(self.flow, self.is_skipped, self.inside, self.is_hidden, self.is_deleted, self.in_table, self.style),
            *(self.level, self.unicode_skip, self.fonts, self.slot),
        )


@dataclass(slots=True)
class _Font:
    name: str = ""
    charset: int = 1
    page: int = 0


class _Interpreter:
    """Reads the tokens of a document one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document = Flow("document")
        self._state = _State(self._document)
        self._stack: list[_State] = []
        self._fonts: dict[int, _Font] = {}
        self._styles: dict[int, str] = {}
        self._default_font, self._default_page = -1, 1252
        self._defined = 0
        """The number of the font or style whose definition is read."""
        self._info: dict[str, str] = {}
        self._created: dict[bytes, int] = {}
        self._notes: list[str] = []
        self._pending = bytearray()
        """Bytes that are not decoded yet: a character may have several."""
        self._surrogate = self._to_skip = self._lost = 0
        self._is_starred = False
        self._is_first = False
        """Whether no control word of the group has been read: only there a destination begins."""
        self._raw_codec = "" if data.isascii() or not is_utf_8(data) else "utf-8"
        """The encoding of bytes above ASCII that are not escaped, which RTF does not allow."""
        self._has_high_runs = _HIGH_RUN.search(data) is not None

    def read(self) -> RtfDocument:
        match, data, at, size = _TOKEN.match, self._data, 0, len(self._data)
        while at < size and (token := match(data, at)) is not None:
            at = token.end()
            kind = token.lastgroup
            if kind == "text":
                if self._stack and not self._state.is_skipped:
                    self._add_text(token[0])
            elif kind == "word" or kind == "number":
                word = token["word"]
                if word == b"bin":
                    at += max(0, int(token["number"] or 0))
                elif self._to_skip and word in CHARACTERS:
                    self._to_skip -= 1
                else:
                    self._read_word(word, token["number"])
                    self._to_skip = self._state.unicode_skip if word == b"u" else 0
            elif kind == "hex":
                self._add_byte(int(token["hex"], 16))
            elif kind == "brace":
                self._to_skip = 0
                if token[0] == b"{":
                    self._open()
                else:
                    self._close()
            elif kind == "symbol":
                self._read_symbol(token["symbol"])
        is_cut_off = bool(self._stack)
        while self._stack:
            self._close()
        self._document.end("")
        paragraphs = self._document.paragraphs
        paragraphs += (Paragraph(f"[{at}] {note}", "footnote text") for at, note in enumerate(self._notes, 1) if note)
        if b"yr" in self._created:
            parts = [self._created.get(name, 0) for name in (b"yr", b"mo", b"dy", b"hr", b"min")]
            self._info["created"] = "{:04}-{:02}-{:02} {:02}:{:02}".format(*parts)
        return RtfDocument(paragraphs, self._info, self._lost, is_cut_off)

    def _open(self) -> None:
        self._flush()
        self._stack.append(self._state)
        if len(self._stack) > MAX_DEPTH:
            raise Unreadable(f"its groups are nested more than {MAX_DEPTH:,} deep")
        self._state = self._state.copy()
        self._is_starred, self._is_first = False, True

    def _close(self) -> None:
        if not self._stack:
            return
        self._flush()
        ended, self._state = self._state, self._stack.pop()
        flow = ended.flow
        if not self._stack:  # another document may follow
            self._document.end(self._style(ended))
        if flow is self._state.flow:
            return
        if flow.kind in ("fonts", "styles"):
            self._define(flow)
            return
        flow.end("")
        if flow.kind == "note":
            self._notes[flow.number - 1] = flow.text()
        elif flow.kind == "box":
            self._state.flow.boxes += (one for one in flow.paragraphs if one.text)
        elif flow.text():
            self._info.setdefault(flow.kind, " ".join(flow.text().split()))

    def _read_word(self, word: bytes, number: bytes | None) -> None:
        state = self._state
        starred, self._is_starred = self._is_starred, False
        is_first, self._is_first = self._is_first, False
        value = int(number) if number else 0
        if word == b"u" and not state.is_skipped:
            self._add_unicode(value)
        elif word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in SKIPPED or (starred and is_first and word not in KEPT_STARRED):
            self._flush()
            state.is_skipped, state.inside = True, word
        elif word == b"nestcell":
            self._add("\t")
        elif word in PARAGRAPH_ENDS or word in (b"cell", b"row"):
            self._end(word)
        elif word == b"uc":
            state.unicode_skip = max(0, value)
        elif word in (b"f", b"af"):
            self._choose_font(word, value)
        elif word in SLOTS:
            self._flush()
            state.slot = SLOTS[word]
        elif word == b"v":
            state.is_hidden = value != 0 or number is None
        elif word == b"deleted":
            state.is_deleted = value != 0 or number is None
        elif word == b"plain":
            self._flush()
            state.is_hidden = state.is_deleted = False
            state.fonts, state.slot = (-1, -1, -1), 0
        elif word == b"pard":
            state.in_table, state.style, state.level = False, 0, 0
        elif word == b"intbl":
            state.in_table = True
        elif word == b"s":
            state.style = self._defined = value
        elif word == b"outlinelevel":
            state.level = value + 1
        else:
            self._read_setting_or_destination(word, value)

    def _read_setting_or_destination(self, word: bytes, value: int) -> None:
        state = self._state
        if word == b"ansicpg":
            self._default_page = value or 1252
        elif word in (b"mac", b"pc", b"pca"):
            self._default_page = {b"mac": 10000, b"pc": 437, b"pca": 850}[word]
        elif word == b"deff":
            self._default_font = value
        elif word == b"fcharset" or word == b"cpg":
            font = self._fonts.setdefault(self._defined, _Font())
            if word == b"cpg":
                font.page = value
            else:
                font.charset = value
        elif word == b"rtf" and state.flow is self._document and len(self._stack) == 1:
            state.flow.end("")
            state.fonts, state.unicode_skip = (-1, -1, -1), 1
        elif word == b"fonttbl" or word == b"stylesheet":
            self._start_flow("fonts" if word == b"fonttbl" else "styles")
            self._defined = 0
        elif word == b"info":
            state.is_skipped, state.inside = True, word
        elif state.inside == b"info":
            if word in INFO:
                self._start_flow(word.decode())
                state.is_skipped = False
            elif word == b"creatim":
                state.inside = word
        elif state.inside == b"creatim" and word in (b"yr", b"mo", b"dy", b"hr", b"min"):
            self._created[word] = value
        elif word == b"footnote" and not state.is_skipped:
            self._notes.append("")
            self._add(f"[{len(self._notes)}]")
            self._start_flow("note", len(self._notes))
        elif word in (b"shpinst", b"do", b"upr") and not state.is_skipped:
            state.is_skipped, state.inside = True, word
        elif word in (b"shptxt", b"dptxbxtext") and state.inside in (b"shpinst", b"do"):
            self._start_flow("box")
            state.is_skipped = False
        elif word == b"ud" and state.inside == b"upr":
            state.is_skipped = False

    def _start_flow(self, kind: str, number: int = 0) -> None:
        self._flush()
        self._state.flow, self._state.inside = Flow(kind, number), b""
        self._state.in_table = False

    def _end(self, word: bytes) -> None:
        """End a paragraph, a cell or a row. Rows of inner tables end in a group of properties."""
        state, flow = self._state, self._state.flow
        self._flush()
        if state.is_skipped and (state.inside != b"nesttableprops" or self._stack[-1].is_skipped):
            return
        if word == b"row":
            flow.end_row()
        elif word == b"cell":
            flow.end_cell(self._style(state))
        elif word == b"page" or word == b"column":
            if "".join(flow.pieces).strip():
                flow.end_paragraph(self._style(state), in_table=state.in_table)
        elif not state.is_deleted and not state.is_hidden:
            flow.end_paragraph(self._style(state), in_table=state.in_table)

    def _read_symbol(self, symbol: bytes) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif symbol == b"*":
            self._is_starred = True
        elif symbol in (b"\n", b"\r"):
            self._end(b"par")
        elif symbol in SYMBOLS:
            self._add(SYMBOLS[symbol])

    def _style(self, state: _State) -> str:
        return self._styles.get(state.style, "") if not 0 < state.level < 10 else f"heading {state.level}"

    def _is_silent(self) -> bool:
        state = self._state
        return state.is_skipped or state.is_hidden or state.is_deleted or not self._stack

    def _choose_font(self, word: bytes, number: int) -> None:
        state = self._state
        if state.flow.kind == "fonts":
            self._defined = number
            self._fonts.setdefault(number, _Font())
            return
        self._flush()
        # OpenOffice writes \dbch\f6 where Word writes \dbch\af6.
        slot = state.slot if word == b"af" or state.slot == SLOTS[b"dbch"] else 0
        fonts = list(state.fonts)
        fonts[slot] = number
        state.fonts = (fonts[0], fonts[1], fonts[2])

    def _define(self, flow: Flow) -> None:
        """Read the name of a font or style, up to its semicolon."""
        name = "".join(flow.pieces).strip()
        flow.pieces.clear()
        if name and flow.kind == "fonts":
            self._fonts.setdefault(self._defined, _Font()).name = name
        elif name:
            self._styles.setdefault(self._defined, name.lower())
        self._defined = 0

    def _add_text(self, text: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        if not text or self._is_silent():
            return
        flow = self._state.flow
        if flow.kind in ("fonts", "styles") and b";" in text:
            first, _, text = text.partition(b";")
            self._pending += first
            self._flush()
            self._define(flow)
        elif not self._pending and text.isascii() and self._codec() != _SYMBOLS:
            self._add(text.decode("ascii"))
        elif self._raw_codec and not text.isascii():
            self._add(text.decode(self._raw_codec, "replace"))
        else:
            self._pending += text

    def _add_byte(self, byte: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif not self._is_silent():
            self._pending.append(byte)

    def _add_unicode(self, value: int) -> None:
        code = value + 0x10000 if value < 0 else value
        if 0xD800 <= code < 0xDC00:
            self._flush()
            self._end_surrogate()
            self._surrogate = code
            return
        if 0xDC00 <= code < 0xE000:
            high, self._surrogate = self._surrogate, 0
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        if 0xF020 <= code <= 0xF0FF and self._font().charset == SYMBOL_CHARSET:
            self._add(symbol_character(code - 0xF000, self._font().name))
        else:
            self._add(chr(code) if 0 < code < 0x110000 else "\ufffd")

    def _end_surrogate(self) -> None:
        """Add a sign for the first half of a character whose second half is missing."""
        if self._surrogate:
            self._surrogate = 0
            self._lost += 1
            self._state.flow.pieces.append("\ufffd")

    def _add(self, text: str) -> None:
        self._flush()
        self._end_surrogate()
        if not self._is_silent():
            self._state.flow.pieces.append(text)

    def _flush(self) -> None:
        """Decode the bytes that are pending."""
        if not self._pending:
            return
        data, codec = bytes(self._pending), self._codec()
        self._pending.clear()
        if codec == _SYMBOLS:
            text = "".join(symbol_character(byte, self._font().name) for byte in data)
        else:
            text = self._decode(data, codec)
        self._state.flow.pieces.append(text)

    def _decode(self, data: bytes, codec: str) -> str:
        """Decode bytes in the encoding of their font, or else in that of the document: bullets are
        often of the latter."""
        for one in (codec, codec_of(self._default_page)):
            with suppress(UnicodeDecodeError):
                return data.decode(one)
        text = data.decode(codec, "replace")
        self._lost += text.count("\ufffd")
        return text

    def _font(self) -> _Font:
        state = self._state
        number = state.fonts[state.slot]
        return self._fonts.get(number if number >= 0 else self._default_font) or _Font()

    def _codec(self) -> str:
        if self._state.flow.kind in INFO_NAMES:
            return codec_of(self._default_page)
        font = self._font()
        if font.page:
            return codec_of(font.page)
        if font.charset == SYMBOL_CHARSET:
            # Only of the font Symbol the letters are known; others hold pictures.
            return _SYMBOLS if font.name.lower().startswith("symbol") or self._pending else codec_of(self._default_page)
        page = CHARSETS.get(font.charset, self._default_page)
        if font.charset == 0 and self._means_default_page():
            page = self._default_page
        return codec_of(page)

    def _means_default_page(self) -> bool:
        """Whether fonts of Western Europe are used for text in the default code page of another
        script: no font is declared for it, and there are words of bytes above ASCII."""
        return (
            self._default_page not in LATIN_PAGES
            and self._has_high_runs
            and not any(CHARSETS.get(font.charset) == self._default_page for font in self._fonts.values())
        )
