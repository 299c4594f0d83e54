"""Status texts: the words in which staff want the stages of an answer told."""
