"""What the window remembers between starts: its place, its page, its theme, its column widths."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings


class Memory:
    """A small INI file in the user's configuration folder; nothing in it is needed to work."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        """A remembered word."""
        value = self._settings.value(key, default)
        return value if isinstance(value, str) else default

    def number(self, key: str) -> int | None:
        """A remembered whole number, None where there is none."""
        value = str(self._settings.value(key, ""))
        return int(value) if value.isdecimal() else None

    def bytes_(self, key: str) -> QByteArray:
        """What Qt packed, such as the window's geometry."""
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep(self, key: str, value: str | int | QByteArray) -> None:
        """Remembers a value; written to the file a moment later and at the end."""
        self._settings.setValue(key, value)

    def flush(self) -> None:
        """Writes now."""
        self._settings.sync()
