"""Words that stand around names: offices, peoples, countries, kinds of organisations.

English and Turkish, folded (``retrieval.text.fold``), in the singular, without full stops.
"""

from __future__ import annotations

from retrieval.text import fold


def folded(listed: str) -> frozenset[str]:
    """Give the words of a list, folded."""
    return frozenset(fold(listed).split())


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in fold(listed).split(";"))


# What somebody is. A surname that is also one of these belongs into NOBLE.
OFFICES = folded(
    """
    president vp premier minister chancellor secretary undersecretary subsecretary treasurer
    ambassador envoy consul diplomat governor mayor deputy senator congressman congresswoman
    representative lawmaker legislator mp mep msp member councillor councilor alderman speaker
    spokesman spokeswoman spokesperson chairman chairwoman chairperson chair chief executive
    director manager boss head leader founder cofounder owner ceo cfo coo cto lieutenant
    colonel sergeant admiral commander commissioner officer constable detective inspector
    superintendent attorney lawyer prosecutor solicitor barrister magistrate ombudsman
    professor lecturer doctor scientist researcher physicist chemist biologist geologist
    virologist epidemiologist astronomer economist analyst strategist historian sociologist
    psychologist philosopher author writer poet novelist playwright journalist reporter
    correspondent editor columnist presenter anchor broadcaster blogger youtuber influencer
    actor actress singer songwriter rapper musician comedian artist sculptor architect designer
    photographer filmmaker screenwriter producer composer conductor pianist violinist guitarist
    drummer model dancer player footballer striker goalkeeper midfielder defender winger
    quarterback pitcher outfielder infielder cricketer batsman bowler golfer boxer wrestler
    swimmer sprinter hurdler cyclist skier skater snowboarder gymnast athlete driver racer
    jockey coach trainer skipper teammate opponent champion winner runner-up medalist medallist
    laureate rival colleague counterpart predecessor successor ally aide adviser advisor
    assistant interpreter host guest visitor partner wife husband spouse widow widower fiance
    fiancee girlfriend boyfriend son daughter brother sister father mother uncle aunt nephew
    niece cousin grandson granddaughter grandfather grandmother friend neighbour neighbor
    student pupil teacher surgeon physician nurse psychiatrist engineer pilot astronaut
    cosmonaut soldier veteran activist campaigner organizer organiser candidate nominee
    incumbent frontrunner contender politician statesman official bureaucrat billionaire
    millionaire businessman businesswoman entrepreneur investor financier banker tycoon magnate
    oligarch mogul philanthropist suspect gunman shooter killer attacker victim survivor
    witness defendant plaintiff whistleblower dictator strongman warlord rebel republican
    democrat mr mrs ms mx madam dr prof gen lt col sgt capt maj cmdr adm gov sen rep hon supt
    insp det atty amb rev fr
    bakan bakanı cumhurbaşkanı başbakan başbakanı başkan başkanı sözcü sözcüsü sekreter
    sekreteri müdür müdürü lider lideri büyükelçi büyükelçisi elçi vali valisi milletvekili
    vekil vekili danışman danışmanı yardımcısı komutan komutanı orgeneral amiral şef şefi
    profesör doçent doktor avukat yazar yazarı gazeteci oyuncu şarkıcı futbolcu direktör
    mevkidaşı meslektaşı eşi oğlu kızı kardeşi sayın
    """
)

# Offices that are also surnames or stand in names: only in front of a name, never behind.
NOBLE = folded(
    """
    king queen prince princess duke duchess earl count countess baron baroness lord lady sir dame
    emperor empress sultan emir sheikh shaykh tsar czar shah khan pope cardinal archbishop bishop
    rabbi imam priest pastor reverend monk saint ayatollah mullah lama patriarch judge justice
    major captain general marshal sheriff dean provost squire miss mister master brother sister
    father mother uncle aunt kral kraliçe prens prenses papa driver singer boxer champion pilot
    player nurse guest constable bowler friend head boss model coach author partner
    """
)

# They make part of an office beside one: foreign minister, Secretary of State, vice president.
FIELDS = folded(
    """
    foreign prime vice deputy chief acting interim incoming outgoing former ex late senior junior
    assistant associate executive managing permanent special first second general grand supreme
    crown opposition majority minority shadow state interior home defence defense finance health
    education justice energy trade economy economic economics environment climate transport
    transportation agriculture fisheries labour labor employment culture tourism sports sport
    treasury commerce business homeland security national press social affairs development
    industry technology science innovation immigration migration migrations relations housing
    urban veterans intelligence police army navy air force staff union party communications
    policy political military religious spiritual human services water forestry family youth
    exchequer republican democratic conservative liberal
    dışişleri içişleri savunma milli sağlık adalet maliye hazine kültür turizm ticaret enerji
    ulaştırma çevre tarım eğitim gençlik spor aile genel eski yeni baş teknik sanayi teknoloji
    """
)

# Last words of what is no person. Frequent surnames (Church, Park, Lake) are left out.
ORGANISATIONS = folded(
    """
    party union league council committee commission court agency bureau ministry department office
    board bank group company corporation corp inc ltd llc co plc gmbh university college school
    institute academy foundation trust association federation organization organisation society
    club team fc airlines airways motors electric mills dynamics systems technologies industries
    holdings partners capital ventures studios pictures records entertainment media news times
    journal tribune gazette network television radio mosque cathedral hospital clinic centre center
    museum gallery theatre theater orchestra philharmonic opera choir army navy forces corps
    brigade battalion parliament congress senate house assembly duma knesset government
    administration authority service services nations states kingdom republic emirates islands
    island sea ocean river mountain mountains valley city county cup open prix games olympics
    championship championships series festival awards crescent cross convention treaty agreement
    accord pact fund exchange reserve airport stadium arena hotel
    partisi bakanlığı müdürlüğü üniversitesi bankası başkanlığı teşkilatı meclisi mahkemesi
    derneği vakfı kulübü kurumu ajansı birliği
    """
)

# Words of peoples and places that describe: Turkish, European, northern.
PEOPLES = folded(
    """
    afghan african albanian algerian american andorran angolan arab argentine argentinian armenian
    asian australian austrian azerbaijani azeri bahraini bangladeshi basque bavarian belarusian
    belgian bolivian bosnian brazilian british bulgarian burmese burundian californian cambodian
    cameroonian canadian catalan chadian chechen chilean chinese colombian congolese corsican
    croatian cuban cypriot czech danish dutch ecuadorian egyptian emirati english eritrean estonian
    ethiopian european fijian filipino finnish flemish french gambian georgian german ghanaian
    greek guatemalan guinean haitian honduran hungarian icelandic indian indonesian iranian iraqi
    irish israeli italian ivorian jamaican japanese jewish jordanian kazakh kenyan korean kosovan
    kosovar kurdish kuwaiti kyrgyz laotian latvian lebanese liberian libyan lithuanian
    luxembourgish macedonian malagasy malawian malaysian malian maltese mauritanian mexican
    moldovan mongolian montenegrin moroccan mozambican namibian nepalese nepali nicaraguan nigerian
    nigerien norwegian omani pakistani palestinian panamanian paraguayan peruvian polish portuguese
    qatari romanian russian rwandan salvadoran saudi scottish scots senegalese serbian serb
    singaporean slovak slovakian slovene slovenian somali spanish sudanese swedish swiss syrian
    taiwanese tajik tanzanian texan thai tibetan togolese tunisian turkish turkmen ugandan
    ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni yemenite zambian zimbabwean
    türk amerikan alman fransız ingiliz italyan rus yunan ermeni ukraynalı iranlı abd'li
    """
)

COUNTRIES = _phrases(
    """
    afghanistan; albania; algeria; america; andorra; angola; argentina; armenia; australia;
    austria; azerbaijan; bahamas; bahrain; bangladesh; barbados; belarus; belgium; belize; benin;
    bhutan; bolivia; bosnia; bosnia and herzegovina; botswana; brazil; britain; brunei; bulgaria;
    burkina faso; burundi; cambodia; cameroon; canada; chad; chile; china; colombia; congo;
    costa rica; croatia; cuba; cyprus; czech republic; czechia; denmark; djibouti; ecuador; egypt;
    el salvador; england; eritrea; estonia; eswatini; ethiopia; fiji; finland; france; gabon;
    gambia; georgia; germany; ghana; greece; guatemala; guinea; guyana; haiti; honduras; hungary;
    iceland; india; indonesia; iran; iraq; ireland; israel; italy; ivory coast; jamaica; japan;
    jordan; kazakhstan; kenya; kosovo; kuwait; kyrgyzstan; laos; latvia; lebanon; lesotho;
    liberia; libya; liechtenstein; lithuania; luxembourg; madagascar; malawi; malaysia; maldives;
    mali; malta; mauritania; mauritius; mexico; moldova; monaco; mongolia; montenegro; morocco;
    mozambique; myanmar; namibia; nepal; netherlands; new zealand; nicaragua; niger; nigeria;
    north korea; north macedonia; northern ireland; norway; oman; pakistan; palestine; panama;
    papua new guinea; paraguay; peru; philippines; poland; portugal; qatar; romania; russia;
    rwanda; samoa; saudi arabia; scotland; senegal; serbia; sierra leone; singapore; slovakia;
    slovenia; somalia; south africa; south korea; south sudan; spain; sri lanka; sudan; suriname;
    sweden; switzerland; syria; taiwan; tajikistan; tanzania; thailand; togo; tunisia; turkey;
    turkiye; turkmenistan; uae; uganda; uk; ukraine; united arab emirates; united kingdom;
    united states; uruguay; us; usa; uzbekistan; venezuela; vietnam; wales; yemen; zambia;
    zimbabwe; eu; european union; un; united nations; nato; dc;
    alabama; alaska; arizona; arkansas; california; colorado; connecticut; delaware; florida;
    hawaii; idaho; illinois; indiana; iowa; kansas; kentucky; louisiana; maine; maryland;
    massachusetts; michigan; minnesota; mississippi; missouri; montana; nebraska; nevada;
    new hampshire; new jersey; new mexico; new york; north carolina; north dakota; ohio; oklahoma;
    oregon; pennsylvania; rhode island; south carolina; south dakota; tennessee; texas; utah;
    vermont; virginia; washington; west virginia; wisconsin; wyoming; ontario; quebec;
    abd; almanya; amerika; avusturya; azerbaycan; belçika; birleşik krallık; bulgaristan; çin;
    danimarka; ermenistan; estonya; finlandiya; fransa; gürcistan; hırvatistan; hindistan;
    hollanda; ingiltere; irak; iran; irlanda; ispanya; israil; isveç; isviçre; italya; japonya;
    kanada; katar; kıbrıs; letonya; litvanya; lübnan; macaristan; mısır; norveç; polonya;
    portekiz; romanya; rusya; sırbistan; suriye; suudi arabistan; türkiye; ukrayna; ürdün;
    yunanistan
    """
)

# "Bosna ve Hersek" and other pairs that are one; the same word twice needs no entry.
PAIRS = _phrases(
    """
    bosnia and herzegovina; bosna ve hersek; trinidad and tobago; antigua and barbuda;
    saint kitts and nevis; st kitts and nevis; sao tome and principe; turks and caicos;
    saint vincent and the grenadines; newfoundland and labrador; brighton and hove;
    tyne and wear; marks and spencer; procter and gamble; barnes and noble; smith and wesson;
    black and decker; simon and garfunkel; sonny and cher; ben and jerry; bed bath and beyond;
    rolls and royce; standard and poor; ernst and young; abercrombie and fitch; crosse and blackwell
    """
)

# Words for places: "the Turkish city of Antalya", "Romania's capital Bucharest".
PLACES = folded(
    """
    capital city town village suburb district neighborhood neighbourhood province prefecture
    region county state territory country nation island islands peninsula port resort town
    municipality metropolis cities countries counties territories
    """
)

# Within a name, in small letters: van der Berg, bin Salman, al Masri.
PARTICLES = folded(
    "van von der den de da di du del della des dos das la le el al bin ibn bint abu ben ter ten zu"
)

# What is written behind a name.
SUFFIXES = folded("jr sr ii iii iv vi vii viii esq phd md mbe obe cbe qc kc bey hanım efendi paşa")

# With one of these in front, a place is another: New York, South Sudan, West Virginia.
APART = folded(
    """
    new north south east west northern southern eastern western central equatorial papua great
    greater upper lower saint st san santa sao fort port lake mount little los las el la
    """
)

# Given names that papers shorten, the full form first.
_SHORTENED = """
    joseph joe; william bill will; robert bob rob; michael mike; elizabeth liz beth;
    anthony antony tony; james jim; thomas tom; david dave; benjamin ben; edward ed ted;
    richard dick rick; christopher chris; alexander alex; catherine katherine kate kathy;
    daniel dan; stephen steven steve; samuel sam; andrew andy; charles charlie chuck;
    gregory greg; jeffrey jeff; kenneth ken; lawrence larry; leonard len; matthew matt;
    nicholas nick; patrick pat; peter pete; philip phil; ronald ron; timothy tim;
    margaret maggie; susan sue; deborah debbie; jennifer jen; jonathan jon; joshua josh;
    abraham abe; frederick fred; donald don; douglas doug
"""


def _short_names() -> dict[str, str]:
    lines = (line.split() for line in _SHORTENED.split(";"))
    return {short: given for given, *shorts in lines for short in shorts}


SHORT_NAMES = _short_names()
"""The full form of a given name by its short ones."""
