"""The names of meta tags under which web pages keep the fields of an article, the surest first.

Names are in small letters, with "dc." for "dc:".
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TITLES = (
    ("og:title", 3),
    ("citation_title", 3),
    ("dc.title", 2),
    ("dcterms.title", 2),
    ("parsely-title", 2),
    ("sailthru.title", 2),
    ("twitter:title", 2),
    ("headline", 2),
    ("title", 1),
)
DATES = _words(
    "article:published_time og:published_time og:article:published_time article:published published_time"
    " rnews:datepublished parsely-pub-date sailthru.date citation_publication_date citation_online_date citation_date"
    " dcterms.issued dc.date.issued dc.date dcterms.created dc.date.created dcterms.date cxenseparse:recs:publishtime"
    " bt:pubdate originalpublicationdate article_date_original published publish-date publish_date publishdate"
    " publication_date publication-date publicationdate published-date published_date pubdate datepublished"
    " date_published article.published article:publicationdate shareaholic:article_published_time dateposted ptime pdate"
    " publishtime publish_time displaydate date article_date article-date timestamp created datecreated creation_date"
    " date.created date.issued issued og:pubdate citation_cover_date prism.publicationdate eomportal-lastupdate release_date"
)
MODIFIED = _words(
    "article:modified_time og:updated_time dcterms.modified dc.date.modified last-modified datemodified"
    " article:modified modified lastmod"
)
AUTHORS = _words(
    "parsely-author citation_author citation_authors article:author_name sailthru.author byl dc.creator dcterms.creator"
    " dc.creator.aut dcterms.creator.aut dcsext.author cxenseparse:author atc-metaauthor rbauthors"
    " shareaholic:article_author_name article.author author authors creator article:author og:author og:article:author"
    " lp.article:author"
)
SITES = _words(
    "og:site_name application-name citation_journal_title dc.publisher dcterms.publisher publisher cre rbpubname"
    " sailthru.publisher apple-mobile-web-app-title al:iphone:app_name al:android:app_name"
)
SECTIONS = _words(
    "article:section og:article:section parsely-section section sectionname article.section cxenseparse:section"
    " dc.subject.section category og:section news_section lp.article:section prism.section"
)
TAGS = ("article:tag", "og:article:tag")
TOPICS = _words(
    "news_keywords parsely-tags sailthru.tags citation_keywords dc.subject dcterms.subject"
    " keywords keyword tags shareaholic:keywords"
)
DESCRIPTIONS = _words(
    "og:description description twitter:description dc.description dcterms.description dcterms.abstract sailthru.description"
    " citation_abstract"
)
URLS = ("og:url", "parsely-link", "citation_fulltext_html_url", "twitter:url", "dc.identifier.uri")
LANGUAGES = ("og:locale", "content-language", "dc.language", "dcterms.language", "language", "citation_language")
PUBLISHERS = ("website", "newsmediaorganization", "organization")
"""Types of objects of JSON-LD whose name is that of the site."""
PARSELY_PAGE = (
    ("title", "parsely-title"),
    ("pub_date", "parsely-pub-date"),
    ("author", "parsely-author"),
    ("section", "parsely-section"),
    ("link", "parsely-link"),
)
"""Keys of the JSON under "parsely-page", and the names of the tags with the same values."""
