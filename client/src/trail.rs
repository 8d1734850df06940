//! The best chain, as far back as it can still change.

use crate::Block;
use assay_primitives::{BlockNumber, H256};
use std::collections::BTreeMap;

/// Consecutive blocks of the best chain.
#[derive(Default)]
pub(crate) struct Trail(BTreeMap<BlockNumber, H256>);

impl Trail {
    /// Whether a block is on the best chain, as far as is known.
    pub(crate) fn contains(&self, block: Block) -> bool {
        self.0.get(&block.number) == Some(&block.hash)
    }

    /// Whether blocks of this height are too old to be known.
    pub(crate) fn is_before(&self, number: BlockNumber) -> bool {
        self.0.first_key_value().is_none_or(|(first, _)| number < *first)
    }

    /// Puts consecutive blocks in the place of all from their height on. Returns those that are no longer there.
    pub(crate) fn replace(&mut self, blocks: impl IntoIterator<Item = Block>) -> Vec<Block> {
        let mut blocks = blocks.into_iter().peekable();
        let Some(first) = blocks.peek() else { return Vec::new() };
        let retracted = self.0.split_off(&first.number);
        self.0.extend(blocks.map(|block| (block.number, block.hash)));
        retracted
            .into_iter()
            .map(|(number, hash)| Block { number, hash })
            .filter(|block| !self.contains(*block))
            .collect()
    }

    /// Forgets what is older than a block.
    pub(crate) fn forget_before(&mut self, number: BlockNumber) {
        self.0 = self.0.split_off(&number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(number: u32, fork: u8) -> Block {
        Block { number, hash: H256([fork; 32]) }
    }

    #[test]
    fn a_longer_chain_retracts_nothing() {
        let mut trail = Trail::default();
        assert!(trail.is_before(1));
        assert_eq!(trail.replace([block(1, 1), block(2, 2)]), []);
        assert_eq!(trail.replace([block(3, 3)]), []);
        assert!(trail.contains(block(1, 1)) && trail.contains(block(3, 3)));
        assert!(trail.is_before(0) && !trail.is_before(1));
    }

    #[test]
    fn another_fork_retracts_what_it_replaces() {
        let mut trail = Trail::default();
        trail.replace([block(1, 1), block(2, 2), block(3, 3)]);
        assert_eq!(trail.replace([block(2, 22)]), [block(2, 2), block(3, 3)]);
        assert!(trail.contains(block(2, 22)) && !trail.contains(block(3, 3)));
    }

    #[test]
    fn what_is_final_is_forgotten() {
        let mut trail = Trail::default();
        trail.replace([block(1, 1), block(2, 2), block(3, 3)]);
        trail.forget_before(3);
        assert!(trail.is_before(2) && trail.contains(block(3, 3)));
    }
}
