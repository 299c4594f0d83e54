"""Money, payments, instruments and the forms about them. See the package for how to read a line."""

SAYINGS = """
aggregate, total, same day: add up, add them up, adds up, combine, together, sum, lump together,
    twice in one day, two visits, both times, came back later, two branches, another branch, same
    afternoon, several deposits, two deposits, different branches, second branch
beneficiary bank, recipient, financial institution~: receiving bank, recipient bank, payee bank
beneficiary, recipient: recipient, payee, receiver
billing error, dispute: billed twice, billed double, double billed, double charge, chargeback,
    charged twice, contested, wrong charge
cash intensive: cash heavy, lots of cash, cash business, all in cash
certificate of deposit: cd, cds, term deposit, time deposit
check: cheque
check casher, msb: payroll checks, cashes payroll, cash payroll checks, cash their paychecks, cash
    checks for people, checks for a fee, cashes checks for a fee, payday lender, check cashing,
    cashes checks, cash checks, check cashing shop, check cashing store, cheque cashing, check
    cashing business
credit card, regz: credit card, charge card
ctr, currency: cash report, currency report, large cash report, cash form, big cash report
ctr, currency, threshold~: exactly ten thousand, on the dot, ten grand, ten thousand, over ten,
    ten k
ctr, late: how late, too late to file, after fifteen days, day sixteen
currency exchange, foreign exchange: money changer, currency booth, exchange booth, changing
    money, bureau de change, exchange office, change euros, swap euros, exchanges euros
currency, cash: cash, bills, banknotes, notes, coins, paper money, dollar bills, hard cash,
    greenbacks
debit card, electronic fund transfer, rege: debit card, atm card, bank card
debit card, unauthorized, liability~: used his debit card, used her debit card, used his card,
    used her card, card was used, stole his card, stole her card, lost his card, lost her card,
    cloned card, skimmed card, someone used his, someone used her, pay himself, pay herself, how
    much must he pay, out of pocket
denomination, exchange~: break into, breaks into, change for, swap bills, change bills, smaller
    bills, bigger bills, small bills, large bills, big bills, break a, break hundreds, fifties for
deposit: put in, pay in, paid in, put into, drops off, drop off, dropped off, depositing, brought
    in, bring in, hands me, handed me
dollar, amount~: bucks, usd, grand, dollars
error, unauthorized, dispute~: did not make, didn't make, not me, wasn't me, never made, says it
    was not him, unknown charge
fbar, deadline~: foreign account report, foreign accounts report
foreign financial account, foreign account, fbar: account abroad, account overseas, account in
    another country, money abroad, offshore account, overseas account, foreign account, swiss
    account, foreign account report, account there, has an account in, bank account in, account
    back home, money in a bank in, foreign bank account
funds transfer, transmittal, wire: wire, wire transfer, bank transfer, swift transfer, telex,
    money transfer order
instant payment: fednow, rtp, real time payment, faster payment
intermediary: middle bank, bank in the middle, in between bank, passing it on
kiosk, virtual currency: bitcoin atm, crypto kiosk, crypto atm
monetary instrument, cashier check: cashiers check for, money orders for
monetary instrument, cashier check, money order: cashiers check, cashier's check, bank check,
    money order, travelers check, bank draft, official check, certified check, postal order, bank
    drafts, travellers cheque, pays cash for a check
money transmitter, msb, remittance~: western union, moneygram, hawala, remitter, remittance,
    remittance company, send money abroad, sends money abroad, send money home, money transfer,
    money transfer business, money transfer shop, transmits money, sends money for people, moves
    money for people, venmo, money services, remits, sends remittances, payment company, transmits
night deposit, night, business day: night drop, drop box, slot, after hours, night safe
offset, net: subtract, net out
originator, transmittor, sender: sender name, name of the sender, who sent the wire, without the
    sender, sender information, sender missing, missing name, no sender, sender, who sent it,
    ordering customer, remitter
payroll: paycheck, paychecks, wages, salary, salaries, pay staff, pay workers, pay its workers,
    pay employees, pay its employees, pay the crew
peer to peer, instant payment, mule~: zelle, venmo, cash app, p2p
physically transport, border, united states~: bring into, bring in from, take out of the country,
    carry into, travel with, traveling with, fly with, cash on a plane, bring home, into the us,
    out of the us, suitcase full, envelope of cash from, luggage, suitcase, carry across, flew in,
    fly in, fly out, flying, leave the country, leaving the country, enter the country, into the
    country, airport, plane, border, crossing, in a bag, mailed from abroad, from overseas,
    traveler, travelers, traveling, travelling, jfk, through security, passenger, cross the
    border, crossing into, courier
prepaid access, prepaid: gift card, gift cards, prepaid card, prepaid cards, reloadable card,
    stored value, top up card, voucher
provisional credit, credit~: put the money back, put back, refund, give back, money back,
    reimburse, return the money
retail, business, store~: shop, corner shop, supermarket, grocery, bakery, restaurant, retailer,
    convenience store, gas station, bodega, deli, laundromat, pizzeria, coffee shop, bar
retail, instrument~: money order at, buys a money order, buying money orders
safe deposit: safety deposit box, lockbox
structuring, assist~: deposits small, keep deposits small, small deposits, keeps his deposits,
    keep the amounts small, smaller deposits
structuring, evade: without paperwork, without the paperwork, without a form, without a report, no
    paperwork, without reporting, no form, without it being reported, not be reported, so nobody
    notices, fly under the radar, under the radar, keep it quiet, smaller amounts, several
    smaller, split into, split up, splitting, split, splits, splitting up, break up, breaking up,
    broken up, smurfing, smurf, smurfs, dodge, get around, keep it under, stay under, stays under,
    just under, right below, avoid the form, avoid a form, avoid the report, avoid the paperwork,
    in small chunks, bit by bit, instead so there's no form, stay below, keep below, stays below,
    under the limit, below the limit, under ten thousand, below ten thousand, so there is no
    report, avoid reporting, not get reported, skirt, keeps under, keeps it under, split his,
    split her, split their
trade or business, form 8300~: car dealer, auto dealer, dealership, jeweler, jewelry store, boat
vehicle dealer, ineligible~: car lot, used car, used cars, car dealer, auto dealer, dealership
virtual currency, cryptocurrency, crypto: bitcoin, crypto, ethereum, stablecoin, stablecoins,
    usdt, digital currency, cryptocurrency, digital coins, coins online, swaps bitcoin, sells
    bitcoin, trades crypto, buys crypto, coinbase, binance, nft, wallet, defi
withdrawal, withdraw: take out, took out, taken out, taking out, takes out, pull out, pulled out,
    cash out, cashed out
"""
