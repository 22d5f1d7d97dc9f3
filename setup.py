"""The one thing setup.cfg cannot say: the parts in C, left out where there is no compiler."""

from pathlib import Path

from setuptools import Extension, setup

ANALYZERS = Path("analyzers")
KERNELS = Path("indexer", "kernels")
SEGMENT = Path("indexer", "storage", "segment")
RESULTS = Path("indexer", "results")


def optional(folder: Path, name: str, sources: str) -> Extension:
    """Return the extension ``name`` of the package ``folder``, made of the files that ``sources`` describes."""
    return Extension(
        ".".join((*folder.parts, name)),
        sorted(map(str, folder.glob(sources))),
        depends=sorted(map(str, folder.glob(sources.replace(".c", ".h")))),
        # Scores must be those of Python to the last bit: no two operations made one.
        extra_compile_args=["-O3", "-std=c11", "-fvisibility=hidden", "-ffp-contract=off"],
        optional=True,
    )


setup(
    ext_modules=[
        optional(ANALYZERS, "_native", "native/*.c"),
        optional(KERNELS, "_native", "c/*.c"),
        optional(SEGMENT, "_numbering", "_numbering.c"),
        optional(SEGMENT, "_starts", "_starts.c"),
        optional(RESULTS, "_passages", "c/*.c"),
    ]
)
