"""Evidence that proves nothing, under roots whose keys everybody knows: for development chains."""

import json
import os
import shlex
import subprocess
from hashlib import sha384
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence import Evidence, NoTeeError, hexed

ASSAY = shlex.split(os.environ.get("ASSAY", "assay"))
# Bytes of a measurement of each kind.
SIZES = {"sgx": 32, "tdx": 48, "nitro": 48, "snp": 48}


class Simulated:
    """Stands for a TEE of one kind that has measured these files."""

    def __init__(self, kind: str, measured: list[Path]):
        self.kind = kind
        hashes = b"".join(sha384(file.read_bytes()).digest() for file in measured)
        self.measurement = sha384(hashes).digest()[: SIZES[kind]]

    def evidence(self, bound: bytes, key: bytes, nonce: bytes) -> Evidence:
        """Evidence that binds these bytes, with its collateral."""
        options = {"--kind": self.kind, "--binding": hexed(bound), "--measurement": hexed(self.measurement)}
        options |= {"--key": hexed(key)} if key else {}
        options |= {"--nonce": hexed(nonce)} if nonce else {}
        with TemporaryDirectory() as folder:
            words = [word for option in options.items() for word in option]
            command = [*ASSAY, "--json", "enclave", "simulate", *words, "--out", folder]
            try:
                made = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            except (OSError, subprocess.CalledProcessError) as error:
                raise NoTeeError(f"`assay enclave simulate` gives no evidence: {error}") from error
            files = {file.name: file.read_bytes() for file in Path(folder).iterdir()}
        return Evidence(self.kind, files.pop(Path(made["evidence"]).name), files)
