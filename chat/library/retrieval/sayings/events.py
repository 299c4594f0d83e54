"""What happens: breaches, thefts, frauds, complaints. See the package for how to read a line."""

SAYINGS = """
acquire, acquisition, purchase~: bought another bank, took over, takeover, merger, bought loans
breach, incident, unauthorized access~: hack, hacked, data leak, leaked, leak, stolen data, data
    theft, lost laptop, laptop stolen, exposed, got out, broke in, break in, data breach, security
    breach, compromised, was compromised, stolen records, lost files, misdirected
breach, loss, incident~: usb stick, usb, thumb drive, memory stick, lost phone, stolen phone, left
    on the train, left in a taxi, lost a folder, lost a laptop, stolen bag, lost the backup, sent
    to the wrong, wrong recipient, wrong email, wrong person got, mailed to the wrong, cc instead
    of bcc, fell off
complaint: twitter, facebook, social media, google review, yelp, online review, rants, complains
    on, bad review, angry email, angry letter, phone complaint, complains about, gripe, unhappy,
    upset, angry, grievance, complain, complaining, dissatisfied, shouts, yelling, treated badly,
    treated unfairly
counterfeit, altered, forged: fake, fakes, washed, doctored, phony, changed the amount
cyber, incident~: hackers, hacker, cyberattack, malware, intrusion, phishing, attacked
deceased, death: dead, died, passed away
deceptive, mislead: tricked, trick, fooled, lied to, misleading
deterred~, victim~: abusive ex, hiding from, domestic violence, abused
discrimination, fair lending~: racist, racism, race, sexist, skin color
elder, exploitation, fraud~: waiting outside, waits outside, all his savings, all her savings,
    life savings, drains, drained her account, drained his account, new friend, met online,
    internet friend, tech support
fraud, scam: scammed, con, conned, swindle, rip off, ripped off, fraud
identity theft: id theft, stolen identity, stolen identities, fake identity, imposter
money laundering: dirty money, washing money, wash money, laundering, launder
outage, incident: system down, went down, systems are down, crashed, servers down, offline for,
    core is down, network down, ransomware outage
pretend~, advise~: push us, pushed us, pushes us, pressure us, lean on us
ransomware, ransom: ransom, locked computers, locked files, locked its, extortion, held hostage
real estate, property: luxury home, house bought, condo, mansion, buying a house
robbery, burglary: rob, robbed, stick up, holdup, broke into the branch
suspicious, unusual, red flag: weird, odd, strange, fishy, shady, sketchy, off about, warning
    sign, warning signs, signs of, what to look for, should worry me, suspicious, look out for,
    spot, looks wrong, way off, make me suspect
termination, contingency, exit~: went bankrupt, goes bankrupt, out of business, shuts down,
    insolvent, bankruptcy of, disappears
theft, embezzlement, insider~: stole, stealing, embezzle, skimming, till, drawer, pocketed
theft, robbery, suspect~: who stole, stole the, stole money, money was stolen, cash is missing,
    drawer is short, missing money, went missing
trade, invoice, goods: shipment, shipping, export, import, cargo, merchandise, invoices
"""
