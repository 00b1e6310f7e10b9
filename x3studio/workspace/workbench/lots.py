"""How the site assigns lots, serial numbers and dates: one of its settings, chosen from the workbench."""

import json

from x3studio.domain.errors import SettingFault
from x3studio.rules.site import parse_site
from x3studio.store import Tables

_SITE = "site"


def choose(tables: Tables, how: str) -> None:
    """Keeps the choice for every marketplace and channel; the site's other settings stay as they are."""
    text = tables.settings.get(_SITE)
    if not text:
        raise SettingFault(
            "The site's settings are not made yet.", field="lots", advice="Enter the site in Settings first."
        )
    changed = json.dumps({**json.loads(text), "lots": how}, ensure_ascii=False, indent=2)
    parse_site(changed)
    tables.settings.set(_SITE, changed)
