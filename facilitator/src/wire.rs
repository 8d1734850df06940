//! What travels over HTTP: x402 version 2, and what Assay adds to it.

use assay_primitives::{
    address::{asset_address, asset_from_address},
    Balance, Delivery, Disclosure, Evidence, Leg, Offer, PaymentId, PerLeg, ReceiptSignature, ServiceId, H160, H256,
    U256,
};
use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The version of x402 spoken here.
pub const X402_VERSION: u64 = 2;

/// Body of `/verify` and `/settle`. Its parts are read one after the other, so that each has its own refusal.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequest {
    /// Version of x402.
    #[serde(default)]
    pub x402_version: Option<u64>,
    /// What the payer sent.
    pub payment_payload: PaymentPayload,
    /// What the server asks for.
    pub payment_requirements: Value,
}

/// What the payer sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentPayload {
    /// Version of x402.
    pub x402_version: u64,
    /// The requirements that the payer accepted.
    pub accepted: Value,
    /// What the payer signed: an [`ExactPayload`].
    pub payload: Value,
}

/// What a server asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequirements {
    /// The scheme: `exact`.
    pub scheme: String,
    /// The network: `eip155:` and the chain id.
    pub network: String,
    /// How much, in the asset's smallest unit.
    #[serde(with = "decimal")]
    pub amount: U256,
    /// The asset's address.
    pub asset: H160,
    /// Who is paid, or an offer address.
    pub pay_to: H160,
    /// What else the scheme wants to know: the token's domain, and the offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<Map<String, Value>>,
}

/// What a payer signs in scheme `exact`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ExactPayload {
    /// EIP-3009.
    Eip3009 {
        /// The message.
        authorization: TransferAuthorization,
        /// `r ++ s ++ v`.
        #[serde(with = "bytes")]
        signature: [u8; 65],
    },
    /// Permit2.
    Permit2 {
        /// The message.
        #[serde(rename = "permit2Authorization")]
        authorization: PermitAuthorization,
        /// `r ++ s ++ v`.
        #[serde(with = "bytes")]
        signature: [u8; 65],
    },
}

/// `TransferWithAuthorization` of EIP-3009.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferAuthorization {
    /// Who pays.
    pub from: H160,
    /// Who is paid.
    pub to: H160,
    /// How much.
    #[serde(with = "decimal")]
    pub value: U256,
    /// Valid strictly after this time.
    #[serde(with = "decimal")]
    pub valid_after: U256,
    /// Valid strictly before this time.
    #[serde(with = "decimal")]
    pub valid_before: U256,
    /// Used once.
    pub nonce: H256,
}

/// `PermitWitnessTransferFrom` of Permit2 with x402's witness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermitAuthorization {
    /// Who pays.
    pub from: H160,
    /// What may be spent.
    pub permitted: Permitted,
    /// Who may spend it.
    pub spender: H160,
    /// Used once.
    #[serde(with = "decimal")]
    pub nonce: U256,
    /// Valid up to this time.
    #[serde(with = "decimal")]
    pub deadline: U256,
    /// For what.
    pub witness: Witness,
}

/// What may be spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permitted {
    /// The token's address.
    pub token: H160,
    /// How much.
    #[serde(with = "decimal")]
    pub amount: U256,
}

/// For what it may be spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Witness {
    /// Who is paid.
    pub to: H160,
    /// Valid from this time on.
    #[serde(with = "decimal")]
    pub valid_after: U256,
}

/// Answer of `/verify`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyResponse {
    /// Whether the payment is good.
    pub is_valid: bool,
    /// Why it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_reason: Option<String>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_message: Option<String>,
    /// Who pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<H160>,
    /// Of a payment to an offer: what is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<HeldExtra>,
}

/// What is held for a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldExtra {
    /// The payment's id.
    pub payment: PaymentId,
    /// The block that put its money on hold.
    pub reserved_at: u32,
    /// Seconds that are left for delivery.
    pub seconds_left: u64,
}

/// Answer of `/settle`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettleResponse {
    /// Whether the payment was made.
    pub success: bool,
    /// Why it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_reason: Option<String>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// Who pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<H160>,
    /// The payment's id, wherever it is known: the chain's own name for what was done. Else empty.
    pub transaction: String,
    /// The network.
    pub network: String,
    /// How much was signed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Where the payment stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<SettleExtra>,
}

/// Where a payment stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettleExtra {
    /// How far it has come.
    pub status: Status,
    /// The block that captured or paid it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<u32>,
    /// The legs whose receipts have not come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<u32>,
}

/// How far a payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Its outcome is open.
    Pending,
    /// It is in a block.
    Settled,
    /// It is in a finalized block.
    Finalized,
    /// It was refused.
    Failed,
}

/// Body of `/receipts`.
#[derive(Clone, Debug, Deserialize)]
pub struct ReceiptsRequest {
    /// The payment's id.
    pub payment: PaymentId,
    /// What was paid for.
    pub offer: OfferMessage,
    /// Receipts of some or all legs.
    pub receipts: Vec<WireReceipt>,
}

/// Answer of `/receipts`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptsResponse {
    /// The payment's id.
    pub payment: PaymentId,
    /// How far it has come.
    pub status: Status,
    /// The block that captured it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<u32>,
    /// The legs whose receipts have not come.
    pub missing: Vec<u32>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// An offer as typed data has it: the EIP-712 message `Offer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferMessage {
    /// The asset's address.
    pub asset: H160,
    /// Time for delivery.
    #[serde(with = "decimal")]
    pub delivery_seconds: U256,
    /// The legs.
    pub legs: Vec<LegMessage>,
}

/// A leg as typed data has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LegMessage {
    /// The service that is to answer.
    pub service: ServiceId,
    /// The most it may cost.
    #[serde(with = "decimal")]
    pub max_amount: U256,
    /// Commitment of the request.
    pub request: H256,
    /// Whether the response is to be put on chain.
    pub disclose: bool,
}

/// The receipt of one leg.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WireReceipt {
    /// The leg, from 0.
    pub leg: u32,
    /// Commitment of the request.
    pub request: H256,
    /// Commitment of the response.
    pub response: H256,
    /// What it costs.
    #[serde(with = "decimal")]
    pub amount: U256,
    /// When it was issued.
    #[serde(with = "decimal")]
    pub issued_at: U256,
    /// Signature over the receipt's digest.
    pub signature: WireSignature,
    /// What the tier asks for besides.
    #[serde(default, with = "bytes_vec")]
    pub material: Vec<u8>,
    /// The response itself, where the leg asks for it.
    #[serde(default)]
    pub disclosure: Option<WireDisclosure>,
}

/// A receipt's signature: 65 bytes for secp256k1, else with its type and key.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum WireSignature {
    /// `r ++ s ++ v`.
    Secp256k1(#[serde(with = "bytes")] [u8; 65]),
    /// A signature that names its key.
    Keyed(KeyedSignature),
}

/// A signature that names its key.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum KeyedSignature {
    /// ed25519.
    Ed25519 {
        /// The key that signed.
        key: H256,
        /// Its signature.
        #[serde(with = "bytes")]
        signature: [u8; 64],
    },
    /// sr25519.
    Sr25519 {
        /// The key that signed.
        key: H256,
        /// Its signature.
        #[serde(with = "bytes")]
        signature: [u8; 64],
    },
}

/// A response that is to be put on chain.
#[derive(Clone, Debug, Deserialize)]
pub struct WireDisclosure {
    /// Salt of the response's commitment.
    pub salt: H256,
    /// The response.
    #[serde(with = "bytes_vec")]
    pub response: Vec<u8>,
}

/// A value on the wire that means nothing on the chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Meaningless(pub &'static str);

impl TryFrom<OfferMessage> for Offer {
    type Error = Meaningless;

    fn try_from(message: OfferMessage) -> Result<Self, Meaningless> {
        let legs: Vec<Leg> = message
            .legs
            .into_iter()
            .map(|LegMessage { service, max_amount, request, disclose }| {
                let max_amount = Balance::try_from(max_amount).map_err(|_| Meaningless("maxAmount is too large"))?;
                Ok(Leg { service, max_amount, request, disclose })
            })
            .collect::<Result<_, Meaningless>>()?;
        Ok(Self {
            asset: asset_from_address(message.asset).ok_or(Meaningless("asset is the address of no asset"))?,
            delivery_seconds: message
                .delivery_seconds
                .try_into()
                .map_err(|_| Meaningless("deliverySeconds is too large"))?,
            legs: PerLeg::try_from(legs).map_err(|_| Meaningless("there are too many legs"))?,
        })
    }
}

impl From<&Offer> for OfferMessage {
    fn from(offer: &Offer) -> Self {
        let leg = |leg: &Leg| LegMessage {
            service: leg.service,
            max_amount: leg.max_amount.into(),
            request: leg.request,
            disclose: leg.disclose,
        };
        Self {
            asset: asset_address(offer.asset),
            delivery_seconds: offer.delivery_seconds.into(),
            legs: offer.legs.iter().map(leg).collect(),
        }
    }
}

impl TryFrom<WireReceipt> for Delivery {
    type Error = Meaningless;

    fn try_from(receipt: WireReceipt) -> Result<Self, Meaningless> {
        let disclosure = receipt.disclosure.map(|WireDisclosure { salt, response }| {
            let response = response.try_into().map_err(|_| Meaningless("the disclosed response is too long"))?;
            Ok(Disclosure { salt: salt.0, response })
        });
        Ok(Self {
            request: receipt.request,
            response: receipt.response,
            amount: receipt.amount.try_into().map_err(|_| Meaningless("amount is too large"))?,
            issued_at: receipt.issued_at.try_into().map_err(|_| Meaningless("issuedAt is too large"))?,
            evidence: Evidence {
                signature: receipt.signature.into(),
                material: receipt.material.try_into().map_err(|_| Meaningless("material is too long"))?,
                disclosure: disclosure.transpose()?,
            },
        })
    }
}

impl From<WireSignature> for ReceiptSignature {
    fn from(signature: WireSignature) -> Self {
        match signature {
            WireSignature::Secp256k1(signature) => Self::Secp256k1(signature),
            WireSignature::Keyed(KeyedSignature::Ed25519 { key, signature }) => Self::Ed25519 { key: key.0, signature },
            WireSignature::Keyed(KeyedSignature::Sr25519 { key, signature }) => Self::Sr25519 { key: key.0, signature },
        }
    }
}

/// Integers as decimal strings; numbers are read too.
mod decimal {
    use super::*;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u64),
        Text(String),
    }

    pub(super) fn serialize<S: Serializer>(value: &U256, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<U256, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Ok(number.into()),
            // 2^256 has 78 digits.
            Written::Text(text) if (1..=78).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) => {
                U256::from_dec_str(&text).map_err(|_| D::Error::custom("the number is too large"))
            }
            Written::Text(_) => Err(D::Error::custom("expected a decimal number")),
        }
    }
}

/// Byte strings as hex with 0x.
mod bytes_vec {
    use super::*;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_prefix("0x").ok_or_else(|| D::Error::custom("expected hex with 0x"))?;
        hex::decode(digits).map_err(D::Error::custom)
    }
}

/// Byte strings of one length as hex with 0x.
mod bytes {
    use super::*;

    pub(super) fn serialize<S: Serializer, const N: usize>(value: &[u8; N], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("0x{}", hex::encode(value)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(deserializer: D) -> Result<[u8; N], D::Error> {
        let bytes = bytes_vec::deserialize(deserializer)?;
        bytes.try_into().map_err(|bytes: Vec<u8>| D::Error::invalid_length(bytes.len(), &"another length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// Payloads that the official TypeScript client made.
    fn payload(name: &str) -> Value {
        let all: Value = serde_json::from_str(include_str!("../tests/vectors/payloads_ts.json")).unwrap();
        all[name].clone()
    }

    fn offer() -> Value {
        json!({
            "asset": "0x0000000100000000000000000000000001200000",
            "deliverySeconds": 60,
            "legs": [{
                "service": format!("0x{}", "11".repeat(32)),
                "maxAmount": "2500",
                "request": format!("0x{}", "22".repeat(32)),
                "disclose": true,
            }],
        })
    }

    #[test]
    fn official_payloads_round_trip() {
        for name in ["exact-eip3009", "exact-permit2"] {
            let sent = payload(name);
            let read = PaymentPayload::deserialize(&sent).unwrap();
            let exact = ExactPayload::deserialize(&read.payload).unwrap();
            let lower = |value: &Value| value.to_string().to_lowercase();
            assert_eq!(lower(&serde_json::to_value(&exact).unwrap()), lower(&sent["payload"]), "{name}");
            let requirements = PaymentRequirements::deserialize(&read.accepted).unwrap();
            assert_eq!(requirements.scheme, "exact");
            assert_eq!(requirements.amount, 10_000.into());
            assert_eq!(requirements.extra.unwrap()["name"], "Test USD");
        }
    }

    #[test]
    fn payloads_of_other_schemes_are_no_exact_payloads() {
        let mut upto = payload("upto")["payload"].clone();
        // Its witness has a field more, which changes what was signed; the scheme is refused before it matters.
        assert!(ExactPayload::deserialize(&upto).is_ok());
        upto["permit2Authorization"]["nonce"] = json!("-1");
        assert!(ExactPayload::deserialize(&upto).is_err());
        assert!(ExactPayload::deserialize(&json!({ "type": "deposit" })).is_err());
    }

    #[test]
    fn malformed_numbers_and_bytes_are_refused() {
        for (field, value) in [
            ("value", json!("1e4")),
            ("value", json!("")),
            ("value", json!("0x10")),
            ("value", json!(-1)),
            ("value", json!("115792089237316195423570985008687907853269984665640564039457584007913129639936")),
            ("nonce", json!("0x11")),
            ("to", json!("0x209693Bc6afc0C5328bA36FaF03C514EF312287")),
        ] {
            let mut sent = payload("exact-eip3009")["payload"].clone();
            sent["authorization"][field] = value.clone();
            assert!(ExactPayload::deserialize(&sent).is_err(), "{field} {value}");
        }
        for signature in ["", "0x", "5b6877", "0x5b68"] {
            let mut sent = payload("exact-eip3009")["payload"].clone();
            sent["signature"] = json!(signature);
            assert!(ExactPayload::deserialize(&sent).is_err(), "{signature}");
        }
    }

    #[test]
    fn the_largest_number_is_read() {
        let largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        let mut sent = payload("exact-eip3009")["payload"].clone();
        sent["authorization"]["value"] = json!(largest);
        let ExactPayload::Eip3009 { authorization, .. } = ExactPayload::deserialize(&sent).unwrap() else {
            panic!("no EIP-3009")
        };
        assert_eq!(authorization.value, U256::MAX);
    }

    #[test]
    fn offers_are_read_as_typed_data() {
        let read = Offer::try_from(OfferMessage::deserialize(&offer()).unwrap()).unwrap();
        assert_eq!((read.asset, read.delivery_seconds, read.legs.len()), (1, 60, 1));
        assert_eq!((read.legs[0].max_amount, read.legs[0].disclose), (2500, true));
        let mut text = offer();
        text["deliverySeconds"] = json!("60");
        assert_eq!(Offer::try_from(OfferMessage::deserialize(&text).unwrap()), Ok(read));
    }

    #[test]
    fn meaningless_offers_are_refused() {
        let refusal = |change: &dyn Fn(&mut Value)| {
            let mut offer = offer();
            change(&mut offer);
            Offer::try_from(OfferMessage::deserialize(&offer).unwrap()).unwrap_err().0
        };
        let address = json!("0x209693Bc6afc0C5328bA36FaF03C514EF312287C");
        assert_eq!(refusal(&|offer| offer["asset"] = address.clone()), "asset is the address of no asset");
        let large = json!("340282366920938463463374607431768211456");
        assert_eq!(refusal(&|offer| offer["legs"][0]["maxAmount"] = large.clone()), "maxAmount is too large");
        assert_eq!(refusal(&|offer| offer["deliverySeconds"] = large.clone()), "deliverySeconds is too large");
        let many = |offer: &mut Value| offer["legs"] = json!(vec![offer["legs"][0].clone(); 17]);
        assert_eq!(refusal(&many), "there are too many legs");
    }

    #[test]
    fn receipts_are_read_with_every_kind_of_signature() {
        let receipt = |signature: Value| {
            let wire = WireReceipt::deserialize(json!({
                "leg": 0,
                "request": H256::zero(),
                "response": H256::repeat_byte(1),
                "amount": "2000",
                "issuedAt": 1_800_000_000,
                "signature": signature,
                "disclosure": { "salt": H256::repeat_byte(2), "response": "0x0102" },
            }))?;
            Delivery::try_from(wire).map_err(serde_json::Error::custom)
        };
        let hex = |length: usize| format!("0x{}", "07".repeat(length));
        let delivery = receipt(json!(hex(65))).unwrap();
        assert_eq!(delivery.evidence.signature, ReceiptSignature::Secp256k1([7; 65]));
        assert_eq!(delivery.evidence.disclosure.unwrap().response.into_inner(), [1, 2]);
        let keyed = |kind: &str| json!({ "type": kind, "key": hex(32), "signature": hex(64) });
        let expected = ReceiptSignature::Ed25519 { key: [7; 32], signature: [7; 64] };
        assert_eq!(receipt(keyed("ed25519")).unwrap().evidence.signature, expected);
        let expected = ReceiptSignature::Sr25519 { key: [7; 32], signature: [7; 64] };
        assert_eq!(receipt(keyed("sr25519")).unwrap().evidence.signature, expected);
        assert!(receipt(keyed("rsa")).is_err());
        assert!(receipt(json!(hex(64))).is_err());
    }

    #[test]
    fn evidence_has_the_chains_bounds() {
        let wire = |material: usize, response: usize| WireReceipt {
            leg: 0,
            request: H256::zero(),
            response: H256::zero(),
            amount: 1.into(),
            issued_at: 1.into(),
            signature: WireSignature::Secp256k1([0; 65]),
            material: vec![0; material],
            disclosure: Some(WireDisclosure { salt: H256::zero(), response: vec![0; response] }),
        };
        assert!(Delivery::try_from(wire(16 * 1024, 4 * 1024)).is_ok());
        assert!(Delivery::try_from(wire(16 * 1024 + 1, 0)).is_err());
        assert!(Delivery::try_from(wire(0, 4 * 1024 + 1)).is_err());
    }

    proptest! {
        #[test]
        fn offers_round_trip(asset: u32, delivery_seconds: u64, legs in proptest::collection::vec(
            (any::<[u8; 32]>(), any::<u128>(), any::<[u8; 32]>(), any::<bool>()), 0..16,
        )) {
            let legs: Vec<Leg> = legs
                .into_iter()
                .map(|(service, max_amount, request, disclose)| {
                    Leg { service: H256(service), max_amount, request: H256(request), disclose }
                })
                .collect();
            let offer = Offer { asset, delivery_seconds, legs: legs.try_into().unwrap() };
            let json = serde_json::to_string(&OfferMessage::from(&offer)).unwrap();
            let read: OfferMessage = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(Offer::try_from(read), Ok(offer));
        }
    }
}
