"""The servers that are compared, by name."""

from __future__ import annotations

from collections.abc import Mapping

from bench.peers.bare import Bare
from bench.peers.fuseki import FUSEKI, Fuseki
from bench.peers.ours import Ours, OursOnDisk
from bench.peers.oxigraph import OxigraphInMemory, OxigraphOnDisk
from bench.peers.peer import Peer
from bench.peers.processes import NotAvailable
from bench.peers.pypi import RdflibEndpoint
from bench.peers.virtuoso import Virtuoso

__all__ = ["FUSEKI", "PEERS", "NotAvailable", "Ours", "Peer"]

PEERS: Mapping[str, type[Peer]] = {
    peer.name: peer
    for peer in (
        *(OxigraphOnDisk, RdflibEndpoint, Virtuoso, Fuseki),
        *(OxigraphInMemory, OursOnDisk, Bare),
    )
}
"""In the order they are measured: what a goal is stated for first."""
