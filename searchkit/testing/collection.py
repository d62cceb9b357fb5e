"""A collection of made-up articles, and queries of every kind over it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

from searchkit import Article

DAY = datetime(2020, 4, 26, tzinfo=UTC)
EAST, WEST = timezone(timedelta(hours=4)), timezone(-timedelta(hours=9, minutes=30))
VOCABULARY = """
peace Peace talks Talks truce war oil Oil price prices bank the of café Cafe U.S. US 1,655 status quo Karabakh
"""
WORDS = VOCABULARY.split()
MARKS = (('"', '"'), ('"', ""), ("“", "”"), ("„", "“"), ("«", "»"), ("« ", " »"), ("‘", "’"), ("「", "」"), ('("', '",)'))
"""What opens and closes a quotation; one is not closed."""
QUERIES = """
peace
peace talks
peace OR truce
peace -war
NOT peace
(peace OR oil) -bank
"peace talks"
“status quo”
"peace talks"~2
"peace * war"
"pric* oil"
the peace
the of
the OR peace
title:peace
body:(peace OR war)
author:lima
author:"ana lima"
author:"lima bo"
topic:oil
topic:*
source:wire
lang:en
id:c/3
id:c/1*
id:*/11*
id:*/11
id:*1?
id:*7
pric*
*o*
ta?ks
=talks
=Talks
=cafe
=café
="Peace Talks"
peace^3 OR war
U.S.
date:2020-04-26
date:2020-05..
date:..2020-05-01T12:00Z
date:2020-04-27T00:00+04:00
date:2020-04-28..2020-05-03T22:00:00-09:30 peace
date:none
date:* peace
words:>6
words:..4
*
1655
peace AND (war OR NOT oil)
peac~
karabach~2
/t.lks?/
peace w/3 talks
peace pre/2 talks
talks NEAR/5 (oil OR price)
peace not w/3 talks
peace /s talks
peace /p talks
"peace talks" w/4 oil
atleast2(peace)
atleast2(peace OR oil)
(peace w/3 talks) w/5 oil
author:(ana w/2 lima)
peace /s (oil OR "status quo")
tal* w/2 pe*
peace not w/2 (talks OR oil)
title:(peace w/3 oil)
(peace w/9 talks)^2 OR oil -war
author:li~
topic:/w.*d/
=Talks w/3 =peace
lede:peace
lede:(peace w/5 talks)
lede:(oil "peace talks") -bank
lede:price pre/9 body:oil
quote:peace
quote:(peace OR =Talks)
quote:"peace talks"
quote:(pric* w/3 oil)
quote:(peace talks)
quote:(peace talks oil)^2 OR lede:war
quote:karabach~2
NOT quote:peace
quote:*
oil NOT quote:* OR lede:*
peace NOT quote:peace
atleast2(quote:peace)
quote:peace w/3 talks
peace not w/3 quote:(talks OR oil)
site:wire.example
site:www.wire.example/2020 OR oil
site:ledger.example
site:*.example/1*
site:*
-site:example
path:*
path:3 OR headline:peace
tags:oil byline:lima
of the
the of date:2020-05
peace AND of the talks
NOT the war
nothingatall
""".strip().splitlines()


def collection(count: int = 120) -> list[Article]:
    """`count` articles of words from VOCABULARY, with dates (some with offsets, some missing),
    authors and topics. Most have quotations, some unclosed ones, and some are longer than a lede.
    Calls return the same articles."""
    rng = random.Random(5)  # noqa: S311  (to be the same each time)
    marking = random.Random(6)  # noqa: S311

    def text(most: int) -> str:
        words = [rng.choice(WORDS) for _ in range(rng.randint(1, most))]
        if len(words) > 4 and rng.random() < 0.3:
            words[2] += "\n\n"
        return " ".join([before + word + after for word, (before, after) in zip(words, marks(len(words)), strict=True)])

    def marks(count: int) -> list[tuple[str, str]]:
        """What stands in front of and behind each of some words."""
        found = [("", "")] * count
        for first in range(marking.randrange(4), count - 2, 5):
            opening, closing = marking.choice(MARKS)
            found[first], found[first + marking.randrange(1, 3)] = (opening, ""), ("", closing)
        return found

    def body(number: int) -> str:
        return "\n\n".join([text(10) for _ in range(15)]) if number % 12 == 5 else text(10)

    return [
        Article(
            id=f"c/{number}",
            title=text(4),
            body=body(number),
            date=None
            if number % 9 == 0
            else DAY.replace(tzinfo=(UTC, EAST, WEST, UTC)[number % 4]) + timedelta(days=number % 50),
            authors=("Ana Lima", "Bo Li") if number % 3 else (),
            source="The Wire" if number % 2 else "",
            topics=("oil", "world trade") if number % 4 == 0 else (),
            language="en" if number % 5 else "de",
            url=("", "https://www.wire.example/2020/oil", f"http://ledger.example:80/{number}?x=wire.example")[number % 3],
        )
        for number in range(count)
    ]
