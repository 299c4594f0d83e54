"""Language models: transport, text deltas, failures, and the quote engine, which needs no model."""
