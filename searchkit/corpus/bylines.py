"""Parses bylines: the names of the authors, without the roles, places and addresses beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from searchkit.corpus.limits import MAX_CACHED_LENGTH

MAX_BYLINE_LENGTH = 2000
"""Maximum length of a byline in characters; a longer text is not one."""
MAX_PART_LENGTH = 150
"""Maximum length of a name with its role, in characters. A longer one is not parsed, as that takes
time quadratic in its length."""


class Byline(NamedTuple):
    """The names of a byline. `has_more` says that the byline says more than the names and a leading
    "By"."""

    names: tuple[str, ...]
    has_more: bool = False


_BY = re.compile(
    r"\s*(?:(?:(?:written\s+)?by|بقلم|记者|記者)\b[:：\s]*"
    r"|(?:authors?|autor|autorin|auteur|autore|автор|yazan|yazar|müəllif|texto?|文)\s*[:：/]\s*)",
    re.I,
)
_BY_IN_OTHER_LANGUAGES = re.compile(r"(?:von|par|por|di|av|af|door)\s+(?=[^\W\d_]\S*\s+\S)", re.I)
"""Words for "by" before a full name: "Von Anna Schmidt". "Von Miller", "von der Leyen" and "Di Ray"
are names."""
_LOWER_CASE_WORD = re.compile(r"(?:[a-zà-ÿ]+|[DdLl]['’])\s")

_ROLE = (
    r"reporters?|writers?|editors?|correspondents?|columnists?|journalists?|contributors?|producers?|photographers?"
    r"|analysts?|critics?|bureau chief|staff|intern|fellow|newsroom|redakteur(?:in)?|korrespondent(?:in)?|journalistin"
    r"|journaliste|correspondante?|envoyée? spéciale?|rédact(?:eur|rice)|corresponsal|enviad[oa] especial|redactora?"
    r"|periodista"
    r"|inviat[oa]|corrispondente|giornalista|jornalista|repórter|muhabiri?|müxbiri?|корреспондент\w*|журналист\w*"
    r"|обозреватель|dziennikarz|redaktor|verslaggever|redacteur|toimittaja|기자|특파원|记者|記者"
)
_ROLE_MODIFIER = (
    r"senior|junior|staff|chief|lead|principal|deputy|assistant|associate|special|political|politics|sports?|business|foreign"
    r"|diplomatic|science"
    r"|health|medical|education|crime|legal|local|national|international|world|news|managing|executive|features?"
    r"|technology|tech"
    r"|economics?|environment|climate|city|court|guest|freelance|contributing|investigative|general assignment"
    r"|defen[cs]e|media"
    r"|arts|culture|entertainment|religion|transport|energy|opinion|video|data|digital|online|web|our|the|a|an|own|former"
    r"|affairs|home|royal|security|social|consumer|money|financ(?:e|ial)|economy|markets|film|movie|music|books?|theat(?:er|re)"
    r"|food|travel|fashion|television|tv|football|soccer|basketball|baseball|cricket|rugby|tennis|racing|golf|housing"
    r"|justice|police|state|regional|metro|community|multimedia|weekend|night"
    r"|agency|associated press|ap|afp|reuters|bloomberg|upi"
)
_PREPOSITION = r"(?:in|at|for|of|from|on|to)"
_ROLE_MODIFIERS = rf"(?:(?:{_ROLE_MODIFIER})(?:\s+(?:(?:and|&)\s+)?|\s*[,/]\s*))"
_ANY_ROLE = rf"(?:{_ROLE}|agencies|desk|bureau|team|editorial board)"

# Patterns with roles are strings, which `re` compiles at their first use and caches: to compile all
# of them would take each worker process 35 ms.
_ROLE_FIRST = rf"(?i:(?:(?:from|by)\s+)?{_ROLE_MODIFIERS}*{_ANY_ROLE})"
_ROLE_ALONE = rf"(?i:(?:(?:from|by)\s+)?{_ROLE_MODIFIERS}*{_ANY_ROLE}(?:\s+{_PREPOSITION}\s.*)?)"
_MODIFIER_WORD = rf"(?i:{_ROLE_MODIFIER}|daily|evening|sunday|weekly|press|star|sun|times|post|mail)"
_PART_OF_ROLE = rf"(?i:(?:{_ROLE_MODIFIERS}*(?:{_ROLE_MODIFIER})|[^\W_]+))"
"""What may stand before the "and" of a role: "Arts and Culture Editor"."""
_ROLE_BEFORE = (
    rf"(?i:{_ROLE_MODIFIERS}*(?:{_ROLE})(?:\s*[:：]\s*|\s+)"
    rf"(?=(?-i:[^\W\d_a-zß-ÿ])\S*\s+\S)(?!(?:{_PREPOSITION}|special|the)\s))"
)
"""A role before a full name: "Staff Writer Jane Doe"."""
_ROLE_BEHIND = rf"(?i:\s+(?:{_ROLE})(?:\s.*)?)"
_NOT_AN_AUTHOR = re.compile(
    r"n\s?/\s?a|none|null|nil|unknown(?: author)?|no (?:author|byline)|not available|anonymous", re.I
)
_NOT_A_NAME = (
    rf"(?i:(?:.*\b)?(?:{_ROLE})(?:\b.*)?"
    r"|(?:in|at|for|of|from|special to|(?:reporting|reports|files) from|as told to)\s.*"
    r"|(?:translated|edited|photos?|photographs?|photography|pictures?|illustrations?|graphics?|video|editing"
    r"|translation)\s+by\b.*"
    r"|(?:(?:last\s+)?(?:updated|published|posted|modified))\b.*|\d\d?[:.]\d\d.*|et al\.?|[\W_]*)"
)
_PUBLICATION = re.compile(
    r"the\s.*|.*\b(?:times|tribune|herald|gazette|newspapers?|news|magazine|chronicle|network|post|mail|journal)", re.I
)
_AGENCY = re.compile(
    r"(?:(?i:the)\s+)?(?:AP|AFP|PTI|ANI|IANS|UNI|UPI|DPA|dpa|EFE|ANSA|APA|TASS|RIA|PA|AAP|PNA|CNN|BBC|EPD|epd|KNA|MTI|STT"
    r"|TT|NTB|ANP|RFE/RL"
    r"|(?i:reuters?|interfax|itar-tass|xinhua|kyodo|yonhap|bloomberg|anadolu|ukrinform|adnkronos|azertac|turan|trend|tanjug"
    r"|associated press|press association|agence france-presse|press trust of india|united press international"
    r"|canadian press|australian associated press|radio free europe/radio liberty)(?i:\s+news)?)"
)
_BEGINS_WITH_INITIAL = re.compile(r"[^\W\d_]\.\s")

_CONTACT = (
    r"(?i:[<(\[]?\b(?:(?:e-?mail|twitter|follow(?:\s\w+)?(?:\son\s\w+)?|tel|phone)\b[.:]?\s*)?(?:mailto:)?"
    r"(?:[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s,;|]+|www\.[^\s,;|]+)[>)\]]?"
    r"|[<(\[]?(?:\b(?:twitter|follow(?:\s\w+)?(?:\son\s\w+)?)\b[.:]?\s*)?(?<![\w.])@\w+[)\]]?"
    r"|\(?(?:\b(?:tel|phone)\b[.:]?\s*)?(?<!\w)(?:\+\d|\(\d+\)|\d{3})[\d\s().-]{6,}\d(?!\w)\)?)"
)
"""Mail and web addresses, handles and telephone numbers, with words such as "Tel" before them."""
_SUBJECT = (
    rf"(?:{_ROLE_MODIFIER}|policy|parliamentary|human rights|higher|industrial|employment|banking|retail|property"
    r"|wildlife|aviation|motoring|immigration|migration|development|westminster|whitehall|white house|kremlin|brexit"
    r"|globe|herald|tribune|gazette|chronicle|times|courier|inquirer|guardian|telegraph"
    r"|(?:middle|near|far) east|(?:(?:north|south|west|east|central|latin)[\s-]?(?:east|west)?(?:ern)?\s)?"
    r"(?:europe(?:an)?|afric(?:a|an)|asia(?:[ -]pacific)?|americas?|of (?:england|scotland)|balkans|caucasus|pacific|gulf"
    r"|korea|sudan)|uk|us|u\.[ks]\.|usa|eu|un"
    r"|afghanistan|argentina|armenia|australia|austria|azerbaijan|belgium|brazil|britain|bulgaria|canada|china|colombia"
    r"|cuba|cyprus|denmark|egypt|ethiopia|finland|france|germany|greece|hong kong|hungary|india|indonesia|iran|iraq|ireland"
    r"|israel|italy|japan|kazakhstan|kenya|lebanon|mexico|netherlands|new zealand|nigeria|norway|pakistan|philippines"
    r"|poland|portugal|romania|russia|saudi arabia|scotland|serbia|singapore|spain|sweden|switzerland|syria|taiwan"
    r"|thailand|turkey|ukraine|venezuela|vietnam|wales|yemen|zimbabwe"
    r"|ankara|athens|baku|bangkok|beijing|beirut|belfast|berlin|brussels|cairo|canberra|(?:new )?delhi|dublin|edinburgh"
    r"|geneva|istanbul|jakarta|jerusalem|johannesburg|kabul|kyiv|kiev|lagos|lisbon|london|los angeles|madrid|moscow|nairobi"
    r"|new york|ottawa|paris|prague|rome|seoul|shanghai|stockholm|sydney|tbilisi|tehran|tel aviv|tokyo|vienna|warsaw"
    r"|washington|yerevan)"
)
"""Subjects and places of roles: fields, newspapers, and regions, countries and towns that are
seldom last names."""
_NAME_AND_SUBJECT = rf"\S+ .*\S (?i:{_SUBJECT})"
_ROLE_OF_SUBJECT = rf"(?i:{_SUBJECT} (?:{_ROLE}))"
"""What stands before and behind the "and" of a role that follows a name without a comma: "Jane Doe
Science and environment editor"."""
_ROLE_BEHIND_FULL_NAME = (
    r"(?!(?:The|New|Los|San|Las|St\.?|Fort)\s)(\S+\s(?:.*?\s)??(?![Tt]he\s)[^\W\d_a-zß-ÿ]\S*)\s+"
    rf"(?:(?:(?:(?i:{_SUBJECT})\s+(?:(?i:and|&)\s+)?)+|(?=[a-zß-ÿ]))(?i:{_ROLE})(?:\s.*)?"
    r"|(?i:(?:the\s+)?(?:associated press|press association|agence france-presse|(?:thomson\s)?reuters)))"
)
"""A role of a place or subject, a role in small letters, or an agency, behind a full name: "Jane
Doe Europe editor"."""
_MAY_HAVE_CONTACT = re.compile(r"[(\[（@\d]|www|http")
_PAREN = re.compile(r"\s*[(\[（]([^()\[\]（）]*)[)\]）](?=\s*(?:[,;|&/]|and\b|$))")
_BAR = re.compile(r"\s*[|¦•]\s*|\s+[-–—·]+\s+")
_SEMICOLON = re.compile(r"\s*[;；]\s*")
_COMMA = re.compile(r"\s*[,，،]\s*")
_AND = re.compile(
    r"[,،]?\s+(?:(?i:and|with|und)|et|ve|və|och|og|ja|és|și|şi|та|mit|avec)\s+(?!al\b)"
    r"|\s*(?:[&＆、]|/(?!RL\b|Radio Liberty\b))\s*|(?<=\w)\s+و\s?(?=\w)"
)
_AND_BETWEEN_FULL_NAMES = re.compile(r"\s+(?:y|e|i|a|и|і|en|con|com|και)\s+(?=[^\W\d_])")
"""Words for "and" that may be initials or part of a name ("Ortega y Gasset"): they separate full
names only."""
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|m\.?b\.?a|esq|mbe|obe|cbe)\.?", re.I)
_INITIAL = re.compile(r"(?:^|[\s.-])(?:[^\W\d_]|jr|sr|ph\.?d|m\.?d|esq)\.$", re.I)
_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s-]?){1,3}")
_AFTER_NAME = (
    r"\s+(?:(?i:(?:also\s+|has\s+|have\s+)?contribut(?:ed|es?)\b.*)|(?:reported|reports|writes|wrote)\b.*"
    r"|(?:reporting\s+)?(?:in|at|[Ff]or|(?<!files\s)[Ff]rom)\s+(?:[Tt]he\s+|a\s+)?(?=[^\W\d_a-z]).*"
    rf"|(?:IN|AT|FOR|FROM)\s.*|[Oo]f\s+[Tt]he\s.*|[Oo]f\s.*\b[Ss]taff|(?i:special(?:ly)?\s+(?:to|for)\s.*)|(?i:(?:(?:{_ROLE_MODIFIER})\s+)+(?:{_ROLE})(?:\s.*)?)|기자|특파원|记者|記者"
    r"|et\s+al\.?|(?:à|en|em|aus|из|в|fra|från)\s+(?=[^\W\d_a-z])\S+)$"
)
"""What may follow a name without a comma: a place, the customer, a role."""
_PLACE_IN_TITLE_CASE = re.compile(r"(\S+\s.*\S\S)\s+(?:In|At)\s+[^\W\d_a-z].*")
"""A place behind a full name; "In" alone may be one ("Kim In Young")."""
_REPORTED_BY = re.compile(
    r"(?:additional\s+)?(?:posted|published|submitted|reporting|reported|writing|written|story|words|text|compiled"
    r"|interview|analysis)\s+by\s+",
    re.I,
)
_REPORTING_AND_WRITING = re.compile(r"(?:additional\s+)?(?:reporting|writing|story|words|text)\s+and\s+\w+\s+by\s+", re.I)
_IN_BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]*)[)\]）][\s.]*")
_MAIL_AND_NAME = re.compile(r"\s*[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*\(([^()]*[^\W\d_][^()]*)\)")
"""Authors in RSS 2.0: `mail@example.org (Name)`."""
_RUN_TOGETHER = re.compile(
    r",\s*Contributor(?:\s*\n\s*)?(?=[^\W\d_a-z]).*?(?=\sand(?:\s[^\W\d_a-z][^\s,]*){2,4},\s*Contributor|$)", re.S
)
"""Bylines of HuffPost's data set, where text follows "Contributor" without a blank: "Jane Doe,
ContributorWriter"."""
PARTICLES = frozenset(
    re.findall(
        r"\w+",
        "al bin da de del della den der di dos du el ibn la las le los mac oglu oğlu qızı ten ter van von y",
    )
)
"""Words of names that are written in small letters."""
_EDGE_SIGNS = " \t,;:.-–—*\"“”„«»'’‘"


def parse_byline(text: str) -> Byline:
    """Parse a byline.

    Semicolons, "and", "with", "&" and the same words in other languages separate names. So do
    commas, unless a last name comes first: with one word before the only comma ("Mammadov, Akbar"),
    initials behind every other comma ("Lee, A., Ray, B."), or semicolons between the names. Removed
    are addresses, telephone numbers, dates, places, roles ("Senior Reporter", "for Reuters"),
    publications, and what stands in parentheses or behind a bar or a spaced dash. Names of agencies
    stay as they are.
    """
    return _parse_cached(text) if len(text) <= MAX_CACHED_LENGTH else _parse(text)


def parse_names(text: str) -> tuple[str, ...]:
    """The names of a byline, see `parse_byline`."""
    return parse_byline(text).names


def _parse(text: str) -> Byline:
    if len(text) > MAX_BYLINE_LENGTH:
        return Byline((), has_more=True)
    if "Contributor" in text and _RUN_TOGETHER.search(text):
        return Byline(_parse(_RUN_TOGETHER.sub("", text)).names, has_more=True)
    line = _without_by(" ".join(text.split()))
    if (inner := _IN_BRACKETS.fullmatch(line)) and not inner[1][:1].islower():
        line = _without_by(inner[1].strip())
    if _NOT_AN_AUTHOR.fullmatch(line):
        return Byline((), has_more=True)
    if "@" in line and _MAIL_AND_NAME.match(line):
        named = _MAIL_AND_NAME.sub(r" \1", line)
        return Byline(_parse(named).names, has_more=True)
    rest = (
        " ".join(re.sub(_CONTACT, " ", _PAREN.sub(_keep_agency, line)).split()) if _MAY_HAVE_CONTACT.search(line) else line
    )
    parts = [part for part in map(_without_dates, _BAR.split(rest)) if part.strip(_EDGE_SIGNS)]
    # Names may stand before a bar or behind it. The part that begins with "By" is tried first.
    parts.sort(key=lambda part: not _BY.match(part))
    for part in parts:
        bare = _without_by(part)
        names, has_more = _parse_line(bare)
        if names:
            return Byline(names, has_more or bare != line)
    return Byline((), has_more=bool(line.strip(_EDGE_SIGNS)))


# Few people write most of an archive: without it JSON lines with a byline take 2.6 times as long to
# read.
_parse_cached = lru_cache(maxsize=4096)(_parse)


def _without_by(line: str) -> str:
    """The line without a leading "By", in any language."""
    found = _BY.match(line) or _BY_IN_OTHER_LANGUAGES.match(line)
    if found is None or (found.re is _BY_IN_OTHER_LANGUAGES and _LOWER_CASE_WORD.match(line, found.end())):
        return line
    return line[found.end() :]


def _keep_agency(found: re.Match[str]) -> str:
    """What replaces parentheses: the agency that they contain, or nothing."""
    return f", {found[1]}" if _AGENCY.fullmatch(found[1].strip()) else ""


def _without_dates(line: str) -> str:
    """The line without a date at its end or beginning."""
    if not re.search(r"\d", line):
        return line
    from searchkit.corpus.written_dates import has_only_date_words  # late: 6 ms at the start of a run without written dates
    from searchkit.date_words import fold, months  # late: 6 ms at the start of a run without written dates

    words = line.split(" ")

    def is_date(some: list[str]) -> bool:
        rest = " ".join(some)
        # A number alone is no date: "Agent 47", "50 Cent", "3rd Earl of Snowdon".
        return (len(re.findall(r"\d+", rest)) > 1 or any(fold(word.strip(",.")) in months() for word in some)) and (
            has_only_date_words(rest)
        )

    for start in range(len(words)):
        if is_date(words[start:]):
            words = words[:start]
            break
    for end in range(len(words), 0, -1):
        if is_date(words[:end]):
            words = words[end:]
            break
    return " ".join(words).strip(" ,")


def _parse_line(line: str) -> tuple[tuple[str, ...], bool]:
    """The names in a line without bars and dates, and whether the line says more."""
    names: list[str] = []
    has_more = False
    segments = _SEMICOLON.split(line)
    for segment in segments:
        for piece in _split_names(_REPORTING_AND_WRITING.sub("", segment, count=1)):
            parts: list[str] = []
            has_place = False
            for at, part in enumerate(_COMMA.split(piece)):
                name = part if _INITIAL.search(part) else part.strip(_EDGE_SIGNS)
                if parts and _SUFFIX.fullmatch(name):
                    parts[-1] = f"{parts[-1]}, {part}"  # "Martin Luther King, Jr." is one man
                    continue
                shorter = name
                if len(name) <= MAX_PART_LENGTH:
                    shorter = _without_role(name, is_behind_comma=at > 0)
                is_country = has_place and " " not in name and not _AGENCY.fullmatch(name)  # "in Islamabad, Pakistan"
                if is_country or _is_not_name(shorter, is_first=not parts and not names):
                    has_more = has_more or bool(name)
                    continue
                has_place = shorter != name
                has_more = has_more or shorter != name
                parts.append(shorter)
            names += _join_last_and_first(parts, len(segments) > 1)
        has_more = has_more or _REPORTING_AND_WRITING.search(segment) is not None
    # The first part of a name that was joined from two may have lost a sign at its end.
    without_blanks = "".join(line.split())
    has_more = has_more or any("," in name and "".join(name.split()) not in without_blanks for name in names)
    return tuple(dict.fromkeys(names)), has_more


def _without_role(name: str, is_behind_comma: bool) -> str:
    """The name without a role or place before and behind it; "" for a role alone."""
    name = _REPORTED_BY.sub("", _without_by(name), count=1)
    # Nearly no name begins with a role, so that the slow patterns are skipped.
    has_role_first = re.match(_ROLE_FIRST, name) is not None
    if (has_role_first and re.fullmatch(_ROLE_ALONE, name)) or _NOT_AN_AUTHOR.fullmatch(name):
        return ""
    if (
        has_role_first
        and not is_behind_comma
        and (before := re.match(_ROLE_BEFORE, name))
        and not _PUBLICATION.fullmatch(name, before.end())
    ):
        name = name[before.end() :]
    shorter = _PLACE_IN_TITLE_CASE.sub(r"\1", re.sub(_AFTER_NAME, "", name)).rstrip(" ,")
    # Behind a comma stands a role alone: "Ann Lee, Al Jazeera Moscow correspondent".
    if name.count(" ") > 1 and not is_behind_comma and not _AGENCY.fullmatch(name):
        full_name = re.fullmatch(_ROLE_BEHIND_FULL_NAME, name)
        shorter = min(shorter, full_name[1], key=len) if full_name else shorter
    if shorter != name and re.search(_ROLE_BEHIND, name[len(shorter) :]):
        # A role that is longer than the pattern knows: "Daily News Staff Writer".
        words = shorter.split()
        is_known = [re.fullmatch(_MODIFIER_WORD, word) is not None for word in words]
        if all(is_known) or (is_behind_comma and (any(is_known) or len(words) == 1)):
            return ""
    return shorter


def is_role(line: str) -> bool:
    """Whether a line is a role, as it stands below the names of a byline: "Associated Press
    Writer"."""
    return len(line) <= MAX_PART_LENGTH and re.fullmatch(_ROLE_ALONE, line.strip(_EDGE_SIGNS)) is not None


def _split_names(segment: str) -> Iterator[str]:
    """The parts of a segment between the words for "and" of all languages."""
    for piece in _split_at_and(segment):
        start = 0
        for found in _AND_BETWEEN_FULL_NAMES.finditer(piece):
            before = _COMMA.split(piece[start : found.start()])[-1]
            behind = _COMMA.split(piece[found.end() :])[0]
            if len(before.split()) >= 2 and len(behind.split()) >= 2:
                yield piece[start : found.start()]
                start = found.end()
        yield piece[start:]


def is_agency(line: str) -> bool:
    """Whether a line is the name of a news agency."""
    return _AGENCY.fullmatch(line) is not None


def _split_at_and(segment: str) -> Iterator[str]:
    """The parts of a segment between words for "and", except the "and" of a role."""
    start = 0
    for found in _AND.finditer(segment):
        *others, before = _COMMA.split(segment[start : found.start()])
        behind = _COMMA.split(segment[found.end() :], maxsplit=1)[0]
        is_in_role = len(before) + len(behind) <= MAX_PART_LENGTH and (
            (
                others
                and re.fullmatch(_PART_OF_ROLE, before)
                and not _AGENCY.fullmatch(before)
                and re.fullmatch(_ROLE_ALONE, behind)
            )
            or (before.count(" ") > 1 and re.fullmatch(_NAME_AND_SUBJECT, before) and re.fullmatch(_ROLE_OF_SUBJECT, behind))
        )
        if not is_in_role:
            yield segment[start : found.start()]
            start = found.end()
    yield segment[start:]


def _is_not_name(part: str, is_first: bool) -> bool:
    """Whether a part of a byline is surely no name. Of the first part nearly anything may be
    one."""
    if len(part) > MAX_PART_LENGTH:
        return False
    if not part:
        return True
    if _AGENCY.fullmatch(part) or _BEGINS_WITH_INITIAL.match(part):
        return False
    if is_first:
        return re.fullmatch(r"[\W_]*", part) is not None
    return re.fullmatch(_NOT_A_NAME, part) is not None or _PUBLICATION.fullmatch(part) is not None


def _join_last_and_first(parts: list[str], has_semicolons: bool) -> list[str]:
    """The names in the parts between commas: a last name and the first name or initials behind it
    are joined again."""
    if any(map(_AGENCY.fullmatch, parts)):
        return parts
    if len(parts) == 2 and (has_semicolons or _is_last_name(parts[0])):
        return [", ".join(parts)]
    if len(parts) % 2 == 0 and all(map(_INITIALS.fullmatch, parts[1::2])):
        return [f"{last}, {first}" for last, first in zip(parts[::2], parts[1::2], strict=True)]
    return parts


def _is_last_name(part: str) -> bool:
    """Whether a part is a single word, with particles before it at most: "van der Berg"."""
    words = part.split()
    return len(words) == 1 or all(word.lower() in PARTICLES for word in words[:-1])
