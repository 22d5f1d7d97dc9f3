"""What can go wrong when articles are indexed and searched, and what to do about it.

    AkhbarError                     the base: message, and the exit code of the command line
    ├── InputError                  exit 2: what was asked for cannot be used as given
    │   ├── SourceError             a file or folder of articles cannot be read
    │   ├── RequestError            a date, a sort order, a page: outside what is allowed
    │   └── MissingExtraError       a library that this command needs is not installed
    ├── DiskFullError               exit 1: no room for what had to be written
    ├── WorkerLostError             exit 1: a process that analysed articles ended
    └── IndexUnusableError          exit 3: the index itself
        ├── IndexNotFoundError      there is none at that place
        ├── IndexDamagedError       a file of it is missing or changed
        ├── IndexOutOfDateError     other analyzers or another format built it
        ├── IndexLockedError        another process is writing it
        └── IndexClosedError        it was closed in this process

Each message is one line that says what was given, what was expected and what to do.
"""


class AkhbarError(Exception):
    """The base of every error that a user of Akhbar may see."""

    exit_code = 1


class InputError(AkhbarError, ValueError):
    """What was asked for cannot be used as given."""

    exit_code = 2


class SourceError(InputError):
    """A file or folder of articles cannot be read."""


class RequestError(InputError):
    """A part of a search request is outside what is allowed."""


class MissingExtraError(InputError, ImportError):
    """A library that this command needs is not installed."""


class DiskFullError(AkhbarError):
    """There was no room for what had to be written; nothing was changed."""


class WorkerLostError(AkhbarError):
    """A process that analysed articles ended before it had answered."""


class IndexUnusableError(AkhbarError):
    """The index cannot be used."""

    exit_code = 3


class IndexNotFoundError(IndexUnusableError, LookupError):
    """There is no index at that place."""


class IndexDamagedError(IndexUnusableError):
    """A file of the index is missing or is not what was written."""


class IndexOutOfDateError(IndexUnusableError):
    """The index was built by other analyzers, or in another format, than the installed ones."""


class IndexLockedError(IndexUnusableError, TimeoutError):
    """Another process is writing the index."""


class IndexClosedError(IndexUnusableError):
    """The index was closed by this process."""
