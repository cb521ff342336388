from __future__ import annotations

import inspect
import re

from include.domain import errors
from include.domain.errors import SluiceError, UnavailableError
from tests.docs.pages import REFERENCE

PAGE = (REFERENCE / "errors.md").read_text(encoding="utf-8")
KNOWN = {name: c for name, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, SluiceError)}


def test_every_error_has_a_line_with_its_exit_code_and_whether_it_is_tried_again() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (no|yes)[^|]* \| .+ \|$", PAGE, re.MULTILINE)
    expected = {
        name: (str(c.exit_code), "yes" if issubclass(c, UnavailableError) else "no") for name, c in KNOWN.items()
    }
    assert {name: (code, again) for name, code, again in rows} == expected


def test_the_tree_that_errors_draw_names_each_of_them() -> None:
    assert [name for name in KNOWN if not re.search(rf"^[├└│─ ]*{name} ", errors.__doc__ or "", re.MULTILINE)] == []
