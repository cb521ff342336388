"""Credentials of an object store, as an operator resolves them from a connection."""

from __future__ import annotations

from pydantic import Field, SecretStr

from include.domain.record import Record


class S3Credentials(Record):
    """How to reach and enter an S3 server; whatever is left out comes from the ``AWS_*`` environment.

    Parameters
    ----------
    access_key : str, optional
    secret_key, session_token : SecretStr, optional
        Shown as asterisks wherever the record is printed.
    endpoint_url : str, optional
        Address of a server other than Amazon's; ``AWS_ENDPOINT_URL`` if left out.
    region : str, optional

    Examples
    --------
    >>> S3Credentials(access_key="key", secret_key="hush")
    S3Credentials(secret_key=SecretStr('**********'), session_token=None, endpoint_url=None, region=None)
    """

    access_key: str | None = Field(default=None, repr=False)
    secret_key: SecretStr | None = None
    session_token: SecretStr | None = None
    endpoint_url: str | None = None
    region: str | None = None
