"""Measure the service beside other SPARQL servers: `python -m bench --help`."""
