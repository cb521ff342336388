"""Access: what an operator resolved from a connection, so that no stage asks for secrets itself."""

from __future__ import annotations

from pydantic import SecretStr

from include.domain.record import Record
from include.storage.credentials import S3Credentials


class SourceAccess(Record):
    """How to enter the place that a source names.

    Parameters
    ----------
    sqlalchemy_url : SecretStr, optional
        Address of a database, with its password.
    s3 : S3Credentials, optional
        Keys of a bucket; the ``AWS_*`` environment if left out.
    """

    sqlalchemy_url: SecretStr | None = None
    s3: S3Credentials | None = None


UNRESOLVED = SourceAccess()
"""No connection: what is needed comes from the environment."""
