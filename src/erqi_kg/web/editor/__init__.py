"""`/editor`: where people write queries."""
