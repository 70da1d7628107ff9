import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from mesh import Mesh  # noqa: E402

# An invented market of four symbols, replayed as fast as it goes.
SYMBOLS, BARS = 4, 10_000
SYNTHETIC = {"feed.source": "synthetic", "feed.bars": BARS, "feed.span": "1m"}
ROWS = SYMBOLS * BARS


@pytest.fixture(scope="session")
def reference():
    """The rows of a replay that nothing disturbs."""
    with Mesh(SYNTHETIC) as mesh:
        mesh.start().until_rows(ROWS)
        mesh.stop()
        mesh.verify()
        return mesh.rows()
