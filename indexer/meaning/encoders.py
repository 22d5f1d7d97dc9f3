"""Encoders by their names: the one that ``AKHBAR_ENCODER`` names, loaded once in a process.

An index says by which encoder its vectors were made, but never which one is loaded: that is for the user alone to say.
"""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from typing import Final

from indexer.errors import InputError
from indexer.meaning.encoder import DEFAULT, SENTENCE_TRANSFORMERS, Encoder
from indexer.meaning.transformers import SentenceTransformersEncoder
from indexer.meaning.universal import UniversalEncoder

ENCODER_VARIABLE: Final = "AKHBAR_ENCODER"

_loading = threading.Lock()


def encoder_name() -> str:
    """Return the name of the encoder that is asked for; raises InputError for one that there is not."""
    name = os.environ.get(ENCODER_VARIABLE) or DEFAULT
    kind, _, model = name.partition(":")
    if name != DEFAULT and not (kind == SENTENCE_TRANSFORMERS and model):
        raise InputError(
            f"{ENCODER_VARIABLE} {name!r:.200}: expected {DEFAULT}, or {SENTENCE_TRANSFORMERS}:MODEL, "
            "where MODEL is a folder or the name of a model that is on this machine"
        )
    return name


@lru_cache(4)
def encoder_named(name: str) -> Encoder:
    """Return an encoder, loaded once in a process.

    Raises MissingExtraError where its library is not installed, and InputError for a model that cannot be loaded.
    """
    return UniversalEncoder() if name == DEFAULT else SentenceTransformersEncoder(name)


def configured_encoder() -> Encoder:
    """Return the encoder that is asked for; raises as :func:`encoder_name` and :func:`encoder_named` do."""
    with _loading:  # two threads would each load one
        return encoder_named(encoder_name())
