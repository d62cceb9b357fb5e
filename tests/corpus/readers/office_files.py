"""Writes small files of word processors for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = {"officeDocument": "document", "styles": "styles", "footnotes": "footnotes", "endnotes": "endnotes", "aFChunk": ""}
STYLES = (
    '<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Kopf"><w:name w:val="Kopfzeile"/><w:basedOn w:val="berschrift1"/></w:style>'
    '<w:style w:styleId="Geheim"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


def zip_of(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file whose members have no date."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            # A mimetype is not packed, so that it can be recognised.
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return file.getvalue()


def paragraph(text: str, style: str = "") -> str:
    """A paragraph of one run of DOCX."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def docx_of(
    body: str,
    *,
    core: str = "",
    styles: str = STYLES,
    parts: Mapping[str, str | bytes] | None = None,
    main: str = "word/document.xml",
    namespace: str = _W,
    relations: str = "",
) -> bytes:
    """A DOCX file with the XML of a body, of styles, and of core properties. `parts` are
    "footnotes", "endnotes" with their XML, or parts by name."""
    given = dict(parts or {})
    notes = {name: given.pop(name) for name in ("footnotes", "endnotes") if name in given}
    relation = '<Relationship Id="{0}" Type="' + _R + '/{0}" Target="{1}"/>'
    inner = "".join(relation.format(name, f"{name}.xml") for name in ("styles", *notes)) + relations
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relation.format("officeDocument", main)}</Relationships>',
        main: _part("document", f"<w:body>{body}</w:body>", namespace),
        f"word/_rels/{main.rpartition('/')[2]}.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>',
        "word/styles.xml": _part("styles", styles, namespace),
    }
    for name, content in notes.items():
        files[f"word/{name}.xml"] = _part(name, str(content), namespace)
    if core:
        files["docProps/core.xml"] = (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
            f' xmlns:dcterms="http://purl.org/dc/terms/">{core}</cp:coreProperties>'
        )
    return zip_of(files | given)


def _part(name: str, content: str, namespace: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{name} xmlns:w="{namespace}" xmlns:r="{_R}"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
        f' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">{content}</w:{name}>'
    )


def odt_of(
    body: str, *, styles: str = "", meta: str = "", parts: Mapping[str, str | bytes] | None = None, is_flat: bool = False
) -> bytes:
    """An OpenDocument text with the XML of a body, of automatic styles, and of metadata."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
        for name, path in (
            ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("meta", "meta"),
        )
    )  # fmt: skip
    names += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    heads = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    about = f"<office:meta>{meta}</office:meta>"
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    kind = "application/vnd.oasis.opendocument.text"
    if is_flat:
        return (
            f'{declaration}<office:document {names} office:mimetype="{kind}">{about}{heads}{text}</office:document>'.encode()
        )
    return zip_of(
        {
            "mimetype": kind,
            "content.xml": f"{declaration}<office:document-content {names}>{heads}{text}</office:document-content>",
            "meta.xml": f"{declaration}<office:document-meta {names}>{about}</office:document-meta>",
            **(parts or {}),
        }
    )


def epub_of(
    texts: Mapping[str, str],
    metadata: str,
    *,
    ncx: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    missing: tuple[str, ...] = (),
) -> bytes:
    """An EPUB book with the XHTML of the body of each part in its order of reading, and the XML of
    its metadata. A part `nav.xhtml` is the navigation; `missing` parts are named only."""
    html = '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="e"><head><title>T</title></head><body>'
    items = "".join(
        f'<item id="i{number}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml"'
        + (' properties="nav"/>' if name == "nav.xhtml" else "/>")
        for number, name in enumerate(texts)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(texts)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f'<metadata>{metadata}</metadata><manifest>{items}<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        f'<spine toc="ncx">{spine}</spine></package>'
    )
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": package,
    }
    files |= {f"OEBPS/{name}": f"{html}{text}</body></html>" for name, text in texts.items() if name not in missing}
    if ncx:
        files["OEBPS/toc.ncx"] = f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{ncx}</navMap></ncx>'
    return zip_of(files | dict(parts or {}))
