"""A page of settings: inputs made from their descriptions, each saying what is wrong right below it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from x3studio.gui.connections.draft import Draft
from x3studio.gui.connections.fields import Setting
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.inputs import Choice, Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.surfaces import Scrolled

_WIDE = 420


class SettingField(QWidget):
    """One setting as it is typed or chosen. `entered` tells that Enter was pressed in it."""

    changed = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.editor: Input | Choice
        if setting.choices:
            self.editor = Choice(theme, name=setting.caption, choices=setting.choices)
            self.editor.currentIndexChanged.connect(lambda _place: self.changed.emit())
        else:
            hint, secret = setting.hint, setting.secret
            self.editor = Input(theme, name=setting.caption, hint=hint, secret=secret)
            self.editor.textEdited.connect(lambda _text: self._typed())
            self.editor.returnPressed.connect(self.entered)
        self._field = Field(theme, setting.caption, self.editor, help_=setting.help)
        parts: list[QWidget] = [self._field]
        if setting.file:
            browse = Button(theme, "Choose ...", name=f"Choose the {setting.caption.lower()}")
            browse.clicked.connect(self._browse)
            parts.append(boxed(column(20, browse, STRETCH, gap=0)))
        holder = row(*parts, gap=8)
        holder.setStretch(0, 1)
        self.setLayout(holder)

    @property
    def text(self) -> str:
        """What was typed, or the key of what was chosen."""
        return self.editor.current_key() if isinstance(self.editor, Choice) else self.editor.text().strip()

    def show_text(self, text: str) -> None:
        """Another value, without a signal."""
        if isinstance(self.editor, Choice):
            blocked = self.editor.blockSignals(True)
            self.editor.choose(text)
            self.editor.blockSignals(blocked)
            self.editor.update()
        else:
            self.editor.setText(text)

    def show_kept(self, kept_in: str) -> None:
        """Says that an empty secret stays as it is; "" for a new connection."""
        if isinstance(self.editor, Input) and (self.setting.secret or kept_in):
            words = f"Saved in {kept_in}; empty keeps it" if kept_in else self.setting.hint
            self.editor.setPlaceholderText(words)

    def show_problem(self, text: str) -> None:
        """What is wrong, "" where nothing is."""
        self._field.set_error(text)

    def _typed(self) -> None:
        self.show_problem("")
        self.changed.emit()

    def _browse(self) -> None:
        dialog = QFileDialog(self.window(), "Choose the certificate file", "", "PEM (*.pem *.crt *.cer)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, path: str) -> None:
        self.show_text(path)
        self._typed()


class FormPage(QWidget):
    """Settings below each other, or in two columns. `entered` tells that Enter was pressed in one of them."""

    changed = Signal()
    entered = Signal()

    def __init__(
        self, theme: Theme, settings: Sequence[Setting], *, words: tuple[str, str], columns: int = 1
    ) -> None:
        super().__init__()
        self.fields = {setting.key: SettingField(theme, setting) for setting in settings}
        self._columns = columns
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(14)
        for place in range(columns):
            self._grid.setColumnStretch(place, 1)
        for field in self.fields.values():
            field.changed.connect(self._arrange if field.setting.choices else self.changed)
            field.entered.connect(self.entered)
        title, lead = words
        head = Label(theme, title, role=Role.SECTION)
        text = Label(theme, lead, tone="text2", wrap=True)
        inner = boxed(column(head, text, 8, self._grid, STRETCH, gap=4))
        for field in self.fields.values():
            field.setParent(inner)
        inner.setMaximumWidth(_WIDE * columns + 24 * (columns - 1))
        page = row(inner, STRETCH, gap=0)
        page.setStretch(0, 100)
        self.setLayout(column(Scrolled(page, margins=(16, 14, 16, 14)), gap=0))
        self._arrange()

    def values(self) -> dict[str, str]:
        """Every text, by setting; also of those that do not matter at present."""
        return {key: field.text for key, field in self.fields.items()}

    def show_draft(self, draft: Draft, *, kept_in: str) -> None:
        """Fills in a draft. `kept_in` names the vault where the connection is saved already."""
        for key, field in self.fields.items():
            field.show_text(draft.get(key))
            field.show_problem("")
            if field.setting.secret or key in ("client_id", "user"):
                field.show_kept(kept_in)
        self._arrange()

    def show_problems(self, problems: Mapping[str, str]) -> bool:
        """Marks what is wrong and goes to the first; False where nothing of it is on this page."""
        here = [key for key in self.fields if problems.get(key)]
        for key, field in self.fields.items():
            field.show_problem(problems.get(key, ""))
        if here:
            self.fields[here[0]].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return bool(here)

    def focus_first(self) -> None:
        """Puts the keyboard into the first input that is empty, else into the first."""
        shown = [field for field in self.fields.values() if field.setting.matters(self.values())]
        empty = [field for field in shown if not field.text]
        (empty or shown)[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange(self) -> None:
        """Only what matters takes room: choosing JWT brings subject and audience, OAuth takes them away."""
        values = self.values()
        for field in self.fields.values():
            self._grid.removeWidget(field)
        shown = [field for field in self.fields.values() if field.setting.matters(values)]
        top = Qt.AlignmentFlag.AlignTop
        for place, field in enumerate(shown):
            self._grid.addWidget(field, place // self._columns, place % self._columns, top)
        for field in self.fields.values():
            field.setVisible(field in shown)
