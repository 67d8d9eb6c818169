"""Countries, regions and cities, folded: which names are places. Not complete, nor need it be.

What belongs here: every country, every capital, and other places that the news often name. A
place that is missing is still taken for one after "in".
"""

from __future__ import annotations

from typing import Literal

from retrieval.text.fold import fold

PlaceKind = Literal["city", "country"]

_COUNTRIES = """
Abkhazia Afghanistan Africa Albania Alaska Algeria America Andorra Angola Antarctica Argentina
Armenia Asia Australia Austria Azerbaijan Bahamas Bahrain Balkans Bangladesh Barbados Bavaria
Belarus Belgium Belize Benin Bermuda Bhutan Bolivia Bosnia Botswana Brazil Britain Brunei Bulgaria
Burma Burundi California Cambodia Cameroon Canada Catalonia Caucasus Chad Chechnya Chile China
Colombia Comoros Congo Corsica Crete Crimea Croatia Cuba Cyprus Czechia Dagestan Darfur Denmark
Djibouti Dominica Donbas Ecuador Egypt England Eritrea Estonia Eswatini Ethiopia Europe Fiji
Finland Florida France Gabon Gambia Gaza Georgia Germany Ghana Greece Greenland Grenada Guatemala
Guinea Guyana Haiti Hawaii Honduras Hungary Iceland India Indonesia Iran Iraq Ireland Israel Italy
Jamaica Japan Jordan Karabakh Kashmir Kazakhstan Kenya Kiribati Korea Kosovo Kurdistan Kuwait
Kyrgyzstan Laos Latvia Lebanon Lesotho Liberia Libya Liechtenstein Lithuania Luxembourg Macedonia
Madagascar Malawi Malaysia Maldives Mali Malta Mauritania Mauritius Mexico Micronesia Moldova
Mongolia Montenegro Morocco Mozambique Myanmar Namibia Nauru Nepal Netherlands Nicaragua Niger
Nigeria Norway Oman Pakistan Palau Palestine Panama Paraguay Peru Philippines Poland Portugal Qatar
Romania Russia Rwanda Samoa Scandinavia Scotland Senegal Serbia Seychelles Siberia Sicily
Singapore Slovakia Slovenia Somalia Somaliland Spain Sudan Suriname Sweden Switzerland Syria Taiwan
Tajikistan Tanzania Texas Thailand Tibet Togo Tonga Transnistria Tunisia Turkey Türkiye
Turkmenistan Tuvalu UAE Uganda UK Ukraine Uruguay US USA Uzbekistan Vanuatu Venezuela Vietnam Wales
Yemen Zambia Zimbabwe
Almanya Amerika Arnavutluk Avrupa Avustralya Avusturya Azerbaycan Belçika Bosna Brezilya
Bulgaristan Cezayir Çin Danimarka Endonezya Ermenistan Estonya Filistin Finlandiya Fransa
Güney-Kore Gürcistan Hindistan Hırvatistan Hollanda Irak İngiltere İran İrlanda İspanya İsrail
İsveç İsviçre İtalya İzlanda Japonya Kanada Katar Kıbrıs Kırım Kosova Kuzey-Kore Letonya Litvanya
Lübnan Macaristan Makedonya Meksika Mısır Norveç Özbekistan Polonya Portekiz Romanya Rusya
Sırbistan Slovakya Slovenya Suriye Suudi-Arabistan Tunus Ukrayna Ürdün Yunanistan
American-Samoa Burkina-Faso Cape-Verde Central-Africa Central-African-Republic Costa-Rica
Czech-Republic Dominican-Republic East-Timor El-Salvador Equatorial-Guinea Great-Britain
Ivory-Coast Hong-Kong Latin-America Marshall-Islands Middle-East Nagorno-Karabakh New-Zealand
North-Africa North-Korea North-Macedonia Northern-Cyprus Northern-Ireland Papua-New-Guinea
Puerto-Rico San-Marino Saudi-Arabia Sierra-Leone Solomon-Islands South-Africa South-America
South-Korea South-Ossetia South-Sudan Soviet-Union Sri-Lanka United-Arab-Emirates United-Kingdom
United-States United-States-of-America West-Bank Western-Sahara
"""

_CITIES = """
Abidjan Abuja Accra Adana Aleppo Alexandria Algiers Almaty Amman Amsterdam Ankara Antalya
Antananarivo Antwerp Apia Ashgabat Asmara Astana Asuncion Athens Atlanta Auckland Baghdad Bakhmut
Baku Bamako Bangkok Bangui Banjul Barcelona Basel Basra Batumi Beijing Beirut Belfast Belgrade
Benghazi Bergen Berlin Bern Bilbao Birmingham Bishkek Bogota Bologna Bonn Bordeaux Boston Brasilia
Bratislava Brazzaville Bremen Brisbane Bristol Brno Brussels Bucharest Budapest Bujumbura Bursa
Cairo Calcutta Canberra Caracas Cardiff Casablanca Chengdu Chennai Chernobyl Chicago Chisinau
Cologne Colombo Conakry Copenhagen Dakar Dallas Damascus Davos Delhi Denver Detroit Dhaka Diyarbakır
Dodoma Doha Donetsk Dortmund Dresden Dubai Dublin Dushanbe Dusseldorf Edinburgh Edirne Erbil
Erzurum Eskişehir Fallujah Florence Frankfurt Freetown Fukushima Gaborone Gaziantep Gdansk Geneva
Genoa Georgetown Ghent Glasgow Gothenburg Graz Guangzhou Hamburg Hanoi Harare Hatay Havana Helsinki
Hiroshima Homs Honolulu Houston Idlib Innsbruck Islamabad Istanbul Izmir Jakarta Jeddah Jerusalem
Johannesburg Juba Kabul Kaliningrad Kampala Kandahar Karachi Karlsruhe Kathmandu Kayseri
Kharkiv Khartoum Kherson Kiev Kigali Kingston Kinshasa Kobani Kolkata Konya Krakow Kyiv Kyoto Lagos
Lahore Lausanne Leipzig Libreville Lilongwe Lima Lisbon Liverpool Ljubljana Lome London Luanda
Lusaka Lviv Lyon Madrid Malatya Malmo Managua Manama Manchester Manila Maputo Mariupol Marrakesh
Marseille Mecca Medina Melbourne Mersin Milan Minsk Mogadishu Monrovia Monterrey Montevideo Montreal
Moscow Mosul Mumbai Munich Muscat Nagasaki Nairobi Nanjing Naples Nassau Nicosia Nouakchott
Novosibirsk Nuremberg Nuuk Odesa Odessa Osaka Oslo Ottawa Ouagadougou Palermo Paris Perth
Philadelphia Podgorica Portland Porto Prague Pretoria Pristina Pyongyang Quito Rabat Ramallah Raqqa
Reykjavik Riga Rijeka Riyadh Rome Rotterdam Salzburg Samara Samarkand Samsun Sanaa Sarajevo Seattle
Seoul Sevastopol Shanghai Shenzhen Skopje Sochi Sofia Stockholm Strasbourg Stuttgart Suva Suwayda
Sydney Taipei Tallinn Tashkent Tbilisi Tehran Thessaloniki Thimphu Tirana Tokyo Toronto Toulouse
Trabzon Trieste Tripoli Tunis Turin Ulaanbaatar Utrecht Vaduz Valencia Valletta Vancouver Varna
Venice Vienna Vientiane Vilnius Vladivostok Warsaw Washington Wellington Windhoek Wuhan Yaounde
Yerevan Zagreb Zaporizhzhia Zurich
Atina Bağdat Belgrad Berlin Beyrut Bakü Brüksel Bükreş Budapeşte Cenevre Diyarbakır Floransa Kahire
Kiev Kopenhag Kudüs Lefkoşa Lizbon Londra Moskova Münih Pekin Prag Saraybosna Selanik Sofya
Şam Tahran Tiflis Tokyo Trablus Üsküp Varşova Viyana Zürih
Abu-Dhabi Addis-Ababa Baden-Baden Buenos-Aires Camp-David Cape-Town Den-Haag Guatemala-City
Ho-Chi-Minh-City Kuala-Lumpur Kuwait-City Los-Angeles Mexico-City New-Delhi New-Orleans New-York
New-York-City Panama-City Phnom-Penh Port-au-Prince Rio-de-Janeiro San-Francisco San-Jose
San-Salvador Santo-Domingo Saint-Petersburg St-Petersburg Sao-Paulo Sharm-El-Sheikh Tel-Aviv
The-Hague Washington-DC
"""


def _table() -> dict[str, PlaceKind]:
    countries: dict[str, PlaceKind] = {
        fold(name).replace("-", " "): "country" for name in _COUNTRIES.split()
    }
    return countries | {fold(name).replace("-", " "): "city" for name in _CITIES.split()}


PLACES = _table()
"""The kind of each place by its folded name."""

LONGEST = max(len(name.split()) for name in PLACES)
"""Words of the longest name."""
