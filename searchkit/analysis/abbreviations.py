"""Abbreviations by language, whose full stop ends no sentence, and words that usually begin a
sentence.

An entry in lowercase, unless it is a single letter, also stands for the word with a capital and
in capitals (`vol. Vol. VOL.`). An entry with a capital does not stand for the word in small
letters, which is another one (`Mass.` and `mass.`); it stands for the word in capitals if it is
longer than two letters. Of an abbreviation with inner dots the whole is an entry (`e.g.`), or the
last part (`W.Va.`).
"""

from __future__ import annotations

from typing import NamedTuple


class _Table(NamedTuple):
    """The words of a language, parted by blanks. For a word in several of the first three, the
    first one holds."""

    never: str
    """Titles and the like: whatever follows, the sentence goes on (`Rev. Zed`, `e.g. Rome`)."""
    before_starters: str
    """The sentence ends only before a starter (`Acme Inc. The firm` but `Acme Inc. Chairman
    Roe`)."""
    before_letters: str
    """The sentence ends, but not before a number (`p. 12`)."""
    starters: str
    """Words that, with a capital inside a text, have begun a sentence: articles, pronouns,
    conjunctions, prepositions."""
    ordinals: bool = False
    """A full stop makes an ordinal of a number (`am 3. Oktober`, `XIV. Lajos`)."""
    particles: bool = False
    """Some starters also stand between an initial and a name (`J. Le Goff`): no sentence ends
    with an initial."""


class Abbreviations(NamedTuple):
    """The abbreviations of a language in all their spellings, without the last full stop."""

    never: frozenset[str]
    before_starters: frozenset[str]
    before_letters: frozenset[str]
    starters: frozenset[str]
    ordinals: bool
    initials_end: bool
    """Whether a sentence may end with an initial, before a starter."""


def abbreviations(language: str) -> Abbreviations:
    """The abbreviations of a language (ISO 639-1); of "none" the English ones; of one without a
    table only initials."""
    table = _TABLES.get("en" if language == "none" else language, _NO_TABLE)
    return Abbreviations(
        _ways_to_write(table.never),
        _ways_to_write(table.before_starters),
        _ways_to_write(table.before_letters),
        frozenset(table.starters.split()),
        table.ordinals,
        not table.particles,
    )


def _ways_to_write(entries: str) -> frozenset[str]:
    ways: set[str] = set()
    for entry in entries.split():
        ways.add(entry)
        if entry.islower() and len(entry) > 1:
            ways |= {entry.capitalize(), entry.upper()}
        elif len(entry) > 2:
            ways.add(entry.upper())
    return frozenset(ways)


_NO_TABLE = _Table("", "", "", "")
_TABLES = {
    "en": _Table(
        # Titles; the states are those of the AP Stylebook and the older ones of the post office.
        never="Mr MR Mrs Ms MS Mx Dr DR Messrs Mme Mmes Mlle Prof Profs Rev Revs Hon Gov Govs Sen Sens Rep Reps"
        " Pres Gen Gens Col Cols Lt LT Maj Capt Cpl Pvt Pfc Spc Sgt Sgts Adm Cmdr Comdr Brig Insp Det Supt"
        " Msgr Fr Br Amb Atty Asst Dep Dist Lieut Ens Cdr Cmdt Lcpl Rt Ald Secy Treas Ste vs v cf viz e.g"
        " i.e",
        before_starters="Ala Ariz Ark Calif Cal Colo Conn Del Fla Ga Ill Ind Kan Kans Ky La Md Mass Mich Minn Miss Mo"
        " Mont Neb Nebr Nev Okla Ore Oreg Pa Penn Tenn Tex Vt Va Wash Wis Wisc Wyo Mex Dak Ont Que Alta"
        " Sask Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat"
        " Sun Ave Aves Av Blvd Rd Rds St ST Sts Hwy Rte Pkwy Sq Ln Terr Ter Fwy Expy Tpke Tpk Ctr Plz Bldg"
        " Inc Corp Co CO Cos Ltd Plc Bros Mfg Intl Assn Assoc Natl Univ Dept Depts Govt Div Ins Labs Dev"
        " Hosp Inst Ed jr sr esq ft mt mts approx etc al No NO Nos Figs Vols Art Arts Sec Secs Ch Chap"
        " Para Fig Vol Eq Ref Ext Tel",
        before_letters="no nos p pp fig figs vol vols ch chap art sec para eq est ca",
        starters="The A An He She It They We You I This That These Those There Then His Her Its Their Our My Your"
        " But And Or So Yet Nor In On At By For From With Without After Before When While If As Since"
        " Although Though Because Until During Among Between About Against Despite Following What Where"
        " Why How Here Now However Meanwhile Moreover Also Still Some Many Most More Both Each Every"
        " Several Another Such Even Only Just Once Instead Nevertheless Nonetheless Thus Therefore Perhaps"
        " Later Earlier Yesterday Today Tomorrow Not Nobody Nothing Everyone Everything Someone Unlike"
        " According Asked Whether",
    ),
    "de": _Table(
        never="Dr DR Prof Hr Hrn Fr Frl Dipl Ing Mag St bzw ca vgl sog geb gest evtl ggf inkl exkl einschl zzgl"
        " insb bes Nr Nrn Gen Hptm Oberstlt Präs Stv gem lt rd z.B d.h v.a z.T i.d.R u.U m.E s.o s.u dt"
        " engl frz lat griech bspw resp Dres",
        before_starters="Jan Feb Mrz Apr Jun Jul Aug Sep Sept Okt Nov Dez Mio Mrd Tsd Bio Mill usw etc Str str Co CO Chr"
        " Jh Jhd Std Min Sek Tel Aufl Hrsg Hbf Bhf Pl Hl Ev Kath Univ Bez Abt Verf Anm Red Kl Bd Bde"
        " Abs Ziff Kap Abb Tab Art Az Rn max min u.a u.ä o.ä",
        before_letters="",
        starters="Der Die Das Den Dem Des Ein Eine Einen Einem Einer Eines Er Sie Es Wir Ich Ihr Man In Im Am An"
        " Auf Bei Beim Mit Nach Von Vom Vor Für Über Unter Zu Zum Zur Aus Bis Durch Gegen Ohne Um Seit Und"
        " Oder Aber Doch Denn Wenn Als Da Dann Damit Dabei Dafür Dagegen Danach Daher Dazu Darum Darüber"
        " Davor Deshalb Dennoch Trotzdem So Auch Noch Nur Schon Jetzt Nun Hier Dort Wie Was Wer Wo Warum"
        " Dieser Diese Dieses Diesen Diesem Sein Seine Seinen Ihre Ihren Unser Unsere Alle Viele Einige"
        " Mehr Nicht Kein Keine Laut Obwohl Während Weil Trotz Zwischen Zuvor Zudem Allerdings Jedoch"
        " Insgesamt Heute Gestern Morgen Außerdem Derzeit Bisher Ob Sogar Zunächst Später Deren Dessen"
        " Jeder Jede Beide",
        ordinals=True,
    ),
    "fr": _Table(
        never="M MM Mme Mmes Mlle Mlles Me Dr Drs Pr Mgr St Ste cf ex env Gal Cdt Cne Lt Col Cap Sgt vs p.ex c.-à-d",
        before_starters="av bd boul janv févr avr juil sept oct nov déc etc Cie Sté Ets éd hab tél apr chap vol fig art"
        " al n no",
        before_letters="p pp",
        starters="Le La Les L Un Une Des Du Il Elle Ils Elles On Nous Vous Je J Ce C Cet Cette Ces Qu Que Qui"
        " Quand Si S Se Son Sa Ses Leur Leurs Notre Votre Mais Et Ou Or Donc Car Dans En Au Aux À Avec"
        " Sans Sous Sur Pour Par Pendant Après Avant Depuis Selon Lors Lorsque Comme Alors Ainsi Aussi"
        " Cependant Toutefois Pourtant Enfin Puis Tout Tous Toute Toutes Plus Plusieurs N Ne Y Là Ici Mon"
        " Ma Mes Chez Contre Entre Vers Malgré Grâce Outre Hier Aujourd Désormais Même Certains Certaines"
        " Beaucoup Aucun Aucune Chaque Où Pourquoi Comment Parmi Dès",
        particles=True,
    ),
    "es": _Table(
        never="sr sra srs sres srta dr dra dres D Da Dña ud uds Vd Vds lic ing arq prof profa gral Cnel Cap Tte"
        " Sgto Mons Fr Sto Sta Pdte núm núms ej p.ej EE FF RR CC JJ aprox",
        before_starters="UU AA HH OO ene feb abr jun jul ago sep sept oct nov dic av avda etc cía ltda tel ed no nro pág"
        " págs art arts vol cap fig",
        before_letters="p pp",
        starters="El La Los Las Lo Un Una Unos Unas Él Ella Ellos Ellas Yo Nosotros Usted Su Sus Este Esta Estos"
        " Estas Esto Ese Esa Esos Esas Eso Aquel Aquella Pero Y E O Si Sin Con Por Para Según Sobre Tras"
        " En De Del Al A Ante Desde Hasta Entre Durante Cuando Donde Como Aunque Mientras También Además"
        " Así Ahora Ya No Ni Nunca Se Le Les Me Nos Hay Muchos Muchas Algunos Algunas Todos Todas Cada Más"
        " Otro Otra Otros Otras Hoy Ayer Después Antes Luego Entonces Qué Quién Cómo Cuándo Dónde Mi"
        " Nuestro Nuestra Es",
        particles=True,
    ),
    "it": _Table(
        never="sig sigg dott dr ing avv prof on sen Gen Col Ten Cap Mons S Cav Comm Geom Rag Arch Egr Gent"
        " Spett Pres Min es cfr c.f",
        before_starters="apr ago sett ott nov dic ecc tel pag pagg art artt n nn nr vol cap fig",
        before_letters="p pp",
        starters="Il Lo La I Gli Le L Un Uno Una Egli Lui Lei Loro Noi Voi Io Questo Questa Questi Queste Quello"
        " Quella Quelli Ma E Ed O Se Con Per Da Dal Dalla Di Del Della Dei Delle In Nel Nella Nei Nelle Su"
        " Sul Sulla A Ad Al Alla Ai Alle Tra Fra Dopo Prima Quando Mentre Come Anche Così Poi Ora Già Non"
        " Si Ci C È Secondo Durante Sono Suo Sua Suoi Sue Perché Inoltre Infatti Tuttavia Però Invece Ieri"
        " Oggi Nonostante Senza Contro Dove Chi Che Cosa Ogni Tutti Tutte Molti",
        particles=True,
    ),
    "pt": _Table(
        never="sr sra srs sras srta dr dra drs prof profa Exmo Exma Ilmo Ilma Eng Enga Gen Cel Maj Cap Ten Sgt"
        " Des Dep Sen Ver Min Pe D Dom Sto Sta ex p.ex aprox",
        before_starters="jan fev abr jun jul ago nov dez av Al Ltda Cia etc tel pág págs art arts inc nº vol cap fig núm Ed",
        before_letters="p pp",
        starters="O A Os As Um Uma Uns Umas Ele Ela Eles Elas Eu Nós Você Seu Sua Seus Suas Este Esta Esse Essa"
        " Isso Isto Aquele Aquela Mas E Ou Se Com Por Para Pelo Pela De Do Da Dos Das Em No Na Nos Nas Ao"
        " Aos À Às Após Antes Depois Desde Até Entre Durante Quando Onde Como Embora Enquanto Também Além"
        " Assim Agora Já Não Nem Nunca Há Segundo Sobre Sem Muitos Muitas Alguns Algumas Todos Todas Cada"
        " Mais Outro Outra Porém Entretanto Contudo Hoje Ontem Que Quem É",
        particles=True,
    ),
    "nl": _Table(
        never="dhr mw mevr dr prof ir ing mr drs ds jhr jkvr bijv bv ca nr nrs resp incl excl evt zgn Gen Kol"
        " Lt Kap Maj Sgt St o.a m.n d.w.z i.p.v t.a.v n.a.v m.b.t z.g vgl",
        before_starters="jan feb mrt apr jun jul aug sep sept okt nov dec mln mld str jl enz etc tel fig vol afb hfst",
        before_letters="blz art p",
        starters="De Het Een Hij Zij Ze Wij We Ik Je Jij U Er Dat Dit Deze Die Maar En Of Want Dus In Op Aan Bij"
        " Met Na Naar Voor Uit Om Over Onder Tot Tegen Tussen Door Als Toen Wanneer Hoewel Omdat Terwijl"
        " Ook Nog Nu Daar Daarom Daarna Hier Zo Toch Volgens Sinds Tijdens Zijn Haar Hun Ons Onze Alle"
        " Veel Sommige Niet Geen Wie Wat Waar Hoe Wel Al Vanaf Sommigen",
        particles=True,
    ),
    "ru": _Table(
        never="ул им просп пер пл наб обл респ корп стр напр см ср проф акад доц св ген полк лейт кап зам пом"
        " англ нем фр лат пос оз гр тов т.е т.к т.н т.ч т.о пр-т",
        before_starters="г гг руб коп долл тыс млн млрд трлн др пр т.д т.п н.э чел экз янв фев февр мар апр июн июл авг"
        " сен сент окт ноя нояб дек ред тел рис табл гл ст п пп разд",
        before_letters="с",
        starters="Он Она Оно Они Мы Вы Я Ты Это Этот Эта Эти Тот Та Те Тем В Во На По Из От До За К Ко С Со У О Об"
        " При Для Без Под Над Между После Перед Через И А Но Да Однако Если Когда Как Что Чтобы Кто Где"
        " Куда Почему Так Также Такой Такие Тогда Теперь Здесь Там Не Ни Уже Ещё Еще Все Всё Весь Его Её"
        " Ее Их Наш Наши Свой Среди Согласно Кроме Поэтому Затем Ранее Сегодня Вчера Завтра Хотя Пока"
        " Позже Более Многие Некоторые Сейчас Именно Лишь Только Потом Впрочем Ведь Нет Ему Ей Им",
    ),
    "tr": _Table(
        never="Dr Prof Doç Av Sn Yrd Öğr Gör Uzm Op Alb Yzb Org Korg Tümg Müh Hz bkz örn yakl",
        before_starters="vb vd vs Cad Sok Mah Bul Blv Apt Şti Ltd No NO yy Md Üniv Fak Böl Bşk Gn Kur tel",
        before_letters="no s",
        starters="Bu Bir O Ve Ama Ancak Fakat Ayrıca Daha Her Hem Biz Ben Sen Siz Onlar Şu Şimdi Sonra Önce Eğer"
        " Çünkü Böyle Böylece Öte Ne Nasıl Neden Kim Hiç Çok Bazı Tüm Bütün Bunun Buna Bunu Bunlar Onun"
        " Ona Onu Yine Burada Orada Ardından Üstelik İse Dün Bugün Yarın Hatta Artık Sadece Yani Zaten"
        " Belki Söz",
        ordinals=True,
    ),
    "sv": _Table(
        never="dr prof hr fr frk kapt gen ing bl t.ex bl.a d.v.s dvs s.k f.d f.n ex ca nr kl jfr resp inkl exkl",
        before_starters="jan feb febr apr aug sept okt nov dec milj mdr osv etc m.m m.fl mm fl tel kap fig",
        before_letters="sid st",
        starters="Den Det De En Ett Han Hon Vi Jag Du Ni Man Men Och Eller I På Av Vid Med Till Från För Om Som"
        " När Där Här Då Nu Så Efter Under Över Mot Enligt Sedan Både Alla Många Några Inte Ingen Detta"
        " Denna Dessa Hans Hennes Deras Vår Också Dock Eftersom Medan Trots Mellan Före Utan Hur Vad Vem"
        " Vilka Varför Igår Idag Genom Bland",
    ),
    "da": _Table(
        never="hr fr frk dr prof bl bl.a f.eks eks dvs d.v.s ca nr kl inkl ekskl jf evt hhv skt sct gl",
        before_starters="jan feb febr apr aug sept okt nov dec mio mia pct kr osv mv m.v m.m tlf kap fig",
        before_letters="stk",
        starters="Den Det De En Et Han Hun Vi Jeg Du I Man Men Og Eller På Af Ved Med Til Fra For Om Som Når Da"
        " Der Her Nu Så Efter Under Over Mod Ifølge Siden Både Alle Mange Nogle Ikke Ingen Dette Denne"
        " Disse Hans Hendes Deres Vores Også Dog Fordi Mens Trods Mellem Før Uden Hvordan Hvad Hvem Hvis"
        " Hvorfor",
        ordinals=True,
    ),
    "no": _Table(
        never="hr fr dr prof bl bl.a f.eks eks dvs d.v.s ca nr kl inkl ekskl jf jfr evt hhv St",
        before_starters="jan feb febr apr aug sept okt nov des mill mrd kr osv mv m.m tlf kap fig pst",
        before_letters="stk",
        starters="Den Det De En Ei Et Han Hun Vi Jeg Du I Man Men Og Eller På Av Ved Med Til Fra For Om Som Når Da"
        " Der Her Nå Så Etter Under Over Mot Ifølge Siden Både Alle Mange Noen Ikke Ingen Dette Denne"
        " Disse Hans Hennes Deres Også Fordi Mens Tross Mellom Før Uten Hvordan Hva Hvem Hvis Hvorfor",
        ordinals=True,
    ),
    "fi": _Table(
        never="esim ns klo nro vrt ks ts tri tohtori prof mm eli ml puh n em ko",
        before_starters="milj mrd jne yms ym mk vko kpl os ed tel eKr jKr",
        before_letters="s",
        starters="Hän He Se Ne Ja Mutta Tai Jos Kun Kuin Että Myös Nyt Sitten Siellä Täällä Tämä Nämä Tuo Nuo Me"
        " Te Minä Sinä Ei Eivät Kuitenkin Lisäksi Vaikka Koska Ennen Jälkeen Vuonna Viime Kaikki Monet"
        " Niin Näin Tänään Eilen Siksi Silti",
        ordinals=True,
    ),
    "hu": _Table(
        never="Dr Prof özv ifj id ún pl kb ill Szt Br Gr",
        before_starters="Bt Kft Rt Zrt Nyrt stb krt jan febr márc ápr jún júl aug szept okt nov dec tel fsz em sz u",
        before_letters="old o",
        starters="A Az Egy Ez Ezt Azt És De Ha Hogy Nem Már Még Most Ő Ők Mi Én Ezek Azok Majd Amikor Mert Így Úgy"
        " Itt Ott Csak Ezért Azonban Szerinte Ugyanakkor Emellett Bár Ma Tegnap Minden Ki Mint Vagy Aki"
        " Ami",
        ordinals=True,
    ),
    "ro": _Table(
        never="dl dna dr prof ing Av Gen Col Lt Cpt Sf nr cca ex",
        before_starters="str bd pag alin lit art etc Hr ian febr apr iun iul aug sept oct nov dec mil mld tel S.A vol cap"
        " fig",
        before_letters="p",
        starters="El Ea Ei Ele Un O Acest Această Aceasta Aceste Acești Acesta Cel Cea Cei Cele În La Pe De Din Cu"
        " Pentru Prin După Dar Și Sau Dacă Când Cum Nu S Se Potrivit Însă Iar Astfel Acum Eu Noi Voi Tot"
        " Toate Toți Mai Fără Între Până Ca Care Ce Cine Unde Deși Totuși Ieri Azi Conform Am Este",
    ),
    "ca": _Table(
        never="sr sra dr dra prof St Sta Sto Mn núm ex",
        before_starters="av avda etc tel pàg pàgs art vol cap fig gen febr abr jul set oct nov des",
        before_letters="p pp",
        starters="El La Els Les L Un Una Uns Unes En Al Als Del Dels De Però I O Si Amb Per Segons Quan Aquest"
        " Aquesta Aquests Ell Ella Ells No S Es Hi A També Així Ara Ja Com On Què Qui Tot Tots Sense Sobre"
        " Després Abans Mentre Durant Entre",
        particles=True,
    ),
    "el": _Table(
        never="κ κα κκ δρ καθ αρ π.χ δηλ Αγ οδ λεωφ βλ πρβλ",
        before_starters="κ.λπ κ.ά κλπ εκατ δισ χιλ τηλ Ιαν Φεβ Μαρ Απρ Ιουν Ιουλ Αυγ Σεπ Σεπτ Οκτ Νοε Δεκ αι μ.μ π.μ",
        before_letters="σελ άρθ",
        starters="Ο Η Το Οι Τα Τον Την Του Της Των Τους Τις Στο Στη Στην Στον Στους Στις Στα Και Αλλά Αν Όταν Όπως"
        " Που Πού Τι Με Για Από Σε Κατά Μετά Πριν Δεν Θα Να Ένας Μία Μια Ένα Αυτός Αυτή Αυτό Αυτοί Αυτά"
        " Ενώ Επίσης Ωστόσο Όμως Σύμφωνα Παρά Χωρίς Ως Έτσι Τότε Τώρα Εδώ Εκεί Όλοι Όλα Πολλοί Κάθε",
    ),
    "id": _Table(
        never="Dr Ir Drs Prof Hj Sdr Bpk Jl Tn Ny Kol Jend Letjen Mayjen a.n",
        before_starters="dll dsb dst Tbk No NO tgl Kec Kab Kel Kav Jan Feb Mar Apr Jun Jul Agt Sep Okt Nov Des telp",
        before_letters="hlm hal",
        starters="Ia Dia Mereka Kami Kita Saya Anda Itu Ini Di Ke Dari Pada Dan Tetapi Tapi Namun Jika Ketika Saat"
        " Untuk Dengan Dalam Oleh Karena Sementara Menurut Setelah Sebelum Hal Para Yang Ada Tidak Juga"
        " Akan Selain Meski Sejak Seorang",
    ),
    "lt": _Table(
        never="pvz prof dr doc akad gen plk kpt g pr al vad vid",
        before_starters="t.y kt pan tūkst mln mlrd gyv tel str d m",
        before_letters="p psl",
        starters="Jis Ji Jie Jos Aš Mes Tai Šis Ši Šie Bet Ir Ar Jei Kai Kad Po Prie Per Pagal Iš Su Be Už Nuo Iki"
        " Į Apie Tačiau Taip Dabar Ten Čia Jo Jų Kol Nors Todėl Vakar Šiandien",
    ),
    "sr": _Table(
        never="др мр проф инж ген пук св бр ул тзв нпр гђа г-ђа dr mr prof inž gen puk sv br ul tzv npr",
        before_starters="итд сл год хиљ мил дин одн itd sl god hilj mil din odn",
        before_letters="стр str чл čl",
        starters="Он Она Оно Они Ми Ви Ја То Овај Ова Ово Ови Тај Та У На По Из Од До За К Са О При Без Под Над"
        " После Пре И А Али Ако Када Како Шта Ко Где Тако Такође Сада Не Ни Још Све Његов Њен Према"
        " Међутим Затим Јуче Данас On Ona Ono Oni Mi Vi Ja To Ovaj Ova Ovo Ovi Taj Ta U Na Po Iz Od Do Za"
        " Sa O Pri Bez Pod Nad Posle Pre I A Ali Ako Kada Kako Šta Ko Gde Tako Takođe Sada Ne Ni Još Sve"
        " Njegov Njen Prema Međutim Zatim Juče Danas",
        ordinals=True,
    ),
    "eu": _Table(never="dr and jn", before_starters="etab adib", before_letters="or orr", starters="", ordinals=True),
    "ga": _Table(
        never="Dr An tOll uas lch", before_starters="srl Teo", before_letters="lgh", starters="An Na Bhí Tá Ní Ach"
    ),
    "hi": _Table(never="प्रो कु डॉ सर्वश्री इंजी", before_starters="रु कि.मी", before_letters="", starters=""),
    "ne": _Table(never="प्रा डा इन्जि सि.नं वि.सं", before_starters="रु", before_letters="", starters=""),
    "ar": _Table(never="د أ م ص", before_starters="", before_letters="", starters=""),
    "hy": _Table(never="դոկտ պրոֆ օր փող", before_starters="հազ մլն մլրդ", before_letters="էջ", starters=""),
}
