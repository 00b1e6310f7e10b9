"""The demo's servers do not outlive whoever opened it."""

import subprocess
import sys

import psutil

_DIE_WITHOUT_CLOSING = """
import asyncio, os
from x3studio.workspace.demo import open_demo
demo = asyncio.run(open_demo(orders=20))
print(demo.server_id, flush=True)
os._exit(0)
"""


def test_the_servers_end_when_the_window_dies() -> None:
    died = subprocess.run(
        [sys.executable, "-c", _DIE_WITHOUT_CLOSING], capture_output=True, text=True, check=True, timeout=60
    )
    try:
        psutil.Process(int(died.stdout)).wait(timeout=30)
    except psutil.NoSuchProcess:
        return
