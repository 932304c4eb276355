"""Copy the release of another server: `erqi-kg pull`."""
