"""The house as a task reaches it: its store, its step records, and sources behind Airflow connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseHook

from include.deployment.home import Home
from include.domain.spec import FileSource, SqlSource

if TYPE_CHECKING:
    from include.data.access import SourceAccess
    from include.storage.credentials import S3Credentials
    from include.storage.steps import StepRecords
    from include.storage.store import Store


class HouseHook(BaseHook):
    """Opens what a task works on.

    :param store_connection: Airflow connection with the keys of the bucket, where the store lies in one.
    """

    def __init__(self, store_connection: str = "aws_default") -> None:
        super().__init__()
        self.store_connection = store_connection
        self.home = Home.from_environment()

    def store(self) -> Store:
        """Return the store of snapshots, ledger, step records and reports."""
        from include.storage.store import open_store

        in_bucket = self.home.store.startswith("s3://")
        return open_store(self.home.store, s3_credentials(self.store_connection) if in_bucket else None)

    def records(self) -> StepRecords:
        """Return what every step did on which fingerprint."""
        from include.storage.steps import StepRecords

        return StepRecords(self.store())

    def access(self, source: FileSource | SqlSource) -> SourceAccess:
        """Return the address and keys that a source's Airflow connection holds."""
        from include.data.access import SourceAccess

        if source.connection is None:
            return SourceAccess()
        if isinstance(source, SqlSource):
            return SourceAccess(sqlalchemy_url=sqlalchemy_url(source.connection))
        return SourceAccess(s3=s3_credentials(source.connection))


def sqlalchemy_url(connection: str) -> str:
    """Return the SQLAlchemy address of an Airflow connection."""
    hook = BaseHook.get_connection(connection).get_hook()  # type: ignore[no-untyped-call]
    return hook.sqlalchemy_url.render_as_string(hide_password=False)


def s3_credentials(connection: str) -> S3Credentials:
    """Return the keys of an Airflow connection of the amazon provider; the environment's keys where it has none."""
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook

    from include.storage.credentials import S3Credentials

    hook = S3Hook(aws_conn_id=connection)
    keys = hook.get_credentials()
    return S3Credentials(
        access_key=keys.access_key,
        secret_key=keys.secret_key,
        session_token=keys.token,
        endpoint_url=hook.conn_config.get_service_endpoint_url("s3"),
        region=hook.region_name or "us-east-1",
    )
