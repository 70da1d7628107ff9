import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "System")]

from daemon import Daemon, Unavailable  # noqa: E402
from mesh import Mesh  # noqa: E402

# An invented market, at a pace that leaves time to interfere.
SYMBOLS, BARS = [f"S{at}" for at in range(8)], 8_000
FEED = {"feed.source": "synthetic", "feed.bars": BARS, "feed.span": "1m", "feed.symbols": ",".join(SYMBOLS)}
ROWS = len(SYMBOLS) * BARS


@pytest.fixture(scope="session")
def daemon():
    try:
        own = Daemon()
    except Unavailable as reason:
        pytest.skip(f"the tests of containers need a Docker daemon: {reason}")
    yield own
    own.stop()


@pytest.fixture(scope="session")
def reference():
    """The rows of the same replay by processes of this machine, which nothing disturbs."""
    with Mesh(FEED) as mesh:
        mesh.start().until_rows(ROWS)
        mesh.stop()
        return sorted(mesh.rows())
