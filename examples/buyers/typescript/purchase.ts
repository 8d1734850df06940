// A purchase with the official x402 client, unmodified, and the checks of a careful buyer.
import { decodePaymentRequiredHeader } from "@x402/core/http";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import { ExactEvmScheme } from "@x402/evm/exact/client";
import {
  concat, hashTypedData, isAddressEqual, keccak256, numberToHex, recoverTypedDataAddress, slice, stringToHex,
  type Address, type Hex, type TypedDataDomain, type TypedDataParameter,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";

const network = "eip155:420402";
const species = ["setosa", "versicolor", "virginica"];
// The circuit's inputs are in units of 2^-8, as the chain has it. A seller's word for it could change the question.
const inputScale = 8;
// Order of the field that proofs compute in.
const field = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;
const testUsd = "0x0000000100000000000000000000000001200000";

/** The tiers of assurance, in the order of their numbers: a later one trusts less. */
export const tiers = ["signed", "attested", "proven"] as const;
export type Tier = (typeof tiers)[number];

// --- the checks of a careful buyer; buying works without them ---------------------------------------------------------

/** What the address that is paid stands for. */
export type Leg = { service: Hex; maxAmount: string; request: Hex; disclose: boolean };
/** What a service's id is the hash of, besides the asset, and what a request's commitment is made with. */
export type Service = { provider: Hex; model: Hex; anchor: Hex } & (
  | { tier: "proven" }
  | { tier: "signed" | "attested"; salt: Hex }
);
/** What a server quotes with the address. */
export type Terms = {
  assay: TypedDataDomain;
  offer: { asset: Address; deliverySeconds: number; legs: Leg[] };
  services: Service[];
};
/** What the provider says about one answer. */
export type Receipt = {
  payment: Hex; leg: number; service: Hex; request: Hex; response: Hex; amount: string; issuedAt: number; signature: Hex;
};
/** An answer with its receipt. */
export type Answer = {
  response: { species: string; scores: number[] };
  responseSalt: Hex;
  provingSeconds: number;
  receipt: Receipt;
};
/** A question. */
export type Inference = { service: string; measurements: number[]; nonce: string };

const fields = (text: string): TypedDataParameter[] =>
  text.split(",").map((field) => {
    const [type, name] = field.split(" ");
    return { type, name };
  });
const offerTypes = {
  Offer: fields("address asset,uint64 deliverySeconds,Leg[] legs"),
  Leg: fields("bytes32 service,uint128 maxAmount,bytes32 request,bool disclose"),
};
const receiptTypes = {
  Receipt: fields(
    "bytes32 payment,uint32 leg,bytes32 service,bytes32 request,bytes32 response,uint128 amount,uint64 issuedAt",
  ),
};

/** Throws unless the condition holds. */
export function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** Commits to a JSON value: keys sorted, no spaces. */
function commitment(salt: Hex, value: object): Hex {
  const sorted = (_: string, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return keccak256(concat([stringToHex("assay/commitment"), salt, stringToHex(JSON.stringify(value, sorted))]));
}

/** Commits to integers as field elements, as tier Proven does. Greater ones could stand for others. */
function fieldElements(numbers: number[]): Hex {
  expect(numbers.every(Number.isSafeInteger), "a number is too large");
  return keccak256(concat(numbers.map((number) => {
    const value = BigInt(number);
    return numberToHex(value < 0n ? field + value : value, { size: 32 });
  })));
}

/** The commitment of a question to a service. */
function requestOf(service: Service, inference: Inference): Hex {
  if (service.tier !== "proven") return commitment(service.salt, inference);
  // The model takes centimetres.
  return fieldElements(inference.measurements.map((millimetres) => Math.round((millimetres * 2 ** inputScale) / 10)));
}

/** The id of a service: it cannot be of another tier, model or circuit than its id says. */
export function serviceId({ provider, model, tier, anchor }: Omit<Service, "salt">, asset: Address): Hex {
  const number = numberToHex(tiers.indexOf(tier), { size: 1 });
  return keccak256(concat([stringToHex("assay/service"), provider, model, number, anchor, asset]));
}

/** Before signing: the address that is paid is that of the offer, and the offer is for these very questions. */
function checkOffer(payTo: Address, { assay, offer, services }: Terms, inferences: Inference[]) {
  const digest = hashTypedData({ domain: assay, types: offerTypes, primaryType: "Offer", message: offer });
  expect(isAddressEqual(payTo, concat(["0xa55a", slice(digest, 0, 18)])), "the address is not the offer's");
  const same = offer.legs.length === inferences.length && services.length === inferences.length;
  expect(same, "the offer is for another number of questions");
  inferences.forEach((inference, leg) => {
    const { service, request } = offer.legs[leg];
    expect(service === serviceId(services[leg], offer.asset), "a service is not what it is said to be");
    expect(request === requestOf(services[leg], inference), "the offer is for other questions");
  });
}

/** Afterwards: the receipt is for this leg and commits to this response. Returns the address that signed it. */
function checkAnswer({ assay, offer, services }: Terms, index: number, answer: Answer) {
  const { receipt, response, responseSalt } = answer;
  const leg = offer.legs[index];
  const same = receipt.leg === index && receipt.service === leg.service && receipt.request === leg.request;
  expect(same, "the receipt is for another leg");
  expect(BigInt(receipt.amount) <= BigInt(leg.maxAmount), "it cost more than was offered");
  if (services[index].tier === "proven") {
    const { scores } = response;
    expect(receipt.response === fieldElements(scores), "the receipt is for other scores");
    expect(response.species === species[scores.indexOf(Math.max(...scores))], "the scores say another species");
  } else {
    expect(receipt.response === commitment(responseSalt, response), "the receipt is for another response");
  }
  return recoverTypedDataAddress({
    domain: assay, types: receiptTypes, primaryType: "Receipt", message: receipt, signature: receipt.signature,
  });
}

// --- buying -----------------------------------------------------------------------------------------------------------

/** What was bought: the terms that were accepted, and each answer with the address that signed its receipt. */
export type Purchase = { terms: Terms; answers: (Answer & { signer: Address })[] };

/** Buys the answers to some questions with one signature, all or nothing. `willing` throws where the terms of an honest
 *  offer are not what the buyer wants: then nothing is signed. */
export async function purchase(
  url: string, inferences: Inference[], key: Hex, willing: (terms: Terms) => void = () => {},
): Promise<Purchase> {
  let terms: Terms | undefined;
  let unwilling: unknown;
  const client = new x402Client()
    .register("eip155:*", new ExactEvmScheme(privateKeyToAccount(key)))
    // Without this line the client pays only in the assets that it was published with.
    .setSpendControls({ allowedAssets: [{ network, asset: testUsd }] })
    .onBeforePaymentCreation(async ({ selectedRequirements }) => {
      try {
        const offered = selectedRequirements.extra as Terms;
        checkOffer(selectedRequirements.payTo as Address, offered, inferences);
        willing(offered);
        terms = offered;
      } catch (error) {
        unwilling = error;
        return { abort: true, reason: `bad offer: ${error}` };
      }
    });

  const response = await wrapFetchWithPayment(fetch, client)(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inferences }),
  }).catch((error) => {
    throw unwilling ?? error;
  });
  if (!response.ok) {
    const refusal = response.headers.get("PAYMENT-REQUIRED");
    const reason = refusal ? decodePaymentRequiredHeader(refusal).error : await response.text();
    throw new Error(`${url}: ${response.status} ${reason}`);
  }
  const accepted = terms;
  expect(accepted !== undefined, `${url} asked for no payment`);
  const { answers } = (await response.json()) as { answers: Answer[] };
  expect(answers.length === inferences.length, "not every question was answered");
  return {
    terms: accepted,
    answers: await Promise.all(answers.map(async (answer, index) => {
      return { ...answer, signer: await checkAnswer(accepted, index, answer) };
    })),
  };
}
