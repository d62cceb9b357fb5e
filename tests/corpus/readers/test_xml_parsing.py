"""XML that nobody vouches for: bombs, references to other files, and what careless programs
write."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus.decode import decode
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers import xml_parsing
from searchkit.corpus.readers.xml_parsing import declared_encoding, line_of, local_name, paragraphs_of, parse_xml


def text_of(document: str) -> str:
    return line_of(parse_xml(document))


def bomb(reference: str) -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE a [<!ENTITY l0 "{"x" * 100}">{levels}]>{reference}'


@pytest.mark.parametrize("reference", ["<a>&l9;</a>", '<a b="&l9;">c</a>'], ids=["text", "attribute"])
def test_billion_laughs(reference: str) -> None:
    root = parse_xml(bomb(reference))
    assert line_of(root) in ("&l9;", "c")
    assert root.get("b") in (None, "&l9;")


def test_quadratic_blow_up() -> None:
    value = "y" * 100_000
    root = parse_xml(f'<!DOCTYPE a [<!ENTITY e "{value}">]><a>{"&e;" * 10_000}</a>')
    assert line_of(root) == "&e;" * 10_000


def test_default_attributes_are_not_repeated() -> None:
    root = parse_xml(f'<!DOCTYPE a [<!ATTLIST b c CDATA "{"y" * 100_000}">]><a>{"<b/>" * 10_000}</a>')
    assert root[0].attrib == {}


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file://{path}">]>',
        '<!DOCTYPE a [<!ENTITY e SYSTEM "{path}">]>',
        '<!DOCTYPE a [<!ENTITY e PUBLIC "-//x" "http://127.0.0.1:9/{path}">]>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "file://{path}"> %p;]>',
        '<!DOCTYPE a SYSTEM "file://{path}">',
        '<!DOCTYPE a PUBLIC "-//x" "http://127.0.0.1:9/">',
    ],
)
def test_no_other_file_is_read(declaration: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY e "secret">')
    assert text_of(f"{declaration.format(path=secret)}<a>&e;</a>") == "&e;"
    assert "secret" not in text_of(
        f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret}" parse="text"/></a>'
    )


def test_depth() -> None:
    assert text_of("<a>" * 200 + "x" + "</a>" * 200) == "x"
    with pytest.raises(Unreadable, match="^its elements are nested more than 256 levels deep"):
        parse_xml("<a>" * 10_000 + "x" + "</a>" * 10_000)
    with pytest.raises(Unreadable, match="nested"):
        parse_xml("<a>" * 1_000_000)


def test_large_texts_and_attributes() -> None:
    assert len(text_of(f"<a>{'x' * 9_000_000}</a>")) == 9_000_000
    assert len(parse_xml(f'<a b="{"x" * 9_000_000}"/>').get("b")) == 9_000_000
    for document in (f"<a>{'x' * 11_000_000}</a>", f'<a b="{"x" * 11_000_000}"/>', f"<a><!--{'x' * 11_000_000}--></a>"):
        try:
            parse_xml(document)
        except Unreadable as error:
            assert str(error) == "it holds a text of more than 10 MB; is it one article?"


def test_many_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_parsing, "MAX_NODES", 1000)
    assert parse_xml(f"<a>{'x = y ' * 2000}</a>").tag == "a"
    for document in (f"<a>{'<b/>' * 1001}</a>", f"<a {''.join(f'b{n}={chr(34)}{chr(34)} ' for n in range(1001))}/>"):
        with pytest.raises(Unreadable, match="^it has more than 1,000 tags and attributes, too many for one document"):
            parse_xml(document)


@pytest.mark.parametrize(
    "part",
    ["<!DOCTYPE ", "<!DOCTYPE a [<!--", "<!DOCTYPE a [<?x", "<!--", "<![CDATA[", "&", "&#", '"', "<a ", "<", "<?x ", "x:y="],
)
def test_time_is_linear(part: str) -> None:
    for document in (part * 200_000, f"<!DOCTYPE a [{part * 200_000}", f"<a>{part * 200_000}</a>"):
        start = time.process_time()
        with pytest.raises(Unreadable):
            parse_xml(f"{document}<")
        assert time.process_time() - start < 5


def test_document_types() -> None:
    document = """<?xml version="1.0"?>
<!-- <!DOCTYPE b> -->
<!DOCTYPE a PUBLIC "-//X//DTD [Y]//EN" 'a>b' [
  <!-- don't > ]> -->
  <?pi ]> ' ?>
  <!ELEMENT a (#PCDATA)>
  <!ENTITY one "]>">
  <!ATTLIST a b CDATA '>'>
]   >
<a>x</a>
"""
    assert text_of(document) == "x"
    assert text_of("<!doctype a><a>x</a>") == "x"
    assert text_of("<a><![CDATA[<!DOCTYPE html [<p>]]></a>") == "<!DOCTYPE html [<p>"
    for unended in ("<!DOCTYPE a [<!ENTITY b 'c><a/>", "<!DOCTYPE a [ <!-- ]><a/>", "<!DOCTYPE a"):
        with pytest.raises(Unreadable, match="^it is no XML: its document type declaration has no end"):
            parse_xml(unended)


def test_faults_have_the_line_of_the_file() -> None:
    with pytest.raises(Unreadable, match="line 6"):
        parse_xml('\n<?xml version="1.0"?>\n<!DOCTYPE a [\n]>\n<a>\n</b>')
    with pytest.raises(Unreadable, match="^it is no XML: Document is empty"):
        parse_xml("")
    with pytest.raises(Unreadable, match="^it is no XML"):
        parse_xml("no markup")
    with pytest.raises(Unreadable, match="^it is no XML: Extra content"):
        parse_xml("<a/><b/>")


def test_entities() -> None:
    declared = '<!DOCTYPE a [<!ENTITY dash "&#8212;"><!ENTITY e2 "é"><!ENTITY lt "&#38;#60;"><!ENTITY long "long text">]>'
    assert text_of(f"{declared}<a>&dash;&e2;&lt;&long;&eacute;</a>") == "—é<&long;é"
    assert text_of("<a>&nbsp;&eacute;&mdash;&unknown;&NotEqualTilde;</a>") == "\xa0é—&unknown;≂̸"
    assert text_of("<a>&lt;&amp;&gt;&quot;&apos;</a>") == "<&>\"'"
    assert text_of("<a>&LT;b&GT; &AMP;</a>") == "<b> &"
    assert parse_xml('<a b="&eacute;&quot;&QUOT;&unknown;&"/>').get("b") == 'é""&unknown;&'


def test_stray_ampersands() -> None:
    assert text_of("<a>AT&T & R&D; &; &# &#; &#x; &#12345678901; a&b=c</a>") == (
        "AT&T & R&D; &; &# &#; &#x; &#12345678901; a&b=c"
    )
    assert parse_xml('<a href="x?b=1&copy=2&c;"/>').get("href") == "x?b=1&copy=2&c;"


def test_numeric_references() -> None:
    assert text_of("<a>&#65;&#x42;&#0067;&#x1F600;&#60;&#38;lt;</a>") == "ABC😀<&lt;"
    assert text_of("<a>a&#5;b&#x1F;c&#0;d&#127;e</a>") == "a b c d e"
    assert text_of("<a>it&#146;s &#x96; &#128;</a>") == "it’s – €"  # as windows-1252 has them
    assert text_of("<a>&#xD800;&#xFFFF;&#1114112;&#x7FFFFFFF;</a>") == "\ufffd" * 4
    assert text_of("<a>a&#13;&#10;&#9;b</a>") == "a b"


def test_characters_that_xml_does_not_have() -> None:
    assert text_of("<a>a\x00b\x05c\x0bd\x0ce\x92s</a>") == "a b c d e’s"
    assert text_of("<a>\ud800\uffff\ufffeä</a>") == "\ufffd\ufffd\ufffdä"


def test_cdata_stays_as_it_is() -> None:
    assert text_of("<a>&amp;<![CDATA[&amp; AT&T <b> &eacute; &#65;]]>&amp;</a>") == "&&amp; AT&T <b> &eacute; &#65;&"
    assert text_of("<a><![CDATA[a]]]]><![CDATA[>b]]></a>") == "a]]>b"


def test_namespaces() -> None:
    root = parse_xml('<x:a xmlns:x="urn:x" xmlns="urn:y" xml:lang="de" x:b="1" b="2"><c/><x:d/></x:a>')
    assert (root.tag, [child.tag for child in root], dict(root.attrib)) == ("a", ["c", "d"], {"lang": "de", "b": "2"})
    kept = parse_xml('<x:a xmlns:x="urn:x" xml:lang="de"/>', keeps_namespaces=True)
    assert kept.tag == "{urn:x}a"
    assert local_name(kept.tag) == "a"


def test_prefixes_that_are_not_declared() -> None:
    root = parse_xml('<dc:a xmlns:q="urn:q"><b xlink:href="x">note: y</b><q:c/></dc:a>')
    assert (root.tag, root[0].get("href"), root[1].tag) == ("a", "x", "c")
    assert line_of(root) == "note: y"
    with pytest.raises(Unreadable, match="prefix"):
        parse_xml(f"<a>{''.join(f'<p{n}:b/>' for n in range(200))}</a>")


def test_comments_and_instructions_are_left_out() -> None:
    root = parse_xml("<!-- x --><?y?><a>b<!-- c -->d<?e f?>g</a><!-- z -->")
    assert (root.text, len(root), line_of(root)) == ("bdg", 0, "bdg")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "ISO-8859-1"),
        (b"  <?xml version='1.0' encoding = 'utf-8' standalone='no'?><a/>", "utf-8"),
        (b"<a/>", ""),
        (b'<?xml version="1.0"?><a encoding="latin-1"/>', ""),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"), "ISO-8859-1"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode(), ""),  # it is UTF-8
        ('<?xml version="1.0" encoding="utf-8"?><a>é</a>'.encode("latin-1"), "utf-8"),
    ],
)
def test_declared_encodings(data: bytes, expected: str) -> None:
    assert declared_encoding(data) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1251"])
@pytest.mark.parametrize("named", ["utf-8", "UTF-16", "ISO-8859-1", "windows-1251", "bogus", ""])
def test_encodings(encoding: str, named: str) -> None:
    prose = "Мэр города сказал, что дороги будут открыты вечером." if encoding == "cp1251" else "Le café était fermé à midi."
    if encoding == "cp1251" and named == "ISO-8859-1":
        pytest.skip("every byte is a letter of the encoding that is declared")
    if encoding == "latin-1" and named == "windows-1251":
        pytest.skip("likewise")
    declaration = f'<?xml version="1.0" encoding="{named}"?>' if named else '<?xml version="1.0"?>'
    data = f"{declaration}<a>{prose}</a>".encode(encoding)
    assert text_of(decode(data, "", declared_encoding(data)).text) == prose


def test_lines_and_paragraphs() -> None:
    root = parse_xml("<a>\n one\n two <b>th</b>ree<p>four<br/>five<br></br>six</p><p> </p>tail<p>x\xa0y\u3000z</p></a>")
    assert line_of(root) == "one two three four five six tail x\xa0y\u3000z"
    assert paragraphs_of(root, ("p",)) == "one two three\n\nfour\nfive\nsix\n\ntail\n\nx\xa0y\u3000z"
    assert paragraphs_of(None, ("p",)) == line_of(None) == ""
    assert paragraphs_of(root, (), without=("p", "b")) == "one two reetail"


def test_lines_with_text() -> None:
    root = parse_xml("<a><l>one</l><l>two</l>\n<l>three</l>four<br/><br/>five</a>")
    assert paragraphs_of(root, (), ("l", "br")) == "one\ntwo\nthree\nfour\n\nfive"


def test_tables_and_preformatted_text() -> None:
    root = parse_xml(
        "<a><table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table><pre> x   1\n y  22\n\n\n z</pre></a>"
    )
    assert paragraphs_of(root, ("table",), ("tr",)) == "a b\nc\n\n x   1\n y  22\n\n z"


@given(st.text(alphabet="<>&;#x[]!-?/='\"aA:é\x00\n{} ", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for document in (text, f"<a>{text}</a>", f"<!DOCTYPE a [{text}]><a/>"):
        try:
            root = parse_xml(document)
        except Unreadable:
            continue
        paragraphs_of(root, ("a",))


@given(st.text(max_size=80))
def test_escaped_texts_are_read_unchanged(text: str) -> None:
    plain = "".join(character for character in text if character.isprintable())
    escaped = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert (parse_xml(f"<a>{escaped}</a>").text or "") == plain
