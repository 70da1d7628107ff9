"""As much of libzmq as a hostile neighbour needs, by ctypes."""

import ctypes
import time

PUB, SUB, SNDMORE, DONTWAIT = 1, 2, 2, 1
LINGER, SUBSCRIBE, RCVTIMEO = 17, 6, 27

library = ctypes.CDLL("libzmq.so.5", use_errno=True)
for name in ("zmq_ctx_new", "zmq_socket"):
    getattr(library, name).restype = ctypes.c_void_p
library.zmq_socket.argtypes = [ctypes.c_void_p, ctypes.c_int]
library.zmq_connect.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
library.zmq_bind.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
library.zmq_close.argtypes = library.zmq_ctx_term.argtypes = [ctypes.c_void_p]
library.zmq_setsockopt.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
library.zmq_send.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
library.zmq_recv.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


class Socket:
    def __init__(self, kind, connect=None, bind=None, subscribe=None):
        self.context = library.zmq_ctx_new()
        self.handle = library.zmq_socket(self.context, kind)
        self.option(LINGER, 200)
        if subscribe is not None:
            self.option(RCVTIMEO, 100)
            assert library.zmq_setsockopt(self.handle, SUBSCRIBE, subscribe, len(subscribe)) == 0
        if bind:
            assert library.zmq_bind(self.handle, bind.encode()) == 0
        if connect:
            assert library.zmq_connect(self.handle, connect.encode()) == 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        library.zmq_close(self.handle)
        library.zmq_ctx_term(self.context)

    def option(self, number, value):
        value = ctypes.c_int(value)
        library.zmq_setsockopt(self.handle, number, ctypes.byref(value), ctypes.sizeof(value))

    def send(self, *frames):
        for at, frame in enumerate(frames):
            library.zmq_send(self.handle, frame, len(frame), SNDMORE if at < len(frames) - 1 else 0)

    def receive(self, wait=True):
        """One frame, or nothing within a tenth of a second, or at once."""
        buffer = ctypes.create_string_buffer(1 << 16)
        count = library.zmq_recv(self.handle, buffer, len(buffer), 0 if wait else DONTWAIT)
        return buffer.raw[:min(count, len(buffer))] if count >= 0 else None


# Envelopes by hand: the wire format of protocol buffers is a number and a value, again and again.

def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def envelope(topic, body=b"", number=1, epoch=1, sender="ghost.9"):
    return field(1, topic) + field(2, number) + field(3, epoch) + field(6, sender) + body
