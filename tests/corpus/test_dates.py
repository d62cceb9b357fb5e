from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.corpus.dates import date_of_number, parse_date
from searchkit.date_words import MONTHS, ZONES


def printed(text: str, order: str = "") -> str | None:
    """A date as it is printed, since two dates of one moment are equal whatever their offsets."""
    date = parse_date(text, order)
    return None if date is None else date.isoformat()


@pytest.mark.parametrize(
    "text",
    [
        "2020-04-26",
        "2020/4/26",
        "2020.04.26",
        "2020. 04. 26.",
        "20200426",
        "2020-W17-7",
        "2020W177",
        "2020-117",
        "2020117",
        "26.04.2020",
        "26. 4. 2020",
        "26/04/2020",
        "04/26/2020",
        "26-4-2020",
        "26 April 2020",
        "26th of April 2020",
        "April 26, 2020",
        "April 26th, 2020",
        "Sunday, April 26, 2020",
        "Sunday April 26 2020",
        "April 26, 2020 Sunday",
        "26 April 2020 (Sunday)",
        "Sun. 26/04/2020",
        "Apr. 26 2020",
        "26-APR-2020",
        "26-Apr-20",
        "April 26, '20",
        "2020-Apr-26",
        "26 IV 2020",
        "26. April 2020",
        "Sonntag, den 26. April 2020",
        "So 26.4.2020",
        "dimanche 26 avril 2020",
        "domingo, 26 de abril de 2020",
        "domenica 26 aprile 2020",
        "26 d'abril de 2020",
        "søndag den 26. april 2020",
        "26. huhtikuuta 2020",
        "2020. április 26., vasárnap",
        "2020. április 26-án",
        "2020 m. balandžio 26 d.",
        "2020ko apirilaren 26a",
        "An 26 Aibreán 2020",
        "26 апреля 2020 г.",
        "26 апреля 2020 года",
        "26 квітня 2020 р.",
        "26 kwietnia 2020 r.",
        "26. dubna 2020",
        "26 Nisan 2020 Pazar",
        "26 aprel 2020-ci il, bazar",
        "2020-ci il aprelin 26-sı",
        "26 Απριλίου 2020",
        "ΚΥΡΙΑΚΗ 26 ΑΠΡΙΛΙΟΥ 2020",
        "2020 թ. ապրիլի 26",
        "٢٦ أبريل ٢٠٢٠",
        "26 نيسان/أبريل 2020",
        "२६ अप्रैल २०२०",
        "26 ஏப்ரல் 2020",
        "26סטן אַפּריל 2020",
        "2020年4月26日",
        "2020年4月26日(日)",
        "2020年4月26日 星期日",
        "２０２０年４月２６日",
        "令和2年4月26日",
        "2020년 4월 26일 일요일",
        "2020. 4. 26.",
        "Published: 26 April 2020",
        "Posted on April 26, 2020",
        "Last modified: 2020-04-26",
        "Veröffentlicht am 26. April 2020",
        "Publié le 26 avril 2020",
        "Опубликовано: 26 апреля 2020",
        "发布时间:2020-04-26",
        "2020-04-26 –",
        "26 April 2020 -",
        "\u200e26 April\xa02020",
    ],
)
def test_parse_date_of_a_day(text: str) -> None:
    assert printed(text) == "2020-04-26T00:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1er février 2020", 2),
        ("1. März 2020", 3),
        ("mar 1 mar 2020", 3),
        ("1 мая 2020", 5),
        ("1º de junho de 2020", 6),
        ("1 août 2020", 8),
        ("1 AĞUSTOS 2020", 8),
        ("1 EYLÜL 2020", 9),
        ("1 Meán Fómhair 2020", 9),
        ("1 października 2020", 10),
        ("1 EKİM 2020", 10),
        ("1 تشرين الثاني 2020", 11),
        ("1 listopadu 2020", 11),
        ("1 Kasım 2020", 11),
        ("1 dekabr 2020", 12),
        ("1 diciembre 2020", 12),
    ],
)
def test_parse_date_month_names(text: str, month: int) -> None:
    assert parse_date(text) == datetime(2020, month, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-04-26T15:01:01Z", "2020-04-26T15:01:01+00:00"),
        ("2020-04-26T15:01:01", "2020-04-26T15:01:01+00:00"),
        ("2020-04-26t15:01:01z", "2020-04-26T15:01:01+00:00"),
        ("2020-04-26 15:01:01 +0400", "2020-04-26T15:01:01+04:00"),
        ("2020-04-26T01:00:00+04:00", "2020-04-26T01:00:00+04:00"),
        ("2020-04-26T15:01:01,5-03:30", "2020-04-26T15:01:01.500000-03:30"),
        ("2020-04-26T15:01:01.123456789+00:00", "2020-04-26T15:01:01.123456+00:00"),
        ("2020-04-26T10:00+02:00[Europe/Berlin]", "2020-04-26T10:00:00+02:00"),
        ("2020-04-26 15:01:01 −0500", "2020-04-26T15:01:01-05:00"),
        ("2020-04-26T15Z", "2020-04-26T15:00:00+00:00"),
        ("2020-04-26+04:00", "2020-04-26T00:00:00+04:00"),
        ("20200426T150101Z", "2020-04-26T15:01:01+00:00"),
        ("20200426T1501+0430", "2020-04-26T15:01:00+04:30"),
        ("20200426150101", "2020-04-26T15:01:01+00:00"),
        ("202004261501", "2020-04-26T15:01:00+00:00"),
        ("2020042615", "2020-04-26T15:00:00+00:00"),
        ("2020-W17-7T10:00+02:00", "2020-04-26T10:00:00+02:00"),
        ("2020-117T10:00Z", "2020-04-26T10:00:00+00:00"),
        ("Sun, 26 Apr 2020 10:00:00 EST", "2020-04-26T10:00:00-05:00"),
        ("Sun, 26 Apr 20 10:00:00 GMT", "2020-04-26T10:00:00+00:00"),
        ("Sunday, 26-Apr-20 10:00:00 UT", "2020-04-26T10:00:00+00:00"),
        ("26 Apr 2020 10:00 -0000", "2020-04-26T10:00:00+00:00"),
        ("26 Apr 2020 10:00:00 +0530 (IST)", "2020-04-26T10:00:00+05:30"),
        ("Sun Apr 26 15:01:00 2020", "2020-04-26T15:01:00+00:00"),
        ("Sun Apr 26 15:01:00 EDT 2020", "2020-04-26T15:01:00-04:00"),
        ("Sun Apr 26 15:01:00 +0200 2020", "2020-04-26T15:01:00+02:00"),
        ("Sun Apr 26 2020 15:01:00 GMT+0400 (Azerbaijan Standard Time)", "2020-04-26T15:01:00+04:00"),
        ("2020-04-26 15:01:00.25 +0000 UTC m=+0.000012", "2020-04-26T15:01:00.250000+00:00"),
        ("2020-04-26 15:01:00.123456789 +0400 +04", "2020-04-26T15:01:00.123456+04:00"),
        ("April 26, 2020 3:45 PM EDT", "2020-04-26T15:45:00-04:00"),
        ("3:45 p.m. ET, Sun April 26, 2020", "2020-04-26T15:45:00-04:00"),
        ("3:45 p.m. ET, Sun January 26, 2020", "2020-01-26T15:45:00-05:00"),
        ("March 8, 2020 1:59 ET", "2020-03-08T01:59:00-05:00"),
        ("March 8, 2020 2:00 ET", "2020-03-08T02:00:00-04:00"),
        ("October 28, 1990 1:59 PT", "1990-10-28T01:59:00-07:00"),
        ("October 28, 1990 2:00 PT", "1990-10-28T02:00:00-08:00"),
        ("June 1, 1950 12:00 CT", "1950-06-01T12:00:00-06:00"),
        ("January 26, 2020 Sunday 10:12 AM GMT", "2020-01-26T10:12:00+00:00"),
        ("April 26, 2020 0:30 AM", "2020-04-26T00:30:00+00:00"),
        ("April 26, 2020 at 12 a.m.", "2020-04-26T00:00:00+00:00"),
        ("April 26, 2020, 12 pm", "2020-04-26T12:00:00+00:00"),
        ("April 26, 2020 15:30 PM", "2020-04-26T15:30:00+00:00"),
        ("Sun 26 Apr 2020 15.01 BST", "2020-04-26T15:01:00+01:00"),
        ("26.04.2020 14:30", "2020-04-26T14:30:00+00:00"),
        ("26.04.2020, 10.30 Uhr", "2020-04-26T10:30:00+00:00"),
        ("26. April 2020 um 10 Uhr MESZ", "2020-04-26T10:00:00+02:00"),
        ("26.04.2020 10.30", "2020-04-26T10:30:00+00:00"),
        ("26 avril 2020 à 10h30", "2020-04-26T10:30:00+00:00"),
        ("26 avril 2020 à 10 h", "2020-04-26T10:00:00+00:00"),
        ("26 de abril de 2020 às 10h05", "2020-04-26T10:05:00+00:00"),
        ("26 de abril de 2020 a las 3:20 p. m.", "2020-04-26T15:20:00+00:00"),
        ("26 aprile 2020 alle ore 10:30", "2020-04-26T10:30:00+00:00"),
        ("26. april 2020 kl. 10.30", "2020-04-26T10:30:00+00:00"),
        ("26. huhtikuuta 2020 klo 10", "2020-04-26T10:00:00+00:00"),
        ("26 апреля 2020, в 10:30 MSK", "2020-04-26T10:30:00+03:00"),
        ("Güncelleme: 26 Nisan 2020 - 10:30", "2020-04-26T10:30:00+00:00"),
        ("26 Απριλίου 2020, 10:30 μ.μ.", "2020-04-26T22:30:00+00:00"),
        ("26 أبريل 2020 10:30 م", "2020-04-26T22:30:00+00:00"),
        ("2020年4月26日 15時01分", "2020-04-26T15:01:00+00:00"),
        ("2020年4月26日下午3:01", "2020-04-26T15:01:00+00:00"),
        ("2020년 4월 26일 오후 3시 1분", "2020-04-26T15:01:00+00:00"),
        ("입력 2020.04.26 오전 12:01", "2020-04-26T00:01:00+00:00"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01.790000+00:00"),
    ],
)
def test_parse_date_with_a_time(text: str, moment: str) -> None:
    assert printed(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # times with dots, of one digit, and leap seconds
        ("2021-03-07 15.01", "2021-03-07T15:01:00+00:00"),
        ("2021-03-07T15.01.30", "2021-03-07T15:01:30+00:00"),
        ("2021-03-07T150130.5Z", "2021-03-07T15:01:30.500000+00:00"),
        ("2021-3-7T5:1:0", "2021-03-07T05:01:00+00:00"),
        ("2021-03-07 7:05:3", "2021-03-07T07:05:03+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("2021-03-07 15:01:00 +0400 +04 m=+0.0001", "2021-03-07T15:01:00+04:00"),
        ("7 марта 2021 07:05 мск", "2021-03-07T07:05:00+03:00"),
        ("07:05 (мск), 7 марта 2021", "2021-03-07T07:05:00+03:00"),
        ("Atualizado em 07/03/2021 10h30", None),
        ("Atualizado em 27/03/2021 10h30", "2021-03-27T10:30:00+00:00"),
        ("Publicado em 7 de março de 2021", "2021-03-07T00:00:00+00:00"),
        # words that are weekdays in one language and months in another
        ("lun 1 mar 2021", "2021-03-01T00:00:00+00:00"),
        ("mar 30 mar 2021", "2021-03-30T00:00:00+00:00"),
        ("7 Şub 2021 Paz", "2021-02-07T00:00:00+00:00"),
        ("Sub, 6 mar 2021", "2021-03-06T00:00:00+00:00"),
        ("sen 1 mar 2021", "2021-03-01T00:00:00+00:00"),
        ("lun 22/03/2021", "2021-03-22T00:00:00+00:00"),
        ("b.e., 1 mart 2021", "2021-03-01T00:00:00+00:00"),
        # dashes
        ("2021\u201103\u201107", "2021-03-07T00:00:00+00:00"),
        ("2021–03–07", "2021-03-07T00:00:00+00:00"),
        ("6–8 March 2021", None),
        # labels, and texts that say when the article was changed, too
        ("Created: 7 March 2021", "2021-03-07T00:00:00+00:00"),
        ("Issue Date: 7 March 2021", "2021-03-07T00:00:00+00:00"),
        ("Load-Date: March 7, 2021", "2021-03-07T00:00:00+00:00"),
        ("Originally published 7 March 2021", "2021-03-07T00:00:00+00:00"),
        ("Published: 7 March 2021 | Updated: 8 March 2021", "2021-03-07T00:00:00+00:00"),
        ("Last updated 8 March 2021 | Published 7 March 2021", "2021-03-07T00:00:00+00:00"),
        ("Published 7 March 2021 10:00, last updated 8 March 2021 11:00", "2021-03-07T10:00:00+00:00"),
        ("Publié le 7 mars 2021, mis à jour le 8 mars 2021", "2021-03-07T00:00:00+00:00"),
        ("7 March 2021 | 8 March 2021", None),
        # October in Croatian, November in Polish and Czech
        ("7. listopada 2021.", "2021-10-07T00:00:00+00:00"),
        ("7 listopada 2021", "2021-11-07T00:00:00+00:00"),
        ("7. listopadu 2021", "2021-11-07T00:00:00+00:00"),
        ("Nedjelja, 7. ožujka 2021.", "2021-03-07T00:00:00+00:00"),
    ],
)
def test_parse_date_as_sites_print_it(text: str, moment: str | None) -> None:
    date = parse_date(text)
    assert (date.isoformat() if date else None) == moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31-MAR-1987 605:12:19.12", "1987-03-31"),
        ("26-FEB-1987 25:01:01.79", "1987-02-26"),
        ("April 26, 2020 10:00 XYZ", "2020-04-26"),
        ("April 26, 2020 13:30 AM", "2020-04-26"),
        ("2020-04-26T24:00:00", "2020-04-26"),
        ("2020-04-26T10:00:00+04:00:30", "2020-04-26"),
        ("26 Apr 2020 10:00 +0475", "2020-04-26"),
        ("26-Apr-68", "2068-04-26"),
        ("26-Apr-69", "1969-04-26"),
    ],
)
def test_parse_date_where_only_the_day_is_clear(text: str, day: str) -> None:
    assert printed(text) == f"{day}T00:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1587859200", datetime(2020, 4, 26, tzinfo=UTC)),
        ("1587859200.25", datetime(2020, 4, 26, 0, 0, 0, 250_000, tzinfo=UTC)),
        ("1587859200123", datetime(2020, 4, 26, 0, 0, 0, 123_000, tzinfo=UTC)),
        ("1587859200123456", datetime(2020, 4, 26, 0, 0, 0, 123_456, tzinfo=UTC)),
        ("1587859200123456789", datetime(2020, 4, 26, 0, 0, 0, 123_456, tzinfo=UTC)),
        ("-86400000.0", None),
        ("-864000000", datetime(1942, 8, 16, tzinfo=UTC)),
        ("158785920000", datetime(1975, 1, 12, 19, 12, tzinfo=UTC)),
        ("12345678", None),
        ("2020999", None),
        ("12345678901", None),
    ],
)
def test_parse_date_of_digits(text: str, moment: datetime | None) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (20200426, datetime(2020, 4, 26, tzinfo=UTC)),
        (20200426.0, datetime(2020, 4, 26, tzinfo=UTC)),
        (2020042615, datetime(2020, 4, 26, 15, tzinfo=UTC)),
        (2020042615.0, datetime(2020, 4, 26, 15, tzinfo=UTC)),
        (2020042624, datetime(2034, 1, 5, 2, 57, 4, tzinfo=UTC)),
        (1604121501, datetime(2020, 10, 31, 5, 18, 21, tzinfo=UTC)),  # not in 1604
        (1804121501, datetime(2027, 3, 4, 0, 51, 41, tzinfo=UTC)),
        (202004261501, datetime(2020, 4, 26, 15, 1, tzinfo=UTC)),
        (20200426150101, datetime(2020, 4, 26, 15, 1, 1, tzinfo=UTC)),
        (1587859200, datetime(2020, 4, 26, tzinfo=UTC)),
        (1587859200.5, datetime(2020, 4, 26, 0, 0, 0, 500_000, tzinfo=UTC)),
        (1587859200123456789, datetime(2020, 4, 26, 0, 0, 0, 123_456, tzinfo=UTC)),
        (20201326, datetime(1970, 8, 22, 19, 28, 46, tzinfo=UTC)),
        (2020, None),
        (202004, None),
        (43947, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**30, None),
    ],
)
def test_date_of_number(value: float, moment: datetime | None) -> None:
    assert date_of_number(value) == moment


@pytest.mark.parametrize(
    ("text", "none", "dmy", "mdy", "ymd"),
    [
        ("03/04/2020", None, "2020-04-03", "2020-03-04", None),
        ("3-4-2020", None, "2020-04-03", "2020-03-04", None),
        ("03.04.2020", "2020-04-03", "2020-04-03", "2020-04-03", "2020-04-03"),
        ("13/05/20", None, "2020-05-13", None, "2013-05-20"),
        ("05/13/20", None, None, "2020-05-13", None),
        ("03.04.20", None, "2020-04-03", "2020-03-04", "2003-04-20"),
        ("20-04-26", None, "2026-04-20", None, "2020-04-26"),
        ("04/26/2020", "2020-04-26", "2020-04-26", "2020-04-26", "2020-04-26"),
        ("04/04/2020", "2020-04-04", "2020-04-04", "2020-04-04", "2020-04-04"),
        ("04/04/20", None, "2020-04-04", "2020-04-04", "2004-04-20"),
        ("2020/03/04", "2020-03-04", "2020-03-04", "2020-03-04", "2020-03-04"),
        ("Sunday 03/04/2020", None, "2020-04-03", "2020-03-04", None),
        ("03/04/2020 10:30", None, "2020-04-03", "2020-03-04", None),
    ],
)
def test_orders_of_ambiguous_dates(text: str, none: str | None, dmy: str | None, mdy: str | None, ymd: str | None) -> None:
    found = [parse_date(text, order) for order in ("", "dmy", "mdy", "ymd")]
    assert [date and date.date().isoformat() for date in found] == [none, dmy, mdy, ymd]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "soon",
        "today",
        "2020",
        "12",
        "April 2020",
        "2020-04",
        "2020-W17",
        "2019-366",
        "2020-W54-1",
        "April 26",
        "10:30",
        "2020-13-01",
        "31.02.2020",
        "31 April 2020",
        "32 May 2020",
        "0000-01-01",
        "26 Smarch 2020",
        "26-27 April 2020",
        "26 April May 2020",
        "26 April 2020 was a turning point",
        "26 April 2020 update",
        "2020-04-26 and after",
        "Date set for talks",
        "May 5 people died",
        "2020 was a year",
        "9 2020 3pm",
        "1.2.3",
        "0001-01-01T00:00:00+04:00",
        "26 April 2020 " * 20,
    ],
)
def test_parse_date_refuses(text: str) -> None:
    assert parse_date(text) is None


DATE_LIKE = st.from_regex(
    r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ,]{1,2}[0-9]{1,4}([ T][0-9:.+A-Z]{1,14})?", fullmatch=True
) | st.lists(
    st.sampled_from(["26", "2020", "april", "T", "Sun", "10:30", ":", "-", "+04", "EST", "年", "월", "h", "(", "W17"])
).map("".join)


@settings(deadline=None)  # the first example builds the tables of words
@given(st.text(max_size=60) | DATE_LIKE, st.sampled_from(["", "dmy", "mdy", "ymd"]))
def test_any_text_is_a_date_or_none(text: str, order: str) -> None:
    date = parse_date(text, order)
    assert date is None or date.tzinfo is UTC or (isinstance(date.tzinfo, timezone) and date.utcoffset())


@pytest.mark.parametrize(
    "text",
    [
        "2020-04-26T15:01:01.5+04:00[Europe/Berlin]",
        "Sun Apr 26 2020 15:01:00 GMT+0400 (Azerbaijan Standard Time)",
        "2020-W17-7T10:00:00 +0400 +04 m=+0.1",
        "20200426T150101,25-0330",
        "令和2年4月26日(日) 午後3時1分2秒",
        "Published: 26 de abril de 2020 a las 10h30 p. m. EST",
    ],
)
def test_any_part_of_a_date_is_a_date_or_none(text: str) -> None:
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            parse_date(text[start:end])


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@settings(deadline=None)  # the first example builds the tables of words
@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9998, 1, 1), timezones=OFFSETS))
def test_parse_date_reads_what_programs_write(moment: datetime) -> None:
    assert printed(moment.isoformat()) == moment.isoformat()
    seconds = moment.replace(microsecond=0)
    rfc_offset = f"{'-' if (minutes := int(moment.utcoffset().total_seconds() // 60)) < 0 else '+'}"  # type: ignore[union-attr]
    rfc_offset += f"{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    day = seconds.replace(hour=0, minute=0, second=0, tzinfo=UTC).isoformat()
    for form in (
        f"%a, %d %b %Y %H:%M:%S {rfc_offset}",
        f"%a %b %d %H:%M:%S {rfc_offset} %Y",
        f"%a %b %d %Y %H:%M:%S GMT{rfc_offset}",
        f"%Y-%m-%d %H:%M:%S {rfc_offset}",
        f"%Y%m%dT%H%M%S{rfc_offset}",
        f"%G-W%V-%uT%H:%M:%S{rfc_offset}",
        f"%Y-%jT%H:%M:%S{rfc_offset}",
        f"%B %d, %Y at %I:%M:%S %p {rfc_offset}",
    ):
        assert printed(seconds.strftime(form)) == seconds.isoformat(), form
    for form in ("%A, %d %B %Y", "%d.%m.%Y", "%Y/%m/%d", "%Y年%m月%d日", "%Y-%j", "%B %d, %Y"):
        assert printed(seconds.strftime(form)) == day, form


@settings(deadline=None)  # the first example builds the tables of words
@given(st.sampled_from(sorted(MONTHS)), st.integers(1, 12), st.integers(1, 28), st.integers(1000, 9999), st.data())
def test_parse_date_reads_months_of_all_languages(
    language: str, month: int, day: int, year: int, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(MONTHS[language].split()[month - 1].split("/")))
    if name != "-":
        forms = [f"{day} {name} {year}", f"{name} {day}, {year}", f"{year} {name} {day}"]
        if name != "listopada":  # with a dot behind the day it is Croatian
            forms.append(f"{day}. {name.upper()}. {year}")
        for form in forms:
            assert printed(form) == f"{year}-{month:02}-{day:02}T00:00:00+00:00", form


@pytest.mark.parametrize("zone", sorted(ZONES))
def test_named_zones(zone: str) -> None:
    date = parse_date(f"26 April 2020 10:00 {zone.upper()}")
    assert date is not None
    assert (date.hour, date.utcoffset()) == (10, timedelta(minutes=ZONES[zone]))
