"""What every resource needs of HTTP: negotiation, codings, validators, who asks."""
