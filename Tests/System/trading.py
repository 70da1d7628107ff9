"""A mesh of processes that trades on a replay, and what a backtest makes of the same bars."""

import csv
import io
import json
import subprocess

from mesh import ENVIRONMENT, REPOSITORY, Mesh, executable

TRADING = ("exchange", "strategist", "portfolio", "risk", "execution")
SAMPLE = REPOSITORY / "config/sample"
SYMBOLS = ("AAPL", "IBM", "KO", "MSFT")
# What a strategy thinks at the last bar is ordered, and no bar is left in which it could trade.
STATUSES = ("proposed", "approved", "rejected", "submitting", "accepted", "partially_filled", "filled", "cancelling",
            "cancelled", "replacing", "expired", "rejected_by_broker", "unknown")


class TradingMesh(Mesh):
    """Relay, feed and the services of trading, on the sample bars; a `with` statement ends all of them."""

    def __init__(self, strategies, **settings):
        super().__init__({
            "feed.source": "csv", "feed.csv_files": ",".join(str(SAMPLE / f"{symbol}.csv") for symbol in SYMBOLS),
            "feed.span": "1d", "feed.followers": ",".join(
                name if name == "strategist" else f"{name}.1" for name in TRADING),
            "mesh.window_steps": 4,
            "trading.account": "backtest", "trading.strategies": ",".join(strategies),
            "trading.symbols": ",".join(SYMBOLS), **settings,
        })

    def begin(self):
        return self.start("relay", *TRADING, "feed")

    def sent(self, service, *prefixes):
        """What a service has sent on topics that begin so, in order."""
        folder = self.state / service
        shards = sorted(folder.iterdir()) if folder.exists() else []
        found = []
        for shard in shards:
            if not any(shard.glob("*.segment")):
                continue
            done = subprocess.run(
                [executable("tradewind"), "transcript", "export", str(shard)], cwd=self.folder, env=ENVIRONMENT,
                capture_output=True, text=True, timeout=60)
            for line in done.stdout.splitlines():
                record = json.loads(line)
                if record["kind"] == "sent" and record["message"]["topic"].startswith(prefixes):
                    found.append(record["message"])
        return found

    def steps(self):
        """How many instants have gone through all of the services."""
        return len(self.sent("execution", "trading/step/"))

    def is_over(self):
        steps = self.sent("execution", "trading/step/")
        return bool(steps) and steps[-1]["step"].get("last", False)

    def finish(self, seconds=120):
        self.until(self.is_over, "the replay is over", seconds)
        self.stop("feed", *TRADING, "relay")
        for service in ("feed", *TRADING):
            for shard in (self.state / service).iterdir():
                self.verify_shard(service, shard)

    def told(self):
        tails = [super().told()]
        for name in TRADING:
            if self.log_path(name).exists():
                tails.append(f"--- {name}\n" + "\n".join(self.log_path(name).read_text().splitlines()[-8:]))
        return "\n".join(tails)


def outcome(mesh):
    """The orders, in the order in which they were made, each with its last state, and the fills."""
    orders, fills = {}, []
    for message in mesh.sent("execution", "trading/order/"):
        if "fill" in message:
            fills.append(message["fill"])
        else:
            orders[message["order_update"]["order"]["id"]] = message["order_update"]
    return list(orders.values()), fills


def backtest(strategies, folder, **settings):
    """The orders of a backtest as its table tells them, and its summary."""
    words = [executable("tradewind"), "backtest", strategies[0]]
    for strategy in strategies[1:]:
        words += ["--and", strategy]
    words += ["--csv", str(SAMPLE), "--json", "--out", str(folder / "backtest"), "--set",
              f"backtest.runs={folder / 'runs'}"]
    for key, value in settings.items():
        words += ["--set", f"{key}={value}"]
    done = subprocess.run(words, cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    table = (folder / "backtest/orders.csv").read_text()
    return list(csv.DictReader(io.StringIO(table))), json.loads(done.stdout)
