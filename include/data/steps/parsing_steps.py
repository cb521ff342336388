"""Steps that read text as numbers and moments; what cannot mean one thing only is not read."""

from __future__ import annotations

import re

from include.data.engine import identifier, literal
from include.data.sources.text_types import reads_as, value_of
from include.data.steps.change import NOTHING, Change, Columns, kind_of, refuse_kind
from include.domain.errors import DataError
from include.domain.spec.data import ParseDate, ParseNumber

_SPACE = r"[ \t\x{00A0}\x{2009}\x{202F}]"
_MINUS = "\u2212"


def parse_number(step: ParseNumber, columns: Columns, where: str) -> list[Change]:
    """Read text such as ``1,234.5``, ``$ 12`` or ``-3 €``; separators of thousands stand before three digits each."""
    changes = []
    for name in step.columns:
        kind = kind_of(columns, name, where)
        if kind in ("BIGINT", "DOUBLE"):
            continue
        if kind == NOTHING:
            changes.append(Change(name, "CAST(NULL AS DOUBLE)"))
            continue
        if kind != "VARCHAR":
            raise refuse_kind(where, name, kind, "only text can be read as a number")
        text = identifier(name)
        value = f"CASE WHEN {_is_number(text, step.decimal)} THEN {_number(text, step.decimal)} END"
        misfit = f"{text} IS NOT NULL AND {value} IS NULL"
        changes.append(Change(name, value, misfit, f"a number with {step.decimal!r} before its decimals"))
    return changes


def parse_date(step: ParseDate, columns: Columns, where: str) -> list[Change]:
    """Read text as a moment in UTC, by a strptime format or as ISO 8601; ``%Y Q%q`` reads quarters."""
    changes = []
    for name in step.columns:
        kind = kind_of(columns, name, where)
        if kind == NOTHING:
            changes.append(Change(name, "CAST(NULL AS TIMESTAMP)"))
        elif kind in ("DATE", "TIMESTAMP"):
            changes.append(Change(name, f"CAST({identifier(name)} AS TIMESTAMP)"))
        elif kind == "VARCHAR":
            text = identifier(name)
            value = moment_of(text, step.format, where)
            expected = f"a time as {step.format!r} writes it" if step.format else "a time as ISO 8601 writes it"
            changes.append(Change(name, value, f"{text} IS NOT NULL AND ({value}) IS NULL", expected))
        else:
            advice = (
                "only text can be read as a time; a count of seconds is read by derive: make_timestamp(x * 1000000)"
            )
            raise refuse_kind(where, name, kind, advice)
    return changes


def moment_of(text: str, form: str | None, where: str) -> str:
    """Return SQL for the moment that a text names, NULL where it names none.

    Raises
    ------
    DataError
        Where the format means nothing.
    """
    if form is None:
        return f"CASE WHEN {reads_as(text, 'TIMESTAMP')} THEN {value_of(text, 'TIMESTAMP')} END"
    if "%q" in form:
        return _quarter(text, form, where)
    unknown = re.sub(r"%[aAbBcdDfgGHIjmMnpSTuUVwWxXyYzZ%-]", "", form)
    if "%" in unknown or "%" not in form:
        raise DataError(f"{where}: format {form!r} is none that strptime knows; expected for instance %d.%m.%Y")
    parsed = f"try_strptime({text}, {literal(form)})"
    return f"CAST(timezone('UTC', {parsed}) AS TIMESTAMP)" if "%z" in form.lower() else f"CAST({parsed} AS TIMESTAMP)"


def _quarter(text: str, form: str, where: str) -> str:
    """Return SQL for the first moment of a quarter; DuckDB writes quarters and does not read them."""
    rest = form.replace("%Y", "", 1).replace("%q", "", 1)
    if "%" in rest or form.count("%Y") != 1:
        raise DataError(f"{where}: format {form!r}: %q goes with %Y and plain characters, for instance '%Y Q%q'")
    pattern = re.escape(form).replace("%Y", "([0-9]{4})").replace("%q", "([1-4])").replace(r"\ ", " ")
    year, quarter = (1, 2) if form.index("%Y") < form.index("%q") else (2, 1)
    found = [f"CAST(regexp_extract({text}, {literal(pattern)}, {group}) AS BIGINT)" for group in (year, quarter)]
    moment = f"make_timestamp({found[0]}, {found[1]} * 3 - 2, 1, 0, 0, 0)"
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {moment} END"


def _is_number(text: str, decimal: str) -> str:
    thousands = rf"[{',' if decimal == '.' else '.'}'\x{{2019}} \x{{00A0}}\x{{2009}}\x{{202F}}]"
    point = re.escape(decimal)
    digits = rf"([0-9]{{1,3}}({thousands}[0-9]{{3}})+|[0-9]+)({point}[0-9]*)?|{point}[0-9]+"
    sign = rf"[+{_MINUS}-]?"
    pattern = (
        rf"{_SPACE}*{sign}{_SPACE}*\p{{Sc}}?{_SPACE}*{sign}({digits})([eE][+-]?[0-9]+)?{_SPACE}*\p{{Sc}}?{_SPACE}*"
    )
    return f"regexp_full_match({text}, {literal(pattern)})"


def _number(text: str, decimal: str) -> str:
    bare = f"regexp_replace(replace({text}, '{_MINUS}', '-'), {literal(f'[^0-9{decimal}eE+-]')}, '', 'g')"
    return f"try_cast({bare} AS DOUBLE)" if decimal == "." else f"try_cast(replace({bare}, ',', '.') AS DOUBLE)"
