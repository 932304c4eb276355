"""Pictures of what is known, computed here and placed by `pictures.html`; no script needed."""
