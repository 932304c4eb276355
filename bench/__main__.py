"""Compare the service with other SPARQL servers on the same generated data."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from bench.comparison import Load, compare
from bench.findings import Finding
from bench.generator import Generator
from bench.growth import growth
from bench.loading import bulk_load
from bench.machine import describe_machine
from bench.mix import KINDS
from bench.pages import measure_pages
from bench.peers import PEERS, NotAvailable, Ours, Peer
from bench.releases import Loaded, load
from bench.report import PeerFacts, Report, names_of
from bench.scenarios import bomb, runaways, slow_reader, swaps
from bench.vocabulary import Vocabulary
from bench.writing import killed_writer, visible
from erqi_kg.settings import Settings

_PROJECT = Path(__file__).resolve().parents[1]


SCENARIOS: Mapping[str, Callable[[Path, Loaded], list[Finding]]] = {
    "bulk-load": bulk_load,
    "growth": growth,
    "runaways": runaways,
    "bomb": bomb,
    "slow-reader": slow_reader,
    "swaps": swaps,
    "visible": visible,
    "killed-writer": killed_writer,
}


@click.command()
@click.option("--size", default=100_000, show_default=True, help="Quads of the generated data.")
@click.option("--seed", default=1, show_default=True, help="Chooses names and amounts.")
@click.option("--peers", default=",".join(PEERS), show_default=True, help="Which to compare with.")
@click.option("--kinds", default=",".join(KINDS), show_default=True, help="Which kinds to ask.")
@click.option("--rounds", default=3, show_default=True, help="Pairs of rounds of each kind.")
@click.option("--seconds", default=0.8, show_default=True, help="Length of a round.")
@click.option("--clients", default=4, show_default=True, help="Keep-alive connections.")
@click.option("--pages/--no-pages", default=True, help="Measure the service's own pages too.")
@click.option(
    "--workdir",
    type=click.Path(file_okay=False, path_type=Path),
    help="For data and peers; default: <ERQI_STORE_DIR>/bench.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON; default: <workdir>/results/.",
)
@click.option("--add", is_flag=True, help="Keep what the output holds of other peers and kinds.")
@click.option(
    "--scenario",
    type=click.Choice(["all", *SCENARIOS]),
    help="Instead: what must hold when somebody behaves badly.",
)
@click.option(
    "--generate",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Only write the data there, as N-Quads.",
)
def main(
    size: int,
    seed: int,
    peers: str,
    kinds: str,
    rounds: int,
    seconds: float,
    clients: int,
    pages: bool,
    add: bool,
    workdir: Path | None,
    output: Path | None,
    scenario: str | None,
    generate: Path | None,
) -> None:
    """Compare the service with other SPARQL servers on the same generated data."""
    if generate is not None:
        _generate(generate, size, seed)
        return
    try:
        wanted, asked = names_of(peers, list(PEERS)), names_of(kinds, list(KINDS))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    workdir = (workdir or Settings.load().store_dir / "bench").resolve()
    when = datetime.now(UTC)
    machine = describe_machine()
    click.echo(f"{size} quads ...", err=True)
    loaded = load(_PROJECT, workdir, size, seed)
    if scenario is not None:
        raise SystemExit(_play(scenario, workdir, loaded))
    data = {name: value for name, value in vars(loaded).items() if name != "directory"}
    report = Report(f"{when:%Y-%m-%dT%H:%MZ}", machine, Load(rounds, seconds, clients), data)
    output = output or workdir / "results" / f"{size}.json"
    earlier = output.read_text(encoding="utf-8") if add and output.is_file() else ""
    ours = Ours(workdir, loaded)
    ours.prepare()
    signal.signal(signal.SIGTERM, _stop)
    try:
        ours.start()
        mine = PeerFacts(ours.name, ours.about)
        if pages:
            report.pages += measure_pages(ours, report.load)
        for name in wanted:
            _measure(ours, PEERS[name](workdir, loaded), asked, report)
            report.write(output)  # an interrupted run keeps what it has
        mine.memory_mb = ours.memory_mb
    finally:
        ours.stop()
    report.peers.append(mine)
    if earlier:
        report.add_missing(earlier)
    report.write(output)
    click.echo(report.to_markdown())
    click.echo(f"stored in {output}", err=True)


def _measure(ours: Peer, peer: Peer, kinds: list[str], report: Report) -> None:
    facts = PeerFacts(peer.name, peer.about)
    report.peers.append(facts)
    click.echo(f"{peer.name} ...", err=True)
    try:
        if peer.loaded.size > peer.most_quads:
            raise NotAvailable(f"too slow beyond {peer.most_quads} quads")
        peer.prepare()
        facts.version = peer.version()
        peer.start()
        facts.load_s = peer.load_s
        for result in compare(
            ours, peer, kinds, report.load, lambda text: click.echo(text, err=True)
        ):
            report.results.append(result)
            if result.is_abandoned:
                # Its server may still work on what nobody waits for.
                peer.stop()
                peer.start()
        facts.memory_mb = peer.memory_mb
    except NotAvailable as error:
        facts.missing = str(error)
        click.echo(f"  {error}", err=True)
    finally:
        peer.stop()


def _play(scenario: str, workdir: Path, loaded: Loaded) -> int:
    """Play scenarios and print what was found; 1 when a goal was missed."""
    signal.signal(signal.SIGTERM, _stop)
    missed = 0
    click.echo("| finding | figure | goal | reached |\n| --- | --- | --- | --- |")
    for name in SCENARIOS if scenario == "all" else [scenario]:
        for finding in SCENARIOS[name](workdir, loaded):
            click.echo(f"{finding}")
            missed += not finding.is_reached
    return int(missed > 0)


def _stop(number: int, frame: object) -> None:
    """End the servers too when this is ended."""
    raise SystemExit(1)


def _generate(path: Path, size: int, seed: int) -> None:
    generator = Generator(Vocabulary(_PROJECT), size, seed)
    with path.open("w", encoding="utf-8") as file:
        for triple, graph in generator.lines():
            file.write(f"{triple} {graph} .\n")
    click.echo(f"{generator.quads} quads, {generator.counties} counties with all their figures")


if __name__ == "__main__":
    main()
