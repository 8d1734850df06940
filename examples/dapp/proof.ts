// Reads a value out of a storage proof: nodes of the state's trie, as the RPC method state_getReadProof answers them. Who
// sent them does not matter: every node is found by its hash, the first by the state root of a block's header.
import { Blake2256, Hex as hex, trieNodeDec } from "@polkadot-api/substrate-bindings";
import { hexToBytes, size, toHex, type Hex } from "viem";

/** Why a proof says nothing. */
export class BadProof extends Error {}

/** The value at a key of the state with this root; nothing if the proof shows that the state has none. */
export function provenValue(root: Hex, key: Hex, proof: Hex[]): Hex | undefined {
  const known = new Map(proof.map((bytes) => [toHex(Blake2256(hexToBytes(bytes))), bytes]));
  const find = (hash: Hex) => {
    const bytes = known.get(hash);
    if (bytes === undefined) throw new BadProof(`the proof lacks ${hash}`);
    return bytes;
  };

  let node = trieNodeDec(find(root));
  for (let path = key.slice(2); ; ) {
    if (!path.startsWith(node.partialKey)) return undefined;
    path = path.slice(node.partialKey.length);
    if (path === "") return valueOf(node, find);
    const child = "children" in node ? (node.children as Record<string, Hex>)[path[0]] : undefined;
    if (child === undefined) return undefined;
    // A node shorter than its hash would be stands in its parent itself.
    node = trieNodeDec(size(child) === 32 ? find(child) : child);
    path = path.slice(1);
  }
}

/** The value at a node; longer ones stand there as their hash. */
function valueOf(node: ReturnType<typeof trieNodeDec>, find: (hash: Hex) => Hex): Hex | undefined {
  switch (node.type) {
    case "Leaf":
      // The decoder leaves the value's length before it.
      return hex().dec(node.value) as Hex;
    case "BranchWithVal":
      return node.value as Hex;
    case "LeafWithHash":
    case "BranchWithHash":
      return find(node.value as Hex);
    default:
      return undefined;
  }
}
