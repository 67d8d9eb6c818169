"""The language of an article: from its metadata, else from its words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from retrieval.languages import codes

_LANGUAGES = (
    "ar", "az", "bg", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he",
    "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "kk", "ko", "ku", "lt", "lv", "mk", "nl", "no",
    "pl", "ps", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk", "ur", "uz", "vi",
    "zh",
)  # fmt: skip
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]*)?")
_LETTERS = re.compile(r"[^\W\d_]")
_SAMPLE = 3000
_FEWEST_LETTERS = 40
_SUREST_OF = 0.8


def language_code(tag: object) -> str | None:
    """The bare code of a language tag ("tr" of "tr-TR" or "tr_TR"), None if it isn't one."""
    found = _TAG.fullmatch(tag.strip()) if isinstance(tag, str) else None
    return found[1].lower() if found else None


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of the text's language, None when it is too short or unclear."""
    sample = text[:_SAMPLE]
    if len(_LETTERS.findall(sample)) < _FEWEST_LETTERS:
        return None
    try:
        code, probability = _identifier().classify(sample)
    except OSError:  # it unpacks its model into the temporary folder, which may be full
        return None
    return str(code) if probability >= _SUREST_OF else None


def probability_of(language: str, text: str) -> float:
    """How probably a text is in a language (0 to 1), by its code; 0 where nobody can tell."""
    try:
        ranked = _identifier().rank(text[:_SAMPLE])
    except OSError:
        return 0.0
    return next((float(probability) for code, probability in ranked if code == language), 0.0)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(identifier.nb_classes)
    identifier.set_languages(sorted(known.intersection((*_LANGUAGES, *codes()))))
    return identifier
