"""Tell what each operation of an update writes to (SPARQL 1.1 Update, 3), before evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from erqi_kg.sparql.prologue import Prologue
from erqi_kg.sparql.tokens import Token, tokens
from erqi_kg.sparql.words import UPDATE_OPERATIONS

DEFAULT_GRAPH = "DEFAULT"
"""Stands for the default graph among targets, where others are absolute IRIs."""
ANY_GRAPH = "ALL"
"""Stands for every graph: a variable names it, or ALL or NAMED does."""

INSERT_DATA, DELETE_DATA, DELETE_WHERE = "INSERT DATA", "DELETE DATA", "DELETE WHERE"
MODIFY = "MODIFY"
_TWO_WORDS = frozenset((INSERT_DATA, DELETE_DATA, DELETE_WHERE))
_BETWEEN_GRAPHS = frozenset(("ADD", "COPY", "MOVE"))


@dataclass(frozen=True)
class Operation:
    """One operation of an update request."""

    kind: str
    """INSERT DATA, DELETE DATA, DELETE WHERE, MODIFY (DELETE/INSERT), or the keyword."""
    prologue: str
    """Text of the declarations that hold for it."""
    text: str
    targets: frozenset[str]
    """IRIs of the graphs it may change, `DEFAULT_GRAPH`, `ANY_GRAPH`."""
    using: tuple[str, ...] = ()
    """IRIs of the USING clauses."""
    using_named: tuple[str, ...] = ()
    has_with: bool = False
    is_silent: bool = False
    where: int | None = None
    """Offset of WHERE in `text`."""
    dataset: tuple[int, int] | None = None
    """Offsets in `text` of the USING clauses, from the first to WHERE."""

    @property
    def has_dataset(self) -> bool:
        """Say whether the text names what the operation reads (USING, WITH)."""
        return self.has_with or bool(self.using or self.using_named)

    @property
    def request(self) -> str:
        """Return the text of a request with this operation alone."""
        return f"{self.prologue}\n{self.text}"

    def reading(self, default: Sequence[str], named: Sequence[str]) -> Operation:
        """Return the operation with its pattern matched against these graphs (3.1.3, USING).

        Operations without a pattern stay as they are.
        """
        clauses = " ".join([f"USING <{iri}>" for iri in default])
        clauses += " " + " ".join([f"USING NAMED <{iri}>" for iri in named])
        text = self.text
        if self.kind == DELETE_WHERE and self.where is not None:
            pattern = text[self.where + len("WHERE") :]
            text = f"DELETE {pattern} {clauses} WHERE {pattern}"
        elif self.kind == MODIFY and self.where is not None:
            start = self.where if self.dataset is None else self.dataset[0]
            text = f"{text[:start]} {clauses} {text[self.where :]}"
        else:
            return self
        return replace(
            self, text=text, using=tuple(default), using_named=tuple(named), dataset=None
        )


def operations_of(text: str, base_iri: str = "") -> tuple[Operation, ...]:
    """Return the operations of an update; never fails, however wrong the text is."""
    prologue = Prologue(base_iri)
    declared: list[str] = []
    found = []
    for part in _parts(tokens(text)):
        start = _learn(prologue, part)
        head = text[part[0].start : part[start].start if start < len(part) else _end(part)]
        if head.strip():
            declared.append(head)
        if start < len(part):
            reader = _Reader(prologue, part[start:])
            found.append(
                reader.operation("\n".join(declared), text[part[start].start : _end(part)])
            )
    return tuple(found)


def _parts(found: Iterator[Token]) -> Iterator[list[Token]]:
    """Yield the tokens between the semicolons that stand outside all brackets (rule 29)."""
    part: list[Token] = []
    for token in found:
        if token.text == ";" and token.depth == 0:
            if part:
                yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def _learn(prologue: Prologue, part: Sequence[Token]) -> int:
    """Read the declarations; return where the operation itself begins."""
    for at, token in enumerate(part):
        if token.kind == "word" and token.text.upper() in UPDATE_OPERATIONS:
            return at
        before = part[at - 1] if at else None
        prologue.declare(before, token, part[at + 1] if at + 1 < len(part) else None)
    return len(part)


def _end(part: Sequence[Token]) -> int:
    return part[-1].start + len(part[-1].text)


@dataclass
class _Reader:
    prologue: Prologue
    found: Sequence[Token]
    targets: set[str] = field(default_factory=set)
    using: list[str] = field(default_factory=list)
    using_named: list[str] = field(default_factory=list)
    with_graph: str | None = None
    where: int | None = None
    dataset: int | None = None

    def operation(self, prologue: str, text: str) -> Operation:
        words = [token.text.upper() for token in self.found[:2]]
        kind = " ".join(words) if " ".join(words) in _TWO_WORDS else words[0]
        if kind in ("INSERT", "DELETE", "WITH"):
            kind = MODIFY
        if kind == MODIFY or kind in _TWO_WORDS:
            self._read_templates()
        else:
            self._read_management(kind)
        origin = self.found[0].start
        where = None if self.where is None else self.where - origin
        return Operation(
            kind=kind,
            prologue=prologue,
            text=text,
            targets=frozenset(
                target if self.prologue.is_sure(target) else ANY_GRAPH for target in self.targets
            ),
            using=tuple(self.using),
            using_named=tuple(self.using_named),
            has_with=self.with_graph is not None,
            is_silent=any(token.text.upper() == "SILENT" for token in self.found[1:2]),
            where=where,
            dataset=(
                None if self.dataset is None or where is None else (self.dataset - origin, where)
            ),
        )

    def _read_templates(self) -> None:
        at, is_shorthand = 0, False
        while at < len(self.found):
            token, word = self.found[at], self.found[at].text.upper()
            if token.kind == "word" and word == "WITH":
                self.with_graph = self._named(at + 1)
            elif token.kind == "word" and word == "USING":
                self._use(at)
            elif token.kind == "word" and word == "WHERE":
                self.where = token.start
                is_shorthand = self.found[at - 1].text.upper() == "DELETE"
                if not is_shorthand:
                    return
            elif token.text == "{":
                end = self._closing(at)
                self._read_template(self.found[at + 1 : end])
                at = end
            at += 1

    def _use(self, at: int) -> None:
        if self.dataset is None:
            self.dataset = self.found[at].start
        is_named = at + 1 < len(self.found) and self.found[at + 1].text.upper() == "NAMED"
        iri = self._named(at + 1 + is_named)
        if iri is not None:
            (self.using_named if is_named else self.using).append(iri)

    def _closing(self, at: int) -> int:
        depth = self.found[at].depth
        for after in range(at + 1, len(self.found)):
            if self.found[after].kind == "close" and self.found[after].depth <= depth + 1:
                return after
        return len(self.found)

    def _read_template(self, template: Sequence[Token]) -> None:
        """Note the graphs of the quads of a template (rules 49 to 53)."""
        outer = min((token.depth for token in template), default=0)
        at = 0
        while at < len(template):
            token = template[at]
            if token.kind == "word" and token.text.upper() == "GRAPH" and token.depth == outer:
                named = template[at + 1] if at + 1 < len(template) else None
                if named is not None and named.kind == "variable":
                    self.targets.add(ANY_GRAPH)
                elif named is not None and named.kind in ("iri", "name"):
                    self.targets.add(self.prologue.iri(named))
                at += 2
                while at < len(template) and (
                    template[at].depth > outer or template[at].text == "{"
                ):
                    at += 1
                continue
            if token.kind not in ("close",) and token.text != ".":
                self.targets.add(self.with_graph or DEFAULT_GRAPH)
            at += 1

    def _read_management(self, kind: str) -> None:
        found = [token for token in self.found[1:] if token.text.upper() != "SILENT"]
        graphs = []
        for token in found:
            if token.kind in ("iri", "name"):
                graphs.append(self.prologue.iri(token))
            elif token.text.upper() == "DEFAULT":
                graphs.append(DEFAULT_GRAPH)
            elif token.text.upper() in ("ALL", "NAMED"):
                graphs.append(ANY_GRAPH)
        if kind in _BETWEEN_GRAPHS:
            self.targets.update(graphs if kind == "MOVE" else graphs[1:])
        elif kind == "LOAD":
            self.targets.update(graphs[1:] or [DEFAULT_GRAPH])
        else:
            self.targets.update(graphs)

    def _named(self, at: int) -> str | None:
        if at < len(self.found) and self.found[at].kind in ("iri", "name"):
            return self.prologue.iri(self.found[at])
        return None
