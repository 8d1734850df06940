"""The enclave, as its provider sees it: a program that answers on loopback, and makes keys and receipts of its own."""

import os

import httpx

URL = os.environ.get("ENCLAVE_URL", "http://127.0.0.1:4022")


class EnclaveError(Exception):
    """The enclave does not answer, or refuses to."""


class Enclave:
    """Asks an enclave."""

    def __init__(self, url: str = URL):
        self.url = url

    def session(self) -> dict:
        """Its receipt key, its kind and what is measured of it."""
        return read(httpx.get(f"{self.url}/session", timeout=60))

    def attest(self, terms: dict) -> dict:
        """Evidence that binds its key to a chain, a policy, a provider and a block."""
        return read(httpx.post(f"{self.url}/attest", json=terms, timeout=60))

    async def infer(self, question: dict) -> dict:
        """An answer with its receipt."""
        try:
            async with httpx.AsyncClient(timeout=60) as client:
                return read(await client.post(f"{self.url}/infer", json=question))
        except httpx.HTTPError as error:
            raise EnclaveError(f"the enclave does not answer: {error}") from error


def read(response: httpx.Response) -> dict:
    """What was answered, unless it is a refusal."""
    answer = response.json()
    if response.status_code != 200:
        raise EnclaveError(f"the enclave refuses: {answer['error']}")
    return answer
