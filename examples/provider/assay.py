"""What a provider computes for Assay: offer addresses, payment ids, commitments, receipts. Nothing here does I/O.

Offers and receipts are EIP-712 typed data, so eth-account does all hashing and signing.
"""

import json
from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils import keccak, to_bytes, to_checksum_address

OFFER_TYPES = {
    "Offer": [
        {"name": "asset", "type": "address"},
        {"name": "deliverySeconds", "type": "uint64"},
        {"name": "legs", "type": "Leg[]"},
    ],
    "Leg": [
        {"name": "service", "type": "bytes32"},
        {"name": "maxAmount", "type": "uint128"},
        {"name": "request", "type": "bytes32"},
        {"name": "disclose", "type": "bool"},
    ],
}

RECEIPT_TYPES = {
    "Receipt": [
        {"name": "payment", "type": "bytes32"},
        {"name": "leg", "type": "uint32"},
        {"name": "service", "type": "bytes32"},
        {"name": "request", "type": "bytes32"},
        {"name": "response", "type": "bytes32"},
        {"name": "amount", "type": "uint128"},
        {"name": "issuedAt", "type": "uint64"},
    ],
}

TRANSFER_TYPES = {
    "TransferWithAuthorization": [
        {"name": "from", "type": "address"},
        {"name": "to", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "validAfter", "type": "uint256"},
        {"name": "validBefore", "type": "uint256"},
        {"name": "nonce", "type": "bytes32"},
    ],
}

PERMIT_TYPES = {
    "PermitWitnessTransferFrom": [
        {"name": "permitted", "type": "TokenPermissions"},
        {"name": "spender", "type": "address"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
        {"name": "witness", "type": "Witness"},
    ],
    "TokenPermissions": [{"name": "token", "type": "address"}, {"name": "amount", "type": "uint256"}],
    "Witness": [{"name": "to", "type": "address"}, {"name": "validAfter", "type": "uint256"}],
}

# In the order of their numbers.
TIERS = ["signed", "attested", "proven"]
PERMIT2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3"


def hexed(data: bytes) -> str:
    """Bytes as 0x hex."""
    return "0x" + data.hex()


def chain_domain(chain_id: int, genesis: str) -> dict[str, Any]:
    """The EIP-712 domain of offers and receipts on one chain."""
    return {"name": "Assay", "version": "1", "chainId": chain_id, "salt": genesis}


def typed_data(domain: dict, types: dict, message: dict) -> SignableMessage:
    """Typed data, ready to be signed. Numbers may be decimal strings, as x402 and JSON need them."""
    return encode_typed_data(domain, types, _numbers(types, next(iter(types)), message))


def _numbers(types: dict, name: str, value: Any) -> Any:
    """The value with every integer field as an int; everything else as it is."""
    if name.endswith("[]"):
        return [_numbers(types, name.removesuffix("[]"), item) for item in value]
    if name in types:
        return {field["name"]: _numbers(types, field["type"], value[field["name"]]) for field in types[name]}
    return int(value) if name.startswith("uint") else value


def digest(message: SignableMessage) -> bytes:
    """The 32 bytes that are signed."""
    return keccak(b"\x19" + message.version + message.header + message.body)


def offer_address(domain: dict, offer: dict) -> str:
    """The address whose payment means this offer."""
    return to_checksum_address(b"\xa5\x5a" + digest(typed_data(domain, OFFER_TYPES, offer))[:18])


def service_id(provider: str, model: str, tier: str, anchor: str, asset: str) -> str:
    """Id of a service: what a payer signs for names provider, model, tier, anchor and asset."""
    provider, model, anchor, asset = (to_bytes(hexstr=part) for part in (provider, model, anchor, asset))
    return hexed(keccak(b"assay/service" + provider + model + bytes([TIERS.index(tier)]) + anchor + asset))


def payment_id(payer: str, signed: bytes) -> str:
    """Id of the payment by this payer who signed this digest."""
    return hexed(keccak(to_bytes(hexstr=payer) + signed))


def payment_of(payload: dict, accepted: dict) -> str:
    """Id of the payment that an x402 payload of scheme `exact` authorizes under the requirements that it accepted."""
    chain_id = int(accepted["network"].removeprefix("eip155:"))
    if (signed := payload.get("permit2Authorization")) is not None:
        domain = {"name": "Permit2", "chainId": chain_id, "verifyingContract": PERMIT2}
        message = typed_data(domain, PERMIT_TYPES, signed)
    else:
        signed = payload["authorization"]
        token = {key: accepted["extra"][key] for key in ("name", "version")}
        domain = {**token, "chainId": chain_id, "verifyingContract": accepted["asset"]}
        message = typed_data(domain, TRANSFER_TYPES, signed)
    return payment_id(signed["from"], digest(message))


def canonical(value: Any) -> bytes:
    """The bytes of a JSON value that a commitment covers: keys sorted, no spaces, UTF-8. Numbers have to be integers,
    which every language writes alike.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(salt: bytes, content: bytes) -> str:
    """Commitment of a request or a response."""
    return hexed(keccak(b"assay/commitment" + salt + content))


def receipt_digest(domain: dict, receipt: dict) -> bytes:
    """What a provider's key signs."""
    return digest(typed_data(domain, RECEIPT_TYPES, receipt))


def sign_receipt(key: str, domain: dict, receipt: dict) -> str:
    """The signature that makes a receipt."""
    return hexed(Account.sign_message(typed_data(domain, RECEIPT_TYPES, receipt), key).signature)


def receipt_signer(domain: dict, receipt: dict, signature: str) -> str:
    """The address whose key signed a receipt."""
    return Account.recover_message(typed_data(domain, RECEIPT_TYPES, receipt), signature=signature)
