"""People and companies: who does it, and to whom. See the package for how to read a line."""

SAYINGS = """
314b, sharing information: the other bank, other banks, warn other banks, another bank about, ask
    the other bank, bank to bank, competitor bank, fellow bank, tell another bank, share with
    another bank, talk to another bank
affiliate: sister company, group company, subsidiary, within the group, same group
affiliate, another institution: in our group, group bank, our sister bank
agency, regulator, examiner, supervisory agency: regulator, regulators, examiner, examiners, occ,
    fdic, the fed, state examiner, our supervisor at the fed, banking agency
attorney: law office, paralegal, defense lawyer, trial lawyer, notary office, lawsuit lawyer,
    lawyer, counsel, solicitor, law firm, lawyers, attorneys
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
california, ccpa: fresno, long beach, silicon valley, palo alto, hollywood, bay area, west coast,
    ca resident, san bernardino, california, californian, californians, los angeles, san
    francisco, san diego, sacramento, oakland, san jose
cash intensive, higher risk~: strip club, cannabis, marijuana, dispensary, weed shop, arcade,
    tavern
casino, card club: casino, gaming, slot machine, blackjack, gambler, gambling, player, poker,
    chips, roulette, at the tables, jackpot
charity, nonprofit: rotary club, booster club, scout, soup kitchen, shelter, congregation,
    synagogue, religious group, donation drive, crowdfunding, church, non profit, charity, ngo,
    foundation, mosque, food bank, aid group, relief organization, temple, fundraiser
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
employee: banker, loan officer, branch manager, clerk, new hire, intern, temp, contractor on site,
    my boss, our manager, supervisor, staffer
employee, insider~: coworker, colleague, staff member, worker, insider, bank worker, ex employee,
    former employee, staff, cashier, former worker
employee, insider: on an employee, about an employee, against an employee, on a teller,
    on one of our own, our own employee, by an employee
employee, theft: stealing from the drawer, stealing from us, stealing from the bank
established customer, nondepositor, purchaser~: walk in, off the street, non client, non customer,
    noncustomer, no account, without an account, not a customer, not our customer, doesn't bank
    here, does not bank with us, stranger, guy without account, without account
family, relative: brother in law, sister in law, father in law, son in law, daughter in law,
    godson, grandchild, grandchildren, grandmother of, half brother, ex wife, ex husband, fiancee,
    girlfriend of, children of, wife of, husband of, son of, daughter of, cousin of, brother of,
    sister of
family, relative, caregiver~: nephew, niece, cousin, brother, sister, relative, family member, in
    law, grandson, granddaughter, caretaker, son, daughter, fiance, boyfriend, girlfriend, new
    friend, nephews, mother in law, stepson
federal, government, fincen~: feds, the government, treasury, uncle sam
foreign country, foreign, abroad: swiss, british, uk, england, scotland, chinese, japanese,
    korean, indian, brazilian, nigerian, russian, ukrainian, turkish, israeli, saudi, emirates,
    qatar, kuwait, egypt, kenya, ghana, south africa, african, asian, latin american, colombia,
    colombian, peru, argentina, chile, dominican, haiti, jamaica, bahamas, bermuda, hong kong,
    singapore, taiwan, thailand, vietnam, philippines, pakistan, bangladesh, australia, new
    zealand, caribbean, middle east, tokyo, beijing, shanghai, mumbai, lagos, moscow, istanbul,
    toronto, montreal, sydney, zurich, geneva, monaco, liechtenstein, andorra, out of the country,
    back home, home country, other countries, a country, from another country, another country,
    overseas, abroad, outside the us, outside the country, mexico, canada, china, panama, london,
    japan, india, brazil, nigeria, dubai, switzerland, cayman
foreign~, gdpr~, eu, european union: swedish, belgian, danish, finnish, norwegian, austrian,
    dutch, irish, portuguese, greek, polish, czech, hungarian, romanian, bulgarian, croatian,
    slovenian, slovak, estonian, latvian, lithuanian, luxembourg, denmark, finland, czechia,
    hungary, romania, bulgaria, croatia, slovenia, slovakia, estonia, latvia, lithuania, malta,
    cyprus, lisbon, vienna, prague, warsaw, stockholm, copenhagen, helsinki, frankfurt, hamburg,
    milan, barcelona, lyon, brussels, athens, budapest, european, within the eu, eu citizen, eu
    resident, eu customer, eu client, eu office, europe, france, germany, spain, italy, ireland,
    paris, berlin, madrid, rome, dublin, netherlands, amsterdam, belgium, austria, poland, sweden,
    portugal, greece, munich, french, german, italian, spanish
franchise: franchisee, local owner of a chain
government, state, agency~: post office, usps, dmv, fire department, police department, public
    library, public university, state university, water district, city council, mayor office,
    courthouse, parish, borough, tax office, treasury department, public hospital, housing
    authority, tribal government, us agency, federal agency
government, state~: city, county, state agency, town, municipality, school district, public
    school, treasurer, village, sheriff's office, public authority
head office, parent, controlling company: holding company, parent company, parent corporation,
    headquarters, parent bank, mother company, us head office, parent company abroad
human trafficking: trafficking, forced labor, sex work, prostitution, pimp, brothel, slavery,
    controlled by, holding her passport, doing all the talking, speaks for her, her passport
human trafficking, control~: answered for her, answers for her, answer every question for,
    answered every question, does the talking, speaks for him, won't let her, never alone
independent testing, audit: auditor, audit, auditing, auditors
insurance: insurer, insurance company
joint account: shared account, share an account, joint owner, both names on the account
law enforcement: marshal, trooper, dhs, atf, cia, interpol, europol, state police, cyber unit, tax
    investigator, federal agent, officer of the law, prosecutor, public prosecutor, attorney
    general, cop, cops, police, detective, sheriff, fbi, homeland security, dea, agent, police
    officer, secret service, officer with a badge, investigators, policeman, investigator, irs
    agent, marshals, district attorney, ice agent, customs agent
legal entity, company~: llc, corporation, inc, partnership, firm, company, entity, delaware,
    business entity, corporation customer
legal process, subpoena: subpoena, warrant, summons, court order, served papers, judge's order
listed, stock exchange: publicly traded, nasdaq, nyse, public company, traded on, big chain,
    listed company, amex, on the stock market, big box, large retailer, fortune 500
military, army post office: soldier, army, navy, deployed, stationed abroad, stationed overseas,
    marine, serviceman
minor, child: kid, kids, children, teenager, teen, underage, year old, years old, schoolchild
minor, existing customer~: turns 18, turned 18, becomes an adult, of age, now an adult, eighteen
money mule, mule: strangers, from strangers, college kid, for a stranger, sends it on, forwards
    it, job from home
money mule, mule, funnel: sends them on, passes it on, forwards the money, sends it right on,
    moves it right on, wires it on
nominee, another person: holds the shares for, holding shares for, for a friend, on his behalf, in
    someone else's name, hides behind
nominee, hidden~: straw man, front man, strawman, figurehead, straw owner, in his name only, in
    someone else name, on paper only, holds shares for
non us person, resident alien, foreign~: foreigner, immigrant, non citizen, noncitizen, alien,
    nonresident, green card, permanent resident, not american, visitor, tourist, foreign student,
    mexican, canadian, undocumented, from abroad
officer, designate, responsible~: someone in charge, somebody in charge, person in charge, who is
    in charge, in charge of
older, elder: retirement home, seniors home, elderly lady, elderly man, older lady, older man, old
    person, elderly customer, elderly woman, grandparents, great aunt, 80 year old, 85 year old,
    90 year old, in her eighties, in his eighties
older, elder, exploitation~: grandma, grandpa, grandmother, grandfather, elderly, senior citizen,
    old lady, old man, older customer, older client, older adult, aging, pensioner, old people,
    aunt, uncle, seniors, dementia, confused old, new boyfriend, her savings, his savings,
    retiree, widow, widower, nursing home, eighty
parent, guardian, minor~: mom, dad, mother, father, guardian
political figure, pep, official: minister of, foreign minister, prime minister, president of,
    congresswoman, member of parliament, mp, general in the army, party leader, judge in, royal
    family, king, prince, sheikh, ex president, former minister, consul, diplomat, embassy,
    central banker, state owned company, politician, minister, senator, ambassador, head of state,
    mayor, foreign official, governor, congressman, parliament, president of a country
potential match, screen, name~: looks like someone on, looks like someone, similar name, same name
    as, close match, possible match, false hit, name matches, matches a name, shows a match,
    common name, false positive
retail, business, store~: grocery store, liquor store, smoke shop, vape shop, nail salon, barber
    shop, car wash, food truck, taxi company, pawn shop, vending machine, parking lot, hotel,
    motel, nightclub, club, diner, cafe, market stall, flea market, boutique, butcher, florist
sanction, list, ofac: sanctions list, blacklist, terrorist list, watch list, watchlist, name
    match, name hit
senior management, management: boss, higher ups, leadership, executive, executives, c suite
senior management, manager, board~: my boss, my manager, told me not to, supervisor told me, boss
    told me, boss says, manager says, pressured by
shell bank, foreign~: bank that exists only on paper, paper bank, no physical presence, bank with
    no office, bank without an office, exists only on paper
shell company, entity~: no website, paper company, empty company, no employees, without staff,
    company on paper, nobody works there, no real business
sole proprietor: self employed, freelancer, one man business, mom and pop
source of wealth, source of funds: millions came from, money comes from, money came from, came
    into money, where did he get, where does he get, explain his money, explain his wealth,
    explain the money, how he made his money
spouse, joint: husband, wife, spouses, couple, married couple, partner at home
state~, border~: texas, arizona, new mexico, el paso, laredo
subcontractor: fourth party, own suppliers, its own vendors, suppliers of our supplier
supervisory authority: data protection authority, privacy regulator, watchdog, ico, european
    regulator, eu regulator
suspect, subject~: fraudster, con man, embezzler, thief, perp, wrongdoer, perpetrator, who did it,
    culprit, bad guy, crook, criminal, launderer, the person who did, scammer, the guy we
    reported, person we reported
teller, employee~: teller, cashier, front line, frontline, branch staff, counter staff
third party, fintech: fintech, banking as a service, baas, partner app
third party, service provider, vendor: vendor, supplier, outside firm, outside company,
    contractor, outsourcing, outsourced, outsource, outside provider, provider, service company,
    hired firm, hire a firm, hired a firm, hiring an outside, company that does it for us
trust, trustee: in trust, held in a trust, held by a trust, family trust
united states: the us, into the us, in the us, inside the us, usa, america, stateside, united
    states of america, us soil
united states, us person: american, americans, us citizen
"""
