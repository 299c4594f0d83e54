"""Common words, which say little about the topic of a question.

"a guy wants to break 11k in twenties this morning": guy, wants and morning set the scene. In a
small, formal library such words are rare, so BM25 would weigh them most; these count little whether
the library contains them or not. Read by ``question``, by stem.
"""

from functools import cache

from chat.kernel.word_stems import STOP_WORDS, stem

_PEOPLE = """
    guy man men woman women lady gentleman person people folk everyone everybody nobody anybody
    customer client bank account company business firm organization institution office branch
    team staff group someone friend mr mrs ms sir colleague
"""
_TIME_AND_NUMBER = """
    one two three four five six seven eight nine ten twenty thirty forty fifty hundred thousand
    million first second third fourth both half several few lot lots bunch couple pair many number
    today yesterday tomorrow tonight morning afternoon evening night week weekly month monthly day
    daily hour minute monday tuesday wednesday thursday friday saturday sunday weekend
    january february march april june july august september october november december
    time times year yearly ago soon later late early recent recently last next previous while
    always never often sometimes usually ever anymore longer instantly immediately eventually
    meanwhile then since during already finally
"""
_DESCRIBING = """
    big small large little huge tiny new old older young long short good bad great nice right
    wrong real different same whole full empty easy hard simple clear sure certain certainly
    possible impossible likely able unable allowed supposed okay fine best better worse worst
    correct proper properly actual actually current currently basic basically general generally
    usual normal normally typical regular common specific special extra additional main major
    important quick quickly fast slow slowly direct directly straight alone together apart
    enough rather quite pretty fairly almost nearly maybe perhaps probably definitely seriously
    ready happy sorry afraid busy wonder sort total free single separate various else instead
    away back around along across behind inside outside near far beside beyond between among
    against toward towards through throughout within without above below onto upon despite
    because although though unless until whether however therefore anyway otherwise plus per
    everything nothing something anything plain worth external internal demand demands
    via regarding concerning according based online offline local abroad
"""
_DOING = """
    come came coming bring brought walk walked use used using work worked working try tried trying
    seem seemed start started begin began stop stopped happen happened ask asked asking call
    called calling think thought feel felt find found want wanted keep kept show showed shown
    talk talked speak spoke spoken explain explained help helped handle handled deal dealt mention
    matter let left leave leaving took take taken taking gave give given giving told tell said say
    saying heard hear listen learn learned wait waited stay stayed stand stood sit sat run ran
    running move moved turn turned live lived hold held meet met set sets setting become became
    add added grow expect expected understand understood believe hope plan planned decide choose
    chose pick picked offer offered consider remember forget forgot follow followed include
    included continue appear appeared seen see saw watch watched read wrote write written spend
    spent cut hit catch caught reach reached drop dropped push pull pulled carry send sent mean
    meant require required involve involved cause caused create created provide provided allow
    let lets lead led done doing goes gone went going got gotten getting made making makes put
    putting hire hired wanting needing wish care worry worried like liked love hate
    look looking looked looks act acted acting treat treated answer answered check
    finish finished finishing end ended ending done complete completed exist exists apply applied
    belong count counts agree fill filled attach share shared hand handed
    phone phoned telephone email emailed mail mailed
"""
_THINGS = """
    thing stuff place part kind way case example question problem issue situation reason rule
    regulation law legal legally requirement policy job matter idea point fact side line word
    name list piece end top bottom middle rest result step steps area state city country world
    home house street road door room table desk car truck phone computer paper page website
    internet system software tool program process service information info detail details data
    letter message life hands head mind hook luck trouble chance difference type form
    percent dollar dollars bucks buck
"""

#: Exceptions: common words that carry meaning in this field.
_MEANT = """
    information data state program process rule-making account bank check form paper list name
    letter mail country city website system software service requirement percent dollar policy
    computer car house home truck street agree share late start complete apply name email phone
    telephone message online foreign law legal act treat regulation customer client
"""

#: Contractions, their misspellings and greetings that ``chat.kernel.word_stems`` does not skip.
_EMPTY = """
    aren't arent couldn't couldnt didnt doesnt dont hadn't hasn't haven't hes he's i'd i'll i'm im
    i've isnt it'd it'll let's shes she's shouldn't shouldnt that's thats there's they'd they're
    theyre they've wasn't wasnt we'd we'll we're we've weren't what're who's whos wont wouldn't
    wouldnt you'd you'll you're youre you've pls plz hi hello hey dear oliver
"""
EMPTY_WORDS = frozenset(_EMPTY.split())

_LIGHT_TEXT = f"{_PEOPLE} {_TIME_AND_NUMBER} {_DESCRIBING} {_DOING} {_THINGS}"


@cache
def light_stems() -> frozenset[str]:
    return frozenset(map(stem, _LIGHT_TEXT.split())) - frozenset(map(stem, _MEANT.split()))


def everyday_words() -> frozenset[str]:
    """Unstemmed; the speller leaves them alone."""
    return frozenset(_LIGHT_TEXT.split()) | EMPTY_WORDS | STOP_WORDS
