"""The one thing setup.cfg cannot say: the parts in C, left out where there is no compiler."""

from pathlib import Path

from setuptools import Extension, setup

ENGINE = Path("indexer", "engines", "whoosh")


def optional(name: str, sources: list[Path]) -> Extension:
    """Return the extension ``name`` of the engine, made of ``sources``."""
    return Extension(
        ".".join((*ENGINE.parts, *name.split("."))),
        sorted(map(str, sources)),
        depends=sorted(map(str, (ENGINE / "kernels" / "c").glob("*.h"))),
        extra_compile_args=["-O3", "-std=c11", "-fvisibility=hidden"],
        optional=True,
    )


setup(
    ext_modules=[
        optional("kernels._native", list((ENGINE / "kernels" / "c").glob("*.c"))),
        optional("segment._numbering", [ENGINE / "segment" / "_numbering.c"]),
    ]
)
