"""Privacy: notices, requests, consent, transfers. See the package for how to read a line."""

SAYINGS = """
adverse action, credit score: bad credit, because of a credit report
automated decision, automated: robot, algorithm, computer decides, computer says no, by itself, by
    the computer, no human, machine decides, without a human, automatically decides
collect, notice~: gather, gathered, when we take their, take their details
compensation, damage: get money from us, money for, damages
consent: opt in, agreed, permission, tick box, checkbox, ticked, tick, agree to, said yes
consumer reporting agency, credit report, furnisher~: equifax, experian, transunion, credit
    bureau, credit file
controller: who is responsible for the data, who decides
data protection officer: privacy officer
direct marketing, marketing, advertising~: ads, advert, newsletter, advertisers, offers by mail,
    advertising, pitch, promotions, sales calls, promo, marketing partner, sell to customers, cold
    call, promotional
dsar, access, copy~: copy of everything, what we hold on him, what we hold about, see his file,
    everything we have on, what data we have, what we know about, all we know, his own data, their
    own information, asked what we know
erasure, deletion, delete: forget me, be forgotten, remove my data, delete my data, delete
    everything, erase, erased, wipe his data, wants to be deleted, take down his data, remove him
lawful basis, legal ground: legal basis, legal reason, legal ground, reason to process
legitimate interest, balancing: worth it against, weigh against, balancing
new purpose, purpose: for something else, another purpose, different purpose, reuse, use them for
opt out: say no to sharing, stop sharing, unsubscribe, do not sell, opting out
opt out, share~: say no, says no to us
personal data, personal information, nonpublic~: personal info, personal details, private data,
    customer data, client data, information about people, people's details, private information,
    names and addresses
personal information, sell, share: pass on data, sell data, sell the list, sell customer data
portability: take his data, move his data, data to another bank
privacy notice: privacy policy, privacy statement, privacy page, privacy letter, privacy leaflet,
    privacy disclosure, privacy paper
processor, controller~: cloud, hosting, printing firm, printing company, payroll provider, saas,
    works on our orders, for us
pseudonymise, anonymous, encrypt: scrambled, use a code, strip out names, without names, hashed,
    masked, blanked out
rectification, correct, inaccurate: wrong in our system, wrong birthday, wrong address, data is
    wrong, details are wrong
representative, union: based in europe, act for us
request, demand~: ask for, asked for, demands, wants, demanded
safeguard, information security, security: infosec, firewall, mfa, two factor, password
special category, biometric: fingerprints, face scan, fingerprint, voice print
special category, sensitive, health: illness, sick, medical, health, disability, religion, union
    member, sexual, political opinion
third country, transfer personal data, international transfer~: servers in, send data to, data
    outside europe, server in, outside europe, kept in dublin, to the us, data abroad, us servers,
    to our servers, data to america, move data, send data, servers outside, overseas servers, data
    to india
withdraw, consent: takes back, take back, changed their mind, revoke
"""
