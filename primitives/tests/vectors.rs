//! Golden vectors: digests and signatures made by the official x402 clients and by viem.

use assay_primitives::{
    address::asset_address,
    authorization::{Expected, TokenDomain},
    id::{commitment, model_id, payment_id, service_id},
    receipt::recover,
    signer::Signer,
    AccountId32, Authorization, AuthorizationError, ChainDomain, Eip3009, Leg, Offer, Permit2, Permit2Contracts,
    Receipt, Tier, H160, H256, U256,
};
use serde_json::Value;

fn vectors(text: &str) -> Value {
    serde_json::from_str(text).expect("the vectors are JSON")
}
fn x402() -> Value {
    vectors(include_str!("vectors/x402.json"))
}
fn payloads() -> Value {
    vectors(include_str!("vectors/x402_payloads.json"))
}
fn assay() -> Value {
    vectors(include_str!("../../examples/vectors/assay.json"))
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("a string").trim_start_matches("0x")).expect("hex")
}
fn hash(value: &Value) -> H256 {
    H256::from_slice(&bytes(value))
}
fn address(value: &Value) -> H160 {
    H160::from_slice(&bytes(value))
}
fn signature(value: &Value) -> [u8; 65] {
    bytes(value).try_into().expect("65 bytes")
}
/// A number, or a number in a string.
fn number(value: &Value) -> U256 {
    value
        .as_u64()
        .map(U256::from)
        .unwrap_or_else(|| U256::from_dec_str(value.as_str().expect("a number")).expect("decimal"))
}
fn account(value: &Value) -> AccountId32 {
    AccountId32::new(hash(value).0)
}
fn each<'a>(vectors: &'a Value, name: &str) -> &'a [Value] {
    let list = vectors[name].as_array().expect("a list");
    assert!(!list.is_empty(), "no vectors of {name}");
    list
}

/// The authorization of a payload by the official TypeScript client.
fn authorization(payload: &Value) -> Authorization {
    let (chain_id, body) = (420_402, &payload["payload"]);
    let token = address(&payload["accepted"]["asset"]);
    let signature = signature(&body["signature"]);
    if let Some(permit) = body.get("permit2Authorization") {
        let signed = Permit2 {
            token,
            from: address(&permit["from"]),
            to: address(&permit["witness"]["to"]),
            amount: number(&permit["permitted"]["amount"]),
            spender: address(&permit["spender"]),
            nonce: number(&permit["nonce"]),
            deadline: number(&permit["deadline"]),
            valid_after: number(&permit["witness"]["validAfter"]),
            signature,
        };
        return Authorization::Permit2 { chain_id, signed };
    }
    let plain = &body["authorization"];
    let signed = Eip3009 {
        token,
        from: address(&plain["from"]),
        to: address(&plain["to"]),
        value: number(&plain["value"]),
        valid_after: number(&plain["validAfter"]),
        valid_before: number(&plain["validBefore"]),
        nonce: hash(&plain["nonce"]),
        signature,
    };
    Authorization::Eip3009 { chain_id, signed }
}

/// The domain that the vectors' token has.
fn test_usd() -> TokenDomain {
    TokenDomain { name: b"Test USD".to_vec(), version: b"1".to_vec() }
}

#[test]
fn domain_separators_are_those_of_the_official_clients() {
    let domains = &x402()["domains"];
    let token = &domains["token"];
    let separator = test_usd().separator(420_402, address(&token["verifyingContract"]));
    assert_eq!(separator, hash(&token["separator"]));
    assert_eq!(Permit2Contracts::X402.separator(420_402), hash(&domains["permit2"]["separator"]));
}

#[test]
fn payloads_of_the_official_client_have_its_digests_and_signers() {
    let (payloads, vectors) = (payloads(), x402());
    for name in ["exact-eip3009", "exact-permit2"] {
        let authorization = authorization(&payloads[name]);
        let case = each(&vectors, "cases")
            .iter()
            .find(|case| case["name"] == name && case["src"] == "ts")
            .expect("the vectors have this case");
        assert_eq!(authorization.digest(&test_usd(), &Permit2Contracts::X402), hash(&case["digest"]), "{name}");
        let domain = test_usd();
        let expected = Expected {
            chain_id: 420_402,
            token: authorization.token(),
            domain: &domain,
            permit2: Permit2Contracts::X402,
            now: 1_795_252_500,
            horizon: 3_600,
        };
        let verified = authorization.verify(&expected).expect("the official client's signature is good");
        assert_eq!(verified.payer, address(&case["expectedSigner"]));
        assert_eq!(verified.value, 10_000);
        let elsewhere = Expected { chain_id: 1, ..expected };
        assert_eq!(authorization.verify(&elsewhere), Err(AuthorizationError::WrongChain));
    }
}

#[test]
fn every_signature_of_the_official_clients_recovers() {
    let vectors = x402();
    for case in each(&vectors, "cases") {
        let signer = recover(&signature(&case["signature"]), hash(&case["digest"]));
        assert_eq!(signer, Ok(address(&case["expectedSigner"])), "{}", case["name"]);
    }
}

fn chain() -> ChainDomain {
    let vectors = assay();
    ChainDomain { chain_id: number(&vectors["chainId"]).as_u64(), genesis: hash(&vectors["genesis"]) }
}

#[test]
fn token_domains_end_in_the_genesis_hash() {
    let vectors = assay();
    let domain = TokenDomain::new(b"Test USD", 1, chain().genesis);
    assert_eq!(domain.version, vectors["token"]["version"].as_str().expect("a string").as_bytes());
}

#[test]
fn asset_addresses() {
    for case in each(&assay(), "assets") {
        assert_eq!(asset_address(number(&case["id"]).as_u32()), address(&case["address"]));
    }
}

#[test]
fn offers_have_viems_digests_and_addresses() {
    for case in each(&assay(), "offers") {
        let legs: Vec<Leg> = each(case, "legs")
            .iter()
            .map(|leg| Leg {
                service: hash(&leg["service"]),
                max_amount: number(&leg["maxAmount"]).as_u128(),
                request: hash(&leg["request"]),
                disclose: leg["disclose"].as_bool().expect("a flag"),
            })
            .collect();
        let offer = Offer {
            asset: number(&case["asset"]).as_u32(),
            delivery_seconds: number(&case["deliverySeconds"]).as_u64(),
            legs: legs.try_into().expect("few legs"),
        };
        assert_eq!(offer.digest(&chain()), hash(&case["digest"]), "{}", case["name"]);
        assert_eq!(offer.address(&chain()), address(&case["address"]), "{}", case["name"]);
    }
}

#[test]
fn receipts_have_viems_digests_and_signers() {
    for case in each(&assay(), "receipts") {
        let receipt = Receipt {
            payment: hash(&case["payment"]),
            leg: number(&case["leg"]).as_u32(),
            service: hash(&case["service"]),
            request: hash(&case["request"]),
            response: hash(&case["response"]),
            amount: number(&case["amount"]).as_u128(),
            issued_at: number(&case["issuedAt"]).as_u64(),
        };
        let digest = receipt.digest(&chain());
        assert_eq!(digest, hash(&case["digest"]), "{}", case["name"]);
        assert_eq!(recover(&signature(&case["signature"]), digest), Ok(address(&case["signer"])));
    }
}

#[test]
fn payment_ids() {
    for case in each(&assay(), "payments") {
        assert_eq!(payment_id(address(&case["from"]), hash(&case["digest"])), hash(&case["payment"]));
    }
}

#[test]
fn commitments() {
    for case in each(&assay(), "commitments") {
        let salt = hash(&case["salt"]).0;
        assert_eq!(commitment(&salt, &bytes(&case["content"])), hash(&case["commitment"]));
    }
}

#[test]
fn ids_of_models_and_services() {
    let vectors = assay();
    for case in each(&vectors, "models") {
        let name = case["name"].as_str().expect("a name").as_bytes();
        assert_eq!(model_id(&account(&case["owner"]), hash(&case["content"]), name), hash(&case["id"]));
    }
    for case in each(&vectors, "services") {
        let tier: Tier = serde_json::from_value(case["tier"].clone()).expect("a tier");
        let id = service_id(
            &account(&case["provider"]),
            hash(&case["model"]),
            tier,
            hash(&case["anchor"]),
            number(&case["asset"]).as_u32(),
        );
        assert_eq!(id, hash(&case["id"]));
    }
}

#[test]
fn our_own_signer_signs_as_viem_does() {
    // The last of the accounts that anvil starts with signs the vectors' receipts.
    let secret = "2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";
    let secret = hex::decode(secret).expect("hex").try_into().expect("32 bytes");
    let signer = Signer::from_secret(&secret).expect("a key");
    for case in each(&assay(), "receipts").iter().filter(|case| address(&case["signer"]) == signer.address()) {
        assert_eq!(signer.sign(hash(&case["digest"])), signature(&case["signature"]));
    }
}
