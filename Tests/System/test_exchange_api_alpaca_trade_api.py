"""The older official client alpaca-trade-api, unchanged but for addresses. What it needs is too old for the other tests,
so it has an environment of its own: scripts/bootstrap tests makes it."""

import os
import pathlib
import subprocess

import pytest

from mesh import REPOSITORY
from venue import KEY, SECRET, Venue

PYTHON = pathlib.Path(os.environ.get("ALPACA_TRADE_API_PYTHON", REPOSITORY / ".venv/alpaca-trade-api/bin/python"))
SCRIPT = pathlib.Path(__file__).with_name("old_client") / "session.py"


@pytest.mark.skipif(not PYTHON.exists(), reason="scripts/bootstrap tests makes the client's environment")
def test_a_session_of_the_older_client():
    with Venue("--fixed", "AAPL=190.00,MSFT=400.00", "--from", "2024-03-11T14:00:00Z", "--history", "10") as venue:
        environment = {**os.environ, "APCA_API_KEY_ID": KEY, "APCA_API_SECRET_KEY": SECRET,
                       "APCA_API_BASE_URL": venue.url, "APCA_API_DATA_URL": venue.url,
                       "APCA_API_STREAM_URL": venue.socket_url, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([PYTHON, SCRIPT], env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.splitlines()[-1] == "all is well"
