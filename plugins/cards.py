"""Cards: whenever something happens to a version its card is written anew; a card decides nothing and stops nothing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from plugins.hooks.house import HouseHook
from plugins.links import ModelCardLink

if TYPE_CHECKING:
    from include.domain.references import ModelVersionRef

_log = logging.getLogger(__name__)


def renew_card(version: ModelVersionRef, ti: Any) -> None:
    """Write the card of a version anew, and let the task link to it."""
    from include.model_card.publishing import publish_card

    ti.xcom_push(key=ModelCardLink().key, value=f"/sluice/cards/{version.name}/{version.version}")
    try:
        publish_card(version, HouseHook().store())
    except Exception:
        # Whatever it is: the verdict or the move that the card would tell of has been recorded already.
        _log.warning("the card of %s version %s is not written anew", version.name, version.version, exc_info=True)
