// Proofs: proof.json is what a node of a development chain answered to state_getReadProof for these keys, and what it has
// there, with the state root of that block.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hexToBytes, size, toHex, type Hex } from "viem";
import { BadProof, provenValue } from "./proof.js";

const vector = JSON.parse(readFileSync(new URL("proof.json", import.meta.url), "utf8"));
const { root, proof }: { root: Hex; proof: Hex[] } = vector;
const values: [Hex, Hex | null][] = Object.entries(vector.values) as [Hex, Hex | null][];

test("values are read as the node has them: long ones, short ones, and none", () => {
  assert.equal(values.length, 8);
  for (const [key, value] of values) assert.equal(provenValue(root, key, proof), value ?? undefined, key);
});

test("nodes may come in any order, and with others", () => {
  const stirred = ["0x00" as Hex, ...proof.toReversed(), ...proof];
  for (const [key, value] of values) assert.equal(provenValue(root, key, stirred), value ?? undefined, key);
});

test("attack: another state root", () => {
  const other = toHex(hexToBytes(root).with(31, 0));
  for (const [key] of values) assert.throws(() => provenValue(other, key, proof), BadProof);
});

test("attack: a value of the node's own, or none where there is one", () => {
  for (const [part, bytes] of proof.entries()) {
    // One bit in each thirteenth byte: all of them would take a minute.
    for (let at = part % 13; at < size(bytes); at += 13) {
      const changed = hexToBytes(bytes);
      changed[at] ^= 1 << at % 8;
      const lie = proof.with(part, toHex(changed));
      for (const [key, value] of values) {
        // A change elsewhere than on the way to the value does no harm.
        try {
          assert.equal(provenValue(root, key, lie), value ?? undefined);
        } catch (error) {
          assert.ok(error instanceof BadProof, `${error}`);
        }
      }
    }
  }
});

test("attack: a part left out", () => {
  const needed = proof.filter((_, part) => {
    const less = proof.toSpliced(part, 1);
    return values.some(([key]) => {
      try {
        provenValue(root, key, less);
        return false;
      } catch (error) {
        return error instanceof BadProof;
      }
    });
  });
  assert.deepEqual(needed, proof, "every node is needed for one of the keys");
});
