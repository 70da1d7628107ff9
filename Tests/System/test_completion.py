"""Completion in real shells: what a person types, the tabulator, and what the line is then."""

import os
import pathlib
import shutil

import pytest

from mesh import ENVIRONMENT, REPOSITORY, executable
from terminal import Terminal

SHELLS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
LINES = [
    ("tradewind sca", b"tradewind scale "),
    ("tradewind keys ma", b"tradewind keys make "),
    ("tradewind completion z", b"tradewind completion zsh "),
    ("tap --st", b"tap --stats "),
    ("tap --form pr", b"tap --form pretty "),
    ("tap --form=pr", b"tap --form=pretty "),
    ("historian --log-level w", b"historian --log-level warning "),
    # A value of the user's own: a file, where there is one.
    ("tap --replay config/tradewind.y", b"tap --replay config/tradewind.yaml "),
]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_what_the_help_declares(shell, tmp_path):
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here; scripts/bootstrap tests installs it")
    folder = pathlib.Path(executable("tradewind")).parent
    terminal = Terminal(
        SHELLS[shell], REPOSITORY, 200, 40, TERM="dumb", HOME=str(tmp_path), PS1="ready> ",
        PATH=f"{folder}:{ENVIRONMENT.get('PATH', os.defpath)}")
    try:
        terminal.until(b"ready> ")
        terminal.press(f"source <(tradewind completion {shell}); echo so''urced\n".encode())
        terminal.until(b"sourced\r\n")
        assert b"not found" not in terminal.said, terminal.said
        for typed, expected in LINES:
            terminal.press(typed.encode() + b"\t")
            terminal.until(expected)
            # Ctrl-U empties the line.
            terminal.press(b"\x15")
        terminal.press(b"exit\n")
        assert terminal.ended()
        # A shell's own files are not for us to make.
        assert not list(tmp_path.glob(".zcompdump*"))
    finally:
        terminal.process.kill()
        terminal.process.wait(10)
