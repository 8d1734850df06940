//! `/verify`: is this payment good? For an offer address that means: is its money on hold?

use crate::{
    errors::{Method, Reason, Refusal},
    state::Facilitator,
    wire::{ExactPayload, HeldExtra, OfferMessage, PaymentRequest, PaymentRequirements, VerifyResponse, X402_VERSION},
};
use assay_client::{At, Call};
use assay_primitives::{
    address::{asset_from_address, fallback_account, is_offer_address},
    authorization::Expected,
    id::payment_id,
    receipt::recover,
    views::{ChainTerms, OpenView, PaymentStatus, ServiceView, Token},
    AccountId32, AssetId, Authorization, Balance, ChainDomain, Eip3009, Offer, PaymentId, Permit2, Permit2Contracts,
    Tier, TierStatus, TokenDomain, H160,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{collections::BTreeSet, sync::Arc, time::Instant};

/// Seconds that an authorization must still be good for, as SDKs have it: it has to get into a block.
const EXPIRY_MARGIN: u64 = 6;

/// What was asked about, read but not checked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What the payer signed.
    pub authorization: Authorization,
    /// What the server asks for.
    pub requirements: PaymentRequirements,
    /// The asset that is to pay.
    pub asset: AssetId,
    /// What is paid for, if an offer address is paid.
    pub offer: Option<Offer>,
}

/// A payment whose signature is its payer's, and which is what its server asks for.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// What the payer signed.
    pub authorization: Authorization,
    /// How much it pays.
    pub value: Balance,
    /// The asset that pays.
    pub asset: AssetId,
    /// The token's domain.
    pub domain: TokenDomain,
    /// What is paid for, if an offer address is paid.
    pub offer: Option<Offer>,
}

/// Who signed and how, if that much can be read.
pub fn signer_of(request: &PaymentRequest) -> (Method, Option<H160>) {
    match ExactPayload::deserialize(&request.payment_payload.payload) {
        Ok(ExactPayload::Eip3009 { authorization, .. }) => (Method::Eip3009, Some(authorization.from)),
        Ok(ExactPayload::Permit2 { authorization, .. }) => (Method::Permit2, Some(authorization.from)),
        Err(_) => (Method::Eip3009, None),
    }
}

impl Asked {
    /// Reads a request.
    pub fn read(request: &PaymentRequest, chain: &ChainDomain) -> Result<Self, Refusal> {
        let PaymentRequest { x402_version, payment_payload, payment_requirements } = request;
        let versions = [x402_version.unwrap_or(X402_VERSION), payment_payload.x402_version];
        if versions != [X402_VERSION; 2] {
            return Err(Reason::Version.into());
        }
        let requirements = PaymentRequirements::deserialize(payment_requirements)
            .map_err(|error| Refusal::new(Reason::Requirements, error))?;
        let accepted = PaymentRequirements::deserialize(&payment_payload.accepted)
            .map_err(|error| Refusal::new(Reason::Payload, error))?;
        if [&requirements.scheme, &accepted.scheme] != ["exact"; 2] {
            return Err(Reason::Scheme.into());
        }
        let network = format!("eip155:{}", chain.chain_id);
        if [&requirements.network, &accepted.network] != [&network; 2] {
            return Err(Reason::Network.into());
        }
        let payload = ExactPayload::deserialize(&payment_payload.payload)
            .map_err(|error| Refusal::new(Reason::PayloadType, error))?;
        Ok(Self {
            authorization: authorization(payload, chain.chain_id, requirements.asset),
            asset: asset_from_address(requirements.asset).ok_or(Reason::Asset)?,
            offer: read_offer(&requirements, chain)?,
            requirements,
        })
    }

    /// Checks it against what the server asks for, in the order of the SDK.
    pub fn check(self, token: &Token) -> Result<Payment, Refusal> {
        let Self { authorization, requirements, asset, offer } = self;
        let domain = TokenDomain { name: token.name.clone(), version: token.version.clone() };
        let digest = authorization.digest(&domain, &Permit2Contracts::X402);
        let signature = match &authorization {
            Authorization::Eip3009 { signed, .. } => &signed.signature,
            Authorization::Permit2 { signed, .. } => &signed.signature,
        };
        let is_signed = || recover(signature, digest) == Ok(authorization.payer());
        let is_recipient = || authorization.recipient() == requirements.pay_to;
        let is_amount = || authorization.value() == requirements.amount;

        let ensure = |holds: bool, reason: Reason| if holds { Ok(()) } else { Err(reason) };
        match &authorization {
            Authorization::Eip3009 { .. } => {
                check_domain(requirements.extra.as_ref(), &domain)?;
                ensure(is_signed(), Reason::Signature)?;
                ensure(is_recipient(), Reason::Recipient)?;
                ensure(is_amount(), Reason::Amount)?;
            }
            Authorization::Permit2 { signed, .. } => {
                ensure(signed.spender == Permit2Contracts::X402.exact_proxy, Reason::Spender)?;
                ensure(is_recipient(), Reason::Recipient)?;
                ensure(is_amount(), Reason::Amount)?;
                ensure(signed.token == requirements.asset, Reason::Token)?;
                ensure(is_signed(), Reason::Signature)?;
            }
        }
        let value = Balance::try_from(authorization.value()).map_err(|_| Reason::AmountTooLarge)?;
        if let Some(offer) = &offer {
            ensure(offer.asset == asset, Reason::offer("wrong_asset"))?;
            ensure(offer.total() == Ok(value), Reason::offer("wrong_value"))?;
        }
        Ok(Payment { id: payment_id(authorization.payer(), digest), authorization, value, asset, domain, offer })
    }
}

impl Payment {
    /// Checks that it is good at this time.
    pub fn check_time(&self, terms: &ChainTerms, now: u64) -> Result<(), Reason> {
        let expected = Expected {
            chain_id: terms.chain_id,
            token: self.authorization.token(),
            domain: &self.domain,
            permit2: Permit2Contracts::X402,
            now,
            horizon: terms.horizon,
        };
        let verified = self.authorization.verify(&expected)?;
        if verified.expires < now.saturating_add(EXPIRY_MARGIN) {
            return Err(Reason::Expired);
        }
        Ok(())
    }
}

fn authorization(payload: ExactPayload, chain_id: u64, asset: H160) -> Authorization {
    match payload {
        ExactPayload::Eip3009 { authorization, signature } => Authorization::Eip3009 {
            chain_id,
            signed: Eip3009 {
                token: asset,
                from: authorization.from,
                to: authorization.to,
                value: authorization.value,
                valid_after: authorization.valid_after,
                valid_before: authorization.valid_before,
                nonce: authorization.nonce,
                signature,
            },
        },
        ExactPayload::Permit2 { authorization, signature } => Authorization::Permit2 {
            chain_id,
            signed: Permit2 {
                token: authorization.permitted.token,
                from: authorization.from,
                to: authorization.witness.to,
                amount: authorization.permitted.amount,
                spender: authorization.spender,
                nonce: authorization.nonce,
                deadline: authorization.deadline,
                valid_after: authorization.witness.valid_after,
                signature,
            },
        },
    }
}

/// The offer behind an offer address, which must come with the requirements.
fn read_offer(requirements: &PaymentRequirements, chain: &ChainDomain) -> Result<Option<Offer>, Refusal> {
    if !is_offer_address(requirements.pay_to) {
        return Ok(None);
    }
    let extra = requirements.extra.as_ref().and_then(|extra| extra.get("offer")).filter(|offer| !offer.is_null());
    let message = extra.ok_or(Reason::offer("missing"))?;
    let malformed = |error: String| Refusal::new(Reason::offer("malformed"), error);
    let message = OfferMessage::deserialize(message).map_err(|error| malformed(error.to_string()))?;
    let offer = Offer::try_from(message).map_err(|error| malformed(error.to_string()))?;
    if offer.address(chain) != requirements.pay_to {
        return Err(Reason::offer("address_mismatch").into());
    }
    Ok(Some(offer))
}

fn check_domain(extra: Option<&Map<String, Value>>, domain: &TokenDomain) -> Result<(), Reason> {
    let text = |key| extra.and_then(|extra| extra.get(key)).and_then(Value::as_str).map(str::as_bytes);
    let (Some(name), Some(version)) = (text("name"), text("version")) else { return Err(Reason::DomainMissing) };
    if name != domain.name {
        return Err(Reason::TokenName);
    }
    if version != domain.version {
        return Err(Reason::TokenVersion);
    }
    Ok(())
}

/// Checks that services would take an offer now, so that no fee is lost on a reserve that fails. The chain checks it
/// again.
pub fn check_services(offer: &Offer, services: &[ServiceView], terms: &ChainTerms) -> Result<(), Reason> {
    if !(terms.min_delivery..=terms.max_delivery).contains(&offer.delivery_seconds) {
        return Err(Reason::offer("delivery_time_out_of_bounds"));
    }
    for (leg, service) in offer.legs.iter().zip(services) {
        let problem = match service.tier_status {
            _ if service.asset != offer.asset => "wrong_asset",
            TierStatus::Closed => "tier_closed",
            TierStatus::Halted => "tier_halted",
            TierStatus::Open if !service.available => "service_inactive",
            TierStatus::Open if service.price > leg.max_amount => "price_above_maximum",
            TierStatus::Open if service.tier != Tier::Signed && leg.request.is_zero() => "request_required",
            TierStatus::Open => continue,
        };
        return Err(Reason::offer(problem));
    }
    Ok(())
}

impl Facilitator {
    /// Answers `/verify`.
    pub async fn verify(self: &Arc<Self>, request: &PaymentRequest) -> VerifyResponse {
        let (method, payer) = signer_of(request);
        match self.try_verify(request).await {
            Ok(extra) => VerifyResponse { is_valid: true, payer, extra, ..Default::default() },
            Err(Refusal { reason, message }) => VerifyResponse {
                is_valid: false,
                invalid_reason: Some(reason.word(method)),
                invalid_message: message,
                payer,
                extra: None,
            },
        }
    }

    async fn try_verify(self: &Arc<Self>, request: &PaymentRequest) -> Result<Option<HeldExtra>, Refusal> {
        let payment = self.identify(request).await?;
        let Some(offer) = &payment.offer else {
            let at = self.chain.best().await?;
            return match self.status(&at, &payment).await? {
                PaymentStatus::Unknown => self.check_payable(&at, &payment).await.map(|()| None),
                _ => Err(Reason::NonceUsed.into()),
            };
        };
        let open = self.ensure_held(&payment, offer).await?;
        let clock = self.chain.best().await?.chain_terms().await?.clock;
        let seconds_left = u64::from(open.deadline.saturating_sub(clock)).saturating_mul(self.block_seconds);
        if seconds_left < self.config.delivery_left.min(offer.delivery_seconds / 2) {
            return Err(Reason::offer("delivery_time_too_short").into());
        }
        Ok(Some(HeldExtra { payment: payment.id, reserved_at: open.reserved_at, seconds_left }))
    }

    /// Reads a request and checks all of it that does not change.
    pub(crate) async fn identify(&self, request: &PaymentRequest) -> Result<Payment, Refusal> {
        let asked = Asked::read(request, &self.domain)?;
        let token = self.chain.best().await?.token(asked.asset).await?.ok_or(Reason::Asset)?;
        asked.check(&token)
    }

    /// Sees to it that a payment's money is on hold: in a block, or finalized where there is much of it.
    pub(crate) async fn ensure_held(self: &Arc<Self>, payment: &Payment, offer: &Offer) -> Result<OpenView, Refusal> {
        let open = match self.held_status(payment).await? {
            Some(open) => open,
            None => {
                let (this, payment_, offer) = (self.clone(), payment.clone(), offer.clone());
                let reserve = self.reserving.join(payment.id, || async move { this.reserve(payment_, offer).await });
                self.within_wait(reserve).await.map_err(not_held_yet)?;
                self.held_status(payment).await?.ok_or(Reason::offer("not_held_yet"))?
            }
        };
        if self.config.finalize_above.is_some_and(|least| payment.value >= least) {
            self.within_wait(self.wait_until_final(payment.id, &open)).await.map_err(not_held_yet)?;
        }
        Ok(open)
    }

    /// The payment, if it is open now; nothing if the chain has not seen it.
    async fn held_status(&self, payment: &Payment) -> Result<Option<OpenView>, Refusal> {
        match self.status(&self.chain.best().await?, payment).await? {
            PaymentStatus::Unknown => Ok(None),
            PaymentStatus::Open(open) => Ok(Some(open)),
            PaymentStatus::Captured { .. } | PaymentStatus::Paid { .. } => Err(Reason::NonceUsed.into()),
            PaymentStatus::Refunded { .. } => Err(Refusal::new(Reason::NonceUsed, "the payment was refunded")),
        }
    }

    async fn wait_until_final(&self, payment: PaymentId, open: &OpenView) -> Result<(), Refusal> {
        let mut heads = self.chain.heads();
        loop {
            if heads.borrow_and_update().finalized.number >= open.reserved_at {
                let status = self.chain.finalized().await?.payment_status(payment).await?;
                if matches!(status, PaymentStatus::Open(_)) {
                    return Ok(());
                }
            }
            heads.changed().await.map_err(|_| Reason::Unavailable)?;
        }
    }

    /// Puts a payment's money on hold. Whoever did it first, the outcome is the same.
    async fn reserve(self: Arc<Self>, payment: Payment, offer: Offer) -> Result<(), Refusal> {
        let at = self.chain.best().await?;
        self.check_payable(&at, &payment).await?;
        let providers = self.check_offer(&at, &offer).await?;
        self.credit
            .take(&providers, Instant::now())
            .map_err(|provider| Refusal::new(Reason::offer("no_credit"), format!("{provider} has no credit here")))?;
        let never_sent = |refusal: Refusal| {
            self.release(payment.id);
            self.credit.give(&providers);
            refusal
        };
        self.hold(payment.id, providers.clone()).map_err(never_sent)?;
        let mut ticket = self
            .submitter
            .submit(Call::reserve(&payment.authorization, &offer))
            .map_err(|error| never_sent(error.into()))?;
        let inclusion = ticket.in_block().await.map_err(|error| never_sent(error.into()))?;
        let Err(failure) = inclusion.result else {
            self.metrics.reserved.inc();
            return Ok(());
        };
        self.release(payment.id);
        match self.held_status(&payment).await? {
            Some(_) => Ok(()),
            None => Err(failure.into()),
        }
    }

    /// Checks that a payment's authorization is good now and its payer has the money.
    pub(crate) async fn check_payable(&self, at: &At, payment: &Payment) -> Result<(), Refusal> {
        let (terms, now) = (at.chain_terms().await?, at.time().await? / 1000);
        payment.check_time(&terms, now)?;
        if at.nonce_used(payment.authorization.nonce_key()).await? {
            return Err(Reason::NonceUsed.into());
        }
        let payer = fallback_account(payment.authorization.payer());
        if at.spendable(payment.asset, &payer).await? < payment.value {
            return Err(Reason::Balance.into());
        }
        Ok(())
    }

    /// The providers of an offer, if their services would take it now.
    async fn check_offer(&self, at: &At, offer: &Offer) -> Result<BTreeSet<AccountId32>, Refusal> {
        let mut services = Vec::with_capacity(offer.legs.len());
        for leg in &offer.legs {
            services.push(at.service(leg.service).await?.ok_or(Reason::offer("unknown_service"))?);
        }
        check_services(offer, &services, &at.chain_terms().await?)?;
        Ok(services.into_iter().map(|service| service.provider).collect())
    }
}

/// A reserve that takes longer is no settlement that does.
fn not_held_yet(refusal: Refusal) -> Refusal {
    match refusal.reason {
        Reason::Pending => Refusal { reason: Reason::offer("not_held_yet"), ..refusal },
        _ => refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_primitives::{
        address::asset_address,
        signer::{Consent, Signer},
        Leg, H256, U256,
    };
    use serde_json::json;

    const CHAIN: ChainDomain = ChainDomain { chain_id: 420402, genesis: H256::repeat_byte(9) };
    const NOW: u64 = 1_800_000_000;

    fn token() -> Token {
        let TokenDomain { name, version } = TokenDomain::new(b"Test USD", 1, CHAIN.genesis);
        Token { asset: 1, address: asset_address(1), name, version }
    }

    fn terms() -> ChainTerms {
        ChainTerms {
            chain_id: CHAIN.chain_id,
            genesis: CHAIN.genesis,
            fee: sp_runtime::Permill::zero(),
            horizon: 86_400,
            min_delivery: 10,
            max_delivery: 3_600,
            clock: 0,
        }
    }

    fn offer() -> Offer {
        let leg =
            Leg { service: H256::repeat_byte(1), max_amount: 600, request: H256::repeat_byte(2), disclose: false };
        Offer { asset: 1, delivery_seconds: 60, legs: vec![leg.clone(), leg].try_into().unwrap() }
    }

    fn consent(to: H160) -> Consent {
        Consent {
            chain_id: CHAIN.chain_id,
            token: asset_address(1),
            to,
            value: 1200.into(),
            valid_after: 0,
            valid_before: NOW + 60,
            nonce: H256::repeat_byte(3),
        }
    }

    fn signer() -> Signer {
        Signer::from_word(b"payer").unwrap()
    }

    fn eip3009(consent: Consent) -> Authorization {
        signer().eip3009(&TokenDomain::new(b"Test USD", 1, CHAIN.genesis), consent)
    }

    fn permit2(consent: Consent) -> Authorization {
        signer().permit2(&Permit2Contracts::X402, consent)
    }

    /// The request of a server that asks for just what was signed.
    fn request(authorization: &Authorization) -> Value {
        let dec = |number: U256| number.to_string();
        let sig = |signature: &[u8; 65]| format!("0x{}", hex::encode(signature));
        let payload = match authorization {
            Authorization::Eip3009 { signed, .. } => json!({
                "signature": sig(&signed.signature),
                "authorization": {
                    "from": signed.from,
                    "to": signed.to,
                    "value": dec(signed.value),
                    "validAfter": dec(signed.valid_after),
                    "validBefore": dec(signed.valid_before),
                    "nonce": signed.nonce,
                },
            }),
            Authorization::Permit2 { signed, .. } => json!({
                "signature": sig(&signed.signature),
                "permit2Authorization": {
                    "from": signed.from,
                    "permitted": { "token": signed.token, "amount": dec(signed.amount) },
                    "spender": signed.spender,
                    "nonce": dec(signed.nonce),
                    "deadline": dec(signed.deadline),
                    "witness": { "to": signed.to, "validAfter": dec(signed.valid_after) },
                },
            }),
        };
        let requirements = json!({
            "scheme": "exact",
            "network": "eip155:420402",
            "amount": dec(authorization.value()),
            "asset": authorization.token(),
            "payTo": authorization.recipient(),
            "maxTimeoutSeconds": 60,
            "extra": {
                "name": "Test USD",
                "version": "1-09090909",
                "offer": OfferMessage::from(&offer()),
            },
        });
        json!({
            "x402Version": 2,
            "paymentPayload": { "x402Version": 2, "accepted": requirements, "payload": payload },
            "paymentRequirements": requirements,
        })
    }

    fn word(request: &Value) -> Result<Payment, String> {
        let request = PaymentRequest::deserialize(request).unwrap();
        let (method, _) = signer_of(&request);
        Asked::read(&request, &CHAIN)
            .and_then(|asked| asked.check(&token()))
            .map_err(|refusal| refusal.reason.word(method))
    }

    fn altered(request: &Value, pointer: &str, value: Value) -> Result<Payment, String> {
        let mut request = request.clone();
        *request.pointer_mut(pointer).unwrap() = value;
        word(&request)
    }

    #[test]
    fn a_payload_of_the_official_client_is_its_payers() {
        let all: Value = serde_json::from_str(include_str!("../tests/vectors/payloads_ts.json")).unwrap();
        for name in ["exact-eip3009", "exact-permit2"] {
            let payload = ExactPayload::deserialize(&all[name]["payload"]).unwrap();
            let requirements = PaymentRequirements::deserialize(&all[name]["accepted"]).unwrap();
            let authorization = authorization(payload, 420402, requirements.asset);
            let domain = TokenDomain { name: b"Test USD".into(), version: b"1".into() };
            let digest = authorization.digest(&domain, &Permit2Contracts::X402);
            let signature = match &authorization {
                Authorization::Eip3009 { signed, .. } => signed.signature,
                Authorization::Permit2 { signed, .. } => signed.signature,
            };
            assert_eq!(recover(&signature, digest), Ok(authorization.payer()), "{name}");
        }
    }

    #[test]
    fn good_payments_are_understood() {
        for authorization in [eip3009(consent(offer().address(&CHAIN))), permit2(consent(offer().address(&CHAIN)))] {
            let payment = word(&request(&authorization)).unwrap();
            assert_eq!(payment.offer, Some(offer()));
            assert_eq!((payment.value, payment.asset), (1200, 1));
            assert_eq!(payment.check_time(&terms(), NOW), Ok(()));
        }
        let plain = word(&request(&eip3009(consent(H160::repeat_byte(5))))).unwrap();
        assert_eq!(plain.offer, None);
    }

    #[test]
    fn every_altered_field_has_its_word() {
        let other = json!(H160::repeat_byte(7));
        let eip = request(&eip3009(consent(H160::repeat_byte(5))));
        let permit = request(&permit2(consent(H160::repeat_byte(5))));
        for (request, pointer, value, expected) in [
            (&eip, "/x402Version", json!(1), "invalid_x402_version"),
            (&eip, "/paymentPayload/x402Version", json!(1), "invalid_x402_version"),
            (&eip, "/paymentRequirements/scheme", json!("upto"), "invalid_exact_evm_scheme"),
            (&eip, "/paymentPayload/accepted/scheme", json!("upto"), "invalid_exact_evm_scheme"),
            (&permit, "/paymentRequirements/scheme", json!("upto"), "unsupported_payload_type"),
            (&eip, "/paymentRequirements/network", json!("eip155:1"), "invalid_exact_evm_network_mismatch"),
            (&eip, "/paymentPayload/accepted/network", json!("eip155:1"), "invalid_exact_evm_network_mismatch"),
            (&eip, "/paymentRequirements/asset", other.clone(), "asset_not_deployed_contract"),
            (&eip, "/paymentRequirements/amount", json!("1e3"), "invalid_payment_requirements"),
            (&eip, "/paymentPayload/payload", json!({}), "unsupported_payload_type"),
            (&eip, "/paymentRequirements/extra", json!({}), "invalid_exact_evm_missing_eip712_domain"),
            (&eip, "/paymentRequirements/extra/name", json!("USDC"), "invalid_exact_evm_token_name_mismatch"),
            (&eip, "/paymentRequirements/extra/version", json!("1"), "invalid_exact_evm_token_version_mismatch"),
            (&eip, "/paymentRequirements/payTo", other.clone(), "invalid_exact_evm_recipient_mismatch"),
            (
                &eip,
                "/paymentRequirements/amount",
                json!("1199"),
                "invalid_exact_evm_payload_authorization_value_mismatch",
            ),
            (&eip, "/paymentPayload/payload/authorization/value", json!("1201"), "invalid_exact_evm_signature"),
            (&eip, "/paymentPayload/payload/authorization/from", other.clone(), "invalid_exact_evm_signature"),
            (&eip, "/paymentPayload/payload/authorization/to", other.clone(), "invalid_exact_evm_signature"),
            (&eip, "/paymentPayload/payload/authorization/validBefore", json!("1"), "invalid_exact_evm_signature"),
            (&permit, "/paymentRequirements/payTo", other.clone(), "invalid_permit2_recipient_mismatch"),
            (&permit, "/paymentRequirements/amount", json!("1199"), "permit2_amount_mismatch"),
            (&permit, "/paymentPayload/payload/permit2Authorization/spender", other.clone(), "invalid_permit2_spender"),
            (
                &permit,
                "/paymentPayload/payload/permit2Authorization/permitted/token",
                other.clone(),
                "permit2_token_mismatch",
            ),
            (&permit, "/paymentPayload/payload/permit2Authorization/deadline", json!("1"), "invalid_permit2_signature"),
        ] {
            assert_eq!(altered(request, pointer, value).map(|_| ()), Err(expected.into()), "{pointer}");
        }
    }

    #[test]
    fn an_offer_altered_in_any_field_has_another_address() {
        let request = request(&eip3009(consent(offer().address(&CHAIN))));
        for (field, value) in [
            ("/asset", json!(asset_address(2))),
            ("/deliverySeconds", json!(61)),
            ("/legs/0/service", json!(H256::repeat_byte(7))),
            ("/legs/0/maxAmount", json!("601")),
            ("/legs/1/request", json!(H256::zero())),
            ("/legs/1/disclose", json!(true)),
            ("/legs", json!([])),
        ] {
            let pointer = format!("/paymentRequirements/extra/offer{field}");
            let expected = Err("invalid_assay_offer_address_mismatch".into());
            assert_eq!(altered(&request, &pointer, value).map(|_| ()), expected, "{field}");
        }
        let malformed = altered(&request, "/paymentRequirements/extra/offer", json!({ "legs": 1 }));
        assert_eq!(malformed.map(|_| ()), Err("invalid_assay_offer_malformed".into()));
        let missing = altered(&request, "/paymentRequirements/extra", json!({ "name": "Test USD" }));
        assert_eq!(missing.map(|_| ()), Err("invalid_assay_offer_missing".into()));
    }

    #[test]
    fn an_offer_costs_the_sum_of_its_legs_in_its_asset() {
        let value = Consent { value: 1201.into(), ..consent(offer().address(&CHAIN)) };
        assert_eq!(word(&request(&eip3009(value))).map(|_| ()), Err("invalid_assay_offer_wrong_value".into()));
        let other = Offer { asset: 2, ..offer() };
        let mut request = request(&eip3009(consent(other.address(&CHAIN))));
        request["paymentRequirements"]["extra"]["offer"] = json!(OfferMessage::from(&other));
        assert_eq!(word(&request).map(|_| ()), Err("invalid_assay_offer_wrong_asset".into()));
    }

    #[test]
    fn an_offer_of_another_chain_has_another_address() {
        let elsewhere = ChainDomain { genesis: H256::repeat_byte(8), ..CHAIN };
        let request = request(&eip3009(consent(offer().address(&elsewhere))));
        assert_eq!(word(&request).map(|_| ()), Err("invalid_assay_offer_address_mismatch".into()));
    }

    #[test]
    fn time_is_checked_with_a_margin() {
        let to = H160::repeat_byte(5);
        let check = |authorization: &Authorization| word(&request(authorization)).unwrap().check_time(&terms(), NOW);
        // Valid strictly before, and up to and including.
        for (end, eip_outcome, permit_outcome) in [
            (NOW + 6, Err(Reason::Expired), Ok(())),
            (NOW + 7, Ok(()), Ok(())),
            (NOW + 5, Err(Reason::Expired), Err(Reason::Expired)),
            (NOW + 86_402, Err(Reason::Expired), Err(Reason::Expired)),
        ] {
            let consent = Consent { valid_before: end, ..consent(to) };
            assert_eq!(check(&eip3009(consent)), eip_outcome, "{end}");
            assert_eq!(check(&permit2(consent)), permit_outcome, "{end}");
        }
        let early = Consent { valid_after: NOW + 1, ..consent(to) };
        assert_eq!(check(&eip3009(early)), Err(Reason::NotYetValid));
        assert_eq!(check(&permit2(early)), Err(Reason::NotYetValid));
    }

    #[test]
    fn only_offers_that_the_chain_would_take_are_reserved() {
        let service = ServiceView {
            id: H256::repeat_byte(1),
            provider: AccountId32::new([4; 32]),
            model: H256::zero(),
            tier: Tier::Signed,
            tier_status: TierStatus::Open,
            anchor: H256::zero(),
            asset: 1,
            price: 600,
            available: true,
            payout: AccountId32::new([4; 32]),
        };
        let check = |offer: &Offer, second: ServiceView| check_services(offer, &[service.clone(), second], &terms());
        assert_eq!(check(&offer(), service.clone()), Ok(()));
        for (second, problem) in [
            (ServiceView { asset: 2, ..service.clone() }, "wrong_asset"),
            (ServiceView { tier_status: TierStatus::Closed, ..service.clone() }, "tier_closed"),
            (ServiceView { tier_status: TierStatus::Halted, ..service.clone() }, "tier_halted"),
            (ServiceView { available: false, ..service.clone() }, "service_inactive"),
            (ServiceView { price: 601, ..service.clone() }, "price_above_maximum"),
        ] {
            assert_eq!(check(&offer(), second), Err(Reason::offer(problem)));
        }
        let mut any = offer();
        any.legs[1].request = H256::zero();
        assert_eq!(check(&any, service.clone()), Ok(()));
        let attested = ServiceView { tier: Tier::Attested, ..service.clone() };
        assert_eq!(check(&any, attested), Err(Reason::offer("request_required")));
        for delivery_seconds in [9, 3_601] {
            let offer = Offer { delivery_seconds, ..offer() };
            assert_eq!(check(&offer, service.clone()), Err(Reason::offer("delivery_time_out_of_bounds")));
        }
    }
}
