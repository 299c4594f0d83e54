"""Words that place a question inside the library's field, or outside it.

A search always finds something: "how many vacation days do tellers get" finds the red flag of the
employee who never takes vacation. ``answerability`` counts the words that name the field and the
phrases about what else people ask at a bank. Neither table decides alone. Words are compared by
stem.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from chat.kernel.word_stems import words
from chat.library.retrieval.synonyms import ABBREVIATIONS
from chat.library.retrieval.terms import Phrase, phrase, short_names, spans

FIELD_WORDS = """
account accounts agency alert alerts article section cfr aml cashier counterfeit court diligence
examiner examination jail licence passport prison sars anonymous attorney audit beneficial bitcoin
blocked breach broker bsa card cash casino ccpa cdd certification charity check checks cip client
cmir complaint compliance confidential consent controller correspondent criminal crypto ctr
currency customer data dealer depositor deposit deposits disclose dispute dpo drawer edd elder
embezzle employee erasure escalate european exempt exemption fbar ffiec file filed filing fincen
fintech forged fraud frozen gdpr glba gto hacked identification identify identity illegal
institution kyc laundering law-enforcement launder ledger licensed llc loan-file malware model
money msb narrative nonprofit notice ofac owner ownership passport payee pep personal police
policy politician portal prepaid privacy processor program record records red-flag regulator
report reported reporting retention safeguards sanction sanctioned sanctions sar sdn secrecy
shareholder shell sign smurfing source-of-funds ssn statement structuring subpoena supplier
suspect suspicious teller terrorist theft threshold tip trafficking transaction transactions
transfer travel-rule trust udaap underage unauthorized validate vendor verify whistleblower wire
wired wires withdrawal withdrawals
"""

OTHER_MATTERS = """
# work at the bank
average salary, salary of, salary, promotion to, training courses, courses exist, phone number of,
help desk, annual leave, leave balance, cafeteria menu, who sits, org announcement, christmas
party, team lunch, office supplies, lost my badge, shuttle, daycare, tuition, relocation, name
tag, lanyard, employee of the month, retirement party, vacation, vacation days, sick days, sick
leave, day off, days off, time off, maternity leave, pto, parental leave, dental, health plan,
health insurance, pension plan, 401k match, overtime, my raise, a raise, promoted, a promotion, my
paycheck, payslip, payday, salary range, dress code, parking, park my car, cafeteria, lunch,
coffee, canteen, expense report, travel expenses, expenses, mileage, timesheet, work from home,
home office, town hall, offsite, team building, job interview, my resume, cover letter, resign,
resignation, performance review, birthday gift, gift for, my badge, conference room, meeting room,
book a room, business cards, business trip, my desk, commute, career, internship, org chart of
our, new director, regional director, direct deposit with hr, dress, a uniform, employee discount,
company car, gym,
# machines
double sided, merge two cells, vlookup, macro, spreadsheet cells, font size, scanner is,
projector, webcam, mouse, monitor is, bluetooth, usb, hard drive space, cloud storage price,
chrome, firefox, linux, docker, git, api key, crashed again, frozen screen, blue screen, password,
wifi, wi fi, printer is, the printer, outlook, excel formula, pivot table, formula, pdf,
powerpoint, vpn access, battery, keyboard, python, javascript, java, html, css, sql, regex, for
loop, list comprehension, compile, http, https, app store, iphone, android, software update,
install, browser, reboot, restart my, screen is, my laptop, my computer, teams call, zoom, slack,
my facebook, facebook account, instagram, tiktok, youtube, gmail, netflix, google maps, printer
driver, engineer,
# products, prices and markets
transfer fees, wire fees, wire fee, fees for, daily limit, withdrawal limit, atm limit, card
limit, my savings, my checking account, my credit card, company credit card, my account number,
find my account, standing order, autopay, bill pay, overdraft limit, reverse mortgage, etf,
treasury bonds, return on equity, prime rate set, how is interest, cashback, rewards points,
airline miles, balance transfer, student loan, car loan rates, heloc, housing market, recession,
unemployment rate, oil price, forex trading, day trading, options trading, mortgage rate, savings
rate, best savings, interest on a savings, best rates, fed funds, prime rate, apr, cd rates, best
rate, interest rates today, interest rate on our, overdraft fee, monthly maintenance, account
cost, order checks, order new checks, opening hours, open on saturday, branch hours, on saturday,
routing number, credit limit increase, refinance, loan to value, jumbo, down payment, can i
borrow, small business loan, sba, improve my credit, raise my credit, which stocks, buy stocks,
stock price, should i invest, start investing, good investment, dividend, bitcoin price, bitcoin
be worth, be worth, mine bitcoin, mining rig, price of gold, inflation rate, gdp, liquidity,
capital ratio, basel, margin requirement, short selling, insider trading, yield curve, bond
prices, deposit insurance, fdic insurance, fdic deposit, insured up to, ira, roth, annuity,
retirement savings, usury, reserve requirement, discount window, federal reserve rate, gaap,
amortize, amortized, goodwill, depreciation, balance sheet, earnings report, quarterly results,
our strategy, company's strategy, competitor, market share, how many atms, count a cash drawer,
cash drawer, safe word,
# taxes and other law
speeding, gift tax, owe taxes, employer read my, patent valid, bail, jury duty, prenup, name
change, marriage license, building permit, noise complaint, dog license, gun, fishing license,
passport renewal, renew my passport, wage garnishment, unemployment benefits, food stamps, power
of attorney for my own, tax rate, income tax bracket, corporate tax, sales tax, property tax,
estate tax, capital gains, deduct, deduction, estimated taxes, tax refund, standard deduction,
vat, patent, trademark, copyright, divorce filing, file for divorce, custody, probate, contest a
will, landlord, tenant, eviction, neighbor, minimum wage, speed limit, traffic, parking ticket,
pothole, hipaa, osha, visa to, a visa, citizenship, naturalization ceremony, renew my driver,
voting age, old to vote, drinking age, antitrust, zoning, hmda, cra rating, community
reinvestment, flood insurance, notary, regulation d, reg d, escheat, unclaimed property, medicare,
medicaid, child support, alimony, rent a car, renter,
# the world
pizza, tallest, first man, great wall, baby, crying, christmas, easter, halloween, tv show, tv
series, actor, singer, band, guitar, piano, painting, museum, dinosaur, volcano, earthquake,
ocean, sea, river, lake, capital city, longest, fastest animal, wikipedia, crossword, sudoku,
riddle, quote of the day, motivational, haiku, limerick, weather, recipe, cook, bake, boil, best
restaurants, open a restaurant, dinner, wine, movie, song, novel, poem, joke, good book, football,
soccer, basketball, baseball, world cup, super bowl, olympics, chess, marathon, capital of, who is
the president, prime minister of, population, people live in, revolution, planet, moon, mountain,
mount, photosynthesis, physics homework, theory of relativity, quantum, chemistry, boiling,
temperature, translate, french word, grammar, meaning of life, flight, flights, hotel near,
tourism, my dog, cat, pet, tomatoes, garden, knit, scarf, bicycle, tire, sink, fridge, ants, eggs,
headache, head hurts, ibuprofen, diet, lose weight, workout, sleep, best camera, subscription,
horoscope, invented, who painted, who wrote, who won, homework, birthday cake, wedding, baby name,
good name, drink a day, water should,
"""


@cache
def field_words() -> frozenset[str]:
    named = [*FIELD_WORDS.split(), *ABBREVIATIONS]
    return frozenset(term for word in named for term in phrase(word))


@cache
def other_matters() -> dict[Phrase, str]:
    lines = (line for line in OTHER_MATTERS.splitlines() if not line.startswith("#"))
    said = (part.strip() for part in " ".join(lines).split(","))
    return {phrase(part): part for part in said if part}


def field_vocabulary() -> frozenset[str]:
    """Unstemmed words of both tables; the speller leaves them alone."""
    return frozenset(words(f"{FIELD_WORDS} {OTHER_MATTERS}"))


def names_of_field(terms: Iterable[str]) -> int:
    """How many of the terms name the library's field. Citations do."""
    return sum(term in field_words() or "." in term for term in set(terms))


def is_abbreviation(terms: Sequence[str]) -> bool:
    return len(terms) == 1 and terms[0] in set(short_names().values())


def names_of_other_matters(question: str) -> list[str]:
    """ "how many vacation days do tellers get" -> ["vacation days"]."""
    return [said for _, _, said in spans(phrase(question), other_matters())]
