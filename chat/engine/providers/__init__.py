"""Language models: transport, text deltas, failures, and the quote engine that needs no model."""
