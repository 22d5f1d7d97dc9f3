"""The one thing setup.cfg cannot say: the parts in C, left out where there is no compiler."""

from pathlib import Path

from setuptools import Extension, setup

ANALYZERS = Path("analyzers")
ENGINE = Path("indexer", "engines", "whoosh")
RESULTS = Path("indexer", "results")


def optional(folder: Path, name: str, sources: Path) -> Extension:
    """Return the extension ``name`` of the package ``folder``, made of files in ``sources``."""
    return Extension(
        ".".join((*folder.parts, name)),
        sorted(map(str, sources.glob("*.c"))),
        depends=sorted(map(str, sources.glob("*.h"))),
        # Scores must be those of Python to the last bit: no two operations made one.
        extra_compile_args=["-O3", "-std=c11", "-fvisibility=hidden", "-ffp-contract=off"],
        optional=True,
    )


setup(
    ext_modules=[
        optional(ANALYZERS, "_walking", ANALYZERS),
        optional(ANALYZERS / "arabic", "_segmenting", ANALYZERS / "arabic"),
        optional(ENGINE / "kernels", "_native", ENGINE / "kernels" / "c"),
        optional(ENGINE / "segment", "_numbering", ENGINE / "segment"),
        optional(RESULTS, "_passages", RESULTS / "c"),
    ]
)
