//! Credit of providers: how much of its own fees the facilitator risks for each.
//!
//! A reserve costs the facilitator a fee, and a provider that never delivers could have it reserve for ever. So each
//! provider has a bucket. A reserve takes one unit from the bucket of each of its offer's providers, and is refused
//! where one is empty. A capture gives the unit back, a refund or a failed reserve does not. One unit is added every
//! refill interval, up to the bucket's size. So a provider that delivers is never limited, and one that does not costs
//! at most its bucket at once, and one fee an interval in the long run. Buckets live in memory and are full after a
//! restart.

use assay_primitives::AccountId32;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Buckets beyond which full ones are dropped: a full bucket is as good as none.
const MANY: usize = 4096;

/// The buckets.
pub struct Credit {
    sizes: HashMap<AccountId32, u32>,
    default: u32,
    interval: Duration,
    buckets: Mutex<HashMap<AccountId32, Bucket>>,
}

struct Bucket {
    level: u32,
    /// Up to when it was refilled.
    filled: Instant,
}

impl Credit {
    /// Buckets of these sizes, and of the default size for everybody else.
    pub fn new(sizes: HashMap<AccountId32, u32>, default: u32, interval: Duration) -> Self {
        // An interval of nothing would divide by zero.
        Self { sizes, default, interval: interval.max(Duration::from_millis(1)), buckets: Mutex::default() }
    }

    /// Takes a unit from each provider, or from none. Fails with one that has none.
    pub fn take(&self, providers: &BTreeSet<AccountId32>, now: Instant) -> Result<(), AccountId32> {
        let mut buckets = self.lock();
        if buckets.len() >= MANY {
            buckets.retain(|provider, bucket| {
                self.refill(bucket, self.size(provider), now);
                bucket.level < self.size(provider)
            });
        }
        for provider in providers {
            let size = self.size(provider);
            let bucket = buckets.entry(provider.clone()).or_insert(Bucket { level: size, filled: now });
            self.refill(bucket, size, now);
            if bucket.level == 0 {
                return Err(provider.clone());
            }
        }
        for provider in providers {
            if let Some(bucket) = buckets.get_mut(provider) {
                bucket.level = bucket.level.saturating_sub(1);
            }
        }
        Ok(())
    }

    /// Gives a unit back to each provider.
    pub fn give(&self, providers: &BTreeSet<AccountId32>) {
        let mut buckets = self.lock();
        for provider in providers {
            if let Some(bucket) = buckets.get_mut(provider) {
                bucket.level = bucket.level.saturating_add(1).min(self.size(provider));
            }
        }
    }

    fn size(&self, provider: &AccountId32) -> u32 {
        self.sizes.get(provider).copied().unwrap_or(self.default)
    }

    fn refill(&self, bucket: &mut Bucket, size: u32, now: Instant) {
        let elapsed = now.saturating_duration_since(bucket.filled);
        let units = u32::try_from(elapsed.as_nanos() / self.interval.as_nanos()).unwrap_or(u32::MAX);
        bucket.level = bucket.level.saturating_add(units).min(size);
        // A full bucket gathers no time.
        bucket.filled = if bucket.level == size { now } else { bucket.filled + self.interval * units };
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId32, Bucket>> {
        // No code panics while it holds the lock.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn provider(id: u8) -> AccountId32 {
        AccountId32::new([id; 32])
    }

    fn set(ids: &[u8]) -> BTreeSet<AccountId32> {
        ids.iter().map(|id| provider(*id)).collect()
    }

    fn credit() -> Credit {
        Credit::new([(provider(1), 2), (provider(2), 1)].into(), 0, HOUR)
    }

    #[test]
    fn a_provider_without_credit_gets_no_reserve() {
        assert_eq!(credit().take(&set(&[3]), Instant::now()), Err(provider(3)));
    }

    #[test]
    fn reserve_and_refund_empties_the_bucket() {
        let (credit, now) = (credit(), Instant::now());
        assert_eq!(credit.take(&set(&[1]), now), Ok(()));
        assert_eq!(credit.take(&set(&[1]), now), Ok(()));
        assert_eq!(credit.take(&set(&[1]), now), Err(provider(1)));
    }

    #[test]
    fn a_capture_gives_back() {
        let (credit, now) = (credit(), Instant::now());
        for _ in 0..10 {
            assert_eq!(credit.take(&set(&[2]), now), Ok(()));
            credit.give(&set(&[2]));
        }
        credit.give(&set(&[2]));
        assert_eq!(credit.take(&set(&[2]), now), Ok(()));
        assert_eq!(credit.take(&set(&[2]), now), Err(provider(2)));
    }

    #[test]
    fn all_providers_of_an_offer_pay_or_none() {
        let (credit, now) = (credit(), Instant::now());
        assert_eq!(credit.take(&set(&[2]), now), Ok(()));
        assert_eq!(credit.take(&set(&[1, 2]), now), Err(provider(2)));
        assert_eq!(credit.take(&set(&[1]), now), Ok(()));
        assert_eq!(credit.take(&set(&[1]), now), Ok(()));
    }

    #[test]
    fn buckets_refill_slowly_and_not_beyond_their_size() {
        let (credit, now) = (credit(), Instant::now());
        assert_eq!(credit.take(&set(&[1]), now), Ok(()));
        assert_eq!(credit.take(&set(&[1]), now), Ok(()));
        assert_eq!(credit.take(&set(&[1]), now + HOUR - Duration::from_secs(1)), Err(provider(1)));
        assert_eq!(credit.take(&set(&[1]), now + HOUR), Ok(()));
        let later = now + 100 * HOUR;
        assert_eq!(credit.take(&set(&[1]), later), Ok(()));
        assert_eq!(credit.take(&set(&[1]), later), Ok(()));
        assert_eq!(credit.take(&set(&[1]), later), Err(provider(1)));
    }

    proptest! {
        #[test]
        fn no_more_is_taken_than_size_refills_and_returns_allow(
            size in 0u32..5,
            steps in proptest::collection::vec((0u64..7200, any::<bool>()), 1..60),
        ) {
            let credit = Credit::new([(provider(1), size)].into(), 0, HOUR);
            let start = Instant::now();
            let (mut now, mut taken, mut given) = (start, 0u64, 0u64);
            for (pause, give) in steps {
                now += Duration::from_secs(pause);
                if give && given < taken {
                    credit.give(&set(&[1]));
                    given += 1;
                } else if credit.take(&set(&[1]), now).is_ok() {
                    taken += 1;
                }
            }
            let refills = (now - start).as_secs() / 3600;
            prop_assert!(taken <= u64::from(size) + refills + given);
        }
    }
}
