"""A terminal for a test: what a process shows on it, what is typed, and in which state it is left."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios

from mesh import ENVIRONMENT, until


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, command, folder, columns=100, rows=30, **environment):
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.said = b""
        self.slave = slave

        def take_terminal():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            # Whoever runs the tests by nohup would hand it on.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
        self.process = subprocess.Popen(
            command, cwd=folder, env={**ENVIRONMENT, "TERM": "xterm", **environment}, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, preexec_fn=take_terminal)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        while select.select([self.master], [], [], 0.01)[0]:
            try:
                self.said += os.read(self.master, 1 << 16)
            except OSError:
                return

    def until(self, text, seconds=20):
        """Waits for a text; what came before its last place is forgotten."""
        def met():
            self.read()
            return text in self.said
        until(met, f"the terminal shows {text!r}", seconds, said=lambda: repr(self.said[-2000:]))
        self.said = self.said[self.said.rindex(text):]

    def drawn(self, beginning, seconds=20):
        """Waits for a block that begins so and is drawn to its end; gives its lines, without what steers the terminal."""
        block = re.compile(re.escape(beginning) + rb"(.*?)\x1b\[J", re.DOTALL)
        def met():
            self.read()
            return block.search(self.said)
        found = until(met, f"the terminal shows a block after {beginning!r}", seconds, said=lambda: repr(self.said[-2000:]))
        self.said = self.said[found.end():]
        return re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", found[1]).decode().replace("\r", "").split("\n")[:-1]

    def press(self, keys):
        os.write(self.master, keys)

    def ended(self):
        def over():
            self.read()
            return self.process.poll() is not None
        until(over, "the process ends", 10)
        self.read()
        now = termios.tcgetattr(self.slave)
        os.close(self.slave)
        os.close(self.master)
        # All but a flag of the kernel's own: that input is to be printed again.
        return now[:3] == self.before[:3] and now[3] & ~termios.PENDIN == self.before[3] & ~termios.PENDIN
