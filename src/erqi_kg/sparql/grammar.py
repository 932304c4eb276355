"""Find the first token that cannot stand where it stands (SPARQL 1.1 Query Language, 19.8).

The engine's parser backtracks, so its message names the place where its last attempt ended. The
grammar of queries needs no backtracking: read forwards, the furthest token reached is the first
one that is wrong. It is told only of texts that the engine has refused already, and what it
takes for granted (SPARQL 1.2, the number of arguments) is left to the engine's own message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from erqi_kg.sparql.tokens import Token
from erqi_kg.sparql.words import FUNCTIONS

END = "END"

# Choices are tried in order; a rule with a label is told of by it where nothing of it is there.
_RULES = r"""
Query: Prologue ( Select / Construct / Describe / Ask ) Values? END
Prologue: ( BASE IRIREF / PREFIX NS IRIREF )*
Select: SELECT ( DISTINCT / REDUCED )? ( '*' / SelectItem+ ) Dataset* Where Modifiers
SelectItem = selection: VAR / '(' Expression AS VAR ')'
Construct: CONSTRUCT ( Template Dataset* Where / Dataset* WHERE Template ) Modifiers
Template: '{' Triples? '}'
Describe: DESCRIBE ( '*' / VarOrIri+ ) Dataset* Where? Modifiers
Ask: ASK Dataset* Where Modifiers
Dataset: FROM NAMED? Iri
Where: WHERE? Group
Modifiers: ( GROUP BY GroupItem+ )? ( HAVING Constraint+ )? ( ORDER BY OrderItem+ )? Slice?
GroupItem = expression: Call / '(' Expression ( AS VAR )? ')' / VAR
OrderItem = expression: ( ASC / DESC ) '(' Expression ')' / Constraint / VAR
Slice: LIMIT NUMBER ( OFFSET NUMBER )? / OFFSET NUMBER ( LIMIT NUMBER )?
Values: VALUES Rows
Group = group: '{' ( Select Values? / Pattern ) '}'
Pattern: Triples? ( Part '.'? Triples? )*
Part: OPTIONAL Group / GRAPH VarOrIri Group / SERVICE SILENT? VarOrIri Group / Filter / Bind / Rest
Filter: FILTER Constraint
Bind: BIND '(' Expression AS VAR ')'
Rest: VALUES Rows / MINUS Group / Group ( UNION Group )*
Rows: VAR '{' Cell* '}' / '(' VAR* ')' '{' ( '(' Cell* ')' )* '}'
Cell: Iri / Literal / UNDEF
Triples: Same ( '.' Same )* '.'?
Same: Collection Properties? / Term Properties
Properties: Verb Objects ( ';' ( Verb Objects )? )*
Verb = predicate: VAR / Path
Objects: Node ( ',' Node )*
Node = object: Collection / Term
Collection: '[' Properties? ']' / '(' Node* ')'
Term: VAR / Iri / Literal / BLANK
Literal: STRING ( LANGTAG / '^^' Iri )? / ( '+' / '-' )? NUMBER / TRUE / FALSE
VarOrIri: VAR / Iri
Iri: IRIREF / NAME / NS
Path: Steps ( '|' Steps )*
Steps: Step ( '/' Step )*
Step: '^'? ( Iri / A / '!' Negated / '(' Path ')' ) ( '?' / '*' / '+' )?
Negated: One / '(' ( One ( '|' One )* )? ')'
One: '^'? ( Iri / A )
Constraint = constraint: '(' Expression ')' / Exists / Call
Call: Builtin / Iri Arguments
Exists: NOT EXISTS Group / EXISTS Group
Expression = expression: And ( '||' And )*
And: Comparison ( '&&' Comparison )*
Comparison: Sum ( Comparator Sum / NOT? IN Arguments )?
Comparator: '=' / '!=' / '<' / '>' / '<=' / '>='
Sum = expression: Product ( ( '+' / '-' ) Product )*
Product: Operand ( ( '*' / '/' ) Operand )*
Operand = expression: ( '!' / '+' / '-' )? Primary
Primary: '(' Expression ')' / Exists / Builtin / Iri Arguments? / Literal / VAR
Builtin: FUNC '(' ( DISTINCT? ( '*' / Listed ) ( ';' SEPARATOR '=' STRING )? )? ')'
Arguments: '(' ( DISTINCT? Listed )? ')'
Listed: Expression ( ',' Expression )*
"""
_KINDS = {
    "iri": "IRIREF",
    "variable": "VAR",
    "blank": "BLANK",
    "string": "STRING",
    "language": "LANGTAG",
    "number": "NUMBER",
}
_PIECE = re.compile(r"'[^']+'|[A-Za-z]+|[()/?*+]")

Reader = Callable[["_State", int], int]
_FAILED = -1


@dataclass(frozen=True)
class Stop:
    """Where reading stopped, and what could have stood there."""

    index: int
    """Of the first token that is wrong; the number of tokens when the text ended too early."""
    expected: frozenset[str]
    """Labels of rules, keywords, punctuation, and END."""


@dataclass
class _State:
    symbols: Sequence[str]
    furthest: int = 0
    expected: set[str] = field(default_factory=set)

    def miss(self, at: int, wanted: str) -> int:
        if at > self.furthest:
            self.furthest, self.expected = at, set()
        if at == self.furthest:
            self.expected.add(wanted)
        return _FAILED


def first_misplaced(found: Sequence[Token]) -> Stop | None:
    """Return where a query stops being one, or None when it reads well to its end."""
    state = _State([*map(_symbol, found), END])
    if _rules()["Query"](state, 0) != _FAILED:
        return None
    return Stop(state.furthest, frozenset(state.expected))


def _symbol(token: Token) -> str:
    if token.kind == "word":
        word = token.text.upper()
        return "FUNC" if word in FUNCTIONS else word
    if token.kind == "name":
        return "NS" if token.text.endswith(":") else "NAME"
    return _KINDS.get(token.kind, token.text)


@cache
def _rules() -> dict[str, Reader]:
    rules: dict[str, Reader] = {}
    for line in _RULES.strip().splitlines():
        head, _, body = line.partition(": ")
        name, _, label = head.partition(" = ")
        reader = _choice(_PIECE.findall(body), rules)
        rules[name] = _labelled(reader, label) if label else reader
    return rules


def _choice(pieces: list[str], rules: dict[str, Reader]) -> Reader:
    """Take pieces up to an unmatched `)`, and return what reads one of their sequences."""
    options: list[list[Reader]] = [[]]
    while pieces and pieces[0] != ")":
        piece = pieces.pop(0)
        if piece == "/":
            options.append([])
            continue
        if piece == "(":
            reader = _choice(pieces, rules)
            pieces.pop(0)
        else:
            reader = _piece(piece, rules)
        if pieces and pieces[0] in ("?", "*", "+"):
            reader = _repeated(reader, pieces.pop(0))
        options[-1].append(reader)
    sequences = [_sequence(option) for option in options]

    def read(state: _State, at: int) -> int:
        for sequence in sequences:
            end = sequence(state, at)
            if end != _FAILED:
                return end
        return _FAILED

    return sequences[0] if len(sequences) == 1 else read


def _sequence(readers: list[Reader]) -> Reader:
    def read(state: _State, at: int) -> int:
        for reader in readers:
            at = reader(state, at)
            if at == _FAILED:
                return _FAILED
        return at

    return read


def _repeated(reader: Reader, mark: str) -> Reader:
    def read(state: _State, at: int) -> int:
        times = 0
        while (end := reader(state, at)) != _FAILED and end > at:
            at, times = end, times + 1
            if mark == "?":
                break
        return _FAILED if mark == "+" and not times else at

    return read


def _piece(piece: str, rules: dict[str, Reader]) -> Reader:
    if piece[0] == "'" or piece.isupper():
        wanted = piece.strip("'")

        def take(state: _State, at: int) -> int:
            return at + 1 if state.symbols[at] == wanted else state.miss(at, wanted)

        return take
    return lambda state, at: rules[piece](state, at)


def _labelled(reader: Reader, label: str) -> Reader:
    """Tell of a rule by its label where nothing of it is there."""

    def read(state: _State, at: int) -> int:
        before = set(state.expected) if state.furthest == at else set()
        end = reader(state, at)
        if end == _FAILED and state.furthest == at:
            state.expected = before | {label}
        return end

    return read
