"""English verbs whose forms no stemmer brings together: "met" is found by "meet"."""

from __future__ import annotations

_FORMS = """
arise arose arisen; bear bore borne; beat beaten; become became; begin began begun; bend bent;
bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; bring brought;
build built; buy bought; catch caught; choose chose chosen; come came; creep crept; deal dealt;
dig dug; draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten;
fall fell fallen; feed fed; feel felt; fight fought; find found; flee fled; fly flew flown;
forbid forbade forbidden; forget forgot forgotten; forgive forgave forgiven; freeze froze frozen;
get got gotten; give gave given; go went gone; grow grew grown; hang hung;
hear heard; hide hid hidden; hold held; keep kept; know knew known; lay laid; lead led;
leave left; lend lent; lose lost; make made; mean meant; meet met; mislead misled; overcome
overcame; overtake overtook overtaken; overthrow overthrew overthrown; pay paid; ride rode ridden;
ring rang rung; rise rose risen; run ran; say said; see saw seen; seek sought; sell sold;
send sent; shake shook shaken; shoot shot; show shown; shrink shrank shrunk; sing sang sung;
sink sank sunk; sit sat; sleep slept; slide slid; speak spoke spoken; spend spent; spin spun;
stand stood; steal stole stolen; stick stuck; strike struck; strive strove striven; swear swore
sworn; sweep swept; swim swam swum; swing swung; take took taken; teach taught; tear tore torn;
tell told; think thought; throw threw thrown; undergo underwent undergone; understand understood;
undertake undertook undertaken; wake woke woken; wear wore worn; win won; withdraw withdrew
withdrawn; withhold withheld; withstand withstood; write wrote written; die died dying
"""


def _table() -> dict[str, str]:
    verbs = (verb.split() for verb in _FORMS.split(";"))
    return {form: verb for verb, *forms in verbs for form in forms}


BASE_FORMS = _table()
"""The infinitive by each irregular form, in lower case."""
