//! A provider at tier Attested, whose enclaves are simulated: evidence under the project's own roots, which prove nothing
//! and which only development networks take.

use crate::*;
use anyhow::Context;
use assay_client::Call;
use assay_primitives::attestation::session_binding;
use assay_tee_sim::{Dcap, Nitro, Snp};
use codec::Encode;
use pallet_enclaves::types::{
    Kind, Measured, PlatformFlags, ReceiptKey, RootId, SessionEvidence, Statuses, TcbStatus, Terms, SIMULATED_ROOTS,
};

/// Every kind of environment.
pub const KINDS: [Kind; 4] = [Kind::Sgx, Kind::Tdx, Kind::Nitro, Kind::Snp];

/// What the simulated programs are measured as.
const PROGRAM: u8 = 0xab;

/// The simulated root of a kind.
pub fn root(kind: Kind) -> RootId {
    let [intel, nitro, ark, _ask] = SIMULATED_ROOTS.map(H256);
    match kind {
        Kind::Sgx | Kind::Tdx => intel,
        Kind::Nitro => nitro,
        Kind::Snp => ark,
    }
}

/// A key that an enclave keeps to itself.
pub fn enclave_signer(n: u8) -> Signer {
    Signer::from_word(&[b'e', n]).expect("a hash below the order")
}

/// Evidence that binds 64 bytes, and the calls that submit the collateral that it needs.
pub struct Made {
    /// What a session is registered with.
    pub evidence: SessionEvidence,
    /// In the order in which they are checked against each other.
    pub collateral: Vec<Call>,
}

/// Simulates an enclave that attests `key`.
pub fn attest(kind: Kind, binding: [u8; 64], key: &ReceiptKey, block: H256) -> Made {
    let root = root(kind);
    let call = |name| Call::new("Enclaves", name).arg(&root);
    let (program, now) = ([PROGRAM; 48], now());
    match kind {
        Kind::Sgx | Kind::Tdx => {
            let world = match kind {
                Kind::Sgx => Dcap::sgx([PROGRAM; 32], binding, now),
                _ => Dcap::tdx(program, binding, now),
            };
            let made = world.build();
            let signed = |name, (json, signature): &(Vec<u8>, [u8; 64])| {
                call(name).arg(&kind).arg(json).arg(signature).arg(&made.signer)
            };
            Made {
                evidence: SessionEvidence::Dcap { root, quote: made.quote.try_into().expect("as short as real ones") },
                collateral: vec![
                    call("submit_root_crl").arg(&made.root_crl),
                    call("submit_pck_crl").arg(&made.authority).arg(&made.pck_crl),
                    signed("submit_tcb_info", &made.tcb_info),
                    signed("submit_qe_identity", &made.qe_identity),
                ],
            }
        }
        Kind::Nitro => {
            let mut world = Nitro::new(program, binding, now);
            (world.public_key, world.nonce) = (Some(key.encode()), Some(block.0.to_vec()));
            let document = world.build().document.try_into().expect("as short as real ones");
            Made { evidence: SessionEvidence::Nitro { root, document }, collateral: vec![] }
        }
        Kind::Snp => {
            let made = Snp::new(program, binding, now).build();
            let report = made.report.try_into().expect("a report's length");
            Made {
                evidence: SessionEvidence::Snp { root, report },
                collateral: vec![call("submit_root_crl").arg(&made.crl), call("submit_chip_key").arg(&made.vcek)],
            }
        }
    }
}

/// A service at tier Attested on one kind of environment.
pub struct Lab {
    /// The chain, and the service at tier Signed.
    pub world: World,
    /// What the enclaves are.
    pub kind: Kind,
    /// The policy that the service is anchored to.
    pub policy: H256,
    /// The service.
    pub attested: ServiceId,
}

impl Lab {
    /// Submits collateral, makes a policy for the world's model, and registers the service.
    pub async fn open(world: World, kind: Kind) -> anyhow::Result<Self> {
        let owner = world.provider.account().clone();
        let model = model_id(&owner, H256::repeat_byte(7), b"test");
        let measured = match kind {
            Kind::Sgx => Measured::Sgx { mr_enclave: [PROGRAM; 32] },
            Kind::Tdx => Measured::Tdx { mr_td: [PROGRAM; 48], rtmr: [None; 4] },
            Kind::Nitro => {
                let simulated = Nitro::new([PROGRAM; 48], [0; 64], now()).pcrs;
                let value = |index: u8| -> [u8; 48] {
                    let named = simulated.iter().find(|(at, _)| *at == u64::from(index));
                    named.and_then(|(_, value)| value.clone().try_into().ok()).unwrap_or([0; 48])
                };
                let pcrs: Vec<_> = (0..3).map(|index| (index, value(index))).collect();
                Measured::Nitro { pcrs: pcrs.try_into().expect("three") }
            }
            Kind::Snp => {
                Measured::Snp { measurement: [PROGRAM; 48], max_vmpl: 0, policy_mask: 0, policy: 0, min_tcb: [0; 8] }
            }
        };
        let statuses = vec![TcbStatus::UpToDate, TcbStatus::Unrated];
        let terms = Terms {
            model,
            version: 1,
            measured: vec![measured].try_into().expect("one"),
            statuses: Statuses::try_from(statuses).expect("two"),
            denied_advisories: Default::default(),
            platform_flags: PlatformFlags::ALL,
            platforms: None,
            max_evidence_age: 300,
            session_seconds: 3_600,
            not_before: 0,
            sunset: None,
        };
        let policy = terms.id();
        let none: Option<AccountId32> = None;
        let mut set_up = attest(kind, [0; 64], &ReceiptKey::Ed25519([0; 32]), H256::zero()).collateral;
        set_up.push(Call::new("Enclaves", "create_policy").arg(&terms));
        set_up.push(
            Call::new("Inference", "register_service")
                .arg(&model)
                .arg(&Tier::Attested)
                .arg(&policy)
                .arg(&TUSD)
                .arg(&PRICE)
                .arg(&none),
        );
        succeed(&world.provider, Call::batch_all(set_up)).await?;
        let attested = service_id(&owner, model, Tier::Attested, policy, TUSD);
        Ok(Self { world, kind, policy, attested })
    }

    /// Evidence for a key, and the block that it is bound to: good in the blocks to come.
    pub async fn attested_key(&self, key: ReceiptKey) -> anyhow::Result<(SessionEvidence, u32)> {
        let block = self.world.chain.best().await?.block();
        let account = self.world.provider.account();
        let binding = session_binding(self.world.domain.genesis, self.policy, account, &key, block.hash);
        Ok((attest(self.kind, binding, &key, block.hash).evidence, block.number))
    }

    /// Registers a session.
    pub fn register(&self, key: ReceiptKey, evidence: &SessionEvidence, block: u32) -> Call {
        Call::new("Enclaves", "register_session").arg(&self.policy).arg(&key).arg(evidence).arg(&block)
    }

    /// An offer of one inference at tier Signed and one at tier Attested.
    pub fn offer(&self) -> anyhow::Result<Offer> {
        let leg = |service| Leg { service, max_amount: 2 * PRICE, request: request(), disclose: false };
        let legs = vec![leg(self.world.service), leg(self.attested)];
        Ok(Offer { asset: TUSD, delivery_seconds: 60, legs: legs.try_into().ok().context("two legs")? })
    }

    /// What the provider hands in, the second leg's receipt signed by an enclave's key.
    pub fn settlement(&self, payment: PaymentRef, id: PaymentId, enclave: &Signer) -> anyhow::Result<Settlement> {
        let deliver = |leg: u32, service, signer: &Signer| {
            let receipt = Receipt { leg, service, ..self.world.receipt(id) };
            let signature = signer.sign_receipt(receipt.digest(&self.world.domain));
            let evidence = Evidence { signature, material: Default::default(), disclosure: None };
            let Receipt { request, response, amount, issued_at, .. } = receipt;
            Delivery { request, response, amount, issued_at, evidence }
        };
        let deliveries = vec![deliver(0, self.world.service, &receipt_signer()), deliver(1, self.attested, enclave)];
        let deliveries = deliveries.try_into().ok().context("two legs")?;
        Ok(Settlement { payment, offer: self.offer()?, deliveries })
    }
}
