"""The news agencies and publishers that sign articles, and how they are spelled."""

from __future__ import annotations

_NAMES = (
    "CNN", "CNN Business", "CNN Politics", "CNNPolitics", "CNN Travel", "CNN Style",
    "CNN Underscored", "CNN en Español", "AP", "Associated Press", "The Associated Press",
    "Reuters", "Thomson Reuters", "AFP", "Agence France-Presse", "UPI", "dpa", "APA", "ANSA",
    "EFE", "TASS", "Interfax", "Xinhua", "Kyodo", "Kyodo News", "Yonhap", "Bloomberg", "BBC",
    "BBC News", "Anadolu", "Anadolu Agency", "Anadolu Ajansı", "AA", "DHA", "İHA", "IHA", "ANKA",
    "PA", "PTI", "ANI", "IANS", "IRNA", "SANA", "MTI", "PAP", "CTK", "Belga", "ANP", "Tanjug",
    "Ukrinform", "RFE/RL", "VOA", "DW", "TRT", "TRT World", "Al Jazeera", "CNN Türk", "NTV",
    "USA TODAY", "USA TODAY Sports", "USA TODAY Network",
)  # fmt: skip

_BY_KEY = {name.casefold(): name for name in _NAMES}

AGENCY = "|".join(
    name.replace(" ", r"\s") for name in sorted((*_NAMES, "REUTERS"), key=len, reverse=True)
)
"""A pattern for the name of an agency, spelled with its own capitals."""


def agency_name(words: str) -> str | None:
    """The name of the agency as it is usually spelled, None when there is none like it."""
    return _BY_KEY.get(" ".join(words.split()).casefold())
