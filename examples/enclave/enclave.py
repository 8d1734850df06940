"""The program inside a trusted execution environment (TEE): runs one model, and signs receipts with a key of its own.

The chain pays for a receipt at tier Attested if its signer is a key that the TEE's evidence bound to this very program;
receipts.py says what it signs. It listens on loopback only, to its provider.

Usage: python enclave.py [--simulate sgx|tdx|nitro|snp] [--port 4022]
Environment: ASSAY (the command line, for --simulate)

| request | answer |
|---|---|
| GET /session | its receipt key, its kind, what is measured of it |
| POST /attest {genesis, policy, account, block} | evidence that binds the key to these |
| POST /infer {chain, inference, salts, receipt} | the response, and the receipt with commitments and signature |
"""

import argparse
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from evidence import NoTeeError
from nitro import Nitro
from receipts import MODEL, PROGRAM, Enclave, RefusedError
from simulated import SIZES, Simulated
from tsm import Tsm

# Most bytes of a request.
LIMIT = 16 * 1024


class Handler(BaseHTTPRequestHandler):
    """HTTP around an enclave."""

    enclave: Enclave
    # Seconds that a request may take to arrive.
    timeout = 10

    def do_GET(self) -> None:
        """Answers what needs no input."""
        self.answer({"/session": lambda _: self.enclave.session()}, b"{}")

    def do_POST(self) -> None:
        """Answers what needs input, of which nothing is read if it is too long."""
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LIMIT:
            return self.send(413, {"error": f"a request has a length, of at most {LIMIT} bytes"})
        self.answer({"/attest": self.enclave.attest, "/infer": self.enclave.infer}, self.rfile.read(int(length)))

    def answer(self, routes: dict, body: bytes) -> None:
        """Answers, or says why not."""
        if self.path not in routes:
            return self.send(404, {"error": "there is nothing here"})
        try:
            self.send(200, routes[self.path](json.loads(body)))
        except RefusedError as error:
            self.send(400, {"error": str(error)})
        except (ArithmeticError, KeyError, RecursionError, TypeError, ValueError) as error:
            self.send(400, {"error": f"not as it should be: {error!r}"})
        except NoTeeError as error:
            self.send(503, {"error": str(error)})

    def send(self, status: int, value: Any) -> None:
        """Sends JSON."""
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Questions are nobody's business."""


def find_tee() -> Tsm | Nitro:
    """The TEE that this program runs in."""
    missing = []
    for source in (Tsm, Nitro):
        try:
            return source()
        except NoTeeError as error:
            missing.append(f"  {error}")
    advice = "On a development chain, --simulate tdx makes evidence that proves nothing."
    raise NoTeeError("\n".join(["there is no trusted execution environment here:", *missing, advice]))


def serve(enclave: Enclave, port: int) -> ThreadingHTTPServer:
    """Listens on loopback."""
    return ThreadingHTTPServer(("127.0.0.1", port), type("Bound", (Handler,), {"enclave": enclave}))


def main() -> None:
    """Starts the program, or says why it cannot."""
    parser = argparse.ArgumentParser(description="Runs one model inside a TEE and signs receipts for its answers.")
    parser.add_argument("--simulate", choices=SIZES, help="evidence that proves nothing, for development chains")
    parser.add_argument("--port", type=int, default=4022)
    args = parser.parse_args()
    try:
        source = Simulated(args.simulate, PROGRAM) if args.simulate else find_tee()
        enclave = Enclave(source, MODEL.read_bytes())
    except (NoTeeError, RefusedError) as error:
        sys.exit(f"enclave: {error}")
    if args.simulate:
        print("SIMULATED: what this enclave signs proves nothing", file=sys.stderr)
    with serve(enclave, args.port) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
