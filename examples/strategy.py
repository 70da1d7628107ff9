#!/usr/bin/env python3
"""A strategy in Python, as a service of the mesh: takes bars from the feed, and sends signals with proper numbers.

    pip install pyzmq protobuf                     # and Debian's protobuf-compiler for protoc
    examples/strategy.py --folder state/run --symbols AAPL,IBM

It buys where the close lies 3 % below the average of 20 closes, and sells above that average: the same as the package that
`tradewind strategy new` makes.

What it does for the mesh is docs/mesh.md, in short:

- it hears of owners by their beats, and connects to the addresses that these name;
- it takes the messages of each topic in the order of their numbers, drops what it has, and asks the owner for what is missing;
- it takes an instant when it has the owner's step and everything that the step names, so that what it does does not depend on
  speed;
- it numbers what it sends from 1, keeps it, sends it again to whoever asks, and beats twice a second.

It keeps no transcript. Killed and started again it takes all bars from the first, and says the same again under the same
numbers, which takers drop as known: nothing is lost and nothing is doubled.
"""

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile
import time

import zmq

PROTO = pathlib.Path(__file__).resolve().parents[1] / "Proto"
EPOCH = 1
READY = 2


def messages():
    """The messages of Proto/, compiled as they are now."""
    folder = tempfile.mkdtemp(prefix="tradewind-proto-")
    names = [path.name for path in PROTO.glob("*.proto")]
    subprocess.run(["protoc", f"--proto_path={PROTO}", f"--python_out={folder}", *names], check=True)
    sys.path.insert(0, folder)
    import envelope_pb2
    return envelope_pb2


class DipBuyer:
    """The strategy: bars in, signals out. All that is special to it is here."""

    def __init__(self, period, dip):
        self.period, self.dip = period, dip
        self.closes = collections.defaultdict(lambda: collections.deque(maxlen=period))
        self.held = set()

    def on_bar(self, bar):
        """What is thought of the bar's symbol now: strength, reason and figures; or nothing new."""
        closes = self.closes[bar.symbol]
        close = bar.close / 1e6
        closes.append(close)
        if len(closes) < self.period:
            return None
        average = sum(closes) / self.period
        figures = {"close": close, "average": average}
        if bar.symbol not in self.held and close < average * (1 - self.dip):
            self.held.add(bar.symbol)
            return 1.0, "the price has dipped below its average", figures
        if bar.symbol in self.held and close > average:
            self.held.discard(bar.symbol)
            return 0.0, "the price is back above its average", figures
        return None


class Intake:
    """The messages of one topic in the order of their numbers."""

    def __init__(self):
        self.epoch, self.next = EPOCH, 1
        self.held = {}

    def take(self, envelope):
        """Those that are in order now: none of them twice."""
        if envelope.epoch > self.epoch and envelope.number == 1:
            self.epoch, self.next = envelope.epoch, 1
            self.held.clear()
        if envelope.epoch != self.epoch or envelope.number < self.next:
            return []
        self.held[envelope.number] = envelope
        ready = []
        while self.next in self.held:
            ready.append(self.held.pop(self.next))
            self.next += 1
        return ready


class Service:
    """The strategy's place in the mesh."""

    def __init__(self, pb, strategy, folder, name, symbols, feed):
        self.pb, self.strategy, self.name, self.symbols, self.feed = pb, strategy, name, symbols, feed
        self.instance = f"{name}.1"
        context = zmq.Context()
        self.control = context.socket(zmq.PUB)
        self.control.connect(f"ipc://{folder}/relay.in")
        self.beats = context.socket(zmq.SUB)
        self.beats.connect(f"ipc://{folder}/relay.out")
        for topic in (f"control/beat/{feed}", f"control/answer/{feed}/{self.instance}", f"control/ask/{self.instance}/"):
            self.beats.subscribe(topic)
        self.trading_address = f"ipc://{folder}/{self.instance}.trading"
        self.trading = context.socket(zmq.PUB)
        self.trading.sndhwm = 100_000
        self.trading.bind(self.trading_address)
        self.market = context.socket(zmq.SUB)
        self.market.rcvhwm = 100_000
        self.market_address = None
        self.poller = zmq.Poller()
        self.poller.register(self.beats, zmq.POLLIN)
        self.poller.register(self.market, zmq.POLLIN)
        self.started = time.time_ns()
        self.counts = collections.Counter()
        self.intakes = collections.defaultdict(Intake)
        self.bars = collections.defaultdict(dict)
        self.steps = collections.deque()
        self.sent = collections.defaultdict(list)
        self.asked = {}
        self.is_over = False

    # What comes in

    def frame(self, payload):
        """The envelopes of a second frame: one, or a bundle of several."""
        if payload[:1] == bytes([15 << 3 | 2]):
            bundle = self.pb.Bundle()
            bundle.ParseFromString(payload)
            return bundle.envelopes
        envelope = self.pb.Envelope()
        envelope.ParseFromString(payload)
        return [envelope]

    def receive(self, socket):
        while True:
            try:
                _, payload = socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            for envelope in self.frame(payload):
                self.take(envelope)

    def take(self, envelope):
        kind = envelope.WhichOneof("body")
        if kind == "beat":
            self.hear(envelope.beat)
        elif kind == "answer":
            self.asked.clear()
            for each in envelope.answer.envelopes:
                kept = self.pb.Envelope()
                kept.ParseFromString(each)
                self.take(kept)
        elif kind == "ask":
            self.answer(envelope)
        elif kind in ("bar", "step"):
            for ready in self.intakes[envelope.topic].take(envelope):
                if ready.WhichOneof("body") == "bar":
                    self.bars[ready.topic][ready.number] = ready
                else:
                    self.steps.append(ready)

    def hear(self, beat):
        if beat.market_address and beat.market_address != self.market_address:
            if self.market_address:
                self.market.disconnect(self.market_address)
            self.market_address = beat.market_address
            for prefix in ("market/bar/", f"market/step/{self.feed}"):
                self.market.subscribe(prefix)
            self.market.connect(beat.market_address)
        # What a beat tells of and is not here was sent before we listened, or was lost.
        for head in beat.heads:
            if head.topic.startswith("market/bar/") or head.topic == f"market/step/{self.feed}":
                intake = self.intakes[head.topic]
                if head.epoch >= intake.epoch and head.last >= intake.next:
                    self.ask(head.topic, intake)

    def ask(self, topic, intake):
        if time.monotonic() < self.asked.get(topic, 0):
            return
        self.asked[topic] = time.monotonic() + 0.3
        envelope = self.envelope(f"control/ask/{self.feed}/{self.instance}", self.started)
        envelope.ask.id = f"{topic}:{intake.epoch}:{intake.next}"
        envelope.ask.deadline = time.time_ns() + 2_000_000_000
        envelope.ask.replay.topic = topic
        envelope.ask.replay.epoch = intake.epoch
        setattr(envelope.ask.replay, "from", intake.next)
        self.publish(self.control, envelope)

    # What is done with it

    def work(self):
        """Takes every instant that is complete: its bars in the order of their topics."""
        while self.steps and all(self.intakes[head.topic].next > head.last for head in self.steps[0].step.heads):
            step = self.steps.popleft().step
            for head in sorted(step.heads, key=lambda head: head.topic):
                known = self.bars[head.topic]
                for number in sorted(number for number in known if number <= head.last):
                    self.decide(known.pop(number), step.time)
            self.is_over = self.is_over or step.last

    def decide(self, taken, now):
        if self.symbols and taken.bar.symbol not in self.symbols:
            return
        said = self.strategy.on_bar(taken.bar)
        if said is None:
            return
        strength, reason, figures = said
        topic = f"trading/signal/{self.name}"
        envelope = self.envelope(topic, EPOCH, len(self.sent[topic]) + 1, now)
        envelope.origin_at = taken.origin_at or taken.sent_at
        envelope.cause.topic, envelope.cause.epoch, envelope.cause.number = taken.topic, taken.epoch, taken.number
        signal = envelope.signal
        signal.strategy, signal.symbol, signal.strength, signal.confidence = self.name, taken.bar.symbol, strength, 1
        signal.reason = reason
        for name, value in figures.items():
            signal.figures.add(name=name, value=value)
        self.sent[topic].append(envelope)
        self.publish(self.trading, envelope)

    # What goes out

    def envelope(self, topic, epoch, number=None, now=None):
        if number is None:
            self.counts[topic] += 1
            number = self.counts[topic]
        return self.pb.Envelope(
            topic=topic, number=number, epoch=epoch, sent_at=now or time.time_ns(), sender=self.instance)

    @staticmethod
    def publish(socket, envelope):
        socket.send_multipart([envelope.topic.encode(), envelope.SerializeToString(deterministic=True)])

    def answer(self, asked):
        """Whoever missed something gets it again."""
        asker = asked.topic.rsplit("/", 1)[1]
        envelope = self.envelope(f"control/answer/{self.instance}/{asker}", self.started)
        envelope.answer.id = asked.ask.id
        kept = self.sent.get(asked.ask.replay.topic, [])
        first = getattr(asked.ask.replay, "from")
        size = 0
        for message in kept[max(first - 1, 0):]:
            data = message.SerializeToString(deterministic=True)
            if size + len(data) > 256 << 10:
                envelope.answer.more = True
                break
            size += len(data)
            envelope.answer.envelopes.append(data)
        self.publish(self.control, envelope)

    def beat(self):
        envelope = self.envelope(f"control/beat/{self.instance}", self.started)
        beat = envelope.beat
        beat.service, beat.shard, beat.epoch, beat.state = self.name, "all", EPOCH, READY
        beat.trading_address, beat.whole, beat.started_at, beat.parts = self.trading_address, True, self.started, 1
        for topic, sent in self.sent.items():
            beat.heads.add(topic=topic, epoch=EPOCH, last=len(sent))
        self.publish(self.control, envelope)
        self.publish(self.trading, envelope)

    def run(self, ends):
        hello = self.envelope(f"control/hello/{self.instance}", self.started)
        hello.hello.service, hello.hello.shard = self.name, "all"
        next_beat = 0
        while not (ends and self.is_over):
            if time.monotonic() >= next_beat:
                next_beat = time.monotonic() + 0.5
                if self.market_address is None:
                    self.publish(self.control, hello)
                self.beat()
            for socket, _ in self.poller.poll(100):
                self.receive(socket)
            self.work()
        self.beat()


def main():
    parser = argparse.ArgumentParser(description="A strategy in Python as a service of the mesh.")
    parser.add_argument("--folder", default="state/run", help="the mesh's sockets: mesh.folder")
    parser.add_argument("--name", default="dip-buyer", help="what the strategy is called")
    parser.add_argument("--symbols", default="", help="only these, such as AAPL,IBM")
    parser.add_argument("--feed", default="feed.1", help="whose bars")
    parser.add_argument("--period", type=int, default=20, help="bars of the average")
    parser.add_argument("--dip", type=float, default=0.03, help="how far below it to buy, in parts of it")
    parser.add_argument("--signals", help="write every signal to this file as a line, too, and end with the replay")
    arguments = parser.parse_args()
    pb = messages()
    symbols = set(filter(None, arguments.symbols.split(",")))
    strategy = DipBuyer(arguments.period, arguments.dip)
    service = Service(pb, strategy, arguments.folder, arguments.name, symbols, arguments.feed)
    try:
        service.run(ends=arguments.signals is not None)
    except KeyboardInterrupt:
        pass
    if arguments.signals:
        with open(arguments.signals, "w") as file:
            for envelope in service.sent[f"trading/signal/{arguments.name}"]:
                signal = envelope.signal
                figures = ",".join(f"{figure.name}={figure.value!r}" for figure in signal.figures)
                file.write(
                    f"{envelope.number} {envelope.sent_at} {signal.symbol} {signal.strength:g} {figures} {signal.reason}\n")


if __name__ == "__main__":
    main()
