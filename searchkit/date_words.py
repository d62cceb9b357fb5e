"""The words of dates: months and weekdays by language, small words, labels and time zones.

The languages are those that have a stemmer, and also Azerbaijani, Bulgarian, Chinese, Croatian,
Czech, Japanese, Korean, Polish and Ukrainian. Chinese, Japanese and Korean write months with
numbers, and need no row. Words are looked up folded (see `fold`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Twelve months a row, the forms of one month separated by "/": nominative, genitive, usual
# abbreviations.
MONTHS = {
    "ar": "يناير/جانفي فبراير/فيفري مارس أبريل/إبريل/ابريل/أفريل مايو/ماي يونيو/يونيه/جوان يوليو/يوليه/جويلية"
    " أغسطس/أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    # The months of the Levant; January, October, November and December are two words, see
    # LEVANTINE.
    "ar-LB": "- شباط/فبراير آذار/اذار نيسان أيار/ايار حزيران تموز آب/اب أيلول/ايلول - - -",
    "az": "yanvar/yan/yanvarın fevral/fev/fevralın mart/martın aprel/apr/aprelin may/mayın iyun/iyunun iyul/iyulun"
    " avqust/avq/avqustun sentyabr/sen/sentyabrın oktyabr/okt/oktyabrın noyabr/noy/noyabrın dekabr/dek/dekabrın",
    "bg": "януари/ян февруари/фев март/мар април/апр май юни юли август/авг септември/септ/сеп октомври/окт"
    " ноември/ноем/ное декември/дек",
    "ca": "gener/gen febrer/febr/feb març/mar abril/abr maig/mai juny/jun juliol/jul agost/ag setembre/set octubre/oct"
    " novembre/nov desembre/des",
    "cs": "leden/ledna/led únor/února/úno březen/března/bře duben/dubna/dub květen/května/kvě červen/června/čvn"
    " červenec/července/čvc srpen/srpna/srp září/zář říjen/října/říj listopad/listopadu/lis prosinec/prosince/pro",
    "da": "januar/jan februar/feb marts/mar april/apr maj juni/jun juli/jul august/aug september/sep oktober/okt"
    " november/nov december/dec",
    "de": "januar/jänner/jan/jän februar/feber/feb/febr märz/mär/mrz april/apr mai juni/jun/juno juli/jul/julei"
    " august/aug september/sep/sept oktober/okt november/nov dezember/dez",
    "el": "ιανουάριος/ιανουαρίου/ιαν φεβρουάριος/φεβρουαρίου/φεβ μάρτιος/μαρτίου/μαρ απρίλιος/απριλίου/απρ"
    " μάιος/μαΐου/μαϊ"
    " ιούνιος/ιουνίου/ιουν ιούλιος/ιουλίου/ιουλ αύγουστος/αυγούστου/αυγ σεπτέμβριος/σεπτεμβρίου/σεπ/σεπτ"
    " οκτώβριος/οκτωβρίου/οκτ νοέμβριος/νοεμβρίου/νοε/νοεμ δεκέμβριος/δεκεμβρίου/δεκ",
    "en": "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct"
    " november/nov december/dec",
    "es": "enero/ene febrero/feb marzo/mar abril/abr mayo/may junio/jun julio/jul agosto/ago"
    " septiembre/setiembre/sep/set/sept octubre/oct noviembre/nov diciembre/dic",
    "eu": "urtarrila/urtarrilaren/urtarrilak/urt otsaila/otsailaren/otsailak/ots martxoa/martxoaren/martxoak/mar"
    " apirila/apirilaren/apirilak/api maiatza/maiatzaren/maiatzak/mai ekaina/ekainaren/ekainak/eka"
    " uztaila/uztailaren/uztailak/uzt abuztua/abuztuaren/abuztuak/abu iraila/irailaren/irailak/ira"
    " urria/urriaren/urriak/urr azaroa/azaroaren/azaroak/aza abendua/abenduaren/abenduak/abe",
    "fi": "tammikuu/tammikuuta/tammikuun/tammi helmikuu/helmikuuta/helmikuun/helmi"
    " maaliskuu/maaliskuuta/maaliskuun/maalis huhtikuu/huhtikuuta/huhtikuun/huhti"
    " toukokuu/toukokuuta/toukokuun/touko kesäkuu/kesäkuuta/kesäkuun/kesä heinäkuu/heinäkuuta/heinäkuun/heinä"
    " elokuu/elokuuta/elokuun/elo syyskuu/syyskuuta/syyskuun/syys lokakuu/lokakuuta/lokakuun/loka"
    " marraskuu/marraskuuta/marraskuun/marras joulukuu/joulukuuta/joulukuun/joulu",
    "fr": "janvier/janv/jan février/févr/fév mars/mar avril/avr mai juin/jun juillet/juil/jul août/aout/aoû"
    " septembre/sept/sep octobre/oct novembre/nov décembre/déc",
    "ga": "eanáir/ean feabhra/feabh márta aibreán/aib/aibreáin bealtaine/bhealtaine/beal"
    " meitheamh/meithimh/mheithimh/meith"
    " iúil lúnasa/lún meán/mheán/mfómh/mfómhair deireadh/dheireadh/dfómh/dfómhair samhain/samhna/samh"
    " nollaig/nollag/noll",
    "hi": "जनवरी/जन फरवरी/फ़रवरी/फर मार्च अप्रैल/अप्र मई जून जुलाई/जुल अगस्त/अग सितंबर/सितम्बर/सित"
    " अक्टूबर/अक्तूबर/अक्टू नवंबर/नवम्बर/नव दिसंबर/दिसम्बर/दिस",
    # "listopada" is October as well, see written_dates
    "hr": "siječanj/siječnja veljača/veljače ožujak/ožujka travanj/travnja svibanj/svibnja lipanj/lipnja srpanj/srpnja"
    " kolovoz/kolovoza rujan/rujna - studeni/studenoga/studenog prosinac/prosinca",
    "hu": "január/jan február/febr/feb március/márc/már április/ápr május/máj június/jún július/júl augusztus/aug"
    " szeptember/szept/szep október/okt november/nov december/dec",
    "hy": "հունվար/հունվարի փետրվար/փետրվարի մարտ/մարտի ապրիլ/ապրիլի մայիս/մայիսի հունիս/հունիսի հուլիս/հուլիսի"
    " օգոստոս/օգոստոսի սեպտեմբեր/սեպտեմբերի հոկտեմբեր/հոկտեմբերի նոյեմբեր/նոյեմբերի դեկտեմբեր/դեկտեմբերի",
    "id": "januari/jan februari/pebruari/feb maret/mar april/apr mei juni/jun juli/jul agustus/agu/agt/ags"
    " september/sep/sept oktober/okt november/nop/nov desember/des",
    "it": "gennaio/gen febbraio/feb/febbr marzo/mar aprile/apr maggio/mag giugno/giu luglio/lug agosto/ago"
    " settembre/set/sett ottobre/ott novembre/nov dicembre/dic",
    "lt": "sausis/sausio/saus vasaris/vasario/vas kovas/kovo/kov balandis/balandžio/bal gegužė/gegužės/geg"
    " birželis/birželio/birž liepa/liepos/liep rugpjūtis/rugpjūčio/rugp rugsėjis/rugsėjo/rugs spalis/spalio/spal"
    " lapkritis/lapkričio/lapkr gruodis/gruodžio/gruod",
    "ne": "जनवरी फेब्रुअरी/फेब्रुवरी मार्च अप्रिल मे जुन जुलाई अगस्ट सेप्टेम्बर अक्टोबर नोभेम्बर डिसेम्बर",
    "nl": "januari/jan februari/feb/febr maart/mrt/mar april/apr mei juni/jun juli/jul augustus/aug"
    " september/sep/sept oktober/okt november/nov december/dec",
    "no": "januar/jan februar/feb mars/mar april/apr mai juni/jun juli/jul august/aug september/sep/sept oktober/okt"
    " november/nov desember/des",
    "pl": "styczeń/stycznia/sty luty/lutego/lut marzec/marca/mar kwiecień/kwietnia/kwi maj/maja czerwiec/czerwca/cze"
    " lipiec/lipca/lip sierpień/sierpnia/sie wrzesień/września/wrz październik/października/paź listopad/listopada/lis"
    " grudzień/grudnia/gru",
    "pt": "janeiro/jan fevereiro/fev março/mar abril/abr maio/mai junho/jun julho/jul agosto/ago setembro/set"
    " outubro/out novembro/nov dezembro/dez",
    "ro": "ianuarie/ian februarie/febr/feb martie/mart/mar aprilie/apr mai iunie/iun iulie/iul august/aug"
    " septembrie/sept/sep octombrie/oct noiembrie/noi/nov decembrie/dec",
    "ru": "январь/января/янв февраль/февраля/фев/февр март/марта/мар апрель/апреля/апр май/мая июнь/июня/июн"
    " июль/июля/июл"
    " август/августа/авг сентябрь/сентября/сент/сен октябрь/октября/окт ноябрь/ноября/ноя/нояб декабрь/декабря/дек",
    "sr": "јануар/јануара/јан фебруар/фебруара/феб март/марта/мар април/априла/апр мај/маја јун/јуна јул/јула"
    " август/августа/авг септембар/септембра/сеп/септ октобар/октобра/окт новембар/новембра/нов децембар/децембра/дец",
    "sr-Latn": "januar/januara/jan februar/februara/feb mart/marta/mar april/aprila/apr maj/maja jun/juna jul/jula"
    " avgust/avgusta/avg septembar/septembra/sep/sept oktobar/oktobra/okt novembar/novembra/nov decembar/decembra/dec",
    "sv": "januari/jan februari/feb/febr mars/mar april/apr maj juni/jun juli/jul augusti/aug september/sep/sept"
    " oktober/okt november/nov december/dec",
    "ta": "ஜனவரி/சனவரி/ஜன பிப்ரவரி/பெப்ரவரி/பிப் மார்ச்/மார் ஏப்ரல்/ஏப் மே ஜூன் ஜூலை ஆகஸ்ட்/ஆகஸ்டு/ஆக"
    " செப்டம்பர்/செப்டெம்பர்/செப் அக்டோபர்/அக் நவம்பர்/நவ டிசம்பர்/டிச",
    "tr": "ocak/oca şubat/şub mart/mar nisan/nis mayıs/may haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki"
    " kasım/kas aralık/ara",
    "uk": "січень/січня/січ лютий/лютого/лют березень/березня/бер квітень/квітня/кві/квіт травень/травня/тра/трав"
    " червень/червня/чер/черв липень/липня/лип серпень/серпня/сер/серп вересень/вересня/вер жовтень/жовтня/жов/жовт"
    " листопад/листопада/лис грудень/грудня/гру/груд",
    "roman": "i ii iii iv v vi vii viii ix x xi xii",
    "yi": "יאַנואַר/יאנואר פֿעברואַר/פעברואר מאַרץ/מערץ אַפּריל/אפריל מײַ/מאי/מיי יוני יולי אויגוסט סעפּטעמבער"
    " אָקטאָבער/אקטאבער נאָוועמבער/נאוועמבער דעצעמבער",
    "zh": "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
}
LEVANTINE = {"كانون الثاني": "يناير", "تشرين الاول": "اكتوبر", "تشرين الثاني": "نوفمبر", "كانون الاول": "ديسمبر"}
"""Months of two words, folded, each with the name of one word that it stands for."""

# Weekdays, Monday first, with abbreviations; they are not checked against the date.
WEEKDAYS = {
    "ar": "الاثنين/الإثنين الثلاثاء الأربعاء/الاربعاء الخميس الجمعة السبت الأحد/الاحد",
    "az": "bazar/ertəsi/b/e çərşənbə/axşamı/ç/a cümə/c şənbə/ş",
    "bg": "понеделник/пн вторник/вт сряда/ср четвъртък/чт петък/пт събота/сб неделя/нд",
    "ca": "dilluns/dl dimarts/dt dimecres/dc dijous/dj divendres/dv dissabte/ds diumenge/dg",
    "cs": "pondělí/po úterý/út středa/st čtvrtek/čt pátek/pá sobota/so neděle/ne",
    "da": "mandag/man tirsdag/tir/tirs onsdag/ons torsdag/tor/tors fredag/fre lørdag/lør søndag/søn",
    "de": "montag/mo dienstag/di mittwoch/mi donnerstag/do freitag/fr samstag/sonnabend/sa sonntag/so",
    "el": "δευτέρα/δευ/δε τρίτη/τρι/τρ τετάρτη/τετ/τε πέμπτη/πεμ/πε παρασκευή/παρ/πα σάββατο/σαβ/σα κυριακή/κυρ/κυ",
    "en": "monday/mon/mo tuesday/tue/tues/tu wednesday/wed/weds/we thursday/thu/thur/thurs/th friday/fri/fr"
    " saturday/sat/sa sunday/sun/su",
    "es": "lunes/lun martes/mar miércoles/mié jueves/jue viernes/vie sábado/sáb domingo/dom",
    "eu": "astelehena/al asteartea/ar asteazkena/az osteguna/og ostirala/or larunbata/lr igandea/ig",
    "fi": "maanantai/maanantaina/ma tiistai/tiistaina/ti keskiviikko/keskiviikkona/ke torstai/torstaina/to"
    " perjantai/perjantaina/pe lauantai/lauantaina/la sunnuntai/sunnuntaina/su",
    "fr": "lundi/lun mardi/mar mercredi/mer jeudi/jeu vendredi/ven samedi/sam dimanche/dim",
    "ga": "luan/luain máirt/mháirt céadaoin/chéadaoin déardaoin aoine/haoine satharn/sathairn domhnach/domhnaigh dé",
    "hi": "सोमवार/सोम मंगलवार/मंगल बुधवार/बुध गुरुवार/बृहस्पतिवार/गुरु शुक्रवार/शुक्र शनिवार/शनि रविवार/रवि",
    "hr": "ponedjeljak utorak srijeda četvrtak petak subota nedjelja",
    "hu": "hétfő kedd szerda csütörtök péntek szombat vasárnap",
    "hy": "երկուշաբթի երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ կիրակի",
    "id": "senin/sen selasa/sel rabu/rab kamis/kam jumat/jum/at sabtu/sab minggu/ahad/min",
    "it": "lunedì/lun martedì/mar mercoledì/mer giovedì/gio venerdì/ven sabato/sab domenica/dom",
    "ja": "月曜日/月曜/月 火曜日/火曜/火 水曜日/水曜/水 木曜日/木曜/木 金曜日/金曜/金 土曜日/土曜/土 日曜日/日曜/日",
    "ko": "월요일/월 화요일/화 수요일/수 목요일/목 금요일/금 토요일/토 일요일/일",
    "lt": "pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis",
    "ne": "सोमबार मंगलबार बुधबार बिहिबार शुक्रबार शनिबार आइतबार",
    "nl": "maandag/ma dinsdag/di woensdag/wo donderdag/do vrijdag/vr zaterdag/za zondag/zo",
    "no": "mandag/man tirsdag/tir onsdag/ons torsdag/tor fredag/fre lørdag/lør søndag/søn",
    "pl": "poniedziałek/pon/pn wtorek/wt środa/śr czwartek/czw/cz piątek/pt sobota/sob niedziela/nd/niedz",
    "pt": "segunda/seg terça/ter quarta/qua quinta/qui sexta/sex sábado/sáb domingo/dom feira",
    "ro": "luni/lun marți/marţi/mar miercuri/mie joi vineri/vin sâmbătă/sâm duminică/dum",
    "ru": "понедельник/пн вторник/вт среда/ср четверг/чт пятница/пт суббота/сб воскресенье/вс",
    "sr": "понедељак/пон уторак/уто среда/сре четвртак/чет петак/пет субота/суб недеља/нед",
    "sr-Latn": "ponedeljak/pon utorak/uto sreda/sre četvrtak/čet petak/pet subota/sub nedelja/ned",
    "sv": "måndag/mån tisdag/tis onsdag/ons torsdag/tors fredag/fre lördag/lör söndag/sön",
    "ta": "திங்கள் செவ்வாய் புதன் வியாழன் வெள்ளி சனி ஞாயிறு",
    "tr": "pazartesi/pzt salı/sal çarşamba/çar perşembe/per cuma/cum cumartesi/cmt pazar/paz",
    "uk": "понеділок/пн вівторок/вт середа/ср четвер/чт п/ятниця/пт субота/сб неділя/нд",
    "yi": "מאָנטיק דינסטיק מיטוואך דאָנערשטיק פרייטיק שבת זונטיק",
    "zh": "星期一/周一/週一/礼拜一 星期二/周二/週二 星期三/周三/週三"
    " 星期四/周四/週四 星期五/周五/週五 星期六/周六/週六"
    " 星期日/星期天/周日/週日 一 二 三 四 五 六",
}

# Small words that may stand beside day, month, year and time: articles and prepositions, "year" and
# "o'clock", endings of numbers.
FILLERS = """
st nd rd th of the on at in from hrs hours o'clock ad ce
der den dem am um vom uhr jahr
er re eme le du a h
o de del d dia las los la el hs ano
di il lo alle ore ora dalle anno
as os dos em
van om uur
kl klo kello i
dne v roku rok r hod dnia godz g o
г гг год года году в р рік року о об ч u
il ili ilin ilinde ci cu si su yil yili gunu saat tarixinde tarihinde da de
m metu men d val valanda
an en jen ei
ko eko ean
thi thig na mi fomhair fomh
στισ στιν την του τησ ωρα το
թ թվական թվականի թվականին ին
pukul jam tanggal wib wita wit
في من عام سنة م هـ الساعة يوم الموافق
को बजे ई அன்று தேதி
דעם סטן טן
godine god sati ora orele
"""

# Labels before a date.
LABELS = """
date dated day published publish publication pub first updated update posted post last modified created added released
issued issue edition load originally first time archived on
veröffentlicht veroeffentlicht erschienen erstellt aktualisiert stand zuletzt geändert datum letzte aktualisierung
publié publiée mis mise à jour modifié date parution dernière
publicado publicada actualizado actualizada última actualización fecha creado publicación modificación
pubblicato pubblicata aggiornato aggiornata data pubblicazione ultimo aggiornamento ultima modifica
atualizado atualizada publicação atualização
gepubliceerd bijgewerkt laatst op gewijzigd
publicerad uppdaterad publisert oppdatert udgivet opdateret offentliggjort publiceret senast sist sidst
julkaistu päivitetty
opublikowano zaktualizowano aktualizacja publikacji dodano utworzono
zveřejněno vydáno aktualizováno publikováno
опубликовано обновлено дата публикации изменено создано последнее обновление
опубліковано оновлено публікації
публикувано обновено последна промяна
објављено ажурирано објављено objavljeno ažurirano
yayınlanma yayınlandı yayımlanma yayımlandı yayın giriş tarihi tarih güncelleme güncellendi güncellenme son oluşturulma
dərc edilib yayımlanıb yenilənib tarix
közzétéve megjelent frissítve utolsó frissítés
publicat publicată publicării actualizat actualizată actualització ultima actualizare
paskelbta publikuota atnaujinta
dipublikasikan diterbitkan diperbarui terbit diposting
δημοσιεύτηκε δημοσιεύθηκε δημοσίευση ενημερώθηκε ενημέρωση ημερομηνία
argitaratua eguneratua foilsithe nuashonraithe
հրապարակվել թարմացվել ամսաթիվ
نشر نشرت تاريخ النشر تحديث آخر بتاريخ
प्रकाशित अपडेट अद्यतन வெளியிடப்பட்டது புதுப்பிக்கப்பட்டது פֿאַרעפֿנטלעכט
发布 发布时间 发表 发表于 发布于 更新 更新时间 更新于 時間 时间 日期 發布 發表 發佈
公開 公開日 掲載 更新日 更新日時 配信 投稿日
최종 입력 수정 게시 등록 작성 승인 기사입력 최종수정
"""

# The labels that stand before the date of an update.
UPDATES = """
updated update modified aktualisiert geändert aktualisierung jour modifié actualizado actualizada actualización modificación
aggiornato aggiornata aggiornamento modifica atualizado atualizada atualização bijgewerkt gewijzigd uppdaterad oppdatert
opdateret päivitetty zaktualizowano aktualizacja aktualizováno обновлено изменено обновление оновлено обновено ажурирано
ažurirano güncelleme güncellendi güncellenme yenilənib frissítve frissítés actualizat actualizată actualizare atnaujinta
diperbarui ενημερώθηκε ενημέρωση
eguneratua nuashonraithe թարմացվել تحديث अपडेट अद्यतन 更新 更新时间 更新于 更新日 更新日時 수정 최종수정
"""

FILLER, LABEL = 0, -1
"""The values of `date_words` for words that are not months."""

_OFFSETS = """
z 0 utc 0 gmt 0 ut 0 uct 0 wet 0 est -300 edt -240 cst -360 cdt -300 mst -420 mdt -360 pst -480 pdt -420
akst -540 akdt -480 hst -600 ast -240 adt -180 nst -210 ndt -150 art -180 brt -180
bst 60 west 60 cet 60 cest 120 met 60 mest 120 mez 60 mesz 120 eet 120 eest 180
wat 60 cat 120 sast 120 eat 180 msk 180 trt 180 irst 210 get 240 azt 240
gst 240 samt 240 pkt 300 ist 330 npt 345 ict 420 wib 420 wita 480 wit 540
hkt 480 sgt 480 pht 480 awst 480 jst 540 kst 540 acst 570 acdt 630 aest 600 aedt 660 nzst 720 nzdt 780
"""
ZONES = {name: int(minutes) for name, minutes in re.findall(r"(\w+) (-?\d+)", _OFFSETS)}
"""Minutes east of UTC. Of two zones with one name the commonest in news: BST is British, CST
American, IST Indian."""
AMERICAN_ZONES = {"et": -300, "ct": -360, "mt": -420, "pt": -480}
"""Zones that are named without winter or summer time, with the offset of winter; in summer it is an
hour more."""

MOSCOW_TIME = re.compile(r"\b(?:мск|по москве|по московскому времени)\b")
"""Moscow time in folded Russian dates."""

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ς": "σ", "−": "-", "ײ": "יי", "װ": "וו"})


def fold(text: str) -> str:
    """The text in small letters without accents, in normal width, with one i for the Turkish
    two."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text.casefold()).translate(_LETTERS))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare)


@cache
def months() -> dict[str, int]:
    """The numbers of the months by their folded names."""
    return {
        fold(name): number
        for row in MONTHS.values()
        for number, names in enumerate(row.split(), 1)
        for name in names.split("/")
        if name != "-"
    }


@cache
def weekdays() -> dict[str, set[int]]:
    """Which weekdays (Monday is 0) each folded name may be: all of them for a language whose row
    has other words too."""
    found: dict[str, set[int]] = {}
    for row in WEEKDAYS.values():
        days = row.split()
        for number, names in enumerate(days):
            for name in names.split("/"):
                found.setdefault(fold(name), set()).update({number} if len(days) == 7 else range(7))
    return found


@cache
def date_words() -> dict[str, int]:
    """All folded words of dates: the number of a month, FILLER for small words and weekdays, LABEL
    for labels."""
    fillers = dict.fromkeys({*map(fold, FILLERS.split()), *weekdays()}, FILLER)
    return dict.fromkeys(map(fold, LABELS.split()), LABEL) | fillers | months()


@cache
def doubtful_months() -> frozenset[str]:
    """Folded names of months that are weekdays or small words too: "mar" is also Tuesday in
    Spanish."""
    return frozenset(months().keys() & (weekdays().keys() | set(FILLERS.split())))


@cache
def update_label() -> re.Pattern[str]:
    """Matches, in a folded text, a label that stands before the date of an update."""
    labels = "|".join(map(fold, UPDATES.split()))
    return re.compile(rf"(?:\b(?:last|zuletzt|son|letzte|derniere|mise? a|ultim[ao]|utolso)\s)?\b(?:{labels})\b")
