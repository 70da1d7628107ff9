"""An object store that speaks S3 on loopback: put, get, delete and list, in pages, for one bucket.

Each request's signature is reckoned anew, from what came over the wire, and one that is wrong is answered as Amazon
does. `faults` holds what the next requests are answered with instead: a status, or "cut" for half an answer.
"""

import hashlib
import hmac
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

PAGE = 7


def signature(method, path, query, headers, signed, payload_hash, secret, scope, stamp):
    """The signature of a request (SigV4). `path` and `query` are as they came."""
    pairs = sorted(part.partition("=")[::2] for part in query.split("&")) if query else []
    canonical = "\n".join([
        method, path, "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{' '.join(headers[name].split())}" for name in signed), "", ";".join(signed), payload_hash])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for word in scope.split("/"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class ObjectStore:
    """The server; a `with` statement ends it."""

    def __init__(self, bucket="bars", key="AKIDEXAMPLE", secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"):
        self.bucket, self.key, self.secret, self.region = bucket, key, secret, "eu-central-1"
        self.objects = {}
        self.asked = []
        self.faults = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"store": self}))
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store = None

    def log_message(self, *words):
        pass

    def answer(self, status, body=b"", kind="application/xml"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status, code):
        self.answer(status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode())

    def fault(self, body):
        """What is wrong with the request's signature; nothing if it is right."""
        store = self.store
        given = self.headers.get("Authorization", "")
        if not given.startswith("AWS4-HMAC-SHA256 "):
            return 403, "AccessDenied"
        parts = dict(part.strip().split("=", 1) for part in given.split(" ", 1)[1].split(","))
        access, _, scope = parts["Credential"].partition("/")
        signed = parts["SignedHeaders"].split(";")
        if access != store.key:
            return 403, "InvalidAccessKeyId"
        if "x-amz-content-sha256" not in self.headers:
            return 400, "InvalidRequest"
        if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(signed):
            return 403, "AccessDenied"
        if scope != f"{self.headers['x-amz-date'][:8]}/{store.region}/s3/aws4_request":
            return 403, "SignatureDoesNotMatch"
        if self.headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return 400, "XAmzContentSHA256Mismatch"
        path, _, query = self.path.partition("?")
        right = signature(
            self.command, path, query, {name.lower(): value for name, value in self.headers.items()}, signed,
            self.headers["x-amz-content-sha256"], store.secret, scope, self.headers["x-amz-date"])
        return None if hmac.compare_digest(right, parts["Signature"]) else (403, "SignatureDoesNotMatch")

    def serve(self):
        store = self.store
        if self.headers.get("Transfer-Encoding"):
            return self.refuse(501, "NotImplemented")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        bucket, _, name = urllib.parse.unquote(path[1:]).partition("/")
        store.asked.append((self.command, name))
        fault = self.fault(body)
        if fault:
            return self.refuse(*fault)
        if store.faults:
            what = store.faults.pop(0)
            if what == "cut":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"half")
                self.close_connection = True
                return None
            return self.refuse(what, "SlowDown")
        if bucket != store.bucket:
            return self.refuse(404, "NoSuchBucket")
        if self.command == "PUT":
            store.objects[name] = body
            return self.answer(200)
        if self.command == "DELETE":
            store.objects.pop(name, None)
            return self.answer(204)
        if not name:
            return self.list(urllib.parse.parse_qs(query))
        if name not in store.objects:
            return self.refuse(404, "NoSuchKey")
        return self.answer(200, store.objects[name], "application/octet-stream")

    do_GET = do_PUT = do_DELETE = serve

    def list(self, query):
        prefix = query.get("prefix", [""])[0]
        after = query.get("continuation-token", [""])[0]
        names = [name for name in sorted(self.store.objects) if name.startswith(prefix) and name > after]
        page, rest = names[:PAGE], names[PAGE:]
        body = "".join(f"<Contents><Key>{escape(name)}</Key><Size>1</Size></Contents>" for name in page)
        more = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if rest else ""
        self.answer(200, (
            f"<?xml version='1.0'?><ListBucketResult><IsTruncated>{'true' if rest else 'false'}</IsTruncated>"
            f"{body}{more}</ListBucketResult>").encode())
