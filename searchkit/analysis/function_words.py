"""Function words by language: words of grammar, which say little about what a text is about.

In a query such a word neither restricts nor scores where it merely stands beside others. The index
leaves none out. All words are folded (case and accents).

The lists go by grammatical category: articles and other determiners, pronouns, question words,
auxiliary and modal verbs with their contractions, prepositions, conjunctions, adverbs of degree.
Words that a reader may well mean are left out though they belong to a category: the English
negations (no, not, never, without), numerals, and words that are also names, nouns or verbs of
content (may, mine, past, round, own, need). A language without a list has no function words.
"""

from __future__ import annotations

from functools import cache

_LISTS = {
    "en": """
a an the this that these those all another any both each either every few many more most much neither other others
several some such enough less least same i me my myself we us our ours ourselves you your yours yourself yourselves he
him his himself she her hers herself it its itself they them their theirs themselves anybody anyone anything everybody
everyone everything somebody someone something who whom whose which what when where why how whatever whichever whoever
whenever wherever whether however am is are was were be been being do does did doing has have had having will would
shall should can could might must ought cannot can't couldn't didn't doesn't don't hadn't hasn't haven't isn't aren't
wasn't weren't won't wouldn't shouldn't mustn't ain't i'm i've i'd i'll you're you've you'd you'll he'd he'll she'd
she'll it'd it'll we're we've we'd we'll they're they've they'd they'll that'll that'd there'll who'd who'll who're
what're about above across after against along alongside amid amidst among amongst around as at before behind below
beneath beside besides between beyond by concerning despite during except for from in into of off on onto out over per
regarding since through throughout till to toward towards under underneath until up upon via with within and but or nor
if because although though unless while whereas than so then thus therefore hence also almost already again ever even
else just merely nearly only quite rather really somewhat still too very yet hardly perhaps maybe here there now down
""",
    "de": """
der die das den dem des ein eine einem einen einer eines dies diese diesem diesen dieser dieses jene jenem jenen jener
jenes jede jedem jeden jeder jedes alle allem allen aller alles manche manchem manchen mancher manches mehrere mehreren
mehrerer einige einigen einiger einiges viel viele vielen vieler mehr wenig wenige wenigen solche solchem solchen
solcher solches beide beiden beider kein keine keinem keinen keiner keines ich mich mir du dich dir er ihn ihm es sie
ihr ihnen wir uns man sich selbst mein meine meinem meinen meiner meines dein deine deinem deinen deiner deines sein
seine seinem seinen seiner seines ihre ihrem ihren ihrer ihres unser unsere unserem unseren unserer unseres euer eure
jemand jemanden jemandem etwas wer wen wem wessen was welche welchem welchen welcher welches wann wo wohin woher warum
wieso weshalb wie womit wofur wobei wodurch woran worauf woruber ob bin bist ist sind seid war warst gewesen habe hast
hat haben hatte hatten werde wirst wird werden wurde wurden geworden worden kann kannst konnen konnte konnten muss
mussen musste mussten soll sollen sollte sollten will wollen wollte wollten darf durfen durfte durften mag mogen mochte
mochten ab am an ans auf aufs aus ausser bei beim bis durch entlang fur gegen gegenuber hinter im in ins innerhalb mit
nach neben seit statt trotz uber um unter vom von vor wahrend wegen zu zum zur zwischen aber als auch bevor da dabei
dadurch dafur dagegen daher damit danach daran darauf daraus darin daruber darum davon davor dazu denn dass deshalb doch
entweder falls indem jedoch nachdem noch oder obwohl so sobald sondern sowie sowohl und weder weil wenn zwar bereits
dann dort eben etwa ganz gar hier immer ja jetzt kaum mal nicht nun nur schon sehr sogar sonst uberhaupt vielleicht
wieder ziemlich
""",
    "fr": """
le la les l un une des du de au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs
tout toute tous toutes chaque quelque quelques plusieurs aucun aucune certains certaines tel telle tels telles autre
autres meme memes je j me m moi tu te t toi il ils elle elles lui nous vous eux se s soi on y en ceci cela ca celui
celle ceux celles c quelqu qui que qu quoi dont ou quel quelle quels quelles lequel laquelle lesquels lesquelles auquel
duquel desquels comment pourquoi quand combien suis es est sommes etes sont etais etait etions etaient sera seront
serait seraient fut furent soit soient etre etant ai as a avons avez ont avais avait avaient aura auront aurait auraient
eut ait aient avoir ayant peut peuvent pouvait pourra pourrait pourraient doit doivent devait devra devrait devraient va
vont apres avant avec chez contre dans d depuis derriere devant durant entre envers hors jusque jusqu malgre par parmi
pendant pour selon sous sur vers via et mais ni donc si comme lorsque lorsqu puisque puisqu tandis afin ainsi alors
cependant pourtant toutefois ne n pas plus moins tres trop peu assez aussi encore deja toujours jamais souvent ici voici
voila seulement presque plutot surtout
""",
    "es": """
el la los las lo un una unos unas al del este esta esto estos estas ese esa eso esos esas aquel aquella aquello aquellos
uno aquellas mi mis tu tus su sus nuestro nuestra nuestros nuestras vuestro vuestra vuestros vuestras todo toda todos
todas cada cualquier algun alguno alguna algunos algunas ningun ninguna otro otra otros otras mismo misma mismos mismas
tal tales ambos ambas varios varias mucho mucha muchos muchas poco poca pocos pocas tanto tanta tantos tantas yo me
conmigo te ti ella ello ellos ellas nosotros nosotras vosotros usted ustedes nos os se si le les alguien algo suyo suya
que quien quienes cual cuales cuyo cuya cuyos cuyas como cuando cuanto cuanta cuantos donde adonde porque soy eres es
somos son era eras eran fui fue fueron sera seran seria serian sea sean ser sido siendo estoy estamos estan estaba
estaban estuvo estar he has ha hemos han habia habian habra habran habria hayan hay haber puede pueden podia podra
podria podrian debe deben debia deberia deberian a ante con contra de desde durante en entre hacia hasta mediante para
por segun sin sobre tras y e o u ni pero mas sino aunque pues mientras no ya muy menos tan tambien tampoco asi aun
todavia siempre nunca aqui alli ahora entonces solo casi quiza quizas luego
""",
    "it": """
il lo la i gli le l un uno una del dello della dei degli delle al allo alla ai agli alle dal dallo dalla dai dagli dalle
nel de nello nella nei negli nelle sul sullo sulla sui sugli sulle col questo questa questi queste quello quella quelli
quelle quel quei quegli mio mia miei mie tuo tua tuoi tue suo sua suoi sue nostro nostra nostri nostre vostro vostra
vostri vostre loro ogni qualche alcuni alcune tutto tutta tutti tutte altro altra altri altre stesso stessa stessi
stesse tale tali entrambi molto molta molti molte poco poca pochi poche tanto tanta tanti tante io me mi tu te ti lui
lei egli essa esso essi esse noi ci voi vi li ne si se qualcuno qualcosa cio che chi cui quale quali quanto quanta
quanti quante come quando dove perche sono e siamo siete era erano ero fu furono saranno sarebbe sarebbero sia siano
essere stata state essendo ho hai ha abbiamo avete hanno aveva avevano avra avranno avrebbe avrebbero abbia abbiano
avere puo possono poteva potra potrebbe potrebbero deve devono doveva dovra dovrebbe dovrebbero a ad con contro da di
dopo durante entro fra fino in per presso sopra sotto su tra verso ed o od ma anche pero mentre poiche affinche quindi
dunque cosi non gia piu meno troppo ancora sempre mai qui qua allora solo quasi forse poi
""",
    "pt": """
o a os as um uma uns umas ao aos do da dos das no na nos nas pelo pela pelos pelas num numa este esta isto estes estas
esse essa isso esses essas aquele aquela aquilo aqueles aquelas deste desta destes destas desse dessa desses dessas
neste nesta nesse nessa meu minha meus minhas teu tua teus tuas seu sua seus suas nosso nossa nossos nossas todo toda
todos todas cada qualquer algum alguma alguns algumas nenhum nenhuma outro outra outros outras mesmo mesma mesmos mesmas
tal tais ambos ambas varios varias muito muita muitos muitas pouco pouca poucos poucas tanto tanta eu me mim comigo tu
te ti ele ela eles elas voce voces vos se si lhe lhes alguem algo que quem qual quais cujo cuja cujos cujas como quando
quanto quanta onde porque sou es e somos sao era eram fui foi foram sera serao seria seriam seja sejam ser sido sendo
estou estamos estao estava estavam esteve estar tenho tem temos tinha tinham teve ter tera teria ha havia houve haver
pode podem podia podera poderia poderiam deve devem devia devera deveria deveriam ante ate apos com contra de desde
durante em entre para per perante por sem sob sobre ou nem mas porem embora pois enquanto entao nao ja mais menos tao
tambem assim ainda sempre nunca aqui ali la agora so quase talvez
""",
    "nl": """
de het een der des den dit dat deze die elk elke ieder iedere alle allemaal alles andere ander beide enige enkele
sommige veel vele meer weinig zulke zo'n zelfde ik me mij mijn je jij jou jouw u uw hij hem zijn zij ze haar hun hen wij
we ons onze jullie zich zelf iemand iets men er wie wat welk welke wanneer waar waarom waarin waarop waarvan waarbij
waarmee hoe of ben bent is was waren geweest heb hebt heeft hebben had hadden word wordt worden werd werden geworden zal
zullen zou zouden kan kunnen kon konden moet moeten moest moesten mag mogen mocht mochten wil willen wilde wilden aan
achter af bij binnen boven door gedurende in langs met na naar naast om onder op over per sinds te tegen ten ter tijdens
tot tussen uit van vanaf via volgens voor en maar dus want als dan doordat hoewel indien nadat omdat terwijl toen totdat
voordat zodat zoals zowel noch al alleen daar daarom echter eens even ge geen heel hier ja nog niet nu ook reeds slechts
toch vaak wel zeer zo
""",
    "ru": """
я меня мне мной мы нас нам нами ты тебя тебе тобой вы вас вам вами он его него ему нему им ним нем она ее нее ей ней оно
они их них ими ними себя себе собой сам сама само сами мой моя мое мои моего моей моих твой твоя твое твои свой своя
свое свои своего своей своих своим своими своем наш наша наше наши нашего нашей наших ваш ваша ваше ваши вашего вашей
ваших этот эта это эти этого этой этих этому этом этим этими тот та то те того той тех тому тем теми такой такая такое
такие такого таких весь вся все всего всей всех всем всеми каждый каждая каждое каждого каждой любой другой другая
другое другие других иной некоторые некоторых несколько кто кого кому кем ком что чего чему чем чей чья чье чьи какой
какая какое какие какого каких который которая которое которые которого которой которых которому котором которым
которыми где куда откуда когда почему зачем как сколько ли есть был была было были быть буду будет будут будем бы может
могут мог могла могли можно должен должна должно должны надо нужно нельзя а без благодаря в во вне возле вокруг для до
за из изо к ко кроме между на над о об обо около от ото перед передо по под после при про против ради с со среди у через
и или либо но да если чтобы потому поэтому также тоже зато однако хотя пока ибо вот даже еще же здесь лишь не нет ни
очень почти разве сейчас слишком так там тогда только тут уж уже более менее
""",
    "tr": """
bir bu o bunlar sunlar onlar bunun sunun onun bunu sunu onu buna suna ona bunda sunda onda bundan sundan ondan her hepsi
butun tum bazi bircok birkac cok daha en az diger baska ayni boyle soyle oyle kendi kendisi kendini ben beni bana bende
benden benim sen seni sana senin biz bizi bize bizim siz sizi size sizin onlari onlara onlarin kimse sey kimin kime ne
neden nicin niye nasil nerede nereye nereden hangi hangisi kac mi mu dir idi imis ise iken olan olarak oldu oldugu
oldugunu olur olacak olup olmak olmasi degil var icin ile gibi kadar gore karsi beri sonra once ragmen dolayi yana uzere
hakkinda ve veya ya yahut ama fakat ancak cunku eger ki de da diye hem bile artik belki hala hep yine gene sadece yalniz
simdi burada orada iste
""",
}


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(_LISTS.get(language, "").split())


def is_function_word(folded: str, language: str) -> bool:
    """Whether a folded word is a function word of the language."""
    return folded in _words(language)
