"""The keys under which known exports (of news services and tools) keep the fields of an article.

Other records are read by the usual names of each field. Keys are compared in a normal form: without
case, "_", "-" and blanks, and without dots and colons at the ends (`normal_key`).

A path is a key, or several with dots between them, which lead into objects and into each item of a
list: `byline.person`, `tags.webTitle`. `contents[type=kicker|label]` are the items of a list whose
`type` is one of these.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import NamedTuple

TRANSLATED_KEYS = {
    "title": "titel titre título titulo titolo titlu tytuł tytul заголовок название başlık başlıq baslik überschrift"
    " schlagzeile titular 标题 標題",
    "body": "texto texte testo texten metin mətn tekst текст содержание inhalt contenido contenu contenuto conteúdo"
    " conteudo treść",
    "date": "datum fecha дата tarih tarix veröffentlicht veröffentlichungsdatum datepublication datapubblicazione"
    " datapublicação fechapublicación erscheinungsdatum dateparution datedepublication fechadepublicación"
    " datadepublicação датапубликации 日期",
    "authors": "autor autoren autorin auteur auteurs autore autori autores автор авторы yazar yazarlar müəllif forfatter"
    " 作者",
    "source": "quelle fuente fonte источник kaynak mənbə źródło bron zeitung periódico",
    "section": "rubrik rubrique sección seccion sezione seção рубрика раздел bölüm ressort",
    "topics": "schlagworte schlagwörter stichworte etiquetas motsclés теги etiketler temas",
    "language": "sprache idioma langue lingua язык dil",
}
"""Names of the fields in other languages than English, in normal form. "data" (a date in Italian,
Polish, Portuguese and Romanian) is missing, because records have all sorts of values under it; one
of KEY_SETS reads it."""
FIELD_KEYS = {
    "id": "id uid guid uuid articleid docid docno documentid storyid newsid dc:identifier",
    "title": "title headline head heading hed articletitle newstitle webtitle pagetitle titlepage dc:title name",
    "body": "body text content article fulltext articletext articlebody bodytext maintext maincontent articlecontent"
    " contenttext plaintext cleantext rawtext storytext story paragraphs bodyhtml contenthtml articlehtml description"
    " shortdescription summary abstract standfirst leadparagraph lead teaser excerpt snippet dc:description html",
    "date": "date published publishdate publisheddate publishedat publishedon publicationdate publicationdatetime pubdate"
    " pubdatetime datepublished datetimepublished datepublish publishedtime publishtime publisheddatetime datetime"
    " dateposted postdate postedat articledate issuedate newsdate dc:date timestamp created createdat datecreated"
    " creationdate dateofpublication releasedate posted",
    "authors": "authors author byline bylines by authorname authornames creator creators writers writer journalist"
    " journalists reporter reporters dc:creator",
    "source": "source publisher newspaper outlet publication publicationname sourcename sitename medianame website site"
    " domain hostname sourcedomain dc:publisher",
    "section": "section sectionname articlesection category desk newsdesk rubric kicker",
    "topics": "topics topic tags tag keywords keyword subjects subject categories dc:subject",
    "language": "language lang inlanguage languagecode langcode dc:language",
    "url": "url link uri canonicalurl canonicallink permalink weburl articleurl pageurl",
}
"""The usual names of each field of an article, in normal form, separated by blanks.

The first that has a value is used. Only a body is replaced by a fuller text under a later name.
"""
FIELD_KEYS |= {name: f"{FIELD_KEYS[name]} {keys}" for name, keys in TRANSLATED_KEYS.items()}
FULL_TEXT_KEYS = frozenset(
    ["body", "text", "content", "article", "fulltext", "articletext", "articlebody", "bodytext", "maintext", "maincontent"]
)
"""If a record has several of these keys, any of them may hold the full text, and the others a
teaser."""


class KeySet(NamedTuple):
    """The keys of one known export, or of databases with a column in common.

    Each string in `required` holds keys in normal form, separated by blanks. A record comes from
    the export `name` if it has all keys of one of these strings. `paths` maps the name of a field
    to the paths that lead to it, as the export writes them, separated by blanks, the likeliest
    first. The usual names of the field (`FIELD_KEYS`) are tried after these paths. A key that is
    named here is used for no other field; those of "extra" are used for none. "html:" before a path
    says that its value is HTML, "joined:" that its values are parts of one paragraph.
    """

    name: str
    required: tuple[str, ...]
    paths: dict[str, str]


KEY_SETS = (
    # https://trec.nist.gov/data/wapost/ (v2 to v4); items of contents[] may be null
    KeySet(
        "TREC Washington Post",
        ("contents articleurl", "contents publisheddate"),
        {
            "title": "title contents[type=title].content",
            "body": "html:contents[type=deck|sanitized_html|list].content",
            "date": "published_date contents[type=date].content",
            "authors": "author contents[type=byline].content",
            "section": "contents[type=kicker].content",
        },
    ),
    # https://open-platform.theguardian.com/documentation/item
    KeySet(
        "Guardian Open Platform",
        ("webtitle weburl", "webtitle webpublicationdate"),
        {
            "title": "webTitle fields.headline",
            "body": "fields.bodyText html:fields.body html:blocks.body.bodyHtml html:fields.standfirst"
            " html:fields.trailText",
            "date": "webPublicationDate fields.firstPublicationDate",
            "authors": "fields.byline tags[type=contributor].webTitle",
            "source": "fields.publication",
            "section": "sectionName sectionId",
            "topics": "tags[type=keyword].webTitle tags.webTitle",
            "language": "fields.lang",
            "url": "webUrl",
        },
    ),
    # https://developer.nytimes.com/docs/archive-product and articlesearch-product
    KeySet(
        "New York Times archive",
        ("pubdate weburl", "headline leadparagraph pubdate"),
        {
            "title": "headline.main headline.print_headline headline",
            "body": "body full_text text lead_paragraph abstract snippet",
            "authors": "byline.original byline.person byline.organization byline",
            "section": "section_name news_desk",
            "topics": "keywords.value keywords",
        },
    ),
    # https://www.iptc.org/std/ninjs/ (1.x to 3.x), and its dialects of Superdesk (guid, service,
    # source)
    KeySet(
        "ninjs",
        (
            "uri versioncreated",
            "uri headline bodytext",
            "uri headline bodyhtml",
            "uri headline bodyxhtml",
            "uri headlines bodies",
            "guid versioncreated headline",
            "uri pubstatus",
            "pubstatus headline",
        ),
        {
            "id": "uri guid id",
            "title": "headline headlines[role=main].value headlines.value title name",
            "body": "html:body_xhtml html:body_html body_text"
            " html:bodies[contentType=text/html|application/xhtml+xml|text/xhtml].value"
            " html:bodies[contenttype=text/html|application/xhtml+xml|text/xhtml].value bodies.value"
            " html:description_xhtml html:description_html description_text descriptions.value",
            "date": "versioncreated contentcreated firstcreated",
            "authors": "byline by authors.name people[rel=author|creator|by].name",
            "source": "source provider.name provider infosources.name infosource.name copyrightholder",
            "section": "service.name desk.name",
            "topics": "subjects.name subject.name keywords.name keywords",
            "url": "url webUrl",
            "extra": "pubstatus urgency priority",
        },
    ),
    # https://newsapi.org/docs/endpoints/everything
    KeySet("NewsAPI", ("publishedat urltoimage",), {"source": "source.name source.id", "body": "content description"}),
    # https://github.com/fhamborg/news-please
    KeySet(
        "news-please",
        ("maintext datepublish", "datedownload sourcedomain"),
        {"title": "title title_page title_rss", "date": "date_publish", "source": "source_domain", "body": "maintext text"},
    ),
    # newspaper3k and newspaper4k, Article.to_json
    KeySet(
        "newspaper",
        ("topimage canonicallink", "topimg canonicallink", "topimage publishdate", "metalang text"),
        {
            "body": "text article_html summary meta_description",
            "date": "publish_date",
            "source": "meta_site_name",
            "topics": "tags keywords meta_keywords",
            "language": "language meta_lang",
            "url": "url canonical_link",
            "extra": "source_url",
        },
    ),
    # https://www.mediacloud.org/documentation (search API), and stories of its API v2
    KeySet(
        "Media Cloud",
        ("storiesid", "medianame publishdate", "mediaurl publishdate"),
        {
            "id": "stories_id id guid",
            "body": "text story_text joined:story_sentences.sentence description",
            "source": "media_name media.name media_url",
            "topics": "story_tags.tag",
        },
    ),
    # EBSCOhost, "Export: CSV"; the date has the month first, or is 20200426
    KeySet(
        "EBSCO",
        ("articletitle plink", "accessionnumber plink", "articletitle journaltitle accessionnumber"),
        {
            "id": "Accession_Number",
            "title": "Article_Title",
            "body": "Abstract",
            "date": "Publication_Date",
            "authors": "Author",
            "source": "Journal_Title",
            "topics": "Subjects Keywords",
            "url": "PLink",
        },
    ),
    # ProQuest, "Save: XLS"
    KeySet(
        "ProQuest",
        ("storeid articletype", "storeid pubtitle", "pubtitle documenturl"),
        {
            "id": "StoreId",
            "title": "Title",
            "body": "FullText Abstract",
            "date": "pubdate",
            "authors": "Authors",
            "source": "pubtitle",
            "topics": "subjects subjectTerms",
            "url": "DocumentURL",
            "extra": "Database ArticleType publisher",
        },
    ),
    # https://www.kaggle.com/datasets/rmisra/news-category-dataset
    KeySet("HuffPost News Category", ("headline shortdescription link",), {"body": "short_description"}),
    # https://docs.webz.io/reference/output
    KeySet(
        "Webz.io",
        ("thread uuid", "thread ordinthread"),
        {
            "title": "title thread.title_full thread.title",
            "date": "published thread.published",
            "source": "thread.site_full thread.site",
            "section": "thread.section_title",
            "topics": "topics categories",
            "url": "url thread.url",
        },
    ),
    # https://newsapi.ai/documentation?tab=data_models; dateTime and date say when it was found
    KeySet(
        "Event Registry",
        ("uri lang datetimepub", "uri lang isduplicate"),
        {
            "id": "uri",
            "date": "dateTimePub dateTime date",
            "source": "source.title source.uri",
            "authors": "authors.name",
            "topics": "categories.label concepts.label.eng",
        },
    ),
    # https://docs.aylien.com/newsapi/v6/; published_at says when it was found
    KeySet(
        "AYLIEN",
        ("publishedat wordscount", "publishedat sentencescount", "publishedat paragraphscount"),
        {
            "body": "body joined:summary.sentences",
            "date": "published_datetime published_at",
            "authors": "author.name",
            "source": "source.name source.title source.domain",
            "topics": "categories.label hashtags keywords",
            "url": "links.permalink links.canonical",
        },
    ),
    # https://trafilatura.readthedocs.io: its JSON has the URL under "source", its Python dictionary
    # under "url"
    KeySet(
        "Trafilatura",
        ("fingerprint rawtext", "fingerprint text", "sourcehostname text"),
        {
            "body": "text raw_text excerpt description",
            "source": "sitename source-hostname hostname",
            "section": "categories",
            "topics": "tags",
            "url": "url source",
        },
    ),
    # https://schema.org/NewsArticle as JSON-LD
    KeySet(
        "schema.org",
        ("articlebody datepublished", "headline datepublished", "@type headline", "@type articlebody"),
        {
            "id": "identifier @id",
            "body": "articleBody text description",
            "date": "datePublished dateCreated",
            "authors": "author.name author creator.name creator",
            "source": "publisher.name sourceOrganization.name publisher",
            "section": "articleSection",
            "topics": "keywords about.name",
            "language": "inLanguage.alternateName inLanguage.name inLanguage",
            "url": "url mainEntityOfPage.@id mainEntityOfPage",
        },
    ),
    # https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/ (ArtList); seendate is the only date
    KeySet("GDELT", ("seendate",), {"date": "seendate", "source": "domain"}),
    # https://developer.wordpress.org/rest-api/reference/posts/; author, categories and tags are
    # numbers
    KeySet(
        "WordPress",
        ("dategmt content", "dategmt slug"),
        {
            "title": "html:title.rendered",
            "body": "html:content.rendered html:excerpt.rendered",
            "date": "date date_gmt",
            "authors": "_embedded.author.name",
            "topics": "_embedded.wp:term.name",
            "extra": "author categories tags",
        },
    ),
    # https://www.jsonfeed.org/version/1.1/
    KeySet(
        "JSON Feed",
        ("contenthtml url", "contenttext url", "datepublished contenthtml", "datepublished contenttext"),
        {
            "body": "content_text html:content_html summary",
            "date": "date_published",
            "authors": "authors.name author.name",
            "url": "url external_url",
        },
    ),
    # Databases of many makers: in Italian, Polish, Portuguese and Romanian a column "data" beside a
    # title is a date.
    KeySet(
        'Romance or Polish database with "data"',
        ("titolo data", "título data", "titulo data", "titlu data", "tytuł data", "tytul data"),
        {"date": "data"},
    ),
    # https://feedparser.readthedocs.io: entries
    KeySet(
        "feedparser",
        ("titledetail", "publishedparsed", "guidislink"),
        {
            "body": "content.value summary",
            "date": "published",
            "authors": "author authors.name",
            "topics": "tags.term",
            "language": "content.language title_detail.language",
            "url": "link",
        },
    ),
)

_REQUIRED_KEYS = tuple((key_set, frozenset(keys.split())) for key_set in KEY_SETS for keys in key_set.required)
_TEXT_FIELDS = ("title", "body")
_DROPPED_CHARACTERS = str.maketrans("", "", "_- \t")


def normal_key(key: str) -> str:
    """The normal form of a key: small letters without "_", "-" and blanks, and without dots and
    colons at its ends. That of `pubDate`, `pub_date` and `PUB-DATE:` is `pubdate`."""
    return key.lower().translate(_DROPPED_CHARACTERS).strip(".:")


def find_key_set(keys: set[str]) -> KeySet | None:
    """The first of KEY_SETS whose required keys are among the keys of a record, or None. The keys
    are in normal form."""
    return next((key_set for key_set, required in _REQUIRED_KEYS if required <= keys), None)


def may_have_text(keys: Iterable[str], mapped: Sequence[tuple[str, str]]) -> bool:
    """Whether a record with these keys may have a title or a text. `mapped` are the fields of --map
    and their paths."""
    found = {normal_key(key) for key in keys}
    paths = [(field, path) for field, path in mapped if field in _TEXT_FIELDS]
    usual = {key for field in _TEXT_FIELDS if field not in dict(paths) for key in FIELD_KEYS[field].split()}
    heads = {normal_key(head) for _, path in paths for head in (path, path.partition(".")[0])}
    return bool(found & (usual | heads)) or find_key_set(found) is not None


def no_text_reason(keys: Sequence[str], longest: str = "COLUMN") -> str:
    """The reason that a table without a column of a title or a text cannot be read. `longest` is
    the key of the column of the longest text."""
    names = ", ".join(f'"{key}"' for key in keys[:5]) + (", ..." if len(keys) > 5 else "")
    hint = shlex.quote(f"body={longest}")
    return f"no column has a usual name of a title or a text ({names}); to read another one: --map {hint}"
