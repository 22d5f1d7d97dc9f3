"""Exceptions of Akhbar, and the exit codes of the command line.

    AkhbarError                     the base class
    ├── InputError                  exit 2: an argument cannot be used
    │   ├── SourceError             a file or folder of articles cannot be read
    │   ├── RequestError            a date, a sort order, a page: of the wrong type or out of bounds
    │   └── MissingExtraError       a library that this command needs is not installed
    ├── DiskFullError               exit 1: no space left for what had to be written
    ├── WorkerLostError             exit 1: a process that analysed articles ended early
    ├── WriteUncertainError         exit 1: a write was not acknowledged; the same one is safe to repeat
    └── IndexUnusableError          exit 3: the index cannot be used
        ├── IndexNotFoundError      there is none at that place
        ├── IndexDamagedError       a file of it is missing or changed
        ├── IndexOutOfDateError     it was built by other analyzers or in another format
        ├── IndexLockedError        another process is writing it
        ├── IndexUnreachableError   no host of a cluster answers
        ├── PartialResultsError     some shards did not answer
        ├── IndexReadOnlyError      the cluster refuses writes
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
    """A write was not acknowledged and may be in; the same write is safe to repeat."""


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


class IndexUnreachableError(IndexUnusableError, ConnectionError):
    """No host of the cluster answers; try again."""


class PartialResultsError(IndexUnusableError):
    """Some shards did not answer, and a part of an answer is none."""


class IndexReadOnlyError(IndexUnusableError):
    """The cluster refuses to write, for instance because its disks are full."""


class IndexClosedError(IndexUnusableError):
    """The index was closed; open it again."""
