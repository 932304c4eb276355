"""What changed from one release to the next, found by merging their sorted dumps."""
