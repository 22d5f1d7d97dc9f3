"""Settings of the connection to a cluster, from the environment: secrets, certificates and time limits.

They stand in no address, since that is shown and logged, and in no message.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from indexer.errors import InputError

USER_VARIABLE: Final = "AKHBAR_OPENSEARCH_USER"
PASSWORD_VARIABLE: Final = "AKHBAR_OPENSEARCH_PASSWORD"  # noqa: S105, its name
PASSWORD_FILE_VARIABLE: Final = "AKHBAR_OPENSEARCH_PASSWORD_FILE"  # noqa: S105, its name
CA_VARIABLE: Final = "AKHBAR_OPENSEARCH_CA"
CERTIFICATE_VARIABLE: Final = "AKHBAR_OPENSEARCH_CERTIFICATE"
KEY_VARIABLE: Final = "AKHBAR_OPENSEARCH_KEY"
REGION_VARIABLE: Final = "AKHBAR_OPENSEARCH_AWS_REGION"
TIMEOUT_VARIABLE: Final = "AKHBAR_OPENSEARCH_TIMEOUT"

DEFAULT_TIMEOUT_S: Final = 30
MAX_TIMEOUT_S: Final = 3600
_MAX_PASSWORD_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Settings:
    """The user, the password and the certificates that a cluster is asked with, and how long an answer may take.

    ``ca`` is the file of the certificates that are trusted, ``certificate`` and ``key`` are those of this client.
    ``region`` is that of a domain at AWS: requests are then signed with the credentials that botocore finds.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""
    certificate: str = ""
    key: str = ""
    region: str = ""
    timeout_s: int = DEFAULT_TIMEOUT_S


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings in the environment; raises InputError, which shows no value of a secret.

    >>> read_settings({"AKHBAR_OPENSEARCH_USER": "akhbar", "AKHBAR_OPENSEARCH_PASSWORD": "secret"})
    Settings(user='akhbar', ca='', certificate='', key='', region='', timeout_s=30)
    """
    user, password = environ.get(USER_VARIABLE, ""), _password(environ)
    if bool(user) != bool(password):
        given, missing = (USER_VARIABLE, PASSWORD_VARIABLE) if user else (PASSWORD_VARIABLE, USER_VARIABLE)
        raise InputError(f"{given} is set and {missing} is not; set both or none")
    region = environ.get(REGION_VARIABLE, "")
    if region and user:
        raise InputError(f"{REGION_VARIABLE} and {USER_VARIABLE} are set; set one of them")
    ca, certificate, key = (_file(environ, name) for name in (CA_VARIABLE, CERTIFICATE_VARIABLE, KEY_VARIABLE))
    if key and not certificate:
        raise InputError(f"{KEY_VARIABLE} is set and {CERTIFICATE_VARIABLE} is not; set both")
    return Settings(user, password, ca, certificate, key, region, _timeout(environ))


def _password(environ: Mapping[str, str]) -> str:
    path = environ.get(PASSWORD_FILE_VARIABLE, "")
    if not path:
        return environ.get(PASSWORD_VARIABLE, "")
    if environ.get(PASSWORD_VARIABLE):
        raise InputError(f"{PASSWORD_VARIABLE} and {PASSWORD_FILE_VARIABLE} are set; set one of them")
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MAX_PASSWORD_BYTES + 1)
        password = content.decode().rstrip("\r\n")
    except (OSError, ValueError) as problem:
        raise InputError(f"{PASSWORD_FILE_VARIABLE} {path!r}: cannot be read; name a file that holds it") from problem
    if not password or len(content) > _MAX_PASSWORD_BYTES:
        raise InputError(f"{PASSWORD_FILE_VARIABLE} {path!r}: expected a password of 1 to {_MAX_PASSWORD_BYTES} bytes")
    return password


def _file(environ: Mapping[str, str], name: str) -> str:
    path = environ.get(name, "")
    if path and not Path(path).is_file():
        raise InputError(f"{name} {path!r}: no such file; name one in PEM form")
    return path


def _timeout(environ: Mapping[str, str]) -> int:
    text = environ.get(TIMEOUT_VARIABLE, "") or str(DEFAULT_TIMEOUT_S)
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_TIMEOUT_S):
        raise InputError(f"{TIMEOUT_VARIABLE} {text!r:.40}: expected seconds, 1 to {MAX_TIMEOUT_S}")
    return int(text)
