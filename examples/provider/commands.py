"""The command line `assay`, as scripts use it.

Environment: ASSAY (the command line, with its --url and --suri if need be)
"""

import json
import os
import shlex
import subprocess

ASSAY = shlex.split(os.environ.get("ASSAY", "assay"))
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def assay(*args: str) -> dict | list:
    """Runs one command and returns what it prints."""
    print("assay", *args, flush=True)
    return json.loads(subprocess.run([*ASSAY, "--json", *args], check=True, stdout=subprocess.PIPE).stdout)


def public_key(account: str) -> str:
    """The 32 bytes of an account that is written in SS58 with a prefix of one byte."""
    number = 0
    for letter in account:
        number = number * 58 + BASE58.index(letter)
    return "0x" + number.to_bytes(35, "big")[1:33].hex()
