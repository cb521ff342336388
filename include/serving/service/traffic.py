"""Traffic: which share of the rows the challenger answers, always the same entities, whichever process is asked."""

from __future__ import annotations

from hashlib import blake2b

_ALL = 2**64


def is_for_challenger(model: str, key: str, share: float) -> bool:
    """Return whether the challenger answers about an entity.

    Parameters
    ----------
    model : str
        Salts the hash, so that not the same entities try every model's challenger.
    key : str
        The entity, or the row's id where there is no entity.
    share : float
        Between 0 and 1.

    Examples
    --------
    >>> sum(is_for_challenger("churn", str(customer), 0.1) for customer in range(10_000))
    977
    """
    number = int.from_bytes(blake2b(f"{model}\0{key}".encode(), digest_size=8).digest())
    return number < share * _ALL
