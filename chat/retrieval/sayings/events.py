"""What happens: breaches, thefts, frauds, complaints. See the package for how to read a line."""

SAYINGS = """
breach, incident, unauthorized access~: hack, hacked, data leak, leaked, leak, stolen data, data
    theft, lost laptop, laptop stolen, exposed, got out, broke in, break in, data breach, data
    breach, security breach, compromised, was compromised, stolen records, lost files, misdirected
cyber, incident~: hackers, hacker, cyberattack, malware, intrusion, phishing, attacked
ransomware, ransom: ransom, locked computers, locked files, locked its, extortion, held hostage
outage, incident: system down, went down, systems are down, crashed, servers down, offline for,
    core is down, network down, ransomware outage
theft, embezzlement, insider~: stole, stealing, embezzle, skimming, till, drawer, pocketed
robbery, burglary: rob, robbed, stick up, holdup, broke into the branch
fraud, scam: scammed, con, conned, swindle, rip off, ripped off, fraud
deceptive, mislead: tricked, trick, fooled, lied to, misleading
counterfeit, altered, forged: fake, fakes, washed, doctored, phony, changed the amount
pretend~, advise~: push us, pushed us, pushes us, pressure us, lean on us
suspicious, unusual, red flag: weird, odd, strange, fishy, shady, sketchy, off about, warning
    sign, warning signs, signs of, what to look for, should worry me, suspicious, look out for,
    spot, looks wrong, way off, make me suspect
money laundering: dirty money, washing money, wash money, laundering, launder
identity theft: id theft, stolen identity, stolen identities, fake identity, imposter
trade, invoice, goods: shipment, shipping, export, import, cargo, merchandise, invoices
real estate, property: luxury home, house bought, condo, mansion, buying a house, luxury home
acquire, acquisition, purchase~: bought another bank, took over, takeover, merger, bought loans
deceased, death: dead, died, passed away
complaint: gripe, unhappy, upset, angry, grievance, complain, complaining, dissatisfied, shouts,
    yelling, treated badly, treated unfairly
discrimination, fair lending~: racist, racism, race, sexist, skin color
deterred~, victim~: abusive ex, hiding from, domestic violence, abused
"""
