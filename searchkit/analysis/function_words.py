"""Function words by language: articles, prepositions, pronouns and the like.

In a query such a word neither restricts nor scores where it merely stands beside others. The index
leaves none out. A language without a list has none. All words are folded (case and accents).
"""

from __future__ import annotations

_LISTS = {
    "en": "a an and are as at be been being but by did do does for from had has have he her hers him his i if in into is it"
    " its me my nor of on or our ours she so such than that the their theirs them then there these they this those to"
    " too us was we were what when where which while who whom whose why will with would you your yours",
    "de": "aber als am an auch auf aus bei bin bis bist da das dass dem den der des die dies diese diesem diesen dieser"
    " dieses du durch ein eine einem einen einer eines er es fur hat hatte ich ihm ihn ihr ihre im in ist ja kein keine"
    " man mein mit nach nicht noch nur oder sein seine sich sie sind so uber um und uns vom von vor war waren was wenn"
    " wer wie wir wird zu zum zur",
    "fr": "a au aux avec ce ces cet cette dans de des du elle elles en est et eux il ils je la le les leur leurs lui ma"
    " mais me mes moi mon ne nos notre nous on ou par pas pour qu que qui sa se ses son sont sur ta te tes toi ton tu"
    " un une vos votre vous y",
    "es": "a al como con de del el ella ellas ellos en entre era es esa ese eso esta este esto fue ha han la las le les lo"
    " los mas me mi muy no nos o para pero por que se si sin sobre son su sus te tu un una unas uno unos y ya yo",
    "it": "a ad ai al alla alle anche che chi ci come con da dal dalla de degli dei del della delle di e ed era gli ha"
    " hanno i il in io la le lei li lo loro ma mi ne nei nel nella non o per piu quale questa questo se si sono su sua"
    " sue sui sul sulla suo tra un una uno",
    "pt": "a ao aos as com como da das de do dos e ela elas ele eles em entre era essa esse esta este eu foi ha isso isto"
    " ja la lhe mais mas me na nao nas no nos o os ou para pela pelo por que se sem ser seu sua sao um uma",
    "nl": "aan al als bij dan dat de der des die dit door een en er ge haar had heeft het hij hem hun ik in is je kan maar"
    " me men met mij mijn na naar niet nog nu of om onder ook op over te tot uit van voor was wat we wel wie wij wordt"
    " ze zich zij zijn zo zou",
    "ru": "а без бы был была были было быть в во вот все вы да для до его ее если же за и из или им их к как ко мы на над"
    " не него нее ни них но о об он она они оно от по под при с со так также то того только ты у уже чем что чтобы это"
    " этого этой этот я",
    "tr": "ama bir bu da daha de diye gibi icin ile ise ki mi mu o olan olarak sonra su ve veya ya",
}

FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in _LISTS.items()}
"""Function words by language, folded."""


def is_function_word(folded: str, language: str) -> bool:
    """Whether a folded word is a function word of the language."""
    return folded in FUNCTION_WORDS.get(language, ())
