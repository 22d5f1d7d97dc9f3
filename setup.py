"""The one thing setup.cfg cannot say: the extensions in C, left out where there is no compiler."""

from pathlib import Path

from setuptools import Extension, setup


def optional(folder: Path, name: str, sources: str) -> Extension:
    """Return the extension ``name`` of the package ``folder``, built from the files that match ``sources``."""
    return Extension(
        ".".join((*folder.parts, name)),
        sorted(map(str, folder.glob(sources))),
        depends=sorted(map(str, folder.glob(sources.replace(".c", ".h")))),
        # Scores must be those of Python to the last bit: no multiplication and addition may be fused.
        extra_compile_args=["-O3", "-std=c11", "-fvisibility=hidden", "-ffp-contract=off"],
        optional=True,
    )


setup(
    ext_modules=[
        optional(Path("analyzers"), "_native", "native/*.c"),
        optional(Path("indexer", "kernels"), "_native", "c/*.c"),
    ]
)
