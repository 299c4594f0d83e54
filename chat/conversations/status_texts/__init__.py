"""Status texts: custom wording for the stages of an answer."""
