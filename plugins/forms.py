"""Forms: what a person may say when triggering a run in the Airflow UI."""

from __future__ import annotations

from airflow.sdk import Param


def training_form() -> dict[str, Param]:
    """Return the parameters of a training run."""
    return {
        "window_start": _moment("From", "First event time that is read (UTC); all from the beginning if left out."),
        "window_end": _moment("Until", "Event time at which reading stops, itself not read (UTC)."),
        "source": Param(
            None, type=["null", "string"], title="Source", description_md="Read this instead of the spec's source."
        ),
        "force": Param(False, type="boolean", title="Full run", description_md="Compute every step, reuse nothing."),
        "dry_run": Param(False, type="boolean", title="Dry run", description_md="Register nothing, promote nothing."),
        "reason": Param(
            None, type=["null", "string"], title="Reason", description_md="Stands in the ledger and at the version."
        ),
    }


def scoring_form() -> dict[str, Param]:
    """Return the parameters of a scoring run."""
    return {
        "window_start": _moment("From", "First event time that is scored (UTC)."),
        "window_end": _moment("Until", "Event time at which scoring stops, itself not scored (UTC)."),
        "source": Param(
            None, type=["null", "string"], title="Source", description_md="Read this instead of the spec's source."
        ),
        "champion": Param(
            None,
            type=["null", "string"],
            enum=[None, "present", "of_that_time"],
            title="Champion",
            description_md="Today's, or that of the end of the window; as the spec says if left out.",
        ),
        "force": Param(False, type="boolean", title="Read again", description_md="Read the source, whatever is known."),
    }


def monitoring_form() -> dict[str, Param]:
    """Return the parameters of a monitoring run."""
    return {
        "window_start": _moment("From", "First event time that is looked at (UTC)."),
        "window_end": _moment("Until", "Event time at which the window ends, itself not in it (UTC)."),
    }


def _moment(title: str, text: str) -> Param:
    return Param(None, type=["null", "string"], format="date-time", title=title, description_md=text)
