//! Who this chain is, and what a live network refuses.

use super::{
    consensus::session_slots,
    governance::{CouncilInstance, TechnicalInstance},
};
use crate::{development, *};
use frame_support::ensure;
use pallet_network::NetworkKind;
use sp_core::H256;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

impl pallet_network::Config for Runtime {
    type GenesisCheck = NothingOfDevelopment;
}

/// Outside of development no proof can be forged for want of a secret. A live network has, besides, authorities of its own,
/// a Council and a Technical Committee, no sudo, and nobody who uses a key that everybody knows.
pub struct NothingOfDevelopment;

impl pallet_network::GenesisCheck for NothingOfDevelopment {
    fn check(kind: NetworkKind) -> Result<(), &'static str> {
        if kind == NetworkKind::Dev {
            return Ok(());
        }
        ensure!(
            !pallet_circuits::ReferenceStrings::<Runtime>::iter_values().any(|srs| srs.unsafe_for_tests),
            "an unsafe reference string is for development networks"
        );
        let simulated = |(id, root): (H256, pallet_enclaves::types::Root)| {
            root.simulated || pallet_enclaves::types::SIMULATED_ROOTS.contains(&id.0)
        };
        ensure!(
            !pallet_enclaves::Roots::<Runtime>::iter().any(simulated),
            "a simulated attestation root is for development networks"
        );
        if kind == NetworkKind::Local {
            return Ok(());
        }
        let babe = pallet_babe::Authorities::<Runtime>::get();
        let grandpa = Grandpa::grandpa_authorities();
        ensure!(!babe.is_empty() && !grandpa.is_empty(), "a live network needs authorities");

        let known_babe = |key: &sp_consensus_babe::AuthorityId| {
            Sr25519Keyring::iter().any(|known| key.as_ref() == known.to_raw_public())
        };
        let known_grandpa = |key: &sp_consensus_grandpa::AuthorityId| {
            Ed25519Keyring::iter().any(|known| key.as_ref() == known.to_raw_public())
        };
        ensure!(!babe.iter().any(|(key, _)| known_babe(key)), "a BABE authority is a development key");
        ensure!(!grandpa.iter().any(|(key, _)| known_grandpa(key)), "a GRANDPA authority is a development key");
        ensure!(
            !pallet_session::NextKeys::<Runtime>::iter_values()
                .any(|keys| known_babe(&keys.babe) || known_grandpa(&keys.grandpa)),
            "a session key is a development key"
        );
        let known = |who: &AccountId| development::accounts().any(|dev| dev == *who);
        ensure!(
            !pallet_session::NextKeys::<Runtime>::iter_keys().any(|who| known(&who)),
            "a validator is a development account"
        );

        let council = pallet_collective::Members::<Runtime, CouncilInstance>::get();
        let committee = pallet_collective::Members::<Runtime, TechnicalInstance>::get();
        ensure!(!council.is_empty(), "a live network needs a Council");
        ensure!(!committee.is_empty(), "a live network needs a Technical Committee");
        ensure!(!council.iter().any(known), "a member of the Council is a development account");
        ensure!(!committee.iter().any(known), "a member of the Technical Committee is a development account");

        ensure!(Network::session_slots() == session_slots(kind), "a live network has sessions of ten minutes");
        ensure!(pallet_sudo::Key::<Runtime>::get().is_none(), "a live network has no sudo key");
        ensure!(!development::accounts().any(|dev| System::account_exists(&dev)), "a development account is endowed");
        Ok(())
    }
}
