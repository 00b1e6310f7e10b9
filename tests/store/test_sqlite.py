"""What sqlite-utils would load for itself stays out, and is there for whoever wants it."""

import subprocess
import sys

PROBE = """
import sys
import x3studio.store
assert not {"pandas", "numpy"} & {name for name, module in sys.modules.items()}, "loaded, or left as missing"
import numpy, pandas
from sqlite_utils.db import Database
assert numpy.int64(7) + 1 == 8 and Database(memory=True).query("SELECT 1")
"""


def test_the_store_loads_neither_pandas_nor_numpy_and_leaves_both_usable() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_whole_workspace_starts_without_them() -> None:
    code = "import sys, x3studio.workspace; print(sorted({'pandas', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
