"""English verbs that the news use, in all their forms: where a question's verb stands."""

from __future__ import annotations

from retrieval.languages import find_language
from retrieval.understanding.words import word_set

_BASE_FORMS = find_language("en").irregular

_REGULAR = """
abandon abolish absorb accept accommodate accompany accomplish accuse achieve acknowledge acquire
act add address adjourn admit adopt advance advise advocate affect agree aim align allege allow ally
annex announce answer apologise apologize appeal appear apply appoint approve argue arrange arrest
arrive ascend ask assassinate assert assign assist associate assume assure attack attempt attend
attract attribute authorize avoid award back ban bar battle believe belong benefit blame block boast
bomb boost border borrow boycott brief broker burn bury call campaign cancel captain capture care
carry cause cease celebrate challenge change chant charge check cite claim clash classify climb
close coin collaborate collapse collect colonize combine command commemorate comment commit
communicate compare compete complain complete compose concede concern conclude condemn conduct
confess confirm congratulate connect conquer consider consist construct consult contact contain
contest continue contribute control convene convert convict cooperate correspond count cover crash
create credit criticise criticize cross crown damage date debate debut decide declare decline
decrease dedicate defeat defect defend define delay deliver demand demonstrate deny depart depend
depict deploy deport derive describe deserve design destroy detain detect determine devalue develop
differ dine direct disagree disappear discover discuss dislike dismiss dispatch display dissolve
divide divorce dominate donate doubt draft dress drop drown earn educate elect eliminate embrace
emerge emigrate employ enable enact encourage end endorse endure enforce engage enjoy enroll ensure
enter entertain escape establish estimate evacuate evict evolve examine exceed exchange exclude
execute exist expand expect expel experience expire explain explode exploit explore export express
extend face fail favor favour fear feature file fill finance finish fire fit flood flow focus follow
force form found function fund gain gather generate govern graduate grant greet guarantee guard
guide hail halt handle happen harm hate head help highlight hijack hire hope host hug identify
ignore immigrate impeach implement import impose imprison improve include incorporate increase
indicate influence inform inherit initiate injure insist inspect inspire install insult integrate
intend interact interrupt intervene interview introduce invade invent invest investigate invite
involve issue join jump justify kick kidnap kill kiss knock lack land last launch learn lift like
limit link list live lobby locate look love lower maintain manage manufacture march mark marry match
matter measure mediate mention merge migrate miss monitor mourn move murder name nationalise
nationalize need neglect negotiate nominate note notice observe obtain occupy occur offer open
operate oppose order organise organize originate oust outlaw outline owe own participate partner
pass patent patrol peak perform permit phone pick place plan play please pledge poison pose possess
post postpone praise pray predict prefer prepare present preside press prevent print privatise
privatize proceed process proclaim produce prohibit promise promote propose prosecute protect
protest prove provide publish pull punish purchase pursue push qualify question raid raise rally
ramp rank rate ratify reach react realise realize rebel rebuild recall receive recognise recognize
recommend record recover recruit reduce refer reflect reform refuse regain regard regulate reign
reject rejoin relate release relocate rely remain remember remove rename renew renounce rent reopen
repair repatriate repeat replace reply report represent request require rescue resemble reserve
reside resign resist resolve respond rest restart restore result resume retain retire retreat return
reveal review revive reward rob rule sack sacrifice sail sanction save schedule score secure seem
seize select separate serve settle share shell shift ship shout sign slam smile smuggle solve sound
spark sponsor stab stage star start starve state stay stop store stress study submit succeed sue
suffer suggest summon supply support suppose suppress surpass surprise surrender surround survive
suspect suspend switch talk target tax tend terminate test testify thank threaten thrive tie
tolerate topple total touch tour trade train transfer translate transmit transport travel treat
trigger trust try turn undermine unite unveil update uphold urge use utilize vacate value vary veto
view violate visit volunteer vote vow wait walk want warn wash watch weigh welcome wish witness
wonder work worry worship wound
"""
_UNCHANGED = (
    "bid broadcast burst cast cost cut forecast hit hurt let put quit read set shut split spread"
)
_DOUBLED = word_set(
    "admit ban bar begin cancel commit control cut dig drop expel fit forget get hit hug kidnap let"
    " occur permit plan prefer put quit refer rob run set shut sit spin stab stop submit swim"
    " transfer transmit travel win"
)
_PARTICIPLES = """
bear borne; begin begun; bite bitten; break broken; choose chosen; do done; draw drawn; drink drunk;
drive driven; eat eaten; fly flown; forbid forbidden; forget forgotten; forgive forgiven; freeze
frozen; give given; hide hidden; know known; overthrow overthrown; overcome overcome; overtake
overtaken; ride ridden; ring rung; run run; see seen; shake shaken; show shown; sing sung; sink
sunk; speak spoken; steal stolen; swear sworn; take taken; tear torn; throw thrown; undergo
undergone; undertake undertaken; wear worn; withdraw withdrawn; withhold withheld; write written
"""
_PARTICIPLE = {verb: form for verb, form, *_ in (pair.split() for pair in _PARTICIPLES.split(";"))}
_NO_PAST = word_set("bed embed hundred indeed need red sacred seed speed united wed weed")

SAYING = word_set(
    "announce argue ask believe claim comment demand explain hear know learn promise propose say"
    " speak suggest talk tell think warn write"
)
"""Verbs that "about" something can follow."""

MOTION = word_set(
    "come drive flee fly go march migrate move relocate return ride run sail travel walk"
)
"""Verbs that "to" a place follows where "there" does."""

HUMAN_OBJECT = word_set(
    "accompany appoint arrest ask beat call defeat elect greet host invite kill marry meet receive"
    " replace see succeed tell thank visit welcome"
)
"""Verbs whose object, when it is a single name, is rather a person than a thing."""


def _inflected(verb: str) -> tuple[str, str, str]:
    """Give the -s, -ed and -ing form of a regular verb."""
    if verb[-1] == "y" and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    root = verb + verb[-1] if verb in _DOUBLED else verb
    s = f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else f"{verb}s"
    if verb.endswith("e"):
        return s, f"{verb}d", f"{verb if verb.endswith('ee') else verb[:-1]}ing"
    return s, f"{root}ed", f"{root}ing"


_REGULARS = word_set(_REGULAR)
_IRREGULARS = frozenset(_BASE_FORMS.values()) | set(_PARTICIPLE)
BASES = _REGULARS | _IRREGULARS | word_set(_UNCHANGED) | {"be", "have", "do"}
_PRESENT = {_inflected(verb)[0]: verb for verb in BASES}
_GERUNDS = {_inflected(verb)[2]: verb for verb in BASES} | {
    "being": "be",
    "dying": "die",
    "lying": "lie",
}
_PAST = (
    {_inflected(verb)[1]: verb for verb in _REGULARS}
    | {form: verb for form, verb in _BASE_FORMS.items() if not form.endswith("ing")}
    | {form: verb for verb, form in _PARTICIPLE.items()}
    | {verb: verb for verb in _UNCHANGED.split()}
    | {"born": "bear", "been": "be", "had": "have", "died": "die"}
)


def is_base(word: str) -> bool:
    """Tell whether a folded word is the infinitive of a known verb."""
    return word in BASES


def is_present(word: str) -> bool:
    """Tell whether a folded word is a known verb's form for he, she or it."""
    return word in _PRESENT


def is_past(word: str) -> bool:
    """Tell whether a folded word is a verb's past or past participle, known or by its -ed."""
    return word in _PAST or (len(word) > 4 and word.endswith("ed") and word not in _NO_PAST)


def is_gerund(word: str) -> bool:
    """Tell whether a folded word is a known verb's -ing form."""
    return word in _GERUNDS


def base_form(word: str) -> str | None:
    """Give the infinitive of a verb's form ("signed" → "sign"), or None for an unknown one."""
    if word in BASES:
        return word
    return _PAST.get(word) or _PRESENT.get(word) or _GERUNDS.get(word)


def participle(word: str) -> str | None:
    """Give the past participle of a verb's past ("wrote" → "written"), or None."""
    verb = base_form(word)
    if verb in _PARTICIPLE:
        return _PARTICIPLE[verb]
    return word if is_past(word) else None
