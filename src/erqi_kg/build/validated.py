"""Which graphs have been validated: the reference graphs once for each digest."""

from __future__ import annotations

from erqi_kg.build.assembly import Assembly
from erqi_kg.build.shapes import check_shapes, read_shapes
from erqi_kg.storedir import Gate, StoreDirectory

MEMORY = "validated.txt"
"""Digests of reference data and shapes that conformed, a line each."""
REMEMBERED = 50


def check_all_shapes(assembly: Assembly, directory: StoreDirectory) -> Gate:
    """Validate the facts, and the reference graphs unless their digest is known to conform.

    Violations go into the assembly's errors.
    """
    inputs = assembly.inputs
    texts = {inputs.name(path): inputs.text(path) for path in inputs.paths("ontology/shapes/*.ttl")}
    shapes = read_shapes(texts)
    digest = inputs.digest_of("ontology/**/*", "ontology/*", "data/reference/*")
    memory = directory.path / MEMORY
    known = memory.read_text(encoding="ascii", errors="replace").split() if memory.is_file() else []
    background = assembly.ontology + assembly.reference
    assembly.errors += check_shapes(
        assembly.facts, background, shapes, assembly.names, assembly.files
    )
    if digest in known:
        return Gate("shapes", True, f"{len(texts)} files; reference data as validated before")
    found = check_shapes(background, (), shapes, assembly.names, assembly.files)
    assembly.errors += found
    if not found:
        directory.path.mkdir(parents=True, exist_ok=True)
        memory.write_text("\n".join([*known, digest][-REMEMBERED:]) + "\n", encoding="ascii")
    return Gate("shapes", True, f"{len(texts)} files")
