"""The peers from PyPI: installed when they are first needed, in folders of their own, for they exclude each other."""

import sys

import harness

# NautilusTrader and zipline want an older pandas, hftbacktest an older numpy.
FOLDERS = {
    "vectorbt": ["backtesting", "backtrader", "bt", "vectorbt", "vectorbt-rust"],
    "nautilus": ["nautilus_trader"],
    "zipline": ["zipline-reloaded"],
    "hftbacktest": ["hftbacktest"],
}


def python(name):
    """The Python of a folder, made when it is first asked for."""
    lines = (harness.ROOT / "scripts" / "pypi-bench.txt").read_text().splitlines()
    wanted = [line for line in lines if line.split("==")[0] in FOLDERS[name]]
    folder = harness.BUILT / "peers" / name
    interpreter, stamp = folder / "bin" / "python", folder / "stamp"
    if not stamp.exists() or stamp.read_text() != "\n".join(wanted):
        harness.say(f"bench: installing {', '.join(wanted)}")
        harness.call([sys.executable, "-m", "venv", "--clear", folder])
        harness.call(
            [interpreter, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *wanted], timeout=1800)
        stamp.write_text("\n".join(wanted))
    return interpreter
