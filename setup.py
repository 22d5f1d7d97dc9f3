"""The one thing setup.cfg cannot say: the parts in C, left out where there is no compiler."""

from pathlib import Path

from setuptools import Extension, setup

ENGINE = Path("indexer", "engines", "whoosh")


def optional(name: Path, sources: list[Path] | None = None) -> Extension:
    """Return the extension ``name``, made of ``sources``, else of the one file of that name."""
    return Extension(
        ".".join(name.parts),
        sorted(map(str, sources or [name.with_suffix(".c")])),
        depends=sorted(map(str, (ENGINE / "kernels" / "c").glob("*.h"))),
        # Scores must be those of Python to the last bit: no two operations made one.
        extra_compile_args=["-O3", "-std=c11", "-fvisibility=hidden", "-ffp-contract=off"],
        optional=True,
    )


setup(
    ext_modules=[
        optional(Path("analyzers", "_walking")),
        optional(Path("analyzers", "arabic", "_segmenting")),
        optional(ENGINE / "kernels" / "_native", list((ENGINE / "kernels" / "c").glob("*.c"))),
        optional(ENGINE / "segment" / "_numbering"),
    ]
)
