"""The layers of a text: one token for each word in each, and codes for what stands around it."""

from __future__ import annotations

from searchkit.analysis import Analyzer, matches_surface_form
from searchkit.engines.opensearch.layers import ANY_WORD, make_layers, surface_token
from searchkit.engines.opensearch.mapping import TOKEN_LENGTH

ENGLISH = Analyzer("en")


def test_the_layers_of_a_text() -> None:
    text = '“Yes”, he said. The nego-\ntiations went on.\n\nHe "left Baku".'
    layers = make_layers([text], ENGLISH, with_lede=True)
    assert layers.stem == ["yes he said the nego tiation went on", "he left baku"]
    assert layers.folded == ["yes he said the nego tiations went on", "he left baku"]
    assert layers.surface == ["yes/Yes/yes/Yes . . the/The/the/The . . . .", "he/He/he/He . baku/Baku/baku/Baku"]
    assert layers.structure == [
        ".|s(|p(|l(|q= . .|s) .|s( .|t<negoti|f<negotiations|w<. .|t>negoti|f>negotiations|w>. . .|s)|p)",
        ".|s(|p( .|q( .|s)|p)|l)|q)",
    ]
    assert layers.word_count == 11


def test_values_are_paragraphs_and_texts_without_words_have_none() -> None:
    layers = make_layers(["Ana Lima", "...", "Bo"], ENGLISH, with_lede=False, with_divided=False)
    assert layers.folded == ["ana lima", "bo"]
    assert layers.structure == [".|s(|p( .|s)|p)", ".|s(|s)|p(|p)"]
    assert make_layers(["...", ""], ENGLISH, with_lede=True).word_count == 0


def test_all_layers_have_one_token_for_each_word() -> None:
    for text in ("One. Two! 'Three?' four-\nfive-\nsix", "l'Iran ﷺ O'Brien's ½ İstanbul Straße", "a\n\n\n  b\n   c"):
        layers = make_layers([text], ENGLISH, with_lede=True)
        counts = [[len(paragraph.split()) for paragraph in layer] for layer in layers[:4]]
        assert counts[0] == counts[1] == counts[2] == counts[3]
        assert sum(counts[0]) == layers.word_count


def test_surface_tokens_tell_the_forms_that_a_typed_word_stands_for() -> None:
    forms = ("apple", "Apple", "APPLE", "café", "Café", "cafe", "CAFÉ", "Straße", "strasse")
    assert surface_token("apple") == ANY_WORD
    for typed in ("Apple", "café", "Café", "Straße"):
        token = surface_token(typed)
        folded, accentless, caseless, _ = token.split("/")
        for form in forms:
            parts = surface_token(form).split("/")
            cased, accented = typed != typed.lower(), caseless != folded
            fits = parts[0] == folded and (
                surface_token(form) == token
                if cased and accented
                else len(parts) == 4 and parts[1] == accentless
                if cased
                else len(parts) == 4 and parts[2] == caseless
            )
            assert fits == matches_surface_form(form, typed), (typed, form)


def test_the_longest_codes_of_divided_words_fit_into_a_token() -> None:
    layers = make_layers(["ß" * 127 + "-\n" + "ß" * 127 + "-\n" + "ß" * 127], ENGLISH, with_lede=True)
    longest = max(len(token) for paragraph in layers.structure for token in paragraph.split(" "))
    assert 4_096 < longest <= TOKEN_LENGTH
