"""An inference provider: the official x402 server in front of onnxruntime, an enclave and EZKL, paid on Assay.

Every paid request is quoted an offer of its own: its address, which the payer pays, names the services, the prices and
the very questions. The facilitator holds the money when it verifies the payment; the provider then computes, signs one
receipt an inference and releases the answers only after the facilitator has captured the money for them.

Environment: PROVIDER_CONFIG (file written by register.py), FACILITATOR_URL, PROVIDER_KEY (secp256k1, signs receipts),
PROVIDER_SECRET (makes salts; keep it when the key changes), ENCLAVE_URL, HOST, PORT.
"""

import asyncio
import json
import os
import time
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import assay
import httpx
import uvicorn
from attesting import EnclaveError
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from iris import GREATEST
from proving import ProvingError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from services import open_service
from x402 import x402ResourceServer
from x402.http import FacilitatorConfig, HTTPFacilitatorClient
from x402.http.middleware.fastapi import payment_middleware
from x402.mechanisms.evm.exact import ExactEvmServerScheme

HERE = Path(__file__).parent
CONFIG = json.loads(Path(os.environ.get("PROVIDER_CONFIG", HERE / "provider.json")).read_text())
FACILITATOR = os.environ.get("FACILITATOR_URL", "http://127.0.0.1:4020")
# Key 9 of the public test mnemonic "test test test test test test test test test test test junk".
KEY = os.environ.get("PROVIDER_KEY", "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6")
SECRET = os.environ.get("PROVIDER_SECRET", KEY)

NETWORK = f"eip155:{CONFIG['chainId']}"
DOMAIN = assay.chain_domain(CONFIG["chainId"], CONFIG["genesis"])
SERVICES = CONFIG["services"]
READY = {name: open_service(service, HERE, SECRET, DOMAIN) for name, service in SERVICES.items()}
# Time to deliver, in seconds, after which the payer gets its money back, besides what each answer may take.
DELIVERY = 120


# --- what can be asked ------------------------------------------------------------------------------------------------


class Inference(BaseModel):
    """One question: the four measurements of an iris in millimetres. Integers, so that every language writes the same
    canonical JSON.
    """

    model_config = ConfigDict(extra="forbid", strict=True)
    service: Literal[tuple(SERVICES)]
    measurements: Annotated[list[Annotated[int, Field(ge=0, le=GREATEST)]], Field(min_length=4, max_length=4)]
    # Random text keeps others from finding the question by asking for quotes until one has the same address. At tier
    # Proven it does nothing: questions are public there.
    nonce: Annotated[str, Field(max_length=64)] = ""
    # Whether the answer is to be public: the chain then pays only if it carries the answer.
    disclose: bool = False


class Question(BaseModel):
    """One payment's inferences: all are answered, or none is paid."""

    model_config = ConfigDict(extra="forbid", strict=True)
    inferences: Annotated[list[Inference], Field(min_length=1, max_length=16)]

    def asked(self) -> list[dict]:
        """The inferences as they were written."""
        return [inference.model_dump(exclude_unset=True) for inference in self.inferences]


# --- offers -----------------------------------------------------------------------------------------------------------


@dataclass
class Quote:
    """An offer for exactly one question."""

    inferences: list[dict]
    # What a payer needs to compute each leg's service and request itself.
    terms: list[dict]
    offer: dict

    @classmethod
    def of(cls, question: Question) -> "Quote":
        """A pure function of the question: it is computed again when the payment arrives."""
        inferences, legs, terms, delivery = question.asked(), [], [], DELIVERY
        for inference in inferences:
            service, ready = SERVICES[inference["service"]], READY[inference["service"]]
            request, opening = ready.request(inference)
            legs.append(
                {
                    "service": service["id"],
                    "maxAmount": service["price"],
                    "request": request,
                    "disclose": inference.get("disclose", False),
                }
            )
            named = {key: service[key] for key in ("model", "tier", "anchor")}
            terms.append({"provider": CONFIG["provider"], **named, **opening})
            delivery += ready.answer_time
        offer = {"asset": CONFIG["token"]["address"], "deliverySeconds": delivery, "legs": legs}
        return cls(inferences, terms, offer)

    def address(self) -> str:
        """What the payer pays to."""
        return assay.offer_address(DOMAIN, self.offer)

    def price(self) -> dict:
        """The sum of the legs, and all that a careful payer needs to compute the address itself."""
        token = CONFIG["token"]
        return {
            "amount": str(sum(int(leg["maxAmount"]) for leg in self.offer["legs"])),
            "asset": token["address"],
            "extra": {
                "name": token["name"],
                "version": token["version"],
                "assay": DOMAIN,
                "offer": self.offer,
                "services": self.terms,
            },
        }


# The official server calls functions for payTo and price once a request; this is how they know the request's body.
current_quote: ContextVar[Quote] = ContextVar("current_quote")


def route(**extra: str) -> dict:
    """A route whose every request is quoted an offer of its own."""
    accepts = {
        "scheme": "exact",
        "network": NETWORK,
        "payTo": lambda _: current_quote.get().address(),
        "price": lambda _: current_quote.get().price(),
        "maxTimeoutSeconds": 300,
        "extra": extra,
    }
    return {"accepts": accepts, "description": "Species of irises", "mimeType": "application/json"}


app = FastAPI(title="Assay example provider")
server = x402ResourceServer(HTTPFacilitatorClient(FacilitatorConfig(url=FACILITATOR)))
server.register(NETWORK, ExactEvmServerScheme())
paid = payment_middleware(
    {"POST /classify": route(), "POST /classify/permit2": route(assetTransferMethod="permit2")}, server
)
facilitator = httpx.AsyncClient(base_url=FACILITATOR, timeout=60)


@app.middleware("http")
async def pay(request: Request, call_next):
    """Quotes a question before the official middleware sees it; what cannot be answered is not quoted."""
    if request.method == "POST":
        try:
            quote = Quote.of(Question.model_validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse({"error": "bad request", "details": error.errors(include_url=False)}, 422)
        current_quote.set(quote)
        request.state.quote = quote
    return await paid(request, call_next)


# --- answers ----------------------------------------------------------------------------------------------------------


async def capture(payment: str, offer: dict, receipts: list[dict]) -> None:
    """Hands the receipts to the facilitator, and returns when the payment has been captured."""
    body = {"payment": payment, "offer": offer, "receipts": receipts}
    for _ in range(offer["deliverySeconds"]):
        result = (await facilitator.post("/receipts", json=body)).json()
        if result.get("status") in ("settled", "finalized"):
            return
        if result.get("status") != "pending":
            break
        await asyncio.sleep(1)
    raise HTTPException(502, f"not settled: {result.get('message') or result.get('error', result)}")


@app.post("/classify")
@app.post("/classify/permit2")
async def classify(request: Request) -> dict:
    """Answers a paid question. What receipts commit to is deterministic: a second answer to the same payment and
    question must never contradict the first, or the bond is lost.
    """
    quote: Quote = request.state.quote
    payload, accepted = request.state.payment_payload, request.state.payment_requirements
    payment = assay.payment_of(payload.payload, accepted.model_dump(by_alias=True))

    answers, receipts = [], []
    for index, (inference, leg) in enumerate(zip(quote.inferences, quote.offer["legs"], strict=True)):
        receipt = {
            "payment": payment,
            "leg": index,
            "service": leg["service"],
            "request": leg["request"],
            "amount": leg["maxAmount"],
            "issuedAt": int(time.time()),
        }
        try:
            answer = await READY[inference["service"]].answer(inference, receipt)
        except (EnclaveError, ProvingError) as error:
            raise HTTPException(503, str(error)) from error
        receipt["response"] = answer.commitment
        receipt["signature"] = answer.signature or assay.sign_receipt(KEY, DOMAIN, receipt)
        answers.append({"response": answer.response, **answer.details, "receipt": receipt})
        receipts.append({**receipt, **answer.evidence})

    await capture(payment, quote.offer, receipts)
    return {"answers": answers}


@app.get("/")
async def services() -> dict:
    """What can be asked, free of charge."""
    example = {"service": next(iter(SERVICES)), "measurements": [51, 35, 14, 2], "nonce": "any random text"}
    return {"network": NETWORK, "services": SERVICES, "example": {"inferences": [example]}}


if __name__ == "__main__":
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "4021"))
    uvicorn.run(app, host=host, port=port, log_level="warning")
