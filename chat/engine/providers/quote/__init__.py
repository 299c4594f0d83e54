"""The quote engine: a DSPy engine that fills the answer's fields with quotes, inventing nothing."""
