"""Sessions of tier Attested: what makes the enclave's key good for a policy, and keeps it so.

A session is renewed when half of its time is over, by fresh evidence for the same key, so that there is no moment
without one. When the enclave was started again it has a new key, and gets a new session.

Usage: python sessions.py CONFIG     keeps the session of the configuration that register.py wrote; runs for ever
Environment: ASSAY (the command line, with its --url and --suri if need be), ENCLAVE_URL
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from attesting import Enclave, EnclaveError
from commands import assay, public_key

# Seconds between two looks at the session.
PAUSE = 30


@dataclass
class Attestation:
    """What a session is opened for."""

    policy: str
    # The provider, in SS58.
    account: str
    # The vendor's root that evidence leads to.
    root: str
    # What the policy allows a session to last.
    seconds: int


def open_session(enclave: Enclave, wanted: Attestation) -> dict:
    """Gets evidence from the enclave and registers it, and before it the collateral that came with it."""
    session = enclave.session()
    named = ["--policy", wanted.policy, "--key", session["key"]]
    bound = assay("enclave", "binding", *named, "--account", wanted.account)
    terms = {"genesis": bound["genesis"], "policy": wanted.policy, "block": bound["hash"]}
    given = enclave.attest({**terms, "account": public_key(wanted.account)})
    if given["binding"] != bound["binding"]:
        raise EnclaveError("the enclave binds something else than the chain will ask for")
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, content in {"evidence": given["evidence"], **given["collateral"]}.items():
            (folder / name).write_bytes(bytes.fromhex(content.removeprefix("0x")))
        if given["collateral"]:
            assay("enclave", "collateral", "submit", "--root", wanted.root, "--dir", scratch)
        shown = ["--kind", session["kind"], "--root", wanted.root, "--evidence", str(folder / "evidence")]
        return assay("enclave", "session", "register", *named, *shown, "--block", str(bound["block"]))


def keep(enclave: Enclave, wanted: Attestation) -> None:
    """Renews the session if half of its time is over."""
    named = ["--policy", wanted.policy, "--key", enclave.session()["key"]]
    shown = assay("enclave", "session", "show", *named)
    if shown["status"] != "good" or shown["expires"] - time.time() < wanted.seconds / 2:
        open_session(enclave, wanted)


def main(config: Path) -> None:
    """Looks after the session for ever. What fails is tried again: half of a session's time is left for that."""
    wanted = Attestation(**json.loads(config.read_text())["attestation"])
    while True:
        try:
            keep(Enclave(), wanted)
        except (EnclaveError, httpx.HTTPError, subprocess.CalledProcessError) as error:
            print(f"the session was not renewed: {error}", flush=True)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
