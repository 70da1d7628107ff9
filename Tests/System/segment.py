"""Reads a transcript's segment from outside, by docs and format only: no code of the house."""

import dataclasses
import struct

HEADER = 512
TAKEN, SENT, CHECKPOINT, RECOVERED = 1, 2, 3, 4
SEAL_NONE, SEAL_ROLLED, SEAL_ORDERLY = 0, 1, 2
HASH = 32


@dataclasses.dataclass
class Record:
    offset: int
    kind: int
    sequence: int
    is_last_of_batch: bool
    payload: bytes

    @property
    def end(self):
        return self.offset + 24 + (len(self.payload) + 7) // 8 * 8

    @property
    def synced_through(self):
        return struct.unpack_from("<Q", self.payload, HASH)[0]

    @property
    def seal(self):
        return self.payload[HASH + 8]


def epoch(path):
    return struct.unpack_from("<Q", path.read_bytes(), 16)[0]


def records(path):
    """All records of a segment up to the first blank place."""
    data = path.read_bytes()
    found, at = [], HEADER
    while at + 24 <= len(data):
        commit, = struct.unpack_from("<I", data, at)
        if commit >> 24 != 0xA5:
            break
        length = commit & 0xFFFFFF
        kind, flags, _, sequence = struct.unpack_from("<BBHI", data, at + 8)
        found.append(Record(at, kind, sequence, bool(flags & 1), data[at + 24:at + 24 + length]))
        at = found[-1].end
    return found


def batches(path):
    """The records of each batch."""
    batch = []
    for record in records(path):
        batch.append(record)
        if record.is_last_of_batch:
            yield batch
            batch = []


def seal(path):
    """How a segment says that it ends."""
    checkpoints = [record for record in records(path) if record.kind == CHECKPOINT]
    return checkpoints[-1].seal if checkpoints else SEAL_NONE


def blank(path, start):
    """What a power cut does to pages that were never written back."""
    with open(path, "r+b") as file:
        size = file.seek(0, 2)
        file.seek(start)
        file.write(bytes(size - start))
