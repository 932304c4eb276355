"""The web half: HTTP over the engine, for people and for programs."""
