"""What the service says of itself to programs: the catalogue and OpenAPI."""
