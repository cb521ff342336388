"""The command line: `sluice VERB`, one thin function a verb.

Exit codes: 0 passed, 1 error, 2 usage, 3 a gate blocked, 4 inconclusive.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from include.deployment.home import Home
from include.domain.errors import SluiceError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Gated machine-learning pipelines on Apache Airflow."
)

Name = Annotated[str, typer.Argument(help="The model's name: the file name of its spec.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


@app.command()
def new(  # noqa: PLR0917
    name: Name,
    data: Annotated[str, typer.Option(help="Path, glob or s3:// address of the data.")],
    target: Annotated[str, typer.Option(help="Column to predict.")],
    time: Annotated[str | None, typer.Option(help="Column with the event time.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who answers for the model.")] = None,
    segment_by: Annotated[
        str | None, typer.Option(help="Columns, with commas between: a model of its own for each of their values.")
    ] = None,
) -> None:
    """Look at data and write a commented spec for them."""
    from include.commands.new import write_spec

    write_spec(Home.from_environment(), name, data, target, time, owner, segment_by)


@app.command()
def check(
    name: Annotated[str | None, typer.Argument(help="One model; all if left out.")] = None, as_json: AsJson = False
) -> None:
    """Explain every mistake in the specs."""
    from include.commands.check import check_specs

    raise typer.Exit(check_specs(Home.from_environment(), name, as_json=as_json))


@app.command()
def run(  # noqa: PLR0917
    name: Name,
    source: Annotated[str | None, typer.Option(help="Read this instead of the spec's source.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="First event time that is read (UTC).")] = None,
    end: Annotated[str | None, typer.Option("--until", help="Event time at which reading stops (UTC).")] = None,
    force: Annotated[bool, typer.Option(help="Compute every step, reuse nothing.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Register nothing, promote nothing.")] = False,
    reason: Annotated[str | None, typer.Option(help="Stands in the ledger.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a model's training and promotion once, without a scheduler."""
    from include.commands.run import run_model

    asked = {"source": source, "window_start": start, "window_end": end, "reason": reason}
    said = {key: value for key, value in asked.items() if value is not None}
    parameters = {**said, "force": force, "dry_run": dry_run}
    raise typer.Exit(run_model(Home.from_environment(), name, parameters, as_json=as_json))


@app.command()
def score(  # noqa: PLR0917
    name: Name,
    start: Annotated[str | None, typer.Option("--from", help="First event time that is scored (UTC).")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Event time at which scoring stops (UTC).")] = None,
    source: Annotated[str | None, typer.Option(help="Read this instead of the spec's source.")] = None,
    champion: Annotated[str | None, typer.Option(help="present or of_that_time; as the spec says if left out.")] = None,
    force: Annotated[bool, typer.Option(help="Read the source again, whatever is known.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let the champion score the rows of a window once, without a scheduler."""
    from include.commands.score import score_model

    asked = {"source": source, "window_start": start, "window_end": end, "champion": champion}
    parameters = {**{key: value for key, value in asked.items() if value is not None}, "force": force}
    raise typer.Exit(score_model(Home.from_environment(), name, parameters, as_json=as_json))


@app.command()
def monitor(
    name: Name,
    start: Annotated[str | None, typer.Option("--from", help="First event time of a window to look at (UTC).")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Event time at which that window ends (UTC).")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of served predictions, window by window; look at one first, where it is named."""
    from include.commands.monitor import monitor_model

    raise typer.Exit(monitor_model(Home.from_environment(), name, start=start, end=end, as_json=as_json))


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show every model with its champion, its challenger and its last verdict."""
    from include.commands.registry import show_status

    show_status(Home.from_environment(), as_json=as_json)


@app.command()
def history(name: Name, as_json: AsJson = False) -> None:
    """Show every move of a model's aliases."""
    from include.commands.registry import show_history

    show_history(Home.from_environment(), name, as_json=as_json)


@app.command()
def card(
    name: Annotated[str, typer.Argument(help="NAME, NAME@7 or NAME@challenger; the champion if no version is named.")],
    as_json: AsJson = False,
) -> None:
    """Print a version's model card as Markdown."""
    from include.commands.card import show_card

    show_card(Home.from_environment(), name, as_json=as_json)


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="NAME, NAME@3 or NAME@champion; the newest judged version of NAME.")],
    as_json: AsJson = False,
) -> None:
    """Explain why a version became the champion, or why it did not."""
    from include.commands.explain import explain_verdict

    explain_verdict(Home.from_environment(), name, as_json=as_json)


@app.command()
def trace(
    name: Name,
    row: Annotated[str, typer.Option("--id", help="Row id, as data.id names it.")],
    as_json: AsJson = False,
) -> None:
    """Show what a prediction rests on: version, run, snapshots, checks, verdict, ledger, commits."""
    from include.commands.trace import trace_prediction

    trace_prediction(Home.from_environment(), name, row, as_json=as_json)


@app.command()
def rollback(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why; stands in the ledger.")],
    to: Annotated[int | None, typer.Option(help="Version; the champion before this one if left out.")] = None,
) -> None:
    """Make an earlier champion the champion again."""
    from include.commands.registry import roll_back_champion

    roll_back_champion(Home.from_environment(), name, to=to, reason=reason)


@app.command()
def resume(name: Name, reason: Annotated[str, typer.Option(help="Why; stands in the ledger.")]) -> None:
    """Let a loop go on that stopped when a new champion was rolled back by itself."""
    from include.commands.registry import resume_loop

    resume_loop(Home.from_environment(), name, reason=reason)


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="One model; all if left out.")] = None, as_json: AsJson = False
) -> None:
    """Check the ledgers and that every alias agrees with its last entry."""
    from include.commands.registry import verify_ledgers

    raise typer.Exit(verify_ledgers(Home.from_environment(), name, as_json=as_json))


@app.command()
def repair(name: Name, reason: Annotated[str, typer.Option(help="Why; stands in the ledger.")]) -> None:
    """Put every alias back where the ledger has it."""
    from include.commands.registry import repair_aliases

    repair_aliases(Home.from_environment(), name, reason=reason)


@app.command()
def serve(
    names: Annotated[list[str] | None, typer.Argument(help="Models; all if left out.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; others than loopback need keys.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8300,
    key: Annotated[
        list[str] | None, typer.Option(help="Environment variable with a key that opens every model.")
    ] = None,
    poll: Annotated[float, typer.Option(help="Seconds between two looks at the aliases.", min=0.1)] = 2.0,
) -> None:
    """Answer requests for predictions by the champions."""
    from include.commands.serve import serve_models

    serve_models(Home.from_environment(), names or [], host=host, port=port, key_variables=key or [], seconds=poll)


@app.command()
def demo(
    once: Annotated[bool, typer.Option(help="Stop everything when the job is done.")] = False,
) -> None:
    """Run the examples on a real scheduler and show what became of them."""
    from include.commands.demo import run_demo

    raise typer.Exit(run_demo(Home.from_environment(), once=once))


@app.command()
def replay(  # noqa: PLR0917
    name: Name,
    windows: Annotated[int, typer.Option(help="How many windows.")] = 90,
    every: Annotated[
        str, typer.Option(help="Length of a window, such as 1d or 7d; month for those of the calendar.")
    ] = "7d",
    history: Annotated[int, typer.Option(help="Windows before the first, of a simulated world.")] = 40,
    rows: Annotated[int, typer.Option(help="Rows a window, of a simulated world.")] = 1_000,
    seed: Annotated[int, typer.Option(help="Of a simulated world.")] = 7,
    seeds: Annotated[int, typer.Option(min=1, help="How many replays, each with the next seed.")] = 1,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="How many replays run at a time; one a core if left out.")
    ] = None,
    events: Annotated[str, typer.Option(help="What happens: KIND[:name=value,…]@WINDOW[-WINDOW] …")] = "",
    start: Annotated[str | None, typer.Option(help="Begin of the first window (UTC), where a source is read.")] = None,
    as_json: AsJson = False,
) -> None:
    """Replay the loop of a model without a scheduler: serve, watch and retrain over many windows."""
    from include.commands.replay import replay_model
    from include.replay.plan import plan_asked

    plan = plan_asked(windows, every, history=history, rows=rows, seed=seed, events=events, start=start)
    raise typer.Exit(replay_model(Home.from_environment(), name, plan, seeds=seeds, jobs=jobs, as_json=as_json))


@app.command()
def bench(
    name: Annotated[str | None, typer.Argument(help="One measurement; all if left out.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only see that it works; keep nothing.")] = False,
    page: Annotated[
        Path | None, typer.Option(help="Page that keeps the figures; docs/benchmarks.md if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what the house promises, and keep the figures."""
    from include.commands.bench import run_benches

    raise typer.Exit(run_benches(name, quick=quick, page=page, as_json=as_json))


def main() -> None:
    """Run the command line; a mistake of the user's ends in one message, never in a traceback."""
    try:
        app()
    except SluiceError as error:
        from include.commands.screen import complaints

        complaints.print(str(error), style="red", markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
