//! A calendar of keys: what is to be looked at when a slot of time is over.
//!
//! Keys are appended to pages, so that noting one costs the write of a page that many keys of a block share, and
//! removing one costs a share of such a write too. An entry cannot be cancelled: whoever takes a due key looks whether
//! there is still something to do.

use alloc::vec::Vec;
use core::marker::PhantomData;
use frame_support::{
    storage::{StorageDoubleMap, StorageMap, StorageValue, TryAppendDoubleMap},
    traits::ConstU32,
    BoundedVec,
};
use sp_core::H256;

/// Keys noted for one slot.
pub type Page = BoundedVec<H256, ConstU32<64>>;

/// The calendar kept in three storage items: `Pages` by slot and page number, `Counts` of pages by slot, and the
/// `Oldest` slot that may still hold keys.
pub struct Calendar<Pages, Counts, Oldest>(PhantomData<(Pages, Counts, Oldest)>);

impl<Pages, Counts, Oldest> Calendar<Pages, Counts, Oldest>
where
    Pages: StorageDoubleMap<u32, u32, Page, Query = Page> + TryAppendDoubleMap<u32, u32, Page, H256>,
    Counts: StorageMap<u32, u32, Query = u32>,
    Oldest: StorageValue<u32, Query = Option<u32>>,
{
    /// Notes a key for a slot.
    pub fn note(slot: u32, key: H256) {
        let count = Counts::get(slot);
        let appended = count > 0 && Pages::try_append(slot, count.saturating_sub(1), key).is_ok();
        if !appended {
            Pages::insert(slot, count, Page::truncate_from(alloc::vec![key]));
            Counts::insert(slot, count.saturating_add(1));
        }
        if Oldest::get().is_none_or(|oldest| slot < oldest) {
            Oldest::put(slot);
        }
    }

    /// Takes up to `limit` keys out of slots before `before`, oldest slot first. Passing over an empty slot counts as
    /// taking a key, so that the work is bounded whatever the gap.
    pub fn take_due(before: u32, limit: u32) -> Vec<H256> {
        let mut taken = Vec::new();
        let Some(first) = Oldest::get() else { return taken };
        let mut slot = first;
        let mut budget = limit as usize;
        while slot < before && budget > 0 {
            let count = Counts::get(slot);
            if count == 0 {
                slot = slot.saturating_add(1);
                budget = budget.saturating_sub(1);
                continue;
            }
            let last = count.saturating_sub(1);
            let mut page = Pages::get(slot, last);
            let keep = page.len().saturating_sub(budget);
            taken.extend(page.drain(keep..));
            budget = (limit as usize).saturating_sub(taken.len());
            if page.is_empty() {
                Pages::remove(slot, last);
                if last == 0 {
                    Counts::remove(slot);
                    slot = slot.saturating_add(1);
                } else {
                    Counts::insert(slot, last);
                }
            } else {
                Pages::insert(slot, last, page);
            }
        }
        if slot != first {
            Oldest::put(slot);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use frame_support::{storage_alias, Twox64Concat};
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[storage_alias]
    type Pages =
        StorageDoubleMap<Test, Twox64Concat, u32, Twox64Concat, u32, Page, frame_support::pallet_prelude::ValueQuery>;
    #[storage_alias]
    type Counts = StorageMap<Test, Twox64Concat, u32, u32, frame_support::pallet_prelude::ValueQuery>;
    #[storage_alias]
    type Oldest = StorageValue<Test, u32>;
    type Subject = Calendar<Pages, Counts, Oldest>;

    fn take_all(before: u32) -> BTreeSet<H256> {
        let mut all = BTreeSet::new();
        for _ in 0..10_000 {
            all.extend(Subject::take_due(before, 3));
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_key_is_taken_once_and_only_after_its_slot(notes in prop::collection::vec((0u32..40, any::<[u8; 32]>()), 1..400), cut in 0u32..50) {
            sp_io::TestExternalities::default().execute_with(|| {
                let mut expected = BTreeMap::new();
                for (slot, key) in &notes {
                    if expected.insert(H256(*key), *slot).is_none() {
                        Subject::note(*slot, H256(*key));
                    }
                }
                let due = |wanted: &dyn Fn(u32) -> bool| -> BTreeSet<H256> {
                    expected.iter().filter(|(_, slot)| wanted(**slot)).map(|(key, _)| *key).collect()
                };
                assert_eq!(take_all(cut), due(&|slot| slot < cut));
                assert_eq!(take_all(50), due(&|slot| slot >= cut));
                assert_eq!((Pages::iter().count(), Counts::iter().count()), (0, 0));
            });
        }
    }

    #[test]
    fn takes_no_more_than_the_limit() {
        sp_io::TestExternalities::default().execute_with(|| {
            (0..200u64).for_each(|n| Subject::note(5, H256::from_low_u64_be(n)));
            assert_eq!(Subject::take_due(6, 70).len(), 70);
            assert_eq!(Subject::take_due(5, 70).len(), 0);
            assert_eq!(Subject::take_due(6, 200).len(), 130);
        });
    }

    #[test]
    fn a_wide_gap_of_empty_slots_costs_no_more_than_the_limit() {
        sp_io::TestExternalities::default().execute_with(|| {
            Subject::note(0, H256::zero());
            Subject::take_due(1, 1);
            Subject::note(1_000_000, H256::zero());
            Subject::take_due(2_000_000, 10);
            assert_eq!(Oldest::get(), Some(11));
        });
    }
}
