//! Reports of validators that make two blocks in one slot.
//!
//! `sc-consensus-babe` looks for them as well, but since it does so where blocks are imported, at headers whose seals were
//! taken off: a report of those proves nothing, and fails in the block (0.60, unchanged in 0.61). Here blocks are looked at
//! before, with their seals. The pool takes one report for an offender and a slot, so that the other is refused.

use crate::service::Client;
use assay_runtime::{opaque::Block, Header};
use parking_lot::Mutex;
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_consensus::BlockOrigin;
use sp_consensus_babe::{AuthorityIndex, BabeApi, EquivocationProof, Slot};
use std::{
    collections::{btree_map::Entry, BTreeMap},
    error::Error,
    sync::Arc,
};

/// Most headers that are remembered: more than half an hour of slots.
const REMEMBERED: usize = 1_000;

/// Imports blocks, and reports whoever made two of them in a slot.
#[derive(Clone)]
pub(crate) struct Reporting<I> {
    import: I,
    client: Arc<Client>,
    pool: OffchainTransactionPoolFactory<Block>,
    seen: Arc<Mutex<Seen>>,
}

impl<I> Reporting<I> {
    pub(crate) fn new(import: I, client: Arc<Client>, pool: OffchainTransactionPoolFactory<Block>) -> Self {
        Self { import, client, pool, seen: Arc::default() }
    }

    fn look_at(&self, header: Header) -> Result<(), Box<dyn Error + Send + Sync>> {
        let digest = sc_consensus_babe::find_pre_digest::<Block>(&header)?;
        let (slot, index) = (digest.slot(), digest.authority_index());
        let twin = self.seen.lock().twin(slot, index, &header);
        match twin {
            Some(first) => self.report(slot, index, first, header),
            None => Ok(()),
        }
    }

    fn report(
        &self,
        slot: Slot,
        index: AuthorityIndex,
        first_header: Header,
        second_header: Header,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let best = self.client.chain_info().best_hash;
        // Who may make blocks is in the state of any block of the slot's epoch: the parent, or one beside the epoch's first.
        for block in [second_header.parent_hash, best] {
            let api = self.client.runtime_api();
            let epoch = api.current_epoch(block)?;
            if slot < epoch.start_slot || slot >= epoch.start_slot + epoch.duration {
                continue;
            }
            let Some((offender, _)) = epoch.authorities.into_iter().nth(index as usize) else { continue };
            let Some(owner) = api.generate_key_ownership_proof(block, slot, offender.clone())? else { continue };
            let proof = EquivocationProof { slot, offender, first_header, second_header };
            if sp_consensus_babe::check_equivocation_proof(proof.clone()) {
                let mut api = self.client.runtime_api();
                api.register_extension(self.pool.offchain_transaction_pool(best));
                let submitted = api.submit_report_equivocation_unsigned_extrinsic(best, proof, owner)?;
                submitted.ok_or("the report is not taken")?;
            }
            return Ok(());
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl<I: BlockImport<Block> + Send + Sync> BlockImport<Block> for Reporting<I> {
    type Error = I::Error;

    async fn check_block(&self, block: BlockCheckParams<Block>) -> Result<ImportResult, Self::Error> {
        self.import.check_block(block).await
    }

    async fn import_block(&self, block: BlockImportParams<Block>) -> Result<ImportResult, Self::Error> {
        // What others made long ago was reported then.
        if block.origin != BlockOrigin::NetworkInitialSync {
            if let Err(error) = self.look_at(block.post_header()) {
                log::warn!(target: "babe", "Whether block {:?} is one of two in its slot: {error}", block.post_hash());
            }
        }
        self.import.import_block(block).await
    }
}

/// The first header by each author in each of the latest slots.
#[derive(Default)]
struct Seen(BTreeMap<(Slot, AuthorityIndex), Header>);

impl Seen {
    /// Another header by the same author in the same slot that was seen before.
    fn twin(&mut self, slot: Slot, author: AuthorityIndex, header: &Header) -> Option<Header> {
        let twin = match self.0.entry((slot, author)) {
            Entry::Occupied(first) => (first.get() != header).then(|| first.get().clone()),
            Entry::Vacant(place) => {
                place.insert(header.clone());
                None
            }
        };
        if self.0.len() > REMEMBERED {
            self.0.pop_first();
        }
        twin
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_runtime::traits::Header as _;

    fn header(number: u32) -> Header {
        Header::new(number, Default::default(), Default::default(), Default::default(), Default::default())
    }

    #[test]
    fn the_first_of_two_headers_is_the_others_twin() {
        let mut seen = Seen::default();
        assert_eq!(seen.twin(7.into(), 0, &header(1)), None);
        assert_eq!(seen.twin(7.into(), 0, &header(2)), Some(header(1)));
        assert_eq!(seen.twin(7.into(), 0, &header(3)), Some(header(1)), "a third is as wrong as the second");
    }

    #[test]
    fn the_same_header_again_and_others_headers_are_no_twins() {
        let mut seen = Seen::default();
        for (slot, author, number) in [(7, 0, 1), (7, 0, 1), (7, 1, 2), (8, 0, 2)] {
            assert_eq!(seen.twin(Slot::from(slot), author, &header(number)), None);
        }
    }

    #[test]
    fn only_the_latest_slots_are_remembered() {
        let mut seen = Seen::default();
        let slots = REMEMBERED as u64 + 10;
        for slot in 0..slots {
            seen.twin(slot.into(), 0, &header(1));
        }
        assert_eq!(seen.0.len(), REMEMBERED);
        assert_eq!(seen.twin((slots - 1).into(), 0, &header(2)), Some(header(1)));
        assert_eq!(seen.twin(0.into(), 0, &header(2)), None);
        assert_eq!(seen.0.len(), REMEMBERED, "what is too old takes no place of what is not");
        assert_eq!(seen.twin(10.into(), 0, &header(2)), Some(header(1)));
    }
}
