"""Knowledge of the SPARQL language that needs no store: tokens, forms, datasets, mistakes."""
