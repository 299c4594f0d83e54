"""Feedback: a thumb, reasons and a comment on an answer."""
