"""Sample sentences of news in languages of Latin letters; see `samples`."""

from __future__ import annotations

LATIN = {
    "en": """
The prime minister told reporters on Friday that the government would not raise taxes before the next election. Police
said that two men had been arrested after the fire, which started in the kitchen of a small hotel near the station.
Shares fell by more than three per cent as investors waited for figures from the central bank. "We are looking at
every option," she said, "and there will be an answer within a few weeks." The company, which employs about 1,200
people, has lost money in each of the past five years. Heavy rain is expected over the weekend, and the river could
rise again. He scored twice in the second half to give his side a win that their manager called the best of the
season. The café on the corner has been sold, according to a spokesman for the owners. José García and Zoë Müller, who
lived in Montréal for years, are the new members of the board. Their résumés, a cliché and a naïve façade: so the jury
called the protégé and his fiancée at the New York show. Doctors in the town say they have never seen so many patients
at this time of the year. Among those who spoke at the funeral were the mayor, two of her children and an old friend
from school.
""",
    "de": """
Die Bundesregierung will die Steuern vor der nächsten Wahl nicht erhöhen, sagte der Minister am Freitag in München.
Für die Beschäftigten bedeutet das größere Sicherheit, hieß es aus der Fraktion. Über die Gründe für den Rücktritt
wurde zunächst nichts bekannt. Die Polizei nahm zwei Männer fest, die in der Nähe des Bahnhofs ein Feuer gelegt haben
sollen. Der Fußballer schoss in der zweiten Hälfte zwei Tore und führte seine Mannschaft zum fünften Sieg in Köln.
Ärzte und Pfleger müssen häufig länger arbeiten, weil Stellen fehlen. Österreich und die Schweiz schließen ein
Abkommen über den Verkehr in den Alpen. Am Wochenende wird es regnen, und die Flüsse könnten wieder steigen. Das
Unternehmen beschäftigt rund 1200 Menschen und hat in jedem der letzten Jahre Geld verloren. Die Straße bleibt während
der Bauarbeiten gesperrt, außerdem fällt die Messe aus. Der Bürgermeister dankte den Helfern, die nach dem Unglück
tagelang im Einsatz waren. Überall in den Städten gehören Äpfel, Öl und Käse zu den Waren, die teurer geworden sind.
Natürlich möchten wir das ändern, erklärte sie, dafür brauchen wir jedoch genügend Zeit und Geld. Die Übung war am
Abend zu Ende, später gab es Kaffee.
""",
    "fr": """
Le président de la République a déclaré vendredi que le gouvernement n'augmenterait pas les impôts avant la prochaine
élection. À Genève, où se tenait la conférence, les délégués ont été reçus à l'hôtel de ville. Selon la préfecture,
deux hommes ont été arrêtés après l'incendie qui s'est déclaré près de la gare. Les élèves et leurs professeurs
étaient très inquiets; la rentrée a été repoussée de trois semaines. Il pleuvra encore dès dimanche et les rivières
pourraient déborder. L'équipe a gagné grâce à deux buts marqués en seconde période, a noté l'entraîneur. Une sœur du
maire, âgée de quarante ans, a été élue au conseil régional; son cœur, dit-elle, bat à gauche. Ça suffit, a répondu le
garçon, déçu par la façon dont on l'a traité. Être là où l'on naît, c'est déjà connaître. L'œuvre du théâtre français,
jouée à Noël, plaît même aux étrangers. L'État, premier actionnaire de la société, a cédé la moitié de ses parts. Les
réformes économiques sont nécessaires, mais leur coût inquiète les ménages. Écoles, hôpitaux et bibliothèques
fermeront plus tôt cet été. Évidemment, la fête n'aura pas lieu; ambiguë, la règle a été modifiée. Où qu'il aille,
Benoît a toujours été bien accueilli, même au Québec et à Nîmes.
""",
    "es": """
El presidente del Gobierno anunció el viernes que no habrá más impuestos antes de las próximas elecciones. La policía
detuvo a dos jóvenes después del incendio, que empezó en la cocina de un pequeño hotel cerca de la estación. Según el
informe, la inflación subió un tres por ciento en España durante el último año. «Todavía no sabemos qué pasará
mañana», dijo la ministra de Educación, señora Núñez, en una reunión con los niños. ¿Cuándo llegará la ayuda a los
pueblos más pobres? ¡Nadie lo sabe! El equipo ganó también el último partido y está muy cerca del título, según
explicó su capitán. Los médicos aseguran que nunca habían atendido a tantos enfermos en esta época. Además, la
compañía, con sede en Bogotá, perdió dinero en cada uno de los años anteriores. El sábado lloverá en toda la región y
los ríos podrían crecer. Aún así, la Unión Europea pidió una solución política y económica. El pingüino y la cigüeña
llegaron al zoológico de Córdoba. Él sí quería que su hija siguiera aquí. En México, Perú y Panamá, la opinión pública
está dividida: unos quieren acción, otros más diálogo. Ángel Martínez, alcalde de León, recordó a las víctimas del
terremoto y pidió atención a los demás. Óscar volvió a Málaga.
""",
    "pt": """
O presidente da República afirmou na sexta-feira que não haverá aumento de impostos antes das próximas eleições. A
polícia deteve dois homens depois do incêndio, que começou na cozinha de um pequeno hotel perto da estação. Segundo o
relatório, a inflação subiu três por cento no país e a situação económica é difícil. As crianças voltarão às aulas na
próxima semana, diz o ministério da Educação. São Paulo e Lisboa vão receber as reuniões da comissão. «Ainda não
sabemos o que vai acontecer amanhã», disse a ministra, que já foi à Assembleia. A seleção ganhou também o último jogo
e está mais perto do título, mas o treinador não está satisfeito. Os médicos dizem que nunca houve tantos doentes
nesta época do ano. Além disso, a companhia perdeu dinheiro em cada um dos últimos cinco anos. No sábado vai chover em
toda a região e os rios poderão subir. É possível que a decisão seja tomada até ao fim do mês. Os cidadãos põem em
dúvida as razões dos líderes. Às vezes, lá em casa, a avó lê o jornal ao avô. Mãe e irmã estão em Évora. Água, pão e
maçãs ficaram mais caros; três mil pessoas saíram à rua, de mãos dadas, no Índico. Ninguém sabe porquê; está aí a
questão. Há informações de que as ações caíram e o câmbio também.
""",
    "it": """
Il presidente del Consiglio ha detto venerdì che il governo non aumenterà le tasse prima delle prossime elezioni. La
polizia ha fermato due uomini dopo l'incendio, che è scoppiato nella cucina di un piccolo albergo vicino alla
stazione. È più facile dirlo che farlo, perché la società ha perso denaro in ognuno degli ultimi cinque anni. Lunedì,
martedì e mercoledì pioverà in tutta la città e i fiumi potrebbero salire. Così ha spiegato il ministro dell'Economia,
che però non ha voluto rispondere alle domande dei giornalisti. «Non c'è più tempo: la verità verrà fuori», ha
aggiunto. L'università di Forlì e quella di Cefalù lavorano già insieme. La squadra ha vinto anche l'ultima partita,
grazie a due reti segnate nella ripresa. I medici dicono che non hanno mai visto tanti malati in questo periodo
dell'anno. Né il sindaco né la giunta sanno quanti anni serviranno. Sarà un'estate calda: la siccità è un problema per
l'agricoltura. Chi può, va al mare; gli altri restano lì, a metà strada. Perciò la libertà di stampa è una necessità,
e la qualità dei giornali anche. Si è parlato di libertà, di ciò che è giusto e di ciò che non lo è. Giù al porto c'è
un caffè. Già oggi il papà di Niccolò vive a metà dell'isola.
""",
    "nl": """
De minister-president zei vrijdag dat de regering de belastingen niet zal verhogen voor de volgende verkiezingen. De
politie heeft twee mannen aangehouden na de brand, die begon in de keuken van een klein hotel bij het station. Volgens
het rapport zijn de prijzen in België en Nederland met drie procent gestegen. „Wij weten nog niet wat er morgen
gebeurt", aldus de wethouder. Het bedrijf, waar ongeveer 1200 mensen werken, heeft in elk van de laatste vijf jaar
geld verloren. Ook in Italië en Griekenland zijn patiënten overgebracht naar andere ziekenhuizen. De coöperatie heeft
één voorzitter en twee financiële directeuren; dat is geen ideeënbus. Het weer blijft slecht: zaterdag gaat het
regenen en het water kan stijgen. De ploeg won met vier doelpunten en is nu bijna kampioen, zei de trainer vóór de
wedstrijd. Een zeeën van tijd hebben de reünie en de crèche niet. Israël en Oekraïne hebben een overeenkomst getekend
over graan. Zoë en André zijn naar het café gegaan. Artsen zeggen dat zij nooit zoveel zieken hebben gezien in deze
tijd van het jaar. Dat is geïnd, geëist en gecoördineerd. Hij vroeg zich af hoe het kón dat zoveel kinderen op school
geen ontbijt krijgen. Het OM eiste zes jaar cel.
""",
    "sv": """
Statsministern sade på fredagen att regeringen inte kommer att höja skatterna före nästa val. Polisen grep två män
efter branden, som började i köket på ett litet hotell nära stationen. Enligt rapporten har priserna ökat med tre
procent under det senaste året. Företaget, som har omkring 1200 anställda, har förlorat pengar vart och ett av de fem
senaste åren. Även i Malmö, Göteborg och Umeå väntas regn på lördag och älvarna kan stiga. Vi måste också få bättre
skolor för våra barn, säger hon. Läkarna uppger att de aldrig har sett så många patienter så här års. Laget gjorde två
mål i andra halvlek och är nu mycket nära guldet. Åklagaren har väckt åtal mot mannen, som nekar till brott. Östersund
får en ny gång- och cykelväg över ån. Ändå är det många som frågar sig när kriget tar slut. Frågan är när riksdagen
börjar rösta om förslaget. Kön växer för varje dag, men ingen vet varför. Älskade författaren från Småland är död, hon
blev åttio år. I går höll utrikesministern ett tal om Östersjön och om svenska företag på väg ut i världen. Ägarna
vill inte säga något, men idén är inte ny. Åtta av tio väljare tror på förändring. Överallt längs kusten står båtar på
land.
""",
    "da": """
Statsministeren sagde fredag, at regeringen ikke vil sætte skatterne op før det næste valg. Politiet anholdt to mænd
efter branden, som begyndte i køkkenet på et lille hotel nær stationen. Ifølge rapporten er priserne steget med tre
procent i løbet af det sidste år. Virksomheden, der har omkring 1200 ansatte, har tabt penge i hvert af de seneste fem
år. Også i Århus, København og på Sjælland ventes der regn lørdag, og åerne kan stige igen. Vi må have bedre skoler
til vores børn, siger hun. Lægerne oplyser, at de aldrig har set så mange syge på denne tid af året. Holdet scorede to
mål i anden halvleg og er nu meget tæt på guldet. Anklageren har rejst sag mod manden, som nægter. Økonomien er i
bedring, men ingen tør love noget. Ærligt talt ved vi ikke, hvornår krigen hører op. Folketinget skal stemme om
forslaget, når udvalget er færdigt. Køen vokser hver dag. Forfatteren fra Ærø er død, hun blev firs år.
Udenrigsministeren holdt i går en tale om Østersøen og om danske selskaber på vej ud i verden. Ejerne vil ikke sige
noget, så længe sagen kører. Åbningen af idéhuset sker først til sommer, når håndværkerne er færdige. Én ting er
sikker: det bliver dyrere at bo på Frederiksberg.
""",
    "nb": """
Statsministeren sa fredag at regjeringen ikke vil øke skattene før neste valg. Politiet pågrep to menn etter brannen,
som begynte på kjøkkenet i et lite hotell nær stasjonen. Ifølge rapporten har prisene økt med tre prosent det siste
året. Selskapet, som har rundt 1200 ansatte, har tapt penger i hvert av de siste fem årene. Også i Tromsø, Bodø og på
Sørlandet ventes det regn lørdag, og elvene kan stige igjen. Vi må få bedre skoler for barna våre, sier hun. Legene
opplyser at de aldri har sett så mange syke på denne tiden av året. Laget scoret to mål i andre omgang og er nå svært
nær gullet. Økonomien er bedre, men ingen tør å love noe. Ærlig talt vet vi ikke når krigen tar slut. Stortinget skal
stemme over forslaget når komiteen er ferdig. Køen vokser hver dag. Forfatteren fra Lærdal er død, hun ble åtti år.
Utenriksministeren holdt i går en tale om Østersjøen og om norske bedrifter på vei ut i verden. Åpningen skjer først
til sommeren, når håndverkerne er ferdige. Én ting er sikkert, og det er at strømmen blir dyrere både på Østlandet og
i Ålesund. Været blir også fint ved sjøen.
""",
    "fi": """
Pääministeri sanoi perjantaina, että hallitus ei nosta veroja ennen seuraavia vaaleja. Poliisi pidätti kaksi miestä
tulipalon jälkeen, joka alkoi pienen hotellin keittiöstä aseman lähellä. Raportin mukaan hinnat ovat nousseet kolme
prosenttia viime vuoden aikana. Yhtiö, jolla on noin 1200 työntekijää, on menettänyt rahaa jokaisena viitenä viime
vuotena. Myös Jyväskylässä ja Hämeenlinnassa odotetaan sadetta lauantaina, ja joet voivat nousta uudelleen. Meidän
täytyy saada parempia kouluja lapsillemme, hän sanoo. Lääkärit kertovat, etteivät he ole koskaan nähneet näin paljon
potilaita tähän aikaan vuodesta. Joukkue teki kaksi maalia toisella puoliajalla ja on nyt hyvin lähellä mestaruutta.
Äänestäjät päättävät, kenestä tulee seuraava presidentti. Öljyn hinta on taas noussut, eikä kukaan tiedä syytä.
Eduskunta äänestää esityksestä, kun valiokunta on saanut työnsä valmiiksi. Kysymys kuuluu, milloin sota päättyy.
Kirjailija on kuollut, hän oli kahdeksankymmentä vuotta. Åbo Akademi ja Yleisradio järjestävät keskustelun tänään.
Näyttää siltä, että kesästä tulee lämmin ja että yötkin ovat lämpimiä. Šakki ja žanri ovat lainasanoja. Tässä työssä
pitää myös yrittää ymmärtää muita.
""",
    "is": """
Forsætisráðherra sagði á föstudag að ríkisstjórnin myndi ekki hækka skatta fyrir næstu kosningar. Lögreglan handtók
tvo menn eftir eldsvoðann, sem hófst í eldhúsi á litlu hóteli nálægt höfninni. Samkvæmt skýrslunni hefur verðlag
hækkað um þrjú prósent á síðasta ári. Fyrirtækið, þar sem um 1200 manns vinna, hefur tapað fé á hverju ári síðustu
fimm árin. Einnig er búist við rigningu á Akureyri og á Ísafirði á laugardag og árnar gætu vaxið. Við þurfum betri
skóla fyrir börnin okkar, segir hún. Læknar segja að þeir hafi aldrei séð svo marga sjúklinga á þessum tíma árs. Liðið
skoraði tvö mörk í síðari hálfleik og er nú mjög nálægt titlinum. Þingið greiðir atkvæði um frumvarpið þegar nefndin
hefur lokið störfum. Það er óvíst hvenær stríðinu lýkur. Rithöfundurinn er látinn, hún varð áttræð. Utanríkisráðherra
hélt ræðu í gær um Norður-Atlantshaf og íslensk fyrirtæki. Ólafur og Þórður búa í Reykjavík. Eigendurnir vilja ekki
tjá sig um málið. Ég hef ekki séð þetta áður, sagði hann, en ýmislegt getur gerst. Öll él birtir upp um síðir. Úti er
ævintýri. Veðrið verður gott við sjóinn, þótt kalt sé í fjöllunum.
""",
    "pl": """
Premier powiedział w piątek, że rząd nie podniesie podatków przed następnymi wyborami. Policja zatrzymała dwóch
mężczyzn po pożarze, który wybuchł w kuchni małego hotelu w pobliżu dworca. Według raportu ceny wzrosły w ciągu
ostatniego roku o trzy procent. Spółka, która zatrudnia około 1200 osób, traciła pieniądze w każdym z ostatnich pięciu
lat. Również w Łodzi, Krakowie i Gdańsku spodziewany jest deszcz, a rzeki mogą się podnieść. Musimy mieć lepsze szkoły
dla naszych dzieci, mówi minister. Lekarze twierdzą, że nigdy nie widzieli tylu chorych o tej porze roku. Drużyna
strzeliła dwie bramki w drugiej połowie i jest już blisko mistrzostwa. Sejm będzie głosować nad ustawą, gdy komisja
skończy pracę. Żaden z posłów nie chciał powiedzieć, kiedy skończy się wojna. Źródła zbliżone do rządu twierdzą, że
decyzja zapadnie jeszcze w październiku. Śledztwo prowadzi prokuratura w Poznaniu. Ćwiczenia żołnierzy odbędą się w
przyszłym tygodniu. Na Śląsku część górników rozpoczęła strajk. Właściciele nie chcą nic mówić, ponieważ sprawa jest w
sądzie. Świat się zmienia, a ludzie wciąż są tacy sami. Są też ofiary: zginęły trzy osoby, sześć zostało rannych.
Życie na wsi może być piękne, choć jest trudniejsze niż w mieście.
""",
    "cs": """
Předseda vlády v pátek řekl, že kabinet před příštími volbami nezvýší daně. Policie zadržela dva muže po požáru, který
začal v kuchyni malého hotelu poblíž nádraží. Podle zprávy vzrostly ceny za poslední rok o tři procenta. Společnost,
která zaměstnává asi 1200 lidí, přišla o peníze v každém z posledních pěti let. Také v Plzni, Ústí nad Labem a Českých
Budějovicích se čeká déšť a řeky mohou stoupnout. Musíme mít lepší školy pro naše děti, říká ministryně. Lékaři
uvádějí, že v tuto dobu ještě nikdy neviděli tolik nemocných. Mužstvo vstřelilo ve druhém poločase dva góly a je už
velmi blízko titulu. Sněmovna bude o návrhu hlasovat, až výbor skončí práci. Nikdo z poslanců nechtěl říct, kdy válka
skončí. Žádný z nich však nebyl zraněn. Šéf strany uvedl, že rozhodnutí padne ještě v říjnu. Řidič auta zemřel na
místě. Čeští hokejisté zvítězili nad Švédskem a těší se na další zápasy. Ďábel je ukryt v detailu, stejně jako úspěch.
Majitelé nechtějí nic říkat, protože případ je u soudu. Svět se mění, ale lidé zůstávají stejní. Důvod je prostý: kůň
i pes potřebují péči. Loď připlula do přístavu, zeť i teď mlčí, ať je čas jakýkoli. Únor byl letos teplejší než
loňský, průměr dosáhl tří stupňů. Též bývalý žák.
""",
    "sk": """
Predseda vlády v piatok povedal, že kabinet pred najbližšími voľbami nezvýši dane. Polícia zadržala dvoch mužov po
požiari, ktorý vznikol v kuchyni malého hotela neďaleko stanice. Podľa správy stúpli ceny za posledný rok o tri
percentá. Spoločnosť, ktorá zamestnáva asi 1200 ľudí, prišla o peniaze v každom z posledných piatich rokov. Aj v
Žiline, Košiciach a Banskej Bystrici sa čaká dážď a rieky môžu stúpnuť. Musíme mať lepšie školy pre naše deti, hovorí
ministerka. Lekári uvádzajú, že v tomto čase ešte nikdy nevideli toľko chorých. Mužstvo strelilo v druhom polčase dva
góly a je už veľmi blízko k titulu. Parlament bude o návrhu hlasovať, keď výbor skončí prácu. Nikto z poslancov
nechcel povedať, kedy sa vojna skončí. Žiadny z nich však nebol zranený. Šéf strany uviedol, že rozhodnutie padne ešte
v októbri. Ľudia na Slovensku už dlhšie čakajú na zmenu. Čo ďalej, pýtajú sa všetci. Majitelia nechcú nič hovoriť,
pretože prípad je na súde. Úspech má veľa otcov. Kôň, vŕba, stĺp, mäso a ôsmy deň sú slová. Väčšina z nás chápe, že
päť rokov je dlhý čas. Svet sa mení, ale ľudia zostávajú rovnakí. Ďakujeme všetkým, ktorí prišli. Keďže pršalo, zápas
sa neskôr zrušil. Dnes ráno bola v Tatrách najnižšia teplota.
""",
    "hu": """
A miniszterelnök pénteken azt mondta, hogy a kormány a következő választás előtt nem emeli az adókat. A rendőrség két
férfit vett őrizetbe a tűz után, amely egy kis szálloda konyhájában keletkezett az állomás közelében. A jelentés
szerint az árak az elmúlt évben három százalékkal nőttek. A cég, amely mintegy 1200 embert foglalkoztat, az utolsó öt
év mindegyikében pénzt veszített. Győrben, Debrecenben és Pécsett is eső várható, és a folyók újra megáradhatnak. Jobb
iskolákra van szükségünk a gyermekeink számára, mondja a miniszter. Az orvosok közlése szerint ebben az időszakban még
sohasem láttak ennyi beteget. A csapat két gólt szerzett a második félidőben, és már nagyon közel van a bajnoki
címhez. Az országgyűlés akkor szavaz a javaslatról, ha a bizottság befejezte a munkáját. Egyik képviselő sem akarta
megmondani, mikor lesz vége a háborúnak. Öten megsérültek, egy nő súlyosan. Úgy tűnik, hogy a döntés még októberben
megszületik. Ősszel új műsorral jön a színház. Űrhajó indult a kutatókkal. Élő adásban közvetítették az ülést. Érdekes
módon erről senki sem beszél. Ügyvédje szerint ártatlan. A külföldi tőke újabb beruházásokat jelenthet. Az időjárás
hűvös lesz, erős szél fúj. Üdvözlöm önöket, köszönöm, hogy eljöttek.
""",
    "hr": """
Predsjednik vlade rekao je u petak da vlada neće povećati poreze prije sljedećih izbora. Policija je uhitila dvojicu
muškaraca nakon požara koji je izbio u kuhinji malog hotela blizu kolodvora. Prema izvješću, cijene su u posljednjih
godinu dana porasle tri posto. Tvrtka koja zapošljava oko 1200 ljudi gubila je novac svake od posljednjih pet godina.
Također se u Šibeniku, Čakovcu i Đakovu očekuje kiša, a rijeke bi mogle opet porasti. Moramo imati bolje škole za našu
djecu, kaže ministrica. Liječnici tvrde da još nikad nisu vidjeli toliko bolesnika u ovo doba godine. Momčad je u
drugom poluvremenu postigla dva pogotka i već je vrlo blizu naslova. Sabor će o prijedlogu glasovati kad odbor završi
posao. Nitko od zastupnika nije htio reći kada će rat završiti. Žene i muškarci čekaju pred bolnicom. Članovi stranke
kažu da će odluka pasti još u listopadu. Šef policije nije želio ništa reći, jer je slučaj na sudu. Srbija i Bosna
žele više ulaganja, a građani bolji život. Između ostalog, također će biti riječi o mlađim igračima. Može se očekivati
da će tužitelj uložiti žalbu. Ćirilica i latinica. Osječki gradonačelnik najavio je izgradnju ceste. Žrtve su već
pokopane, a međunarodna zajednica šalje pomoć.
""",
    "sl": """
Predsednik vlade je v petek dejal, da vlada pred naslednjimi volitvami ne bo zvišala davkov. Policija je prijela dva
moška po požaru, ki je izbruhnil v kuhinji majhnega hotela blizu postaje. Po poročilu so se cene v zadnjem letu
zvišale za tri odstotke. Podjetje, ki zaposluje okoli 1200 ljudi, je v vsakem od zadnjih petih let izgubljalo denar.
Tudi v Mariboru, Kopru in Škofji Loki pričakujejo dež, reke pa bi lahko znova narasle. Za naše otroke moramo imeti
boljše šole, pravi ministrica. Zdravniki trdijo, da v tem času še nikoli niso videli toliko bolnikov. Moštvo je v
drugem polčasu doseglo dva zadetka in je že zelo blizu naslova. Državni zbor bo o predlogu glasoval, ko bo odbor
končal delo. Nihče od poslancev ni hotel povedati, kdaj se bo vojna končala. Žal ni bilo več časa. Člani stranke
pravijo, da bo odločitev znana še ta mesec. Šele včeraj so se začeli pogovori med obema stranema. Življenje v mestu je
dražje kot na deželi, vendar ljudje še vedno iščejo službo v Ljubljani. Sodišče je razsodilo, da lastniki niso krivi.
Čez nekaj dni bo znano, kdo bo novi župan. Več kot polovica vprašanih meni, da je država močnejša, kot je bila. Naše
smučarke so osvojile še eno medaljo.
""",
    "ro": """
Prim-ministrul a declarat vineri că guvernul nu va mări impozitele înainte de viitoarele alegeri. Poliţia a reţinut
doi bărbaţi după incendiul care a izbucnit în bucătăria unui mic hotel de lângă gară. Potrivit raportului, preţurile
au crescut cu trei la sută în ultimul an. Societatea, care are circa 1200 de angajaţi, a pierdut bani în fiecare
dintre ultimii cinci ani. Şi la Iaşi, Timişoara şi Braşov se aşteaptă ploi, iar râurile ar putea creşte din nou.
Trebuie să avem şcoli mai bune pentru copiii noştri, spune ministrul. Medicii afirmă că nu au văzut niciodată atâţia
bolnavi în această perioadă a anului. Echipa a marcat două goluri în repriza a doua şi este deja foarte aproape de
titlu. Parlamentul va vota propunerea când comisia îşi va încheia lucrările. Niciun deputat nu a vrut să spună când se
va sfârşi războiul. În România, cetăţenii aşteaptă o schimbare. Ţara are nevoie de reforme, însă mulţi se tem de ele.
Înalta Curte a hotărât că proprietarii nu sunt vinovaţi. Întrebat dacă demisionează, a răspuns că nu ştie încă. Până
la sfârşitul lunii vor fi alese şi echipele naţionale. Între timp, situaţia rămâne grea, iar viaţa oamenilor la fel.
Dânsul a câştigat, câţiva nu. Ştiri: îngheţ şi vânt.
""",
    "tr": """
Başbakan cuma günü yaptığı açıklamada hükümetin gelecek seçimden önce vergileri artırmayacağını söyledi. Polis,
istasyonun yakınındaki küçük bir otelin mutfağında çıkan yangından sonra iki kişiyi gözaltına aldı. Rapora göre
fiyatlar son bir yıl içinde yüzde üç arttı. Yaklaşık 1200 kişinin çalıştığı şirket, son beş yılın her birinde para
kaybetti. Ankara, İzmir ve Eskişehir'de de yağmur bekleniyor, nehirler yeniden yükselebilir. Çocuklarımız için daha
iyi okullara ihtiyacımız var, dedi bakan. Doktorlar yılın bu zamanında hiç bu kadar çok hasta görmediklerini
belirtiyor. Takım ikinci yarıda iki gol attı ve şampiyonluğa çok yaklaştı. Meclis, komisyon çalışmasını bitirdiğinde
öneriyi oylayacak. Milletvekillerinden hiçbiri savaşın ne zaman biteceğini söylemek istemedi. Türkiye'nin güneyinde
yaşayanlar değişim istiyor. Şu anda görüşmeler sürüyor, ancak ülkenin ekonomik durumu güç. Ülke genelinde işsizlik
azaldı. Ömer Çelik ile Ayşe Öztürk ödül aldı. Ağrı Dağı'na çıkan dağcılar geri döndü. İstanbul Üniversitesi
öğrencileri için yeni bir yurt açılıyor. Kâğıt fiyatları da yükseldi; hâlâ kâr eden yok. Işıklar söndü, halk sokağa
çıktı. Mahkeme suçsuz olduğuna karar verdi. Dışişleri Bakanı dün öğleden sonra Brüksel'e gitti.
""",
    "lt": """
Ministras pirmininkas penktadienį pareiškė, kad vyriausybė iki kitų rinkimų nedidins mokesčių. Policija sulaikė du
vyrus po gaisro, kuris kilo nedidelio viešbučio virtuvėje netoli stoties. Pasak ataskaitos, per pastaruosius metus
kainos išaugo trimis procentais. Bendrovė, kurioje dirba apie 1200 žmonių, kiekvienais iš pastarųjų penkerių metų
patyrė nuostolių. Taip pat Šiauliuose, Klaipėdoje ir Panevėžyje laukiama lietaus, o upės gali vėl pakilti. Mūsų
vaikams reikia geresnių mokyklų, sako ministrė. Gydytojai tvirtina, kad šiuo metų laiku dar niekada nematė tiek daug
ligonių. Komanda antrajame kėlinyje įmušė du įvarčius ir jau yra labai arti čempionų titulo. Seimas balsuos dėl
įstatymo, kai komitetas baigs darbą. Nė vienas iš Seimo narių nenorėjo pasakyti, kada baigsis karas. Žmonės Lietuvoje
laukia permainų. Čia gyvena daugiau kaip pusė šalies gyventojų. Įmonės savininkai nieko nesakė, nes byla yra teisme.
Už šią žemę mokėta brangiai. Ąžuolai ir ėglis auga prie kelio. Ūkininkai skundžiasi, kad dėl sausros derlius bus
mažesnis. Šį šeštadienį bus išrinktas naujasis meras. Jūsų klausimas yra svarbus, tačiau atsakymo dar nėra.
Tūkstančiai žmonių išėjo į gatves. Ežerų krašte šaltą žiemą sniegas būna iki kovo pabaigos.
""",
    "lv": """
Ministru prezidents piektdien paziņoja, ka valdība līdz nākamajām vēlēšanām nepaaugstinās nodokļus. Policija aizturēja
divus vīriešus pēc ugunsgrēka, kas izcēlās nelielas viesnīcas virtuvē netālu no stacijas. Saskaņā ar ziņojumu cenas
pēdējā gada laikā ir pieaugušas par trim procentiem. Uzņēmums, kurā strādā apmēram 1200 cilvēku, katrā no pēdējiem
pieciem gadiem ir cietis zaudējumus. Arī Liepājā, Rēzeknē un Jūrmalā gaidāms lietus, un upes var atkal celties. Mūsu
bērniem vajag labākas skolas, saka ministre. Ārsti apgalvo, ka šajā gada laikā vēl nekad nav redzējuši tik daudz
slimnieku. Komanda otrajā puslaikā guva divus vārtus un jau ir ļoti tuvu titulam. Saeima balsos par likumprojektu, kad
komisija būs pabeigusi darbu. Neviens no deputātiem negribēja teikt, kad karš beigsies. Latvijā iedzīvotāji gaida
pārmaiņas. Šobrīd notiek sarunas, tomēr valsts ekonomiskais stāvoklis ir grūts. Īpašnieki neko nesaka, jo lieta ir
tiesā. Ģimenēm ar bērniem būs lielāki pabalsti. Ķīnas uzņēmēji ieradās Rīgā. Ņemot vērā laika apstākļus, svētki notiks
vēlāk. Ūdens līmenis Daugavā turpina celties. Čehijas izlase uzvarēja. Ēkas jumts iebruka, neviens nav cietis.
Žurnālisti jautāja, kāpēc tā. Ļaudis saka: ķirši šogad ir dārgi, bet garšīgi.
""",
    "et": """
Peaminister ütles reedel, et valitsus ei tõsta makse enne järgmisi valimisi. Politsei pidas kinni kaks meest pärast
tulekahju, mis sai alguse väikese hotelli köögist jaama lähedal. Aruande järgi on hinnad viimase aasta jooksul tõusnud
kolm protsenti. Ettevõte, kus töötab umbes 1200 inimest, on kõigil viiel viimasel aastal raha kaotanud. Ka Võrus,
Pärnus ja Jõgeval on laupäeval oodata vihma ning jõed võivad uuesti tõusta. Meie lapsed vajavad paremaid koole, ütleb
minister. Arstid kinnitavad, et nad pole sel ajal aastas kunagi nii palju haigeid näinud. Meeskond lõi teisel poolajal
kaks väravat ja on nüüd väga lähedal tiitlile. Riigikogu hääletab eelnõu üle, kui komisjon on töö lõpetanud. Ükski
saadik ei tahtnud öelda, millal sõda lõpeb. Eesti elanikud ootavad muutusi. Õpetajad ja õpilased kogunesid väljakule.
Äripäev kirjutab, et omanikud ei soovi midagi öelda, sest asi on kohtus. Öösel langes temperatuur alla nulli. Šveitsi
ja Tšehhi juhid kohtuvad Tallinnas, žürii otsus selgub homme. Üle poole küsitletutest arvab, et elu on läinud
kallimaks. Näitus jääb avatuks kuni kevadeni. Põllumehed ei ole rahul, sest põud on saaki vähendanud. Süüdistus
esitati kahele mehele. Täna õhtul mängitakse hooaja tähtsaim kohtumine.
""",
    "ca": """
El president de la Generalitat va dir divendres que el govern no apujarà els impostos abans de les pròximes eleccions.
La policia va detenir dos homes després de l'incendi, que va començar a la cuina d'un petit hotel prop de l'estació.
Segons l'informe, els preus han pujat un tres per cent durant l'últim any. L'empresa, que té uns 1200 treballadors, ha
perdut diners en cadascun dels darrers cinc anys. També a Lleida, Perpinyà i Palafrugell s'espera pluja, i els rius
podrien créixer. Els nostres fills necessiten millors escoles, diu la consellera d'Educació. Els metges asseguren que
mai no havien vist tants malalts en aquesta època. L'equip va fer dos gols a la segona part i ja és molt a prop del
títol. El Parlament votarà la proposta quan la comissió hagi acabat la feina. Cap diputat no va voler dir quan
s'acabarà la guerra. A Barcelona, els ciutadans esperen un canvi. Això és així perquè l'Ajuntament ho ha decidit. Però
què passarà demà? La il·lusió i la paral·lela qüestió de la llengua: així ho explica la nació. Àngel i Òscar són
d'Àger, i Èric de l'Índia. Avui farà sol a tot el país. El cònsol va fer públic que la família ja és fora de perill.
Encara que sigui difícil, cal trobar una solució més justa.
""",
    "sq": """
Kryeministri tha të premten se qeveria nuk do t'i rrisë taksat para zgjedhjeve të ardhshme. Policia arrestoi dy burra
pas zjarrit, që filloi në kuzhinën e një hoteli të vogël pranë stacionit. Sipas raportit, çmimet janë rritur me tre
për qind gjatë vitit të fundit. Shoqëria, ku punojnë rreth 1200 veta, ka humbur para në secilin prej pesë viteve të
fundit. Edhe në Vlorë, Shkodër dhe Durrës pritet shi, dhe lumenjtë mund të rriten sërish. Fëmijët tanë kanë nevojë për
shkolla më të mira, thotë ministrja. Mjekët pohojnë se kurrë nuk kanë parë kaq shumë të sëmurë në këtë kohë të vitit.
Skuadra shënoi dy gola në pjesën e dytë dhe është tashmë shumë pranë titullit. Kuvendi do të votojë për propozimin kur
komisioni të ketë mbaruar punën. Asnjë deputet nuk deshi të thoshte se kur do të marrë fund lufta. Në Shqipëri dhe në
Kosovë qytetarët presin ndryshime. Është e vështirë të thuhet se çfarë do të ndodhë nesër. Çdo ditë radha bëhet më e
gjatë. Gjykata vendosi që pronarët nuk janë fajtorë. Përveç kësaj, një grup njerëzish kërkoi që çështja të hetohet.
Ëndrra e tij ishte të bëhej mësues.
""",
    "vi": """
Thủ tướng nói hôm thứ sáu rằng chính phủ sẽ không tăng thuế trước cuộc bầu cử tới. Cảnh sát đã bắt hai người đàn ông
sau vụ cháy bắt đầu từ nhà bếp của một khách sạn nhỏ gần nhà ga. Theo báo cáo, giá cả đã tăng ba phần trăm trong năm
qua. Công ty có khoảng 1200 nhân viên đã mất tiền trong mỗi năm của năm năm gần đây. Ở Hà Nội, Đà Nẵng và thành phố Hồ
Chí Minh dự kiến có mưa, nước sông có thể lại dâng lên. Chúng ta phải có trường học tốt hơn cho trẻ em, bà bộ trưởng
nói. Các bác sĩ cho biết họ chưa bao giờ thấy nhiều bệnh nhân như vậy vào thời điểm này. Đội bóng ghi hai bàn trong
hiệp hai và đã rất gần chức vô địch. Quốc hội sẽ bỏ phiếu khi ủy ban kết thúc công việc. Không đại biểu nào muốn nói
khi nào chiến tranh sẽ kết thúc. Người dân Việt Nam đang chờ đợi những thay đổi. Tình hình kinh tế vẫn khó khăn, nhưng
xuất khẩu đã được cải thiện. Đây là một quyết định quan trọng đối với các doanh nghiệp trong nước. Ông Nguyễn Văn Đức
và bà Trần Thị Hương được bầu lại. Ảnh hưởng của bão rất lớn.
""",
}
"""Samples in Latin letters."""
