from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.conformance.engines import ours, oxigraph
from tests.conformance.verdicts import Verdict, verdicts


@pytest.fixture(scope="session")
def our_verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    with ours(tmp_path_factory.mktemp("ours")) as endpoint:
        return {verdict.iri: verdict for verdict in verdicts(endpoint)}


@pytest.fixture(scope="session")
def oxigraph_verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as endpoint:
        return {verdict.iri: verdict for verdict in verdicts(endpoint)}
