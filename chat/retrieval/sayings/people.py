"""People and companies: who does it, and to whom. See the package for how to read a line."""

SAYINGS = """
affiliate: sister company, group company, subsidiary, within the group, same group
affiliate, another institution: in our group, group bank, our sister bank
agency, regulator, examiner, supervisory agency: regulator, regulators, examiner, examiners, occ,
    fdic, the fed, state examiner, our supervisor at the fed, banking agency
attorney: lawyer, counsel, solicitor, law firm, lawyers, attorneys
behalf, another person: on behalf of, for someone else, for his boss, someone else's account,
    somebody else's account, for a friend, in another name
blocked, sanction, sdn~: sanctioned, blacklisted, oligarch, frozen, freeze, froze, freezing,
    sanctioned guy, sanctioned person, on the sdn, bad list, hit on the list
bo, owner: who owns, behind a company, who is behind, real owner, true owner, shareholder,
    shareholders, owner, owners, partners, who really owns, percent owner, ownership form, owner
    form, owner info, ownership info, owner certification
board, director: directors, board member, board members, directors vote, our board
broker dealer, securities: stockbroker, brokerage, broker, financial adviser, stock broker,
    brokerage firm, securities firm, investment firm
bsa officer, compliance officer: compliance officer, compliance head, mlro, head of compliance,
    aml officer
california, ccpa: california, californian, californians, los angeles, san francisco, san diego,
    sacramento, oakland, san jose
casino, card club: casino, gaming, slot machine, blackjack, gambler, gambling, player, poker,
    chips, roulette, at the tables, jackpot
charity, nonprofit: church, non profit, charity, ngo, foundation, mosque, food bank, aid group,
    relief organization, temple, fundraiser
civil action, liability, court, safe harbor~: sue, sued, sues, suing, lawsuit, take us to court,
    take to court, litigation, class action, in court
control prong, control, senior officer~: ceo, cfo, controlling person, control person, runs the
    company, in charge of the company, managing director, chief executive, chief financial
    officer, signing officer, head of the company
correspondent, foreign bank: dollar account, banks behind, nested bank, use our foreign bank,
    partner bank, respondent, vostro, nostro, foreign bank, bank abroad, bank overseas, bank in
    another country, overseas bank
country, sanction, embargo: russia, russian, iran, iranian, cuba, cuban, north korea, syria,
    crimea, venezuela, belarus, sanctioned country, havana, tehran, moscow, dprk, belarusian,
    damascus, caracas, pyongyang, minsk, sanctioned countries, off limits, forbidden country
cta, boi, domestic~: report to fincen who owns, fincen owner registry, owner registry, ownership
    registry, company registry, report its owners, tell fincen who owns
customer: client, account holder, accountholder, member, patron, depositor
employee, insider~: coworker, colleague, staff member, worker, insider, bank worker, ex employee,
    former employee, staff, cashier, former worker
employee, theft: stealing from the drawer, stealing from us, stealing from the bank
established customer, nondepositor, purchaser~: walk in, off the street, non client, non customer,
    noncustomer, no account, without an account, not a customer, not our customer, doesn't bank
    here, does not bank with us, stranger, guy without account, without account
family, relative, caregiver~: nephew, niece, cousin, brother, sister, relative, family member, in
    law, grandson, granddaughter, caretaker, son, daughter, fiance, boyfriend, girlfriend, new
    friend, nephews, mother in law, stepson
federal, government, fincen~: feds, the government, treasury, uncle sam
foreign country, foreign, abroad: another country, overseas, abroad, outside the us, outside the
    country, mexico, canada, china, panama, england, london, japan, india, brazil, nigeria, dubai,
    switzerland, cayman
foreign~, gdpr~, eu, european union: europe, european, france, germany, spain, italy, ireland,
    paris, berlin, madrid, rome, dublin, netherlands, amsterdam, belgium, austria, poland, sweden,
    portugal, greece, munich, vienna, french, german, italian, spanish, brussels
franchise: franchisee, local owner of a chain
government, state~: city, county, state agency, town, municipality, school district, public
    school, treasurer, village, sheriff's office, public authority
head office, parent, controlling company: holding company, parent company, parent corporation,
    headquarters, parent bank, mother company, us head office, parent company abroad
human trafficking: trafficking, forced labor, sex work, prostitution, pimp, brothel, slavery,
    controlled by, holding her passport, doing all the talking, speaks for her, her passport
independent testing, audit: auditor, audit, auditing, auditors
insurance: insurer, insurance company
joint account: shared account, share an account, joint owner, both names on the account
law enforcement: cop, cops, police, detective, sheriff, fbi, homeland security, dea, agent, police
    officer, secret service, officer with a badge, investigators, policeman, investigator, irs
    agent, marshals, district attorney, prosecutor, ice agent, customs agent
legal entity, company~: llc, corporation, inc, partnership, firm, company, entity, delaware,
    business entity, corporation customer
legal process, subpoena: subpoena, warrant, summons, court order, served papers, judge's order
listed, stock exchange: publicly traded, nasdaq, nyse, public company, traded on, big chain,
    listed company, amex, on the stock market, big box, large retailer, fortune 500
military, army post office: soldier, army, navy, deployed, stationed abroad, stationed overseas,
    marine, serviceman
minor, child: kid, kids, children, teenager, teen, underage, year old, years old, schoolchild
money mule, mule: strangers, from strangers, college kid, for a stranger, sends it on, forwards
    it, job from home
money mule, mule, funnel: sends them on, passes it on, forwards the money, sends it right on,
    moves it right on, wires it on
nominee, hidden~: straw man, front man, strawman, figurehead, straw owner, in his name only, in
    someone else name, on paper only, holds shares for
non us person, resident alien, foreign~: foreigner, immigrant, non citizen, noncitizen, alien,
    nonresident, green card, permanent resident, not american, visitor, tourist, foreign student,
    mexican, canadian, undocumented, from abroad
older, elder, exploitation~: grandma, grandpa, grandmother, grandfather, elderly, senior citizen,
    old lady, old man, older customer, older client, older adult, aging, pensioner, old people,
    aunt, uncle, seniors, dementia, confused old, new boyfriend, her savings, his savings,
    retiree, widow, widower, nursing home, eighty
parent, guardian, minor~: mom, dad, mother, father, guardian
political figure, pep, official: politician, minister, senator, ambassador, head of state, mayor,
    foreign official, governor, congressman, parliament, president of a country
potential match, screen, name~: looks like someone on, looks like someone, similar name, same name
    as, close match, possible match, false hit, name matches, matches a name, shows a match,
    common name, false positive
sanction, list, ofac: sanctions list, blacklist, terrorist list, watch list, watchlist, name
    match, name hit
senior management, management: boss, higher ups, leadership, executive, executives, c suite
shell bank, foreign~: bank that exists only on paper, paper bank, no physical presence, bank with
    no office, bank without an office, exists only on paper
shell company, entity~: no website, paper company, empty company, no employees, without staff,
    company on paper, nobody works there, no real business
sole proprietor: self employed, freelancer, one man business, mom and pop
spouse, joint: husband, wife, spouses, couple, married couple, partner at home
state~, border~: texas, arizona, new mexico, el paso, laredo
subcontractor: fourth party, own suppliers, its own vendors, suppliers of our supplier
supervisory authority: data protection authority, privacy regulator, watchdog, ico, european
    regulator, eu regulator
suspect, subject~: perpetrator, who did it, culprit, bad guy, crook, criminal, launderer, the
    person who did, scammer, thief, the guy we reported, person we reported
teller, employee~: teller, cashier, front line, frontline, branch staff, counter staff
third party, fintech: fintech, banking as a service, baas, partner app
third party, service provider, vendor: vendor, supplier, outside firm, outside company,
    contractor, outsourcing, outsourced, outsource, outside provider, provider, service company,
    hired firm, hire a firm, hired a firm, hiring an outside, company that does it for us
trust, trustee: in trust, held in a trust, held by a trust, family trust
united states, us person: american, americans, us citizen
"""
