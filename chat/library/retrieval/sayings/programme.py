"""The compliance program, models, vendors, amounts. See the package for how to read a line."""

SAYINGS = """
approve, approval: vote, sign off, green light, okayed
artificial intelligence, generative: chatgpt, ai, machine learning, llm, chatbot
bsa officer, compliance officer: bsa officer, aml officer, bsa manager
contract, agreement: deal, clause, clauses, terms, agreement, contract, what should the contract
    say, vendor contract, service agreement, paper we sign
critical activity, critical: vital, essential, most important vendors
date of birth, birth date: birthday, dob
disability~, fair~: unfair
due diligence, check~: before hiring, before we hire, vet, vetting, background on
fee, charge: bill a person, can we charge, cost, price
high risk, higher risk: risky, dangerous, riskier, highest risk, adverse news, bad press, negative
    news, bad news about, in the newspaper, news article
independent testing, audit: yearly audit, annual audit, test its program, audit of the program
investor, own: who holds the loan, holds her loan, who owns my mortgage
loan, mortgage: home loan, house loan
model: algorithm, scoring tool, scoring model, forecasting tool
monitoring, alert: alerts, flagged, software, monitoring system, rules engine
new product, product: app, launch, new service, new payment, rolling out, offer a new
percent, interest: percentage, share of the company, stake, piece of the company, portion
policy, procedure: manual, rulebook, handbook, procedures, our policy
private banking: private bank, vip client, private banker
requirement, required: mandatory, compulsory, required by law, obligatory, by law
residential, street address, address: po box, home address, address, rural route, lives, lives at,
    homeless, p o box, no fixed address
risk rating, risk profile, risk: score every, scoring customers, high medium or low, risk rate,
    rate clients, rate customers, score customers, risk score
search, screen~: look up, google him, google, search the name, look for a name
servicer, mortgage: mortgage company, loan servicing
source of funds, source of wealth: source of money, where the cash came from, where the money came
    from, where his money, how he got rich, rich, wealthy, millionaire
spreadsheet: excel, excel sheet
taxpayer identification, number~, tin: last four, last 4, tax number, social, tax id
threshold, minimum, amount: how much money, what amount, limit, how big, what balance, dollar
    amount, cutoff, cut off, smallest amount, at what point, least amount, from what amount
training: teach, course, class, taught, trained
"""
