"""The rows of our own formats, one per format.

A file that several rows could take by their signatures goes to the first of them, so special
formats stand before general ones.
"""

from __future__ import annotations

from searchkit.corpus.archive_signatures import is_feed, is_mail, is_mbox, is_warc
from searchkit.corpus.collection_signatures import is_gigaword, is_trec
from searchkit.corpus.database_signatures import (
    is_europresse_html,
    is_factiva_html,
    is_factiva_text,
    is_nexis_html,
    is_nexis_text,
)
from searchkit.corpus.document_signatures import is_docx, is_epub, is_odt, is_rtf
from searchkit.corpus.export_signatures import is_bibtex, is_ris
from searchkit.corpus.format_row import Format
from searchkit.corpus.sniffing import root_of
from searchkit.corpus.standard_signatures import is_newsml, is_newsml_g2, is_nitf, is_rcv1, is_tei

FORMATS = (
    # Exports of news databases
    Format(
        "nexis",
        "Nexis (LexisNexis) text: many articles, each numbered or with its end",
        (),
        "searchkit.corpus.readers.nexis_text:read_nexis",
        "lines",
        "by-record",
        signature=is_nexis_text,
    ),
    Format(
        "nexis-html",
        "Nexis (LexisNexis) HTML: many articles, each in <DOCFULL>",
        (),
        "searchkit.corpus.readers.nexis_html:read_nexis_html",
        "stream",
        "by-record",
        signature=is_nexis_html,
    ),
    Format(
        "factiva",
        "Factiva text: many articles, with the codes of their fields or without",
        (),
        "searchkit.corpus.readers.factiva_text:read_factiva",
        "lines",
        "by-record",
        signature=is_factiva_text,
    ),
    Format(
        "factiva-html",
        "Factiva HTML: many articles, with the codes of their fields or without",
        (),
        "searchkit.corpus.readers.factiva_html:read_factiva_html",
        "stream",
        "by-record",
        signature=is_factiva_html,
        extra="xml",
    ),
    Format(
        "europresse",
        "Europresse HTML: many articles, as Eureka has it too",
        (),
        "searchkit.corpus.readers.europresse:read_europresse",
        "stream",
        "by-record",
        signature=is_europresse_html,
        extra="xml",
    ),
    Format(
        "ris",
        "RIS: references with abstracts, as databases and reference managers export them",
        (".ris",),
        "searchkit.corpus.readers.ris:read_ris",
        "lines",
        "by-record",
        signature=is_ris,
    ),
    Format(
        "bibtex",
        "BibTeX: references with abstracts",
        (".bib", ".bibtex"),
        "searchkit.corpus.readers.bibtex:read_bibtex",
        "lines",
        "by-record",
        signature=is_bibtex,
    ),
    #
    # News standards
    Format(
        "nitf",
        "NITF: the News Industry Text Format of agencies, and the New York Times Annotated Corpus",
        (),
        "searchkit.corpus.readers.nitf:read_nitf",
        "stream",
        "by-record",
        extra="xml",
        signature=is_nitf,
    ),
    Format(
        "newsml",
        "NewsML: version 1 of the IPTC standard for news items",
        (),
        "searchkit.corpus.readers.newsml:read_newsml",
        "stream",
        "by-record",
        extra="xml",
        signature=is_newsml,
    ),
    Format(
        "newsml-g2",
        "NewsML-G2: items and messages of the IPTC standard",
        (),
        "searchkit.corpus.readers.newsml_g2:read_newsml_g2",
        "stream",
        "by-record",
        extra="xml",
        signature=is_newsml_g2,
    ),
    Format(
        "rcv1",
        "RCV1: Reuters Corpus Volume 1, newswire of 1996 and 1997",
        (),
        "searchkit.corpus.readers.rcv1:read_rcv1",
        "stream",
        "by-record",
        extra="xml",
        signature=is_rcv1,
    ),
    #
    # Collections for research
    Format(
        "tei",
        "TEI: newspapers as scholars encode them, one article or a whole issue per file",
        (".tei",),
        "searchkit.corpus.readers.tei:read_tei",
        "stream",
        "by-record",
        extra="xml",
        signature=is_tei,
    ),
    Format(
        "reuters",
        "Reuters-21578 SGML: newswire of 1987",
        (".sgm", ".sgml"),
        "searchkit.corpus.readers.reuters:read_reuters",
        "stream",
        "by-record",
        signature=lambda start: root_of(start)[0] == "REUTERS",
    ),
    Format(
        "gigaword",
        "Gigaword: newswire of the Linguistic Data Consortium, in several languages",
        (),
        "searchkit.corpus.readers.gigaword:read_gigaword",
        "stream",
        "by-record",
        signature=is_gigaword,
    ),
    Format(
        "trec",
        "TREC SGML: AP, WSJ, FT, Los Angeles Times, FBIS, Federal Register and others in <DOC><DOCNO>",
        (),
        "searchkit.corpus.readers.trec:read_trec",
        "stream",
        "by-record",
        signature=is_trec,
    ),
    # Scanned newspapers
    #
    # Web pages, feeds and web archives
    Format(
        "html",
        "HTML pages: the article of a web page, without navigation",
        (".html", ".htm", ".xhtml", ".shtml"),
        "searchkit.corpus.readers.html_pages:read_html",
        "bytes",
        "one-article",
        extra="html",
        signature=lambda start: root_of(start)[0].lower() == "html" or start[:14].lower() == b"<!doctype html",
    ),
    Format(
        "feed",
        "RSS and Atom: items of feeds, and exports of WordPress",
        (".rss", ".atom"),
        "searchkit.corpus.readers.feeds:read_feed",
        "stream",
        "by-record",
        extra="xml",
        signature=is_feed,
    ),
    Format(
        "warc",
        "WARC: web archives of crawlers, Common Crawl and CC-News, with WET and ARC files",
        (".warc", ".wet", ".arc"),
        "searchkit.corpus.readers.warc:read_warc",
        "stream",
        "by-record",
        extra="warc",
        signature=is_warc,
    ),
    Format(
        "wacz",
        "WACZ: the web archives in a package",
        (".wacz",),
        "searchkit.corpus.readers.warc:read_wacz",
        "file",
        "by-record",
        extra="warc",
    ),
    # Documents and mail
    Format(
        "mbox",
        "mbox: many messages of mail in one file",
        (".mbox", ".mbx"),
        "searchkit.corpus.readers.mail:read_mbox",
        "stream",
        "whole-file",
        signature=is_mbox,
    ),
    Format(
        "eml",
        "EML: one message of mail, such as a newsletter",
        (".eml", ".emlx"),
        "searchkit.corpus.readers.mail:read_eml",
        "bytes",
        "one-article",
        signature=is_mail,
    ),
    Format(
        "docx",
        "DOCX: documents of Word",
        (".docx", ".docm"),
        "searchkit.corpus.readers.docx:read_docx",
        "file",
        "whole-file",
        extra="xml",
        signature=is_docx,
    ),
    Format(
        "rtf",
        "RTF: documents in Rich Text Format",
        (".rtf",),
        "searchkit.corpus.readers.rtf:read_rtf",
        "bytes",
        "whole-file",
        signature=is_rtf,
    ),
    Format(
        "odt",
        "ODT: OpenDocument texts of LibreOffice and others",
        (".odt", ".fodt", ".sxw"),
        "searchkit.corpus.readers.odt:read_odt",
        "file",
        "one-article",
        extra="xml",
        signature=is_odt,
    ),
    Format(
        "epub",
        "EPUB: the articles of a magazine, or the chapters of a book",
        (".epub",),
        "searchkit.corpus.readers.epub:read_epub",
        "file",
        "by-record",
        extra="xml",
        signature=is_epub,
    ),
    Format(
        "markdown",
        "Markdown: one article per file, with front matter or without",
        (".md", ".markdown", ".mkd"),
        "searchkit.corpus.readers.markdown:read_markdown",
        "bytes",
        "one-article",
    ),
    Format(
        "doc",
        "Word 97 to 2003: reported, with the command that converts it",
        (".doc",),
        "searchkit.corpus.readers.word:read_word",
        "bytes",
        "one-article",
    ),
    #
    # Tables and records
    Format(
        "jsonl",
        "JSON lines: one article per line, under the keys of its fields",
        (".jsonl", ".ndjson", ".jl"),
        "searchkit.corpus.readers.jsonl:read_jsonl",
        "lines",
        "by-record",
        options=("map",),
    ),
    # Plain text
    Format(
        "text",
        "Plain text: one article per file, with or without a header",
        (".txt", ".text"),
        "searchkit.corpus.readers.text:read_text",
        "bytes",
        "one-article",
    ),
)
