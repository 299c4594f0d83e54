"""Delivery: from the event log to a reader, as HTML frames or JSON over SSE."""
