// A dApp that acts on an inference only when it has checked by itself that the chain verified it. It buys the answer to a
// question, waits for the receipt in a finalized block, checks the proof of it, and publishes what it decided.
//
// Usage: npm run dapp -- [URL] [SERVICE] [TIER]     refuses a service below the tier, or of another model, before it pays
// Environment: NODE_URL (any node's RPC; it is not trusted), BUYER_KEY (pays), DAPP_SURI (signs the decision)
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { AccountId } from "@polkadot-api/substrate-bindings";
import { sr25519CreateDerive } from "@polkadot-labs/hdkd";
import { DEV_PHRASE, entropyToMiniSecret, mnemonicToEntropy } from "@polkadot-labs/hdkd-helpers";
import { getPolkadotSigner } from "polkadot-api/signer";
import { keccak256, stringToBytes, toHex, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { purchase, type Tier } from "../buyers/typescript/purchase.js";
import { openChain, readProof, type Chain } from "./chain.js";
import { checkService, judge, modelId, NotYet, paymentKey, Refused, type Demand, type Evidence } from "./gate.js";
import { BadProof } from "./proof.js";

const file = (name: string) => readFileSync(new URL(name, import.meta.url));
const [url = "http://127.0.0.1:4021/classify", service = "iris-proven", tier = "proven"] = process.argv.slice(2);
const node = process.env.NODE_URL ?? "http://127.0.0.1:9944";
// Key 2 of the public test mnemonic "test test test test test test test test test test test junk".
const key = (process.env.BUYER_KEY ?? "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a") as Hex;
const signer = developmentSigner(process.env.DAPP_SURI ?? "//Dave");
// The model that the dApp relies on: who registered it (//Bob), its very file, its name.
const owner = toHex(AccountId().enc("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"));
const model = modelId(owner, keccak256(file("../provider/models/iris-linear.onnx")), "iris-linear");
// Seconds that a receipt may take to become final.
const patience = 120;

function developmentSigner(path: string) {
  const { publicKey, sign } = sr25519CreateDerive(entropyToMiniSecret(mnemonicToEntropy(DEV_PHRASE)))(path);
  return getPolkadotSigner(publicKey, "Sr25519", sign);
}

/** Waits until a finalized block's state has the receipt as demanded. */
async function waitFor(chain: Chain, shown: Omit<Evidence, "block" | "proof">, demand: Demand) {
  for (const until = Date.now() + patience * 1000; ; await sleep(1000)) {
    const final = await chain.finalized();
    try {
      const proof = await readProof(node, paymentKey(shown.payment), final.hash);
      await judge({ ...shown, block: final.hash, proof }, final, demand);
      return { final, proof };
    } catch (error) {
      if (!(error instanceof NotYet) || Date.now() > until) throw error;
    }
  }
}

/** Publishes a decision, and returns once that is final. */
async function publish(chain: Chain, decision: object) {
  const remark = stringToBytes(JSON.stringify(decision));
  const { ok, block, dispatchError } = await chain.api.tx.System.remark_with_event({ remark }).signAndSubmit(signer);
  if (!ok) throw new Error(`the decision was not published: ${JSON.stringify(dispatchError)}`);
  return block;
}

async function main(chain: Chain) {
  const wanted = { tier: tier as Tier, model };
  const since = (await chain.finalized()).number;
  const question = { service, measurements: [62, 29, 43, 13], nonce: "" };
  const { terms, answers: [answer] } = await purchase(url, [question], key, ({ assay, services }) => {
    if (assay.salt !== chain.genesis) throw new Refused("the offer is for another chain");
    services.forEach((offered) => checkService(offered, wanted));
  });
  const [leg] = terms.offer.legs;
  const { payment, response } = answer.receipt;
  console.log(`answered  ${answer.response.species}, says ${service} at tier ${terms.services[0].tier}`);

  const shown = { payment, leg: 0, service: terms.services[0], asset: terms.offer.asset };
  const payer = privateKeyToAccount(key).address;
  const demand = { ...wanted, service: leg.service, request: leg.request, response, payer, since };
  const { final, proof } = await waitFor(chain, shown, demand);
  console.log(`proven    payment ${payment}, leg 0, by ${proof.length} nodes of the state of final block ${final.number}`);

  const species = answer.response.species;
  const decision = { species, tier: terms.services[0].tier, payment, leg: 0, provenAt: final.hash };
  const block = await publish(chain, decision);
  console.log(`decided   ${species}, by extrinsic ${block.index} of final block ${block.number}`);
}

const chain = await openChain(file("chain.json").toString());
try {
  await main(chain);
} catch (error) {
  if (!(error instanceof Refused || error instanceof BadProof)) throw error;
  console.log(`refused   ${error.message}`);
  process.exitCode = 1;
} finally {
  await chain.close();
}
