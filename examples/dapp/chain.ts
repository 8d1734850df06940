// The chain as the dApp sees it: through a light client of its own, which believes nobody. From the genesis in the chain
// spec on it checks who the validators are and what they finalized, so whoever it is connected to can at worst be silent.
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { CompatibilityLevel, createClient } from "polkadot-api";
import { getSmProvider } from "polkadot-api/sm-provider";
import { startFromWorker } from "polkadot-api/smoldot/from-node-worker";
import type { Hex } from "viem";
import { assay, getMetadata } from "./.papi/descriptors/dist/index.js";
import { NotYet, type Block } from "./gate.js";

/** An open chain. */
export type Chain = Awaited<ReturnType<typeof openChain>>;

/** Connects to the boot nodes of a raw chain spec. */
export async function openChain(chainSpec: string) {
  const worker = new Worker(fileURLToPath(import.meta.resolve("polkadot-api/smoldot/node-worker")));
  const smoldot = startFromWorker(worker, { maxLogLevel: 1 });
  const client = createClient(getSmProvider(() => smoldot.addChain({ chainSpec })), { getMetadata });
  const api = client.getTypedApi(assay);
  const close = async () => {
    client.destroy();
    await smoldot.terminate();
    // It may have timers left.
    await worker.terminate();
  };

  try {
    const { genesisHash } = await client.getChainSpecData();
    return {
      api,
      close,
      genesis: genesisHash as Hex,

      /** The last finalized block. */
      async finalized(): Promise<Block> {
        const { hash, number } = await client.getFinalizedBlock();
        const { stateRoot } = await client.getBlockHeader(hash);
        // What is decoded by the generated types has to mean the same in the runtime of that block.
        const { compat } = await api.getStaticApis({ at: hash });
        if (!compat.query.Inference.CapturedPayments.isCompatible(CompatibilityLevel.Identical)) {
          throw new Error("the runtime keeps receipts differently: generate the types anew");
        }
        return { number, hash: hash as Hex, stateRoot: stateRoot as Hex };
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Asks any node for a proof of what the state after a block has at a key. */
export async function readProof(node: string, key: Hex, block: Hex): Promise<Hex[]> {
  const response = await fetch(node, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "state_getReadProof", params: [[key], block] }),
  });
  const { result, error } = (await response.json()) as { result?: { proof: Hex[] }; error?: { message: string } };
  // It may be behind the light client.
  if (result === undefined) throw new NotYet(`the node has no proof: ${error?.message}`);
  return result.proof;
}
