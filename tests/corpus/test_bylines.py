from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchkit.corpus.bylines import MAX_BYLINE_LENGTH, Byline, parse_byline, parse_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Akbar Mammadov", ("Akbar Mammadov",)),
        ("by: Ann Lee, Bo Ek and Cy Oz", ("Ann Lee", "Bo Ek", "Cy Oz")),
        ("Ann  Lee & Bo Ek; Cy Oz, and Di Ray.", ("Ann Lee", "Bo Ek", "Cy Oz", "Di Ray")),
        ("Ann Lee with Bo Ek", ("Ann Lee", "Bo Ek")),
        ("ANN LEE AND BO EK", ("ANN LEE", "BO EK")),
        ("Ann Lee, Ann Lee", ("Ann Lee",)),
        # names that hold what is taken off elsewhere
        ("Byron Anderson", ("Byron Anderson",)),
        ("Andy Withers and Sandy Forde", ("Andy Withers", "Sandy Forde")),
        ("Rigby Bystrom", ("Rigby Bystrom",)),
        ("J. Editor", ("J. Editor",)),
        ("Ursula van der Berg", ("Ursula van der Berg",)),
        ("Shaun O'Leary", ("Shaun O'Leary",)),
        ("Rosa del Valle", ("Rosa del Valle",)),
        ("Von Carter", ("Von Carter",)),
        ("Yazan Haddad", ("Yazan Haddad",)),
        ("Di Ray", ("Di Ray",)),
        ("Robert (Bob) Hale", ("Robert (Bob) Hale",)),
        ("Agent 47", ("Agent 47",)),
        ("50 Cent", ("50 Cent",)),
        ("3rd Earl of Snowdon", ("3rd Earl of Snowdon",)),
        ("Louis the 14th", ("Louis the 14th",)),
        ("Park In Sung", ("Park In Sung",)),
        ("Will Reports", ("Will Reports",)),
        ("Chief Standing Bear", ("Chief Standing Bear",)),
        ("Martin Luther King, Jr. and J. R. R. Tolkien", ("Martin Luther King, Jr.", "J. R. R. Tolkien")),
        ("Ann Lee, Ph.D., and Bo Ek, M.D.", ("Ann Lee, Ph.D.", "Bo Ek, M.D.")),
        ("Davis Love III", ("Davis Love III",)),
        # last name first
        ("Mammadov, Akbar", ("Mammadov, Akbar",)),
        ("By LEE, Ann Mary", ("LEE, Ann Mary",)),
        ("van der Berg, Ursula", ("van der Berg, Ursula",)),
        ("Mammadov, Akbar; García Márquez, Gabriel", ("Mammadov, Akbar", "García Márquez, Gabriel")),
        ("García Márquez, Gabriel;", ("García Márquez, Gabriel",)),
        ("Lee, Ann and Ek, Bo", ("Lee, Ann", "Ek, Bo")),
        ("Lee, A., Ek, B. J.", ("Lee, A.", "Ek, B. J.")),
        ("Ann Lee, Bo Ek; Cy Oz and Di Ray", ("Ann Lee, Bo Ek", "Cy Oz", "Di Ray")),
        # agencies
        ("PTI", ("PTI",)),
        ("AFP, Reuters", ("AFP", "Reuters")),
        ("by Ann Lee, Reuters", ("Ann Lee", "Reuters")),
        ("Ann Lee/AFP", ("Ann Lee", "AFP")),
        ("Agence France-Presse", ("Agence France-Presse",)),
        ("The Associated Press", ("The Associated Press",)),
        ("Ann Lee, The Associated Press", ("Ann Lee", "The Associated Press")),
        ("AP/AFP", ("AP", "AFP")),
        ("RFE/RL", ("RFE/RL",)),
        ("Ann Lee, RFE/RL", ("Ann Lee", "RFE/RL")),
        ("RFE/RL's Azerbaijani Service", ("RFE/RL's Azerbaijani Service",)),
        ("Ann Lee/Radio Free Europe/Radio Liberty", ("Ann Lee", "Radio Free Europe/Radio Liberty")),
        ("The Australian Associated Press", ("The Australian Associated Press",)),
        ("Thomson Reuters Foundation", ("Thomson Reuters Foundation",)),
        # of a place's name, without a role
        ("Jack London", ("Jack London",)),
        ("Mary Ann London", ("Mary Ann London",)),
        ("The Boston Globe Staff", ("The Boston Globe Staff",)),
        ("New York Times Staff", ("New York Times Staff",)),
        # other languages
        ("Von Anna Schmidt und Bernd Weiß", ("Anna Schmidt", "Bernd Weiß")),
        ("von der Heide, Anna", ("von der Heide, Anna",)),
        ("Par Jean Dupont et Marie Martin", ("Jean Dupont", "Marie Martin")),
        ("Por Juan Pérez y María López", ("Juan Pérez", "María López")),
        ("José Ortega y Gasset", ("José Ortega y Gasset",)),
        ("Di Marco Rossi e Anna Bianchi", ("Marco Rossi", "Anna Bianchi")),
        ("Автор: Иван Петров и Анна Белова", ("Иван Петров", "Анна Белова")),
        ("Yazan: Ayşe Demir ve Ali Kaya", ("Ayşe Demir", "Ali Kaya")),
        ("Jan Smit en Piet de Vries", ("Jan Smit", "Piet de Vries")),
        ("MARY E SMITH JONES", ("MARY E SMITH JONES",)),
        ("[Ann Lee]", ("Ann Lee",)),
        ("By", ()),
        ("", ()),
    ],
)
def test_names_that_are_the_whole_byline(text: str, names: tuple[str, ...]) -> None:
    assert parse_byline(text) == Byline(names)
    assert parse_names(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ann Lee | March 3, 2014", ("Ann Lee",)),
        ("IANS | Updated: Mar 3, 2021, 09:15 IST", ("IANS",)),
        ("March 3, 2014 | By Ann Lee", ("Ann Lee",)),
        ("Mar 3, 2014 By Ann Lee", ("Ann Lee",)),
        ("Ann Lee - 3 March 2014", ("Ann Lee",)),
        ("Ann Lee, Published 9:15 am, March 3, 2014", ("Ann Lee",)),
        ("Ann Lee, 03/04/14", ("Ann Lee",)),
        ("Posted by Ann Lee on March 3, 2014 at 9:15 am", ("Ann Lee",)),
        ("By Ann Lee, Senior Reporter", ("Ann Lee",)),
        ("By Ann Lee Staff Writer", ("Ann Lee",)),
        ("By ANN LEE, Associated Press Writer", ("ANN LEE",)),
        ("By ANN LEE of The Herald Staff", ("ANN LEE",)),
        ("Ann Lee, Science Editor, The Herald", ("Ann Lee",)),
        ("Ann Lee, Correspondent in London", ("Ann Lee",)),
        ("Ann Lee, London Correspondent, and Bo Ek, Paris Bureau Chief", ("Ann Lee", "Bo Ek")),
        ("Ann Lee Special to The Herald", ("Ann Lee",)),
        ("Ann Lee for Reuters", ("Ann Lee",)),
        ("By Ann Lee in Quba and Bo Ek in New York", ("Ann Lee", "Bo Ek")),
        ("ANN LEE IN QUBA", ("ANN LEE",)),
        ("Ann Lee, Washington Post", ("Ann Lee",)),
        ("Ann Lee, ann.lee@example.org", ("Ann Lee",)),
        ("Ann Lee <ann@example.org>", ("Ann Lee",)),
        ("Ann Lee (@annlee)", ("Ann Lee",)),
        ("Ann Lee, Twitter: @annlee", ("Ann Lee",)),
        ("Ann Lee, https://example.org/ann", ("Ann Lee",)),
        ("Ann Lee, +1 202 555 0100", ("Ann Lee",)),
        ("Ann Lee (AFP)", ("Ann Lee", "AFP")),
        ("Ann Lee (photos)", ("Ann Lee",)),
        ("Reporting by Ann Lee; Editing by Bo Ek", ("Ann Lee",)),
        ("Ann Lee, additional reporting by Bo Ek", ("Ann Lee", "Bo Ek")),
        ("Ann Lee with files from The Canadian Press", ("Ann Lee",)),
        ("Ann Lee et al.", ("Ann Lee",)),
        ("Ann Lee and agencies", ("Ann Lee",)),
        ("Par Jean Dupont à Bakou", ("Jean Dupont",)),
        ("Anna Schmidt, Redakteurin", ("Anna Schmidt",)),
        ("김철수 기자", ("김철수",)),
        # roles of several words, and roles before the name
        ("By Ann Lee, Chief Political Correspondent", ("Ann Lee",)),
        ("Ann Lee, senior business correspondent", ("Ann Lee",)),
        ("Ann Lee, Deputy Foreign Editor, and Bo Ek", ("Ann Lee", "Bo Ek")),
        ("Ann Lee, AP Sports Writer", ("Ann Lee",)),
        ("Ann Lee, Daily Star Staff Writer", ("Ann Lee",)),
        ("Ann Lee, Arts and Culture Editor", ("Ann Lee",)),
        ("Ann Lee, Books and Film Critic, and Bo Ek", ("Ann Lee", "Bo Ek")),
        ("Ann Lee, Bo Ek Staff Writer", ("Ann Lee", "Bo Ek")),
        ("Staff Writer Ann Lee", ("Ann Lee",)),
        ("Political correspondent Ann Lee", ("Ann Lee",)),
        ("Reporters: Ann Lee, Bo Ek", ("Ann Lee", "Bo Ek")),
        ("By a Staff Reporter", ()),
        ("From Our Special Correspondent", ()),
        ("By our foreign staff", ()),
        ("By the Editorial Board", ()),
        ("By Times Staff Writers", ()),
        # roles of a place or a subject, and agencies, behind a full name
        ("Ann Lee Europe correspondent", ("Ann Lee",)),
        ("Ann Lee Middle East correspondent", ("Ann Lee",)),
        ("Ann Lee South-East Asia correspondent", ("Ann Lee",)),
        ("Ann Lee Rome correspondent and Bo Ek Moscow bureau chief", ("Ann Lee", "Bo Ek")),
        ("Ann Lee Health policy editor", ("Ann Lee",)),
        ("Ann Lee North of England editor", ("Ann Lee",)),
        ("Ann Lee Science and environment editor", ("Ann Lee",)),
        ("Mary Ann London and Bo Ek Africa correspondent", ("Mary Ann London", "Bo Ek")),
        ("Ann Lee UK technology editor", ("Ann Lee",)),
        ("Mary Ann Lee Africa correspondent", ("Mary Ann Lee",)),
        ("Mary Ann Lee correspondent", ("Mary Ann Lee",)),
        ("Jack London correspondent", ("Jack London",)),
        ("Ursula van der Berg Brussels correspondent", ("Ursula van der Berg",)),
        ("Times of India correspondent", ("Times of India",)),
        ("Ann Lee, Al Jazeera Moscow correspondent", ("Ann Lee",)),
        ("By Ann Lee Globe Staff", ("Ann Lee",)),
        ("ANN LEE Associated Press", ("ANN LEE",)),
        ("Ann Lee Thomson Reuters", ("Ann Lee",)),
        # what HuffPost's data have
        ("Ann Lee, ContributorWriter, blogger", ("Ann Lee",)),
        ("Ann Lee, Contributor\nWriter | blogger", ("Ann Lee",)),
        ("Ann Lee, ContributorWriter and mother and Bo Ek, ContributorCEO, Ek and Sons", ("Ann Lee", "Bo Ek")),
        # where it stands, for whom it was written, and who helped
        ("By Ann Lee For Mailonline", ("Ann Lee",)),
        ("By Ann Lee Of The Herald Staff", ("Ann Lee",)),
        ("By Ann Lee In London", ("Ann Lee",)),
        ("Ann Lee contributed reporting from Quba, Azerbaijan", ("Ann Lee",)),
        ("Ann Lee and Bo Ek contributed to this report.", ("Ann Lee", "Bo Ek")),
        ("(Reporting by Ann Lee in Quba; Editing by Bo Ek)", ("Ann Lee",)),
        ("(Reporting and writing by Ann Lee; Editing by Bo Ek)", ("Ann Lee",)),
        ("ann@example.org (Ann Lee)", ("Ann Lee",)),
        ("ann@example.org (Ann Lee), bo@example.org (Bo Ek)", ("Ann Lee", "Bo Ek")),
        ("Ann Lee, ann@example.org (Baku)", ("Ann Lee",)),
        ("N/A", ()),
        ("By Our Correspondent in London", ()),
        ("Staff Reporter", ()),
        ("March 3, 2014", ()),
        ("x" * (MAX_BYLINE_LENGTH + 1), ()),
    ],
)
def test_what_is_taken_off_is_told(text: str, names: tuple[str, ...]) -> None:
    assert parse_byline(text) == Byline(names, has_more=True)


NAMES = st.tuples(
    st.sampled_from(["Ann", "Jean-Luc", "Byrne", "Ayşe", "Иван", "J. R.", "Andrew"]),
    st.sampled_from(["Lee", "O'Neil", "van der Berg", "Withers", "Ruiz-Gil", "Standby", "Петров", "Forde"]),
).map(" ".join)


@settings(deadline=None)  # the first example builds the tables of words
@given(
    st.lists(NAMES, min_size=1, max_size=5, unique=True), st.sampled_from([", ", "; ", " and ", " & ", " with ", " und "])
)
def test_names_are_kept_as_they_are_written(names: list[str], between: str) -> None:
    assert parse_byline("By " + between.join(names)) == Byline(tuple(names))


@settings(deadline=None)  # the first example builds the tables of words
@example("0.,A")
@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["By", "Ann", ",", ";", "|", "and", "in", "Staff Writer", "@a", "26", "."])).map(" ".join)
)
def test_any_text_is_a_byline(text: str) -> None:
    names, has_more = parse_byline(text)
    assert all(name and name == " ".join(name.split()) for name in names)
    assert has_more or all("".join(name.split()) in "".join(text.split()) for name in names)
