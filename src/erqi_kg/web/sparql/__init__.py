"""The SPARQL 1.1 Protocol, Update, Graph Store and the service description."""
