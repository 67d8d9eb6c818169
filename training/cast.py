"""Names, places and topics for made-up news."""

from __future__ import annotations

_FIRST_NAMES = """
Amina Bruno Carla Daniel Elif Farid Greta Hugo Ines Jonas Karim Leyla Marta Nikos Olga
Pavel Rosa Samir Tomas Ursula Viktor Wanda Yusuf Zeynep Adrian Beatriz Chen Dilek Emil
Fatima Goran Hanna Ivan Julia Kofi Lena Mihai Nadia Omar Petra Ravi Sofia Tariq Ulla
Vera William Yan Zoe João Mélanie Jürgen Søren Çağla İbrahim Łukasz Ana-Maria Giuseppe
Anthony Emily James Sarah
"""
_LAST_NAMES = """
Adeyemi Baumann Castillo Dimitrov Eriksen Fontaine Georgiou Hakimi Ivanova Jansen
Kowalski Lindqvist Moreau Novak Okafor Petrenko Quispe Rahman Santos Takahashi Ueda
Varga Weiss Yildiz Zhang Arslan Bianchi Costa Demir Esposito Ferreira Gruber Horvath
Ilić Jovanović Kaya Larsen Maier Nagy Öztürk Popescu Rossi Schmidt Torres Usman Vogel
Walker Young Zimmer Al-Masri O'Connor Çelik Şahin Müller Brown Carter Evans Harris
Van_Dijk De_Luca
"""
_OFFICE_LIST = """
Foreign Minister; Defence Minister; President; Prime Minister; Finance Minister;
Interior Minister; Ambassador; Energy Minister; Trade Minister; envoy
"""
_TOPIC_LIST = """
the grain deal; the war in Syria; energy prices; a ceasefire; border security; trade;
climate change; visa rules; the refugee crisis; fishing rights; the new gas pipeline;
bilateral relations; the peace talks; steel tariffs; the earthquake relief; extradition;
a prisoner exchange
"""
_DAY_LIST = """
Monday Tuesday Wednesday Thursday Friday Saturday Sunday
"""
_MONTH_LIST = """
January February March April May June July August September October November December
"""


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


def _phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split(";")]


FIRST = _words(_FIRST_NAMES)
LAST = _words(_LAST_NAMES)
OFFICES = _phrases(_OFFICE_LIST)
TOPICS = _phrases(_TOPIC_LIST)
DAYS = _words(_DAY_LIST)
MONTHS = _words(_MONTH_LIST)
PLACES = {
    "Turkey": ("Turkish", "Ankara Istanbul Antalya"),
    "France": ("French", "Paris Lyon"),
    "Germany": ("German", "Berlin Munich Hamburg"),
    "Italy": ("Italian", "Rome Milan"),
    "Spain": ("Spanish", "Madrid Seville"),
    "Canada": ("Canadian", "Ottawa Toronto"),
    "Japan": ("Japanese", "Tokyo Osaka"),
    "Brazil": ("Brazilian", "Brasilia Recife"),
    "Egypt": ("Egyptian", "Cairo Alexandria"),
    "Poland": ("Polish", "Warsaw Gdansk"),
    "Greece": ("Greek", "Athens Thessaloniki"),
    "Kenya": ("Kenyan", "Nairobi Mombasa"),
    "India": ("Indian", "Delhi Mumbai"),
    "Norway": ("Norwegian", "Oslo Bergen"),
    "Mexico": ("Mexican", "Monterrey Puebla"),
    "Ukraine": ("Ukrainian", "Kyiv Lviv"),
    "Russia": ("Russian", "Moscow Kazan"),
    "Qatar": ("Qatari", "Doha"),
    "Iraq": ("Iraqi", "Baghdad Erbil"),
    "Britain": ("British", "London Leeds"),
    "Estonia": ("Estonian", "Tallinn"),
    "Portugal": ("Portuguese", "Lisbon Porto"),
}
"""What its people are called, and cities, of each country."""

FILLERS = (
    "The talks lasted about two hours.",
    "No statement was released afterwards.",
    "Reporters were not allowed into the room.",
    "The visit had been postponed twice.",
    "It is the first such trip in five years.",
    "Opposition parties criticised the government's silence.",
    "Security was tight around the hotel.",
    "Markets hardly reacted to the news.",
    "A further round is planned before the end of the year.",
    "Both sides called the atmosphere constructive.",
)
