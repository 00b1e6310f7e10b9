"""x"""


class Probe: ...


def probe() -> None: ...
