"""Tools for language models (Model Context Protocol), over the addresses of the service."""
