"""Rules: which moves and decisions the ledger takes. Pure; who keeps them is `aliases` and `decisions`."""

from __future__ import annotations

from include.domain.record import digest
from include.domain.verdict import Verdict, worst
from include.registry.entry import LedgerEntry, Move

MODEL_GATE = "model"
"""The gate whose verdict opens the way to `champion`."""

_MOVES = {
    "challenge": "challenger",
    "promote": "champion",
    "roll_back": "champion",
    "reject": "champion",
    "expire": "champion",
    "resume": "champion",
}


def refusal(move: Move, verdict: Verdict | None, recorded: str | None) -> str | None:
    """Say why a move must not be made, or return None.

    Parameters
    ----------
    move : Move
    verdict : Verdict or None
        What the move rests on; a promotion needs one.
    recorded : str or None
        Digest of the verdict that was stored with the version last.

    Examples
    --------
    >>> move = Move(alias="champion", to_version=2, action="promote", actor="ada", reason="better")
    >>> refusal(move, None, None)
    'a promotion needs a verdict: run the promotion DAG'
    """
    if _MOVES.get(move.action) != move.alias:
        return f"{move.action} does not {'move' if move.moves else 'decide about'} the alias {move.alias}"
    if not move.actor.strip():
        return f"{move.action} needs an actor: a name or a DAG run"
    if not move.reason.strip() and move.action != "challenge":
        return f"{move.action} needs a reason"
    if move.overridden and move.action != "promote":
        return f"{move.action} overrides nothing"
    if move.automatic and move.action != "roll_back":
        return f"{move.action} is never automatic"
    if move.action == "reject" and not _by_a_person(move):
        return "a rejection needs the person who was asked, and the run that asked"
    return _unproven(move, verdict, recorded) if move.action == "promote" else None


def _by_a_person(move: Move) -> bool:
    return bool(move.run) and move.actor != move.run


def _unproven(move: Move, verdict: Verdict | None, recorded: str | None) -> str | None:
    if verdict is None:
        return "a promotion needs a verdict: run the promotion DAG"
    if verdict.gate != MODEL_GATE:
        return f"the gate {verdict.gate!r} does not decide about promotions; only {MODEL_GATE!r} does"
    if move.overridden and (refused := _not_overridable(move, verdict)):
        return refused
    if not move.overridden and (not verdict.passed or worst(verdict.reasons) != "passed"):
        return f"only a verdict that passed promotes\n{verdict.as_text()}"
    if recorded is None:
        return "no verdict is stored with the version: record the verdict before the promotion"
    if recorded != digest(verdict.to_json()):
        return "the version was judged again since, or the verdict is about another: run the promotion DAG again"
    return None


def _not_overridable(move: Move, verdict: Verdict) -> str | None:
    """Say why nobody may override this: a person decides where the gate could not tell, and nowhere else."""
    if verdict.outcome != "inconclusive" or worst(verdict.reasons) != "inconclusive":
        return f"a person may override an inconclusive verdict only, this one is {verdict.outcome}\n{verdict.as_text()}"
    if not _by_a_person(move):
        return "an override needs the person who was asked, and the run that asked"
    return None


def champion_of(last: LedgerEntry | None) -> int | None:
    """Return the champion that the ledger's last entry knows."""
    return last.aliases.get("champion") if last else None
