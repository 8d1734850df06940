// The gate: what the dApp demands of an inference before it acts, and what it takes for evidence. No network here.
import { Twox128 } from "@polkadot-api/substrate-bindings";
import { getTypedCodecs } from "polkadot-api";
import { concat, isAddressEqual, keccak256, stringToBytes, stringToHex, toHex, type Address, type Hex } from "viem";
import { serviceId, tiers, type Service, type Tier } from "../buyers/typescript/purchase.js";
import { assay, type AssayQueries } from "./.papi/descriptors/dist/index.js";
import { provenValue } from "./proof.js";

/** Why the dApp does not act. */
export class Refused extends Error {}

/** There is no evidence now; there may be later. */
export class NotYet extends Refused {}

/** A block, by what its header says. */
export type Block = { number: number; hash: Hex; stateRoot: Hex };

/** What the dApp demands of a service, before it buys. */
export type Wanted = {
  /** At least this tier. */
  tier: Tier;
  model: Hex;
};

/** What the dApp demands of a receipt, before it acts. */
export type Demand = Wanted & {
  /** The service that was bought. */
  service: Hex;
  /** Commitments of the question that was asked and of the answer that came. */
  request: Hex;
  response: Hex;
  /** Who paid. */
  payer: Address;
  /** A block from before the purchase: older receipts were acted on already. */
  since: number;
};

/** What is shown to the gate. Nothing of it has to be trusted. */
export type Evidence = {
  /** The block after which the state is as the proof says. */
  block: Hex;
  payment: Hex;
  leg: number;
  /** What the receipt's service and its asset's address are the hash of. */
  service: Omit<Service, "salt">;
  asset: Address;
  proof: Hex[];
};

/** A captured receipt as the chain keeps it. */
export type Captured = AssayQueries["Inference"]["CapturedPayments"]["Value"]["legs"][number];

/** The id of a model: the hash of its owner's account, of the keccak256 of its file, and of its name. */
export function modelId(owner: Hex, content: Hex, name: string): Hex {
  return keccak256(concat([stringToHex("assay/model"), owner, content, stringToHex(name)]));
}

/** Where the chain keeps a captured payment. */
export function paymentKey(payment: Hex): Hex {
  const [pallet, entry] = ["Inference", "CapturedPayments"].map((name) => toHex(Twox128(stringToBytes(name))));
  return concat([pallet, entry, payment]);
}

function demand(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Refused(otherwise);
}

/** A tier's number: the higher, the less has to be trusted. */
function rank(tier: Tier): number {
  demand(tiers.includes(tier), `there is no tier ${tier}`);
  return tiers.indexOf(tier);
}

/** Refuses a service that could not give what is wanted. */
export function checkService(service: Omit<Service, "salt">, wanted: Wanted) {
  demand(rank(service.tier) >= rank(wanted.tier), `tier ${service.tier} is below ${wanted.tier}`);
  demand(service.model === wanted.model, "the model is another one");
}

/** Returns the receipt if the evidence shows all that is demanded, in the state of a block that the light client knows
 *  to be final. The chain keeps no tier with a receipt, and need not: the service's id is the hash of tier and model,
 *  and the runtime records a receipt only after verifying its evidence at that tier. */
export async function judge(evidence: Evidence, final: Block, wanted: Demand): Promise<Captured> {
  demand(evidence.block === final.hash, "the block is not final");
  const value = provenValue(final.stateRoot, paymentKey(evidence.payment), evidence.proof);
  if (value === undefined) throw new NotYet("the payment is not captured");
  const codecs = await getTypedCodecs(assay);
  const { at, payer, legs } = codecs.query.Inference.CapturedPayments.value.dec(value);
  const receipt: Captured | undefined = legs[evidence.leg];
  demand(receipt !== undefined, "the payment has no such leg");

  demand(receipt.service === serviceId(evidence.service, evidence.asset), "the service is not what it is said to be");
  checkService(evidence.service, wanted);
  demand(receipt.service === wanted.service, "another service answered");
  demand(receipt.request === wanted.request, "another question was answered");
  demand(receipt.response === wanted.response, "another answer was given");
  demand(!receipt.equivocated, "the provider gave another answer besides");
  demand(isAddressEqual(payer as Address, wanted.payer), "somebody else paid");
  demand(at > wanted.since, "the receipt is an old one");
  return receipt;
}
