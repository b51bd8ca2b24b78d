"""Every error that a caller of blogsearch can meet, in one tree.

    BlogsearchError                 anything below; never raised itself
    |- UsageError                   a bad value on the command line, in a URL or in a configuration   exit 2, HTTP 400
    |  |- UnauthorizedError         nothing, or nothing right, says who sent a request                       HTTP 401
    |  |- SlowError                 a request's body did not come in time                                    HTTP 408
    |  `- TooLargeError             a request's body is larger than it may be                                HTTP 413
    |- NotFoundError                no such post, run or tag                                          exit 1, HTTP 404
    |- PostError                    one post that cannot be read; the run goes on without it          exit 3, HTTP 422
    |- ServeError                   the service cannot start: its address is taken, a worker failed   exit 4
    |- BusyError                    more is asked of the service at once than it has room for                HTTP 503
    `- IndexUnavailableError        the index cannot be answered from or built                        exit 4, HTTP 503
       |- IndexMissingError         nothing was built yet
       |- IndexLockedError          another process is writing
       |- IndexDamagedError         a file of the index is truncated, altered or gone
       |- IndexFormatError          written by another version of the program or with other settings
       |- PullError                 git could not bring the posts up to date
       |- EmptyContentError         a run would have emptied a full index
       `- StorageError              disk full, read-only folder, no permission

A message says what happened and where; `remedy` says what to do about it.
"""

from typing import ClassVar

from search.models import Problem


class BlogsearchError(Exception):
    """What went wrong (`str(error)`), and what to do about it (`error.remedy`, possibly empty)."""

    exit_code: ClassVar[int] = 4
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class UsageError(BlogsearchError):
    exit_code = 2
    http_status = 400


class UnauthorizedError(UsageError):
    http_status = 401


class SlowError(UsageError):
    http_status = 408


class TooLargeError(UsageError):
    http_status = 413


class NotFoundError(BlogsearchError):
    exit_code = 1
    http_status = 404


class PostError(BlogsearchError):
    """One post that cannot be read; `problem` says where and why."""

    exit_code = 3
    http_status = 422

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message, remedy=problem.remedy)
        self.problem = problem


class ServeError(BlogsearchError):
    pass


class BusyError(BlogsearchError):
    http_status = 503


class IndexUnavailableError(BlogsearchError):
    http_status = 503


class IndexMissingError(IndexUnavailableError):
    pass


class IndexLockedError(IndexUnavailableError):
    pass


class IndexDamagedError(IndexUnavailableError):
    pass


class IndexFormatError(IndexUnavailableError):
    pass


class PullError(IndexUnavailableError):
    pass


class EmptyContentError(IndexUnavailableError):
    pass


class StorageError(IndexUnavailableError):
    pass
