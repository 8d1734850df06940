//! A provider at tier Proven: services anchored to the circuit of a given vector.

use crate::*;
use anyhow::Context;
use assay_client::Call;
use assay_halo2::{Circuit, Evidence as Proof, Registration, Source};
use assay_halo2_import::ezkl::{import, Import};
use codec::Encode;

/// A given vector of EZKL's.
pub fn vector(name: &str) -> anyhow::Result<Import> {
    let folder = repository().join("verifiers/halo2/vectors/ezkl").join(name);
    let read = |file| std::fs::read(folder.join(file));
    Ok(import(&read("vka.bytes")?, &read("settings.json")?, &read("proof.json")?, &Default::default())?)
}

/// What registers a vector's circuit.
pub fn registration(vector: &Import) -> Registration {
    Registration {
        source: Source::Ezkl { srs: vector.srs.id() },
        layout: vector.layout.clone(),
        description: vector.circuit.encode(),
    }
}

/// A vector's proof, as evidence.
pub fn proof(vector: &Import) -> anyhow::Result<Proof> {
    let (inputs, outputs) = vector.layout.split(&vector.proof.instances).context("the instances fit")?;
    let cost = Circuit::Kzg(vector.circuit.clone()).cost();
    Ok(Proof { cost, inputs, outputs, proof: vector.proof.bytes.clone() })
}

/// A provider of two services on one model: Signed, and Proven by a listed circuit.
pub struct Shop {
    /// The chain, and the service at tier Signed.
    pub world: World,
    /// The service at tier Proven.
    pub proven: ServiceId,
    /// The vector.
    pub vector: Import,
}

impl Shop {
    /// Starts a world, registers and lists the vector's circuit and the service.
    pub async fn open(name: &str) -> anyhow::Result<Self> {
        let world = World::start().await?;
        let vector = vector(name)?;
        let registration = registration(&vector);
        let circuit = H256(registration.id());
        let owner = world.provider.account().clone();
        let model = model_id(&owner, H256::repeat_byte(7), b"test");
        let none: Option<AccountId32> = None;
        let set_up = Call::batch_all(vec![
            Call::new("Circuits", "register").arg(&registration).arg(&proof(&vector)?.encode()),
            Call::new("Circuits", "list").arg(&model).arg(&circuit),
            Call::new("Inference", "register_service")
                .arg(&model)
                .arg(&Tier::Proven)
                .arg(&circuit)
                .arg(&TUSD)
                .arg(&PRICE)
                .arg(&none),
        ]);
        succeed(&world.provider, set_up).await?;
        let proven = service_id(&owner, model, Tier::Proven, circuit, TUSD);
        Ok(Self { world, proven, vector })
    }

    /// Commitment of the vector's inputs.
    pub fn request(&self) -> anyhow::Result<H256> {
        let inputs = proof(&self.vector)?.inputs;
        self.vector.layout.inputs.commitment(&inputs).map(H256).ok().context("inputs commit")
    }

    /// One inference at each tier.
    pub fn offer(&self) -> anyhow::Result<Offer> {
        let leg = |service, request| Leg { service, max_amount: 2 * PRICE, request, disclose: false };
        let legs = vec![leg(self.world.service, request()), leg(self.proven, self.request()?)];
        Ok(Offer { asset: TUSD, delivery_seconds: 60, legs: legs.try_into().ok().context("two legs")? })
    }

    /// What the provider hands in, with this proof on the second leg.
    pub fn settlement(&self, payment: PaymentRef, id: PaymentId, proof: &Proof) -> anyhow::Result<Settlement> {
        let offer = self.offer()?;
        let response = self.vector.layout.outputs.commitment(&proof.outputs).ok().context("outputs commit")?;
        let deliver = |leg: u32, service, request, response, material: Vec<u8>| {
            let receipt = Receipt { payment: id, leg, service, request, response, amount: PRICE, issued_at: now() };
            let signature = receipt_signer().sign_receipt(receipt.digest(&self.world.domain));
            let material = material.try_into().ok().context("evidence fits")?;
            let evidence = Evidence { signature, material, disclosure: None };
            let Receipt { amount, issued_at, .. } = receipt;
            anyhow::Ok(Delivery { request, response, amount, issued_at, evidence })
        };
        let deliveries = vec![
            deliver(0, self.world.service, request(), H256::repeat_byte(2), vec![])?,
            deliver(1, self.proven, self.request()?, H256(response), proof.encode())?,
        ];
        Ok(Settlement { payment, offer, deliveries: deliveries.try_into().ok().context("two legs")? })
    }
}
