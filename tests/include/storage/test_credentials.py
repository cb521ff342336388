from __future__ import annotations

from include.storage.credentials import S3Credentials


def test_no_secret_is_printed_or_leaves_as_json() -> None:
    credentials = S3Credentials(access_key="AKIA", secret_key="hush", session_token="hush")
    for text in (repr(credentials), str(credentials), credentials.model_dump_json()):
        assert "hush" not in text
    assert "AKIA" not in repr(credentials)
