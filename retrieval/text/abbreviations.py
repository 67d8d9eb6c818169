"""Words before a full stop that may not end a sentence, and words that begin one.

English and Turkish, without their full stops, lower-case except where only a capital makes
the abbreviation ("Sen." is a senator, "sen" is Turkish for you).
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Something always follows: a name, a number, an example.
NEVER_LAST = _words(
    """
    Adm Amb Asst Atty Brig Capt Cmdr Col Cols Cpl Det Dir Dr Drs Fr Ft Gen Gov Govs Hon Insp Lt
    Maj Messrs Mlle Mme Mr Mrs Ms Msgr Mt Ofc Pfc Pres Prof Profs Pvt Rep Reps Rev Sen Sens Sgt
    Spc Ste Supt Treas
    Alb Arş Av Bçvş Bşk Doç Gör Hz Org Öğr Op Sn Tğm Uzm Yb Yrd Yzb
    cf e.g eg i.e viz bkz bk krş örn
    """
)

# Abbreviations where a number follows, else words: "No. 10", but "He said no."
BEFORE_NUMBER = _words(
    """
    approx art c ca ch est fig figs no nos nr num p para pp prop sec secs vol vols
    böl cilt md mad s sf şek tel
    jan feb mar apr jun jul aug sep sept oct nov dec
    """
)

# They end a sentence only where the next word is one that begins sentences.
SELDOM_LAST = _words(
    """
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont
    Neb Nev Okla Ont Ore Pa Penn Que Tenn Tex Va Vt Wash Wis Wyo
    Assn Ave Bhd Blvd Bldg Bros Co Corp Cos Dept Dist Dists Esq Est Hwy Inc Intl Jr Ltd Mfg Mgr
    Natl Nr Pkwy Plc Rd Sr St Sts Ph.D Univ
    LLC PLC Şti Tic San Mah Cad Sok Apt Üniv Fak Müd Gn
    al approx dept est govt min max vs v
    """
)

# Told after a clock time; any other capital after "a.m." begins a sentence.
AFTER_TIME = _words(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat
    Sun January February March April May June July August September October November December
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec ET EST EDT CT CST CDT MT MST MDT PT PST PDT
    GMT UTC BST CET CEST EET TRT AEST AEDT IST HKT JST MSK HST Eastern Central Mountain Pacific
    Atlantic Greenwich
    """
)

# Words that begin sentences and are seldom the second word of a name.
OPENERS = _words(
    """
    A About According Additionally After All Also Although Among An And Another Any As At Because
    Before Both But By Currently Despite During Each Earlier Even Every Experts Few Finally First
    For Former From Further Furthermore Get Given He Her Here His How However I If In Indeed
    Instead Is It Its It's Just Last Later Like Many Meanwhile More Moreover Most Much My Nearly
    Neither Never Nevertheless Next No None Nor Not Nothing Now Of Officials On Once One Only Or
    Other Others Our Over Part People Perhaps Police Read Recently See Several She Should Since
    So Some Sometimes Soon Still Such Than That That's The Their Then There Therefore These They
    This Those Though Through Throughout Thus To Today Together Too Two Under Unless Unlike Until
    Upon Was We Were What When Where Whether Which While Who Why Will With Within Without Would
    Yet You Your He's She's They're We're I'm I've You're There's What's Here's Let's Don't
    Ama Ancak Ayrıca Ben Bir Biz Bu Buna Bunlar Bunun Böylece Çünkü Daha Diğer Eğer En Fakat Geçen
    Hem Her İki İlk Kendisi Mevcut Ne O Olay Ona Onlar Onun Öte Sonra Söz Şu Şimdi Toplantıda Ve
    Ya Yani
    """
)

# What a speaker does after a question or exclamation that is quoted.
SPEAKING = _words(
    """
    added announced answered argued asked asks claimed continued cried declared explained
    exclaimed insisted joked noted quipped recalled remarked replied responded said says shouted
    stated stressed told tweeted urged warned wondered wrote yelled
    """
)
