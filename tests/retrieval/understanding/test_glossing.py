"""Turkish questions in rough English."""

from __future__ import annotations

import pytest

from retrieval.understanding import in_english


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("Dahl finalde kimi yendi?", "Who did Dahl beat in final?"),
        ("Elin Dahl nerede vuruldu?", "Where was Elin Dahl shot?"),
        ("Pohl Bakery kaç restoran kapattı?", "How many restaurants did Pohl Bakery close?"),
        ("Ylva Fırtınası Küba'da kaç kişiyi öldürdü?",
         "How many people did Ylva storm kill in Cuba?"),
        ("Marta Lindqvist Lizbon'da kiminle görüştü?", "Who did Marta Lindqvist meet in Lisbon?"),
        ("Yeni köprü ne zaman açılacak?", "When was new bridge opened?"),
        ("Fırtınada kaç ev zarar gördü?", "How many houses were damaged in storm?"),
        ("Finlandiya NATO'ya ne zaman katıldı?", "When did Finland join NATO?"),
        ("Kazada kaç kişi öldü?", "How many people died in accident?"),
        ("Kazada ne oldu?", "What did happen in accident?"),
        ("Güney Afrika'da seçimi kim kazandı?", "Who won election in South Africa?"),
        ("Şirketi kim satın aldı?", "Who bought company?"),
        ("Bakan neden istifa etti?", "Why did minister resign?"),
        ("Hangi ülke anlaşmayı imzalamadı?", "Which country did not sign agreement?"),
        ("Tahıl anlaşmasını Rusya adına kim imzaladı?", "Who signed grain agreement for Russia?"),
        ("Türkiye hangi füze sistemini satın aldı?", "Which missile system did Turkey buy?"),
        ("Belediye başkanı kim seçildi?", "Who was elected mayor?"),
        ("Ukrayna Rusya ile anlaştı mı?", "Did Ukraine agree with Russia?"),
        ("Elin Dahl kaç yaşında öldü?", "At what age did Elin Dahl die?"),
        ("Elin Dahl kaç yaşında?", "How old is Elin Dahl?"),
        ("Elin Dahl nerede doğdu?", "Where was Elin Dahl born?"),
        ("2022'de Nobel ödülünü kim aldı?", "Who received Nobel prize in 2022?"),
        ("Havana'da elektrik neden kesildi?", "Why was electricity cut in Havana?"),
        ("Pohl fabrikası nerede?", "Where is Pohl factory?"),
        ("", ""),
    ],
)  # fmt: skip
def test_names_and_common_words_carry_a_question(question: str, english: str) -> None:
    assert in_english(question) == english
