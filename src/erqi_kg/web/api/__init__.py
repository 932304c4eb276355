"""The questions of the library as operations for programs: typed parameters, plain rows, pages."""
