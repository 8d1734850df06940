// Buys inferences with the official x402 client, unmodified, and checks what it gets.
//
// Usage: npx tsx buy.ts [URL] [SERVICE ...]     several services are bought with one signature, all or nothing
// Environment: BUYER_KEY
import { randomBytes } from "node:crypto";
import type { Hex } from "viem";
import { purchase } from "./purchase.js";

// Key 1 of the public test mnemonic "test test test test test test test test test test test junk".
const key = process.env.BUYER_KEY ?? "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
const [url = "http://127.0.0.1:4021/classify", ...services] = process.argv.slice(2);
if (services.length === 0) services.push("iris-linear");

const inferences = services.map((service) => ({
  service, measurements: [62, 29, 43, 13], nonce: randomBytes(16).toString("hex"),
}));
const { terms, answers } = await purchase(url, inferences, key as Hex);
for (const [index, { response, provingSeconds, receipt, signer }] of answers.entries()) {
  const { tier } = terms.services[index];
  const time = tier === "proven" ? ` in ${provingSeconds} s` : "";
  console.log(`${services[index]} (${tier}${time}):`, response);
  console.log(`  receipt, signed by ${signer}:`);
  for (const [name, value] of Object.entries(receipt)) console.log(`    ${name.padEnd(9)} ${value}`);
}
