"""Words of a question that say how it is asked, not what it is about: English and Turkish."""

from __future__ import annotations

from retrieval.text.fold import fold


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


ENGLISH = _words(
    """
    a about above after again against all also am an and any are as at be because been before
    being below between both but by ca can could did do does doing down during each either else
    ever few for from further had has have having he her here hers him his how i if in into is
    it its just many may me might more most much must my neither no nor not of off on once only
    or other our ours out over own per please shall she should so some such than that the their
    theirs them then there these they this those through to too under until up upon us very was
    we were what whatever when where whether which while who whom whose why will with wo would
    yet you your yours
    """
)

TURKISH = _words(
    fold(
        """
        acaba ama ancak bana bazı belki ben beni benim bile bir biri biz bizim bu buna bunda
        bundan bunlar bunu bunun çok çünkü da daha de değil diye eğer en gibi göre hangi
        hangileri hangisi hatta hem hep hepsi her hiç için ile ise kaç kaçı kaçıncı kadar kendi
        ki kim kimden kimdi kimdir kime kimi kimin kiminle kimle kimler kimlerdir kimleri
        kimlerle mi midir miydi mu mudur muydu ne neden nedir neler nelerdir nerede nereden
        neresi nereye neyi niçin niye nasıl o olan olarak olduğu ona ondan onlar onları onların
        onu onun sen seni siz size şu tarafından tüm üzere var ve veya ya yani yok zaman
        """
    )
)

# What follows the apostrophe of a Turkish name: Ankara'da, Fidan'ın, Blinken'la.
TURKISH_ENDINGS = _words(
    """
    a da daki dan de deki den dir du dur e i in la le li lu na nda ndan nde nden ne ni nin nu
    nun si su ta taki tan te teki ten ti tir tu tur u un ya ydi yi yla yle yu ye
    """
)

# Stop words that are names or months when written with a capital inside a sentence.
NAMES = _words("ben bu can de do may kim no ne so will you zaman")

# Stop words that are something else in capitals: countries, organisations.
CAPITALS = _words("it us who")

# Letters that Turkish needs every few words and English has in names only.
TURKISH_LETTERS = frozenset("ığş")

ENGLISH_ONLY = ENGLISH - TURKISH
TURKISH_ONLY = TURKISH - ENGLISH
