// Makes assay.json: golden vectors for offers, receipts, payments, ids and commitments, computed by viem alone, so that
// they hold every other implementation to account. Run: npm run vectors
//
// Numbers are decimal strings, bytes are 0x hex. All keys are the public test keys of the mnemonic "test ... junk".
import { writeFileSync } from "node:fs";
import { concat, hashTypedData, keccak256, numberToHex, pad, slice, stringToHex, toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";

const chainId = 420402;
const genesis = keccak256(stringToHex("genesis of the golden vectors"));
const domain = { name: "Assay", version: "1", chainId, salt: genesis };
const account = (addressIndex) =>
  mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });

const word = (text) => keccak256(stringToHex(text));
const zero = pad("0x", { size: 32 });
const u32Max = 2n ** 32n - 1n, u64Max = 2n ** 64n - 1n, u128Max = 2n ** 128n - 1n;

// --- assets: pallet-assets' id, big-endian, in an address marked by 0x0120 in bytes 16 and 17 ------------------------
const assetAddress = (id) => concat([numberToHex(id, { size: 4 }), pad("0x", { size: 12 }), "0x01200000"]);
const assets = [1n, 1337n, u32Max].map((id) => ({ id: `${id}`, address: assetAddress(id) }));

// --- offers ------------------------------------------------------------------------------------------------------
const offerTypes = {
  Offer: [
    { name: "asset", type: "address" },
    { name: "deliverySeconds", type: "uint64" },
    { name: "legs", type: "Leg[]" },
  ],
  Leg: [
    { name: "service", type: "bytes32" },
    { name: "maxAmount", type: "uint128" },
    { name: "request", type: "bytes32" },
    { name: "disclose", type: "bool" },
  ],
};
const leg = (service, maxAmount, request, disclose = false) => ({
  service: word(service), maxAmount: `${maxAmount}`, request, disclose,
});

function offer(name, asset, deliverySeconds, legs) {
  const message = { asset: assetAddress(asset), deliverySeconds, legs };
  const digest = hashTypedData({ domain, types: offerTypes, primaryType: "Offer", message });
  const address = concat(["0xa55a", slice(digest, 0, 18)]);
  return { name, asset: `${asset}`, deliverySeconds: `${deliverySeconds}`, legs, digest, address };
}

const offers = [
  offer("one leg", 1n, 120n, [leg("service 1", 1000n, word("request 1"))]),
  offer("three legs", 1n, 3600n, [
    leg("service 1", 1000n, word("request 1")),
    leg("service 2", 250_000n, word("request 2"), true),
    leg("service 3", 1n, word("request 3")),
  ]),
  offer("disclosed", 1n, 120n, [leg("service 1", 1000n, word("request 1"), true)]),
  offer("any request", 1n, 120n, [leg("service 1", 1000n, zero)]),
  offer("greatest values", u32Max, u64Max, [leg("service 1", u128Max, word("request 1"), true)]),
];

// --- payments: what payers sign in the x402 scheme "exact" ---------------------------------------------------------
const permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const exactProxy = "0x402085c248EeA27D92E8b30b2C58ed07f9E20001";
const token = { address: assetAddress(1n), name: "Test USD", version: `1-${genesis.slice(2, 10)}` };
const transferTypes = {
  TransferWithAuthorization: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "validAfter", type: "uint256" },
    { name: "validBefore", type: "uint256" },
    { name: "nonce", type: "bytes32" },
  ],
};
const permitTypes = {
  PermitWitnessTransferFrom: [
    { name: "permitted", type: "TokenPermissions" },
    { name: "spender", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
    { name: "witness", type: "Witness" },
  ],
  TokenPermissions: [
    { name: "token", type: "address" },
    { name: "amount", type: "uint256" },
  ],
  Witness: [
    { name: "to", type: "address" },
    { name: "validAfter", type: "uint256" },
  ],
};

async function payment(payer, fields, typedData) {
  return {
    ...fields,
    signature: await payer.signTypedData(typedData),
    digest: hashTypedData(typedData),
    payment: keccak256(concat([payer.address, hashTypedData(typedData)])),
  };
}

function eip3009(payer, to, value, validAfter, validBefore) {
  const message = { from: payer.address, to, value, validAfter, validBefore, nonce: word(`nonce ${value}`) };
  return payment(payer, { method: "eip3009", ...message }, {
    domain: { name: token.name, version: token.version, chainId, verifyingContract: token.address },
    types: transferTypes, primaryType: "TransferWithAuthorization", message,
  });
}

function permitted(payer, to, amount, validAfter, deadline) {
  const nonce = `${BigInt(word(`nonce ${amount}`))}`;
  return payment(payer, {
    method: "permit2", from: payer.address, to, amount, spender: exactProxy, nonce, deadline, validAfter,
  }, {
    domain: { name: "Permit2", chainId, verifyingContract: permit2 },
    types: permitTypes, primaryType: "PermitWitnessTransferFrom",
    message: {
      permitted: { token: token.address, amount }, spender: exactProxy, nonce, deadline, witness: { to, validAfter },
    },
  });
}

const payments = [
  await eip3009(account(0), offers[0].address, "1000", "0", "1800000000"),
  await eip3009(account(1), offers[1].address, "251001", "1700000000", "1800000000"),
  await permitted(account(0), offers[0].address, "1000", "0", "1800000000"),
  await permitted(account(1), offers[1].address, "251001", "1700000000", "1800000000"),
];

// --- receipts ------------------------------------------------------------------------------------------------------
const receiptTypes = {
  Receipt: [
    { name: "payment", type: "bytes32" },
    { name: "leg", type: "uint32" },
    { name: "service", type: "bytes32" },
    { name: "request", type: "bytes32" },
    { name: "response", type: "bytes32" },
    { name: "amount", type: "uint128" },
    { name: "issuedAt", type: "uint64" },
  ],
};

async function receipt(name, signer, message) {
  const typedData = { domain, types: receiptTypes, primaryType: "Receipt", message };
  return {
    name, ...message, digest: hashTypedData(typedData), signer: signer.address,
    signature: await signer.signTypedData(typedData),
  };
}

const receipts = [
  await receipt("first leg", account(9), {
    payment: payments[0].payment, leg: "0", service: word("service 1"), request: word("request 1"),
    response: word("response 1"), amount: "1000", issuedAt: "1795000000",
  }),
  await receipt("any request", account(9), {
    payment: payments[2].payment, leg: "0", service: word("service 1"), request: zero,
    response: word("response 1"), amount: "1000", issuedAt: "1795000000",
  }),
  await receipt("greatest values", account(8), {
    payment: payments[1].payment, leg: `${u32Max}`, service: word("service 3"), request: word("request 3"),
    response: word("response 3"), amount: `${u128Max}`, issuedAt: `${u64Max}`,
  }),
];

// --- commitments and ids ---------------------------------------------------------------------------------------------
const commitments = ["", "{}", '{"label":"setosa","scores":[3117,1230,-4347]}', "é".repeat(300)].map((text) => {
  const salt = word(`salt ${text}`), content = stringToHex(text);
  return { salt, content, commitment: keccak256(concat([stringToHex("assay/commitment"), salt, content])) };
});

const owner = toHex(new Uint8Array(32).fill(0x11)), other = word("another account");
const models = [[owner, "iris-linear"], [other, "iris-linear"], [other, "modèle"]].map(([owner, name]) => {
  const content = word(`content of ${name}`);
  return { owner, content, name, id: keccak256(concat([stringToHex("assay/model"), owner, content, stringToHex(name)])) };
});

const tiers = ["Signed", "Attested", "Proven"];
const services = tiers.map((tier, index) => {
  const anchor = tier === "Signed" ? zero : word(`anchor of ${tier}`);
  const model = models[index].id, asset = assets[index];
  const id = keccak256(concat([
    stringToHex("assay/service"), owner, model, numberToHex(index, { size: 1 }), anchor, asset.address,
  ]));
  return { provider: owner, model, tier, anchor, asset: asset.id, id };
});

const vectors = {
  chainId: `${chainId}`, genesis, token, permit2, exactProxy, assets, offers, payments, receipts, commitments, models,
  services,
};
writeFileSync(new URL("assay.json", import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`);
