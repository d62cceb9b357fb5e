"""Sentences in many languages for texts to decode. None of them is in the samples that detection
uses.

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
PLAIN = """
The committee will meet again on Monday.
No one was hurt.
Prices rose again in the third quarter, the bank said.
She has two sons and lives in Leeds.
It was raining when they came home late at night.
The team flew to Cardiff on Thursday.
"""
"""English of ASCII alone."""

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
