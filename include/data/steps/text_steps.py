"""Steps on text: cut white space, and replace values by others."""

from __future__ import annotations

from include.data.column_types import text_of
from include.data.engine import identifier, literal
from include.data.sources.text_types import reads_as, value_of
from include.data.steps.change import NOTHING, Change, Columns, kind_of
from include.domain.spec.data import MapValues, Trim

_WHITE = " \t\n\r\v\f\u00a0\u2007\u202f\ufeff"


def trim(step: Trim, columns: Columns, where: str) -> list[Change]:
    """Cut white space from both ends of text; what is left empty is NULL."""
    texts = [name for name in step.columns if kind_of(columns, name, where) == "VARCHAR"]
    return [Change(name, f"nullif(trim({identifier(name)}, {literal(_WHITE)}), '')") for name in texts]


def map_values(step: MapValues, columns: Columns, where: str) -> list[Change]:
    """Replace values by others, compared by their one spelling.

    The new values decide the type: if they are numbers, whatever the mapping does not name has to be a number as well.
    """
    kind = kind_of(columns, step.column, where)
    given = "VARCHAR" if kind == NOTHING else kind
    value = f"CAST(NULL AS {given})" if kind == NOTHING else identifier(step.column)
    wanted = _kind_after(given, list(step.values.values()))
    text = text_of(value, given)
    branches = " ".join(f"WHEN {literal(key)} THEN {_literal(new, wanted)}" for key, new in step.values.items())
    named = ", ".join(literal(key) for key in step.values)
    fits, kept = _kept(value, given, wanted)
    misfit = None if fits is None else f"{value} IS NOT NULL AND {text} NOT IN ({named}) AND NOT ({fits})"
    return [
        Change(
            step.column,
            f"CAST(CASE {text} {branches} ELSE {kept} END AS {wanted})",
            misfit,
            f"a value that the mapping names, or one that reads as {wanted}",
        )
    ]


def _kind_after(given: str, new: list[str | int | float | bool | None]) -> str:
    """Return the type of a column in which some values are replaced.

    Examples
    --------
    >>> _kind_after("VARCHAR", [0, 1]), _kind_after("BIGINT", [0.5]), _kind_after("BIGINT", ["low"])
    ('BIGINT', 'DOUBLE', 'VARCHAR')
    """
    kinds = {type(value) for value in new if value is not None}
    if not kinds:
        return given
    if kinds == {bool}:
        return "BOOLEAN"
    if kinds <= {int, float}:
        return "DOUBLE" if float in kinds or given == "DOUBLE" else "BIGINT"
    return "VARCHAR"


def _kept(value: str, given: str, wanted: str) -> tuple[str | None, str]:
    """Return SQL for whether a value may stay in the new type (None: always), and for what it is then."""
    if given == wanted:
        return None, value
    if wanted == "VARCHAR":
        return None, text_of(value, given)
    if (given, wanted) in (("BIGINT", "DOUBLE"), ("BOOLEAN", "BIGINT"), ("BOOLEAN", "DOUBLE")):
        return None, f"CAST({value} AS {wanted})"
    text = text_of(value, given)
    fits = reads_as(text, wanted, declared=True)
    return fits, f"CASE WHEN {fits} THEN {value_of(text, wanted)} END"


def _literal(value: str | int | float | bool | None, kind: str) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return literal(str(value).lower()) if kind == "VARCHAR" else str(value).lower()
    if kind == "VARCHAR":
        return literal(str(value))
    return f"CAST({literal(repr(value))} AS {kind})"
