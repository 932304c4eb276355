"""The rules by which the tables of the reference data are derived."""
