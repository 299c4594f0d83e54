"""What people do: keep, tell, file, close, check, forget. See the package for how to read it."""

SAYINGS = """
access, dsar, copy~: what data we store, what data you have, data about him, data about her, data
    we have, know what we have, know what data, what we store, wants to know what, information we
    hold, see his data, see her data, see all his, see all her, get a copy of his data, what we
    hold
accountable, responsible, liable: on the hook, whose fault, who is to blame, responsible, who
    answers for, takes the blame, liable
advise, advice, suggest: tip, hint, coach, recommend, tell a client to, tell a customer to
advise, tell, explain~: what can i answer, what may i answer, what do i answer, what should i
    answer, what do i reply, what may i say, what can i say, how do i answer
annual, year, periodic: how often, every year, yearly, each year, annually, once a year,
    frequency, how frequently, every january
attempt, attempted, cancel~: left with the money, took the money back, took it back, walked off,
    stormed out, left without, never finished
award, whistleblower: reward, bounty, get paid for reporting, someone get for reporting
begin, start~: clock start, day one, first day
block, freeze: lock the account, hold the money, hold on the account, stop the money
brochure, leaflet, pamphlet: brochure, flyer, leaflet, pamphlet, handout, something to hand out
correct, amend: fix, redo, undo, change it, put the wrong, wrong date, typo, wrong number, made a
    mistake, messed up, screwed up, misspelled, repair, update the report, typed the wrong,
    corrected
deadline, due, day~: how fast, how quickly, how soon, time limit, due date, by when, how many
    days, how long do we have, how long do i have, clock, due, deadline, cutoff date, when is it
    due, how much time
disclose, disclosure, confidential: tell the customer, tell the client, tell him, tell her, tell
    them, tell someone, mention to, reveal, let slip, tip off, tipping off, leak, talk about, let
    the customer know, let a customer know, let him know, let the client know, tell the person,
    tell a customer, tell a client, give away, warn, gossip, let on, straight out, told her
    husband, told his wife, told a friend, told someone, let it slip, give the reason
dispose, disposal, destroy: throw out, throw away, toss, shred, shredding, get rid of, trash,
    trashing, clean out, delete, bin, discard, purge, wipe
error, mistake: wrongly, by accident, accidentally, mistake, wrong
escalate, decision, investigation~: told me not to file, not to file the sar, decided not to file,
    overruled, disagrees with filing, stop me from filing
exempt, exemption: leave out, left out, skip, don't have to, off the hook for, not needed for
expire: expired, out of date, ran out, no longer valid
file, submit: send in, turn in, submit, hand in, goes in, went out, put in a report, mail in, goes
    out, sent out
forfeiture, seize: take the money, confiscate, take my money, grab the money, seize, lose the
    money
form: fill out, fill in, paperwork
identification document, document~, license~: driver's license, drivers license, driving licence,
    passport, id card, photo id, license, birth certificate, state id, licence, drivers licence,
    work permit, visa, military id, student id, picture id, photo
identification, identify, verify~: check id, card him, ask for id, run id, id, ids, show id, who
    he is, who she is, who they are, who someone is, not sure it is really, really them, really
    him, really her
immediate, telephone, law enforcement~: right now, phone someone, call someone, urgent, emergency
imprisonment, criminal, prison: prison, jail, locked up
incomplete~, attempt, attempted: left without finishing, walked away, walked out, changed his
    mind, changed her mind, backed out, did not go through, cancelled, tried to, gave up, didn't
    finish
inquire, reason~: asks why, asking why, customer asks
investigate, investigation: look into, dig into, research, find out, looking into, work an alert,
    work on an alert, working an alert
joint, together: two banks, both banks, single report, one report together
keep open, law enforcement~: leave it open, leave the account open, keep the account open, keep
    the account running, not close the account
know, access, request: see what we know, what we know about her, what we know about him, what you
    know about me, wants to see what
late, failure, missed: forgot, missed, never filed, never sent, overdue, too late, past due,
    missed the deadline, did not file, didn't file, slipped through, behind on, we forgot, weeks
    late, did not report, after the deadline, failed to file, backdated, old ones
look back, continuing: go back and check, going back
narrative, describe: describe the activity, describe what, write up the, tell the story, what to
    write in the
non documentary, remote, verification: video call, video chat, over the phone, by phone, remotely,
    selfie, face to face, not in person, on an app, through an app, by video, online opening,
    digital onboarding, without coming in, without meeting
notice, letter: mail, letter, email, e mail, write to, written notice, leaflet, flyer, brochure
notify, notification, notice: notify anybody, whom do we tell, who do we tell, tell anyone, who
    must be told, inform anybody, do we have to tell, must we tell
ongoing, continuing: still doing, still going on, keeps doing, going on right now, keeps
    happening, doing it again, same thing again, still at it, continues, continue, he does it
    again, kept going, keeps coming, continues to, same guy again, follow up sar
open account, new account, open: open, set up, onboard, onboarding, sign up, new client, new
    customer
penalty, fine, imprisonment: what can happen, what could happen, what will happen to me, what
    happens to me, how serious, what do i risk, can i be punished, am i in trouble, could we be
    fined, can we be fined, sanctioned for, arrested, charged with, fined, fine, punishment,
    consequences, get in trouble, what happens if, prison, jail, criminal charge, felony, behind
    bars, how bad, jail time, sentence, how much is the fine, maximum fine, biggest fine,
    punished, in jail, penalties
permit, allow~: allowed, ok to, legal to
process, payment, block~: can we process it, process the payment, process a payment, let it
    through, send it through, put it through, release the payment
record, document: write down, written down, note down, put down, take down, jot, jot down, keep
    track, log
refuse, disclose~: refuses to name, will not name, would not name, hides the owners, won't say
    who, keeps it secret who
refuse, reject, deny: turn down, turned down, decline, declined, say no, says no, turn away, won't
    give, won't hand over, won't tell, will not give, refused, refuses, not willing
release, unblock: get frozen money released, unfreeze, release frozen, unfrozen, get the money
    back from ofac
rely, reliance: can we use theirs, use their check, already did the id, depend on, trust their,
    somebody else's check, did it for us
rely, reliance, another institution: already verified, verified him already, already checked, did
    the check, checked by another, did the id check
renew, renewal: fresh, re up, again, renewed
report, file: report, tell fincen, turn in, alert the authorities, declare, declared, notify
    fincen
retain, retention, record~: hold on to the, must we hold on to, have to hold on to, how long must,
    how long should we, how long do we have to keep, keep for how long, when can we delete, when
    may we delete, hang on to, hold on to, hold onto, hang onto, keep copies, store, storage,
    archive, how long to keep, how long do we keep, how long should i keep, how long must we keep,
    how long do i keep, how many years, keep records, keep the records, keep copies of, what do we
    keep, save for, stay on file, keep on file, retention period, kept for, must we keep, shelf
    life, records be kept, pull up, find again, dig out
retaliate, whistleblower: fire me, fired for, retaliation, get back at me, demote, lose my job
review: look over, go through, go over, read through, check over, proofread, look through, going
    over
review, update, refresh: recheck, look again, refresh, redo, fresh look, check again
screen, potential match, sanction~: ofac hit, sanctions hit, name hit, got a hit, hit on a, hit on
    the, screening alert, popped up on
self disclosure, disclosure: own mistake, our own mistake, turn ourselves in, own up, come clean,
    confess
share, disclose, nonpublic~: give customer addresses, give out customer, hand out customer, hand
    over customer, pass customer, give our customer, sell customer, share customer, share client
suspicion, suspect: be sure, certain, gut feeling, hunch, not sure, have proof
terminate, close: shut, shut down, drop, exit, kick out, offboard, fire a customer, derisk, end
    the relationship, shutting, stop doing business, shut it down, close out, drop them, cut off,
    get rid of the customer, close his account, end the account, walk away from a customer,
    closing the account
tip, disclose, confidential: has been reported, was reported, if he was reported, that we
    reported, reported him
update, review, periodic: every couple of years, every few years, every two years, every three
    years, from time to time, recheck our, review our customers, once in a while
verification, reasonable time~: still checking, not finished checking, waiting for id, before we
    verify
verify, verification: confirm, prove, proof, double check, make sure, check out, id check,
    identity check, verify someone
whistleblower: blow the whistle, blew the whistle, speak up, speaking up, complain to fincen
willful: ignore, look the other way, turn a blind eye, on purpose
"""
