"""Matching names against the graph (W3C Reconciliation Service API, 0.2 and the draft of 1.0)."""
