"""Exceptions of Akhbar, and the exit codes of the command line.

    AkhbarError                     the base class
    ├── InputError                  exit 2: an argument cannot be used
    │   ├── SourceError             a file or folder of articles cannot be read
    │   ├── RequestError            a date, a sort order, a page: of the wrong type or out of bounds
    │   └── MissingExtraError       a library that this command needs is not installed
    ├── DiskFullError               exit 1: no space left for what had to be written
    ├── WorkerLostError             exit 1: a process that analysed articles ended early
    ├── WriteUncertainError         exit 1: a cluster did not acknowledge what was sent to it
    └── IndexUnusableError          exit 3: the index cannot be used
        ├── IndexNotFoundError      there is none at that place
        ├── IndexDamagedError       a file of it is missing or changed
        ├── IndexOutOfDateError     it was built by other analyzers or in another format
        ├── IndexLockedError        another process is writing it
        ├── IndexReadOnlyError      its cluster refuses writes
        ├── IndexUnavailableError   it may answer again in a moment
        │   ├── IndexUnreachableError   no host of its cluster answers
        │   └── PartialResultsError     some parts of it did not answer a search
        └── IndexClosedError        it was closed

Each message is one line that says what was given, what was expected and what to do.
"""


class AkhbarError(Exception):
    """The base class of all errors meant for users; ``exit_code`` is that of the command line."""

    exit_code = 1


class InputError(AkhbarError, ValueError):
    """An argument cannot be used: wrong type, out of bounds, or not there."""

    exit_code = 2


class SourceError(InputError):
    """A file or folder of articles cannot be read."""


class RequestError(InputError):
    """A field of a search request has the wrong type or is out of bounds."""


class MissingExtraError(InputError, ImportError):
    """A library that this command needs is not installed."""


class DiskFullError(AkhbarError):
    """No space was left for what had to be written; nothing was changed."""


class WorkerLostError(AkhbarError):
    """A process that analysed articles ended before it answered."""


class WriteUncertainError(AkhbarError):
    """A cluster did not acknowledge a write, which may be in or not; the same again is safe."""


class IndexUnusableError(AkhbarError):
    """The index cannot be used."""

    exit_code = 3


class IndexNotFoundError(IndexUnusableError, LookupError):
    """There is no index at that place."""


class IndexDamagedError(IndexUnusableError):
    """A file of the index is missing, or its content has changed."""


class IndexOutOfDateError(IndexUnusableError):
    """The index was built by other analyzers or in another format than the installed version's."""


class IndexLockedError(IndexUnusableError, TimeoutError):
    """Another process is writing the index."""


class IndexReadOnlyError(IndexUnusableError):
    """The cluster of the index refuses writes: its operator forbade them, or a disk is nearly full."""


class IndexUnavailableError(IndexUnusableError):
    """The index cannot answer now, and may in a moment: nothing is wrong with what was asked, or with the index."""


class IndexUnreachableError(IndexUnavailableError, ConnectionError):
    """No host of the cluster answers."""


class PartialResultsError(IndexUnavailableError):
    """Some parts of the index did not answer a search: what the others found is never shown as everything."""


class IndexClosedError(IndexUnusableError):
    """The index was closed; open it again."""
