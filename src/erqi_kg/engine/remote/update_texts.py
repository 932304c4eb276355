"""Write an update so that a remote endpoint does what the embedded store would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from erqi_kg.engine.interface import ChangeRequest
from erqi_kg.errors import BadRequest
from erqi_kg.namespaces import PREFIXES, REMOTE_NOTHING, REMOTE_WORKSPACES, Names
from erqi_kg.settings import Settings
from erqi_kg.sparql.admission import admit_update
from erqi_kg.sparql.updates import MODIFY, Operation


def checked_operations(
    request: ChangeRequest, names: Names, settings: Settings
) -> tuple[Operation, ...]:
    """Return the operations of an update that writes where it may.

    Raises:
        Forbidden, BadRequest, MalformedQuery: as `admit_update` says.
    """
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The update is not UTF-8: {error.reason}.") from error
    return admit_update(
        text,
        writable=names.workspace,
        deepest=settings.query_nesting,
        longest=settings.query_chain,
        base_iri=names.base_iri,
        using=request.using is not None or request.using_named is not None,
    )


def update_for_remote(
    operations: Iterable[Operation],
    names: Names,
    default: Sequence[str],
    named: Sequence[str],
    targets: Iterable[str],
) -> str:
    """Return the text that is sent for an update.

    Args:
        operations: checked.
        names: of the release; its base is that of relative IRIs.
        default: graphs that patterns of the default graph are matched against, where the text
            does not say.
        named: likewise, the named graphs.
        targets: graphs that are written, to be entered in the register.
    """
    nothing = (names.remote(REMOTE_NOTHING),)
    parts = [
        operation.reading(default or nothing, named or nothing).request
        if _reads_unsaid(operation)
        else operation.request
        for operation in operations
    ]
    entries = " ".join(
        f"<{target}> <{PREFIXES['dcterms']}type> <{PREFIXES['void']}Dataset> ."
        for target in targets
    )
    if entries:
        parts.append(f"INSERT DATA {{ GRAPH <{names.remote(REMOTE_WORKSPACES)}> {{ {entries} }} }}")
    return f"BASE <{names.base_iri}>\n" + " ;\n".join(parts)


def _reads_unsaid(operation: Operation) -> bool:
    """Say whether an operation matches a pattern without saying against what."""
    return operation.kind == MODIFY and not operation.has_dataset
