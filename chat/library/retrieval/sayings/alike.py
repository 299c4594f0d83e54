"""Interchangeable words, one group per line."""

ALIKE = """
attorney lawyer
automobile car vehicle auto truck
bureau agency
buy purchase bought
certificate certification
child kid
company firm business corporation
dispute contest challenge
duty obligation
email mail message
emails messages communications
employee staff worker personnel
end terminate finish
examine audit review inspect
fine penalty
firm company
get obtain receive collect
hide conceal
hire engage appoint
home residence house
job position role
keep retain
late overdue delayed
mail envelope
paper document
picture photo photograph copy
pick appoint designate choose
question inquiry
quick prompt fast
rule requirement
scan copy image photocopy
sell sale
shut close
sign poster
spouse husband wife
stop cease
supplier vendor
tell inform notify
text message
true accurate correct
website online
wrong incorrect inaccurate mistake
yearly annual
"""
