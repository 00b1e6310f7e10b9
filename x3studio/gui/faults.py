"""The failure door: a known fault is shown with its advice, anything else becomes a crash report."""

import logging
import platform
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from x3studio import __version__
from x3studio.domain.errors import CredentialFault, SettingFault, StudioError

_log = logging.getLogger("x3studio.gui")


class Door(QObject):
    """Sorts failures; the window listens and shows them. Tests listen as well."""

    told = Signal(object)
    """A StudioError for a toast: it passes, or the user can act on it where they are."""
    blocked = Signal(object)
    """A StudioError for a dialog: work cannot go on before somebody acts."""
    crashed = Signal(str)
    """The report of a bug."""

    def take(self, error: BaseException, name: str) -> None:
        """Shows a failure of the work called `name` ("Could not ...")."""
        if isinstance(error, CredentialFault | SettingFault) or (
            isinstance(error, StudioError) and error.said
        ):
            self.blocked.emit(error)
        elif isinstance(error, StudioError):
            self.told.emit(error)
        else:
            self.crash(error, name)

    def crash(self, error: BaseException, name: str) -> None:
        """A bug: logged and reported, never swallowed."""
        _log.error("Could not %s", name, exc_info=error)
        self.crashed.emit(report(error, name))

    def hook(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """For sys.excepthook: what Qt slots raise arrives here."""
        self.crash((error or kind()).with_traceback(trace), "answer to a key, a click or a timer")


def report(error: BaseException, name: str) -> str:
    """What happened, for whoever mends it: versions and the trace, no settings and no data."""
    trace = "".join(traceback.format_exception(error))
    return (
        f"X3 Studio {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"Could not {name}.\n\n{trace}"
    )
