// Attacks on the gate. Each changes one thing of a case that passes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Blake2256 } from "@polkadot-api/substrate-bindings";
import { getTypedCodecs } from "polkadot-api";
import { concat, hexToBytes, keccak256, stringToHex, toHex, type Hex } from "viem";
import { serviceId, type Tier } from "../buyers/typescript/purchase.js";
import { assay } from "./.papi/descriptors/dist/index.js";
import { checkService, judge, modelId, NotYet, paymentKey, Refused, type Demand, type Evidence } from "./gate.js";
import { BadProof } from "./proof.js";

const word = (text: string) => keccak256(stringToHex(text));
const hash = (bytes: Hex) => toHex(Blake2256(hexToBytes(bytes)));
const codec = (await getTypedCodecs(assay)).query.Inference.CapturedPayments.value;
const asset = "0x0000000100000000000000000000000001200000";
const payer = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

type Captured = { at: number; payer: Hex; asset: number; legs: Leg[] };
type Leg = { service: Hex; request: Hex; response: Hex; amount: bigint; issued_at: bigint; equivocated: boolean };
type Case = { captured: Captured; evidence: Omit<Evidence, "proof">; demand: Demand; payment: Hex };

/** A receipt at a tier, shown as what it is, to a dApp that demands just that. */
function goodCase(tier: Tier = "proven"): Case {
  const service = { provider: word("provider"), model: word("model"), tier, anchor: word("circuit") };
  const id = serviceId(service, asset);
  const [request, response, payment] = [word("request"), word("response"), word("payment")];
  const leg = { service: id, request, response, amount: 10_000n, issued_at: 1_800_000_000n, equivocated: false };
  return {
    captured: { at: 20, payer, asset: 1, legs: [leg] },
    evidence: { block: word("block"), payment, leg: 0, service, asset },
    demand: { tier, model: service.model, service: id, request, response, payer, since: 19 },
    payment,
  };
}

/** A state with one entry: its trie is one leaf, of 31 + 97 nibbles, with the hash of its value. */
function state(payment: Hex, captured: Captured) {
  const value = toHex(codec.enc(captured));
  const leaf = concat(["0x3f61", paymentKey(payment), hash(value)]);
  return { root: hash(leaf), proof: [leaf, value] };
}

/** What the gate says of a case, with the proof that its state has. */
function judged({ captured, evidence, demand, payment }: Case, final = { hash: word("block"), number: 21 }) {
  const { root, proof } = state(payment, captured);
  return judge({ ...evidence, proof }, { ...final, stateRoot: root }, demand);
}

/** Asserts that a case is refused, for this reason, once it is changed. */
async function refused(reason: string, change: (changed: Case) => void, of: Case = goodCase()) {
  change(of);
  await assert.rejects(judged(of), (error) => error instanceof Refused && error.message === reason);
}

test("a receipt as demanded passes, at each tier", async () => {
  for (const tier of ["signed", "attested", "proven"] as const) {
    const { captured } = goodCase(tier);
    assert.deepEqual(await judged(goodCase(tier)), captured.legs[0]);
  }
});

test("a receipt at a higher tier than demanded passes", async () => {
  const good = goodCase("proven");
  good.demand.tier = "attested";
  assert.deepEqual(await judged(good), good.captured.legs[0]);
});

test("attack: a receipt at a lower tier", async () => {
  await refused("tier signed is below proven", ({ demand }) => (demand.tier = "proven"), goodCase("signed"));
  await refused("tier attested is below proven", ({ demand }) => (demand.tier = "proven"), goodCase("attested"));
});

test("attack: a receipt at a lower tier, passed off as one at a higher", async () => {
  const lie = "the service is not what it is said to be";
  await refused(lie, ({ evidence, demand }) => (demand.tier = evidence.service.tier = "proven"), goodCase("signed"));
});

test("attack: a tier that there is not, which would be below all", async () => {
  await refused("there is no tier Proven", ({ demand }) => (demand.tier = "Proven" as Tier));
  const { service } = goodCase("signed").evidence;
  assert.throws(() => checkService({ ...service, tier: "sworn" as Tier }, goodCase("signed").demand), Refused);
});

test("attack: another service's receipt", async () => {
  await refused("another service answered", ({ captured, evidence }) => {
    evidence.service.provider = word("another provider");
    captured.legs[0].service = serviceId(evidence.service, asset);
  });
  await refused("another service answered", ({ captured, evidence }) => {
    evidence.service.anchor = word("another circuit");
    captured.legs[0].service = serviceId(evidence.service, asset);
  });
});

test("attack: another model's receipt", async () => {
  await refused("the model is another one", ({ captured, evidence, demand }) => {
    evidence.service.model = word("another model");
    demand.service = captured.legs[0].service = serviceId(evidence.service, asset);
  });
});

test("attack: another model's receipt, passed off as the right one's", async () => {
  await refused("the service is not what it is said to be", ({ captured, evidence, demand }) => {
    const service = { ...evidence.service, model: word("another model") };
    demand.service = captured.legs[0].service = serviceId(service, asset);
  });
});

test("attack: a receipt in a block that is not final", async () => {
  await refused("the block is not final", ({ evidence }) => (evidence.block = word("a block of a fork")));
});

test("attack: a proof from another state than the final block's", async () => {
  const { captured, evidence, demand, payment } = goodCase();
  const { proof } = state(payment, captured);
  const other = state(payment, { ...captured, at: 21 }).root;
  const final = { hash: evidence.block, number: 21, stateRoot: other };
  await assert.rejects(judge({ ...evidence, proof }, final, demand), BadProof);
});

test("attack: a proof with any bit changed, or a part left out", async () => {
  const { captured, evidence, demand, payment } = goodCase();
  const { root, proof } = state(payment, captured);
  const final = { hash: evidence.block, number: 21, stateRoot: root };
  const wrong = (changed: Hex[]) => assert.rejects(judge({ ...evidence, proof: changed }, final, demand), BadProof);
  for (const [part, bytes] of proof.entries()) {
    await wrong(proof.toSpliced(part, 1));
    for (const at of hexToBytes(bytes).keys()) {
      const changed = hexToBytes(bytes);
      changed[at] ^= 1 << at % 8;
      await wrong(proof.with(part, toHex(changed)));
    }
  }
});

test("a payment that the state proves not to be captured may be later", async () => {
  const good = goodCase();
  good.payment = word("another payment");
  await assert.rejects(judged(good), NotYet);
});

test("attack: a leg that there is not", async () => {
  await refused("the payment has no such leg", ({ evidence }) => (evidence.leg = 1));
  await refused("the payment has no such leg", ({ evidence }) => (evidence.leg = -1));
});

test("attack: a receipt for another question, or of another answer", async () => {
  await refused("another question was answered", ({ captured }) => (captured.legs[0].request = word("another")));
  await refused("another answer was given", ({ captured }) => (captured.legs[0].response = word("another")));
});

test("attack: a receipt that its provider contradicted", async () => {
  await refused("the provider gave another answer besides", ({ captured }) => (captured.legs[0].equivocated = true));
});

test("attack: somebody else's receipt", async () => {
  await refused("somebody else paid", ({ captured }) => (captured.payer = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"));
});

test("attack: a receipt from before the purchase, shown again", async () => {
  await refused("the receipt is an old one", ({ captured }) => (captured.at = 19));
});

test("models' ids are the chain's", () => {
  const vectors = JSON.parse(readFileSync(new URL("../vectors/assay.json", import.meta.url), "utf8"));
  for (const { owner, content, name, id } of vectors.models) assert.equal(modelId(owner, content, name), id);
});
