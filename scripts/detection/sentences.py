"""Sentences in many languages, from which texts are made; none of them is among the samples that detection learned from.

One sentence a line.
"""

from __future__ import annotations

ENGLISH = """
The museum paid £15.8m for the painting, its director said.
“It’s a dreadful mistake,” the coach told reporters after the game – his last.
Temperatures reached 30°C in the capital and 28° on the coast.
See § 1983 of the code; the judge cited it twice.
The plot measures 6 × 4 metres and cost €900.
Nuñez, a senator from Texas, voted against the bill.
Half a pint is ½ of a pint, and ¼ is a gill.
The café in Zürich closed last year…
She wrote ‘no comment’ on the form.
A résumé was found on the body, the coroner said.
The fee rose from £5 to £7.50 a day.
The brand name is Café Noir® and the text is © 1998 Reuters.
Beyoncé and Renée Zellweger were seen at the show.
“We won’t pay,” said Mr O’Brien. “Not now – not ever.”
Investors pulled out of São Paulo, fearing new rules.
Its engines run at 90 ± 5 degrees.
Björn Borg, the Swedish player, never won the title.
• Rain in the north • Sun in the south
The students’ union met the dean on Tuesday.
It cost 50¢ in 1960, about £4 in today’s money.
Mr. Muñoz said the piñata was made in Málaga.
The à la carte menu, he wrote, was a cliché.
Read Article 5¶2 of the treaty.
Shares in Nestlé and L’Oréal fell 3½ per cent.
The patient’s blood held 40µg of lead.
"""
"""English as it stands in windows-1252: a few signs or foreign names in a text of ASCII."""

WESTERN = {
    "en": ENGLISH,
    "de": """
Die Städtische Bühne eröffnet ihre Spielzeit mit einem Stück über den Dreißigjährigen Krieg.
Züge zwischen Düsseldorf und Münster fielen aus, weil Bäume auf die Gleise gestürzt waren.
„Wir hätten früher handeln müssen“, räumte die Ministerin ein.
Am Käfig der Löwen drängten sich die Schüler.
Für Familien mit mehreren Kindern lohnt sich das kaum.
Der Künstler übergab das Gemälde dem Museum in Nürnberg.
Fünf Jahre später kehrte er nach Thüringen zurück.
Ein ungewöhnlicher Fund beschäftigt die Archäologen: ein Ring aus Gold.
Größe und Gewicht des Schiffes sind beträchtlich.
Die Gäste aus Übersee blieben drei Nächte.
In Österreich wächst die Sorge um die Gletscher.
Ob das Bündnis hält, weiß niemand.
""",
    "fr": """
Les pêcheurs bretons ont bloqué l’entrée du port pendant toute la matinée.
Le musée rouvrira ses portes au printemps, après trois années de travaux.
« Nous étions à bout de forces », a raconté l’un des rescapés.
Le fleuve a débordé près d’Orléans, où des centaines d’habitants ont été évacués.
La grève des contrôleurs aériens a été levée.
Où sont passés les millions promis aux régions ?
Hélène Lefèvre, née à Besançon, dirige le théâtre depuis l’été.
Ce chef-d’œuvre du cinéma muet a été restauré à Bologne.
À peine élu, le maire a dû démissionner.
Le prix du blé a baissé de moitié, ce qui réjouit les boulangers.
On ne sait pas encore à quelle date aura lieu le procès.
Même les plus âgés n’avaient jamais vu une telle tempête.
""",
    "es": """
La cosecha de aceitunas fue peor que la del año pasado, según los agricultores de Jaén.
El río Paraná bajó tres metros y dejó barcos varados.
¿Por qué cerró la fábrica?, preguntan los vecinos.
El señor Ibáñez fue elegido rector de la universidad con más votos que nadie.
Una niña de seis años encontró el anillo en la playa.
“Jamás pensé que ganaría”, dijo la cantante después del concierto.
Los pingüinos llegaron a la costa con varias semanas de retraso.
La jueza envió el expediente a Bogotá.
Compró el piso por 90.000 euros y lo vendió por el triple.
¡Qué frío hace aquí!, exclamó el turista alemán.
El avión aterrizó sin daños en Cádiz.
Está prohibido pescar en toda la bahía.
""",
    "pt": """
A seca no sertão já matou milhares de cabeças de gado.
O avião aterrou em segurança no aeroporto de Faro, apesar do nevoeiro.
Os professores não aceitaram a proposta do governo e vão manter a greve.
“Foi a melhor exposição dos últimos anos”, disse a curadora.
A irmã do escritor guardou as cartas numa caixa de latão.
Há mais de um século que não se via um inverno assim.
Três embarcações naufragaram ao largo dos Açores.
O pão custa agora o dobro do que custava em março.
A câmara de Évora aprovou a construção de um pavilhão.
Ninguém ficou ferido, mas os prejuízos são grandes.
O tribunal deu razão à família do jogador.
Às nove horas começa a procissão.
""",
    "it": """
La nebbia ha fermato i traghetti tra Napoli e Capri per metà della giornata.
«Non c’è niente da festeggiare», ha detto l’allenatore.
Il prezzo del caffè è salito perché il raccolto è stato scarso.
La città di Forlì dedicherà una via allo scrittore.
Nessuno sa chi abbia rubato il quadro, né perché.
L’attività del vulcano è ripresa giovedì mattina.
Sarà presentata lunedì la nuova biblioteca dell’università.
Il vino di quest’anno avrà una qualità superiore.
Più di mille volontari hanno pulito la spiaggia.
Così finisce un’epoca, scrive il giornale.
I pompieri hanno lavorato fino alle tre del mattino.
Il papà della vittima ha perdonato l’autista.
""",
    "nl": """
De veerboot naar Terschelling is vanwege de storm niet uitgevaren.
Het museum in Den Haag toont zestig schilderijen uit Italië.
“Dat had niemand verwacht”, zei de burgemeester van Groningen.
Vóór de oorlog woonden er in dit dorp vierhonderd mensen.
De financiële gevolgen zijn nog niet bekend.
Één keer per jaar wordt de kerk geopend voor publiek.
Kinderen uit Oekraïne krijgen les in een oude fabriek.
De boeren blokkeerden de snelweg met tractoren.
Het café aan de gracht gaat na tachtig jaar dicht.
De politie zoekt getuigen van de reünie in Tiël.
Zijn ideeën over geld lenen waren nieuw.
De schaatsers kwamen gisteren terug uit Calgary.
""",
    "sv": """
Vargen har synts till vid sjön norr om Härnösand.
Färjan mellan Gotland och fastlandet ställdes in på grund av hårda vindar.
”Det är bedrövligt”, säger ordföranden i byalaget.
Museet visar målningar från sjuttonhundratalet.
Fiskarna får inte längre ta upp ål under våren.
Brödpriset har gått upp för tredje gången i år.
Hon åkte skidor från Kiruna till Östersund på nio dagar.
Ingen människa skadades när kyrkan brann.
Biblioteket öppnar igen efter ombyggnaden.
Skådespelaren fyller sextiofem och firar på sin ö.
I Luleå var det trettio grader kallt.
Domstolen friade de båda bröderna.
""",
    "da": """
Færgen til Bornholm blev aflyst på grund af blæst.
Museet på Fyn viser malerier fra det attende århundrede.
”Det er en skændsel”, siger formanden for sognerådet.
Bønderne høstede mindre korn end året før.
En dreng på seks år fandt ringen i sandet.
Prisen på smør er steget for tredje gang i år.
Kirken i Ålborg åbner igen efter ombygningen.
Skuespilleren fylder tres og fejrer det på sin ø.
Ingen mennesker kom til skade, da møllen brændte.
Retten frikendte de to brødre fra Næstved.
Isen på søen er ikke sikker endnu.
Børnene tog bussen hjem kl. 15.
""",
    "fi": """
Lautta Maarianhaminaan peruttiin kovan tuulen vuoksi.
Museo esittelee maalauksia kahdeksantoista vuosisadan ajalta.
”Tätä ei kukaan osannut odottaa”, sanoi kunnanjohtaja.
Hän hiihti Kuusamosta Hämeenlinnaan yhdeksässä päivässä.
Leivän hinta nousi jo kolmannen kerran tänä vuonna.
Sää jäähtyy yöllä, ja pohjoisessa sataa räntää.
Kirjasto avataan remontin jälkeen lokakuussa.
Kukaan ei loukkaantunut, kun mylly paloi.
Käräjäoikeus vapautti molemmat veljekset syytteistä.
Näyttelijä täyttää kuusikymmentä ja juhlii saarellaan.
Pyöräilijät kiersivät järven kahdessa tunnissa.
Susi nähtiin kylän lähellä viime viikolla.
""",
    "is": """
Ferjunni til Vestmannaeyja var aflýst vegna hvassviðris.
Safnið á Húsavík sýnir málverk frá átjándu öld.
Sjómenn veiddu minni þorsk en í fyrra.
Enginn slasaðist þegar hlaðan brann.
Verð á brauði hækkaði í þriðja sinn á þessu ári.
Leikarinn verður sextugur og heldur veislu í eyjunni.
Dómurinn sýknaði báða bræðurna.
Bókasafnið verður opnað aftur í október.
Eldgosið hófst skömmu eftir miðnætti og lýsti upp himininn.
Úlfar og Ásdís gengu yfir jökulinn á níu dögum.
Snjór féll á heiðum og vegir lokuðust.
Ég átti ekki von á þessu, sagði formaðurinn.
""",
}
"""Languages of western Europe."""

CENTRAL = {
    "pl": """
Prom do Świnoujścia odwołano z powodu silnego wiatru.
Muzeum w Toruniu pokazuje obrazy z osiemnastego wieku.
„Tego nikt się nie spodziewał”, przyznał wójt gminy.
Rolnicy zebrali mniej zboża niż w zeszłym roku.
Sześcioletni chłopiec znalazł pierścień na plaży.
Cena chleba wzrosła już po raz trzeci.
Biblioteka zostanie ponownie otwarta jesienią.
Nikt nie został ranny, gdy spłonął młyn.
Sąd uniewinnił obu braci z Rzeszowa.
Aktorka kończy sześćdziesiąt lat i świętuje na Mazurach.
Wilka widziano koło wsi w zeszły wtorek.
Łódź zatonęła, ale rybaków uratowano.
Źle się dzieje z jeziorem, ostrzegają przyrodnicy.
""",
    "cs": """
Přívoz přes Labe byl kvůli silnému větru zrušen.
Muzeum v Olomouci vystavuje obrazy z osmnáctého století.
„To nikdo nečekal,“ přiznal starosta obce.
Zemědělci sklidili méně obilí než loni.
Šestiletý chlapec našel na pláži prsten.
Cena chleba stoupla již potřetí.
Knihovna bude po přestavbě znovu otevřena v září.
Nikdo nebyl zraněn, když mlýn vyhořel.
Soud osvobodil oba bratry z Třebíče.
Herečka slaví šedesátiny na své chalupě.
Vlka viděli u vesnice minulé úterý.
Člun se potopil, ale rybáři přežili.
Žáci z Ďáblic vyhráli soutěž ve zpěvu.
""",
    "sk": """
Kompu cez Dunaj pre silný vietor zrušili.
Múzeum v Nitre vystavuje obrazy z osemnásteho storočia.
„To nikto nečakal,“ priznal starosta obce.
Roľníci zožali menej obilia než vlani.
Šesťročný chlapec našiel na pláži prsteň.
Cena chleba stúpla už po tretí raz.
Knižnicu po prestavbe znova otvoria v septembri.
Keď vyhorel mlyn, nikto sa nezranil.
Súd oslobodil oboch bratov z Trenčína.
Herečka oslávi šesťdesiatku na svojej chalupe.
Vlka videli pri dedine minulý utorok.
Čln sa potopil, ale rybári prežili.
Žiaci z Ružomberka vyhrali súťaž v speve.
""",
    "hu": """
A tihanyi kompot az erős szél miatt leállították.
A szegedi múzeum tizennyolcadik századi festményeket mutat be.
„Erre senki sem számított” – ismerte el a polgármester.
A gazdák kevesebb búzát arattak, mint tavaly.
Egy hatéves kisfiú gyűrűt talált a strandon.
A kenyér ára már harmadszor emelkedett.
A könyvtár a felújítás után ősszel nyílik meg újra.
Senki sem sérült meg, amikor leégett a malom.
A bíróság fölmentette mindkét testvért.
A színésznő hatvanadik születésnapját ünnepli.
Farkast láttak a falu közelében múlt kedden.
Elsüllyedt a csónak, de a halászok túlélték.
Hűvös, szeles időre készülhetünk, figyelmeztetnek.
""",
    "hr": """
Trajekt za Vis otkazan je zbog jakog vjetra.
Muzej u Varaždinu izlaže slike iz osamnaestog stoljeća.
„To nitko nije očekivao“, priznao je načelnik općine.
Seljaci su poželi manje žita nego lani.
Šestogodišnji dječak našao je prsten na plaži.
Cijena kruha porasla je već treći put.
Knjižnica će nakon obnove biti otvorena u rujnu.
Nitko nije ozlijeđen kad je mlin izgorio.
Sud je oslobodio obojicu braće iz Požege.
Glumica slavi šezdeseti rođendan na Hvaru.
Vuka su vidjeli kraj sela prošli utorak.
Čamac je potonuo, ali ribari su preživjeli.
Učenici iz Đurđevca pobijedili su na natjecanju.
""",
    "sl": """
Trajekt čez jezero so odpovedali zaradi močnega vetra.
Muzej v Celju razstavlja slike iz osemnajstega stoletja.
„Tega ni pričakoval nihče,“ je priznal župan.
Kmetje so poželi manj žita kakor lani.
Šestletni deček je na plaži našel prstan.
Cena kruha se je zvišala že tretjič.
Knjižnico bodo po prenovi odprli septembra.
Nihče ni bil ranjen, ko je pogorel mlin.
Sodišče je oprostilo oba brata iz Žalca.
Igralka praznuje šestdeset let na morju.
Volka so videli pri vasi prejšnji torek.
Čoln se je potopil, ribiči pa so preživeli.
""",
    "ro": """
Bacul de la Galaţi a fost oprit din cauza vântului puternic.
Muzeul din Sibiu prezintă picturi din secolul al optsprezecelea.
„Nimeni nu se aştepta la asta”, a recunoscut primarul.
Ţăranii au recoltat mai puţin grâu decât anul trecut.
Un băieţel de şase ani a găsit inelul pe plajă.
Preţul pâinii a crescut pentru a treia oară.
Biblioteca va fi redeschisă în toamnă, după renovare.
Nimeni nu a fost rănit când a ars moara.
Judecătorii i-au achitat pe cei doi fraţi.
Actriţa împlineşte şaizeci de ani şi sărbătoreşte la mare.
Lupul a fost văzut lângă sat marţea trecută.
Barca s-a scufundat, însă pescarii au supravieţuit.
""",
}
"""Languages of central Europe."""

TURKISH_AND_BALTIC = {
    "tr": """
Şiddetli rüzgâr yüzünden Çanakkale feribotu iptal edildi.
Konya’daki müzede on sekizinci yüzyıldan kalma resimler sergileniyor.
“Bunu kimse beklemiyordu” diye itiraf etti belediye başkanı.
Çiftçiler geçen yıldan daha az buğday biçti.
Altı yaşındaki bir çocuk kumsalda yüzük buldu.
Ekmeğin fiyatı bu yıl üçüncü kez yükseldi.
Kütüphane onarımdan sonra eylülde açılacak.
Değirmen yanarken kimse yaralanmadı.
Mahkeme iki kardeşi suçsuz buldu.
Ünlü oyuncu altmışıncı yaşını adasında kutladı.
Köyün yakınlarında kurt görüldüğü bildirildi.
Tekne battı ama balıkçılar kurtuldu.
""",
    "lt": """
Keltas į Nidą dėl stipraus vėjo neplaukė.
Kauno muziejus rodo aštuonioliktojo amžiaus paveikslus.
„Šito niekas nelaukė“, prisipažino meras.
Ūkininkai nukūlė mažiau grūdų nei pernai.
Šešerių metų berniukas paplūdimyje rado žiedą.
Duonos kaina pakilo jau trečią kartą.
Biblioteka po remonto vėl bus atidaryta rugsėjį.
Niekas nenukentėjo, kai sudegė malūnas.
Teismas išteisino abu brolius iš Alytaus.
Aktorė švenčia šešiasdešimtmetį prie jūros.
Vilką prie kaimo matė praėjusį antradienį.
Valtis nuskendo, tačiau žvejai išsigelbėjo.
""",
    "lv": """
Prāmis uz Roņu salu stiprā vēja dēļ tika atcelts.
Cēsu muzejs izstāda astoņpadsmitā gadsimta gleznas.
„To neviens negaidīja,” atzina mērs.
Zemnieki novāca mazāk labības nekā pērn.
Sešus gadus vecs zēns pludmalē atrada gredzenu.
Maizes cena cēlusies jau trešo reizi.
Bibliotēku pēc pārbūves atkal atvērs septembrī.
Neviens necieta, kad nodega dzirnavas.
Tiesa attaisnoja abus brāļus no Ķekavas.
Aktrise svin sešdesmito dzimšanas dienu jūrmalā.
Vilku pie ciema redzēja pagājušajā otrdienā.
Laiva nogrima, taču zvejnieki izglābās.
""",
    "et": """
Praam Hiiumaale jäi tugeva tuule tõttu ära.
Tartu muuseum näitab kaheksateistkümnenda sajandi maale.
„Seda ei osanud keegi oodata,“ tunnistas vallavanem.
Põllumehed lõikasid vilja vähem kui mullu.
Kuueaastane poiss leidis rannast sõrmuse.
Leiva hind tõusis juba kolmandat korda.
Raamatukogu avatakse pärast ümberehitust sügisel.
Keegi ei saanud viga, kui veski põles.
Kohus mõistis mõlemad vennad õigeks.
Näitleja tähistab kuuekümnendat sünnipäeva saarel.
Hunti nähti küla lähedal möödunud teisipäeval.
Paat läks põhja, kuid kalurid pääsesid.
""",
}
"""Turkish and the languages of the Baltic."""

CYRILLIC = {
    "ru": """
Паром через Керченский пролив отменили из-за сильного ветра.
Музей в Костроме показывает картины восемнадцатого века.
«Этого никто не ожидал», — признался глава посёлка.
Крестьяне собрали меньше зерна, чем в прошлом году.
Шестилетний мальчик нашёл на пляже кольцо.
Цена хлеба поднялась уже в третий раз.
Библиотека откроется после ремонта в сентябре.
Никто не пострадал, когда сгорела мельница.
Суд оправдал обоих братьев из Рязани.
Актриса отмечает шестидесятилетие на даче.
Волка видели у деревни в прошлый вторник.
Лодка утонула, но рыбаки спаслись.
Жители подъезда жалуются на шум.
""",
    "uk": """
Пором через Дніпро скасували через сильний вітер.
Музей у Полтаві показує картини вісімнадцятого століття.
«Цього ніхто не чекав», — зізнався голова громади.
Селяни зібрали менше зерна, ніж торік.
Шестирічний хлопчик знайшов на пляжі каблучку.
Ціна хліба піднялася вже втретє.
Бібліотека відкриється після ремонту у вересні.
Ніхто не постраждав, коли згорів млин.
Суд виправдав обох братів із Чернігова.
Акторка святкує шістдесятиліття на дачі.
Вовка бачили біля села минулого вівторка.
Човен потонув, але рибалки врятувалися.
Їжаки з'явилися в нашому саду навесні.
""",
    "bg": """
Фериботът през Дунав беше спрян заради силния вятър.
Музеят в Търново показва картини от осемнайсети век.
„Никой не очакваше това“, призна кметът на селото.
Земеделците прибраха по-малко жито от миналата година.
Шестгодишно момче намери пръстен на плажа.
Цената на хляба се вдигна вече за трети път.
Библиотеката ще отвори след ремонта през септември.
Никой не пострада, когато изгоря мелницата.
Съдът оправда и двамата братя от Русе.
Актрисата празнува шейсет години на морето.
Вълк е бил видян край селото миналия вторник.
Лодката потъна, но рибарите се спасиха.
""",
    "sr": """
Скела преко Дунава није возила због јаког ветра.
Музеј у Зрењанину излаже слике из осамнаестог века.
„То нико није очекивао“, признао је председник општине.
Сељаци су пожњели мање жита него лане.
Шестогодишњи дечак нашао је прстен на плажи.
Цена хлеба порасла је већ трећи пут.
Библиотека ће после обнове бити отворена у септембру.
Нико није повређен кад је изгорела воденица.
Суд је ослободио оба брата из Ужица.
Глумица слави шездесети рођендан на мору.
Вука су видели крај села прошлог уторка.
Чамац је потонуо, али су рибари преживели.
""",
}
"""Languages in Cyrillic letters."""

OTHER = {
    "el": """
Το πλοίο για τη Νάξο δεν απέπλευσε λόγω ισχυρών ανέμων.
Το μουσείο των Ιωαννίνων παρουσιάζει πίνακες του δέκατου όγδοου αιώνα.
«Αυτό δεν το περίμενε κανείς», παραδέχτηκε ο δήμαρχος.
Οι αγρότες μάζεψαν λιγότερο σιτάρι από πέρυσι.
Ένα εξάχρονο αγόρι βρήκε στην παραλία ένα δαχτυλίδι.
Η τιμή του ψωμιού ανέβηκε για τρίτη φορά.
Η βιβλιοθήκη θα ανοίξει ξανά τον Σεπτέμβριο.
Κανείς δεν τραυματίστηκε όταν κάηκε ο μύλος.
Το δικαστήριο αθώωσε και τους δύο αδελφούς.
Η ηθοποιός γιορτάζει τα εξήντα της στο νησί.
Λύκος εμφανίστηκε κοντά στο χωριό την Τρίτη.
Η βάρκα βυθίστηκε, αλλά οι ψαράδες σώθηκαν.
Ήρθε κι έφυγε χωρίς να πει λέξη.
""",
    "he": """
המעבורת לקפריסין בוטלה בגלל רוחות חזקות.
המוזיאון ברמת גן מציג ציורים מן המאה השמונה עשרה.
איש לא ציפה לזה, הודה ראש המועצה.
החקלאים קצרו פחות חיטה מאשר אשתקד.
ילד בן שש מצא טבעת על שפת הים.
מחיר הלחם עלה כבר בפעם השלישית.
הספרייה תיפתח מחדש בספטמבר לאחר השיפוץ.
לא היו נפגעים כאשר נשרפה הטחנה.
השופט זיכה את שני האחים מעכו.
השחקנית חוגגת יום הולדת שישים באי שלה.
זאב נראה ליד הכפר ביום שלישי שעבר.
הסירה טבעה, אבל הדייגים ניצלו.
""",
    "ar": """
ألغيت رحلة العبارة إلى الجزيرة بسبب الرياح الشديدة.
يعرض المتحف لوحات من القرن الثامن عشر.
لم يكن أحد يتوقع ذلك، كما اعترف رئيس البلدية.
حصد المزارعون قمحا أقل من العام الماضي.
عثر طفل في السادسة من عمره على خاتم على الشاطئ.
ارتفع سعر الخبز للمرة الثالثة هذه السنة.
ستفتح المكتبة أبوابها من جديد في سبتمبر بعد الترميم.
لم يصب أحد عندما احترقت الطاحونة.
برأت المحكمة الأخوين من التهمة.
تحتفل الممثلة بعيد ميلادها الستين قرب البحر.
شوهد ذئب قرب القرية يوم الثلاثاء.
غرق القارب لكن الصيادين نجوا؛ فكيف حدث هذا؟
""",
    "th": """
เรือข้ามฟากไปเกาะสมุยงดให้บริการเพราะลมแรง
พิพิธภัณฑ์จัดแสดงภาพวาดจากศตวรรษที่สิบแปด
ไม่มีใครคาดคิดมาก่อน นายกเทศมนตรียอมรับ
ชาวนาเก็บเกี่ยวข้าวได้น้อยกว่าปีก่อน
เด็กชายวัยหกขวบพบแหวนบนชายหาด
ราคาขนมปังสูงขึ้นเป็นครั้งที่สามแล้ว
ห้องสมุดจะเปิดอีกครั้งหลังปรับปรุงในเดือนกันยายน
ไม่มีผู้ได้รับบาดเจ็บเมื่อโรงสีไฟไหม้
ศาลยกฟ้องพี่น้องทั้งสองคน
นักแสดงหญิงฉลองอายุหกสิบปีที่ริมทะเล
มีคนพบหมาป่าใกล้หมู่บ้านเมื่อวันอังคาร
เรือล่มแต่ชาวประมงรอดชีวิต
""",
}
"""Languages in other letters."""

EAST_ASIAN = {
    "zh-hans": """
开往海岛的渡轮因大风停航。
苏州博物馆展出十八世纪的绘画作品。
“谁也没有想到会这样。”镇长承认。
农民今年收的小麦比去年少。
一个六岁的男孩在沙滩上发现了一枚戒指。
面包的价格已经第三次上涨。
图书馆装修之后将于九月重新开放。
磨坊着火的时候没有人受伤。
法院宣布兄弟二人无罪。
这位女演员在岛上庆祝六十岁生日。
上星期二有人在村子附近看见了狼。
小船沉没，渔民全部获救。
""",
    "zh-hant": """
開往海島的渡輪因強風停航。
台南的博物館展出十八世紀的繪畫作品。
「誰也沒有想到會這樣。」鎮長承認。
農民今年收的小麥比去年少。
一個六歲的男孩在沙灘上發現了一枚戒指。
麵包的價格已經第三次上漲。
圖書館裝修之後將於九月重新開放。
磨坊著火的時候沒有人受傷。
法院宣布兄弟二人無罪。
這位女演員在島上慶祝六十歲生日。
上星期二有人在村子附近看見了狼。
小船沉沒，漁民全部獲救。
""",
    "ja": """
島へ向かうフェリーは強風のため欠航した。
奈良の博物館で十八世紀の絵画が展示されている。
「だれも予想していなかった」と町長は認めた。
農家の小麦の収穫は去年より少なかった。
六歳の男の子が砂浜で指輪を見つけた。
パンの値段は今年三度目の値上がりとなった。
図書館は改修を終えて九月に再び開館する。
水車小屋が焼けたが、けが人はいなかった。
裁判所は兄弟二人に無罪を言い渡した。
女優は島で六十歳の誕生日を祝った。
先週の火曜日、村の近くでオオカミが目撃された。
船は沈んだが、漁師たちは助かった。
""",
    "ko": """
섬으로 가는 배가 강한 바람 때문에 운항을 멈추었다.
경주 박물관에서는 십팔 세기의 그림을 전시하고 있다.
아무도 예상하지 못한 일이라고 군수는 인정했다.
농민들은 작년보다 밀을 적게 거두었다.
여섯 살 난 남자 아이가 바닷가에서 반지를 찾았다.
빵값이 올해 들어 세 번째로 올랐다.
도서관은 수리를 마치고 구월에 다시 문을 연다.
방앗간에 불이 났지만 다친 사람은 없었다.
법원은 형제에게 무죄를 선고했다.
배우는 섬에서 예순 번째 생일을 축하했다.
지난 화요일 마을 근처에 늑대가 나타났다.
배는 가라앉았으나 어부들은 살아남았다.
""",
}
"""Languages of East Asia."""
