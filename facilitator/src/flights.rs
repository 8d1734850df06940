//! Work that is done once, however many ask for it at the same time.

use crate::errors::{Reason, Refusal};
use assay_primitives::PaymentId;
use futures::{
    future::{BoxFuture, Shared},
    FutureExt,
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Outcome = Result<(), Refusal>;
type Flight = Shared<BoxFuture<'static, Outcome>>;
type Table = Arc<Mutex<HashMap<PaymentId, Flight>>>;

/// Work in progress, one piece a payment. It goes on when those who asked for it have gone.
#[derive(Clone, Default)]
pub struct Flights(Table);

impl Flights {
    /// Joins the work for a payment, or begins it.
    pub fn join<F>(
        &self,
        payment: PaymentId,
        work: impl FnOnce() -> F,
    ) -> impl Future<Output = Outcome> + Send + 'static
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut flights = lock(&self.0);
        if let Some(flight) = flights.get(&payment) {
            return flight.clone();
        }
        let landing = Landing(self.0.clone(), payment);
        let work = work();
        let task = tokio::spawn(async move {
            let _landing = landing;
            work.await
        });
        let flight = task.map(|outcome| outcome.unwrap_or_else(|_| Err(Reason::Unavailable.into()))).boxed().shared();
        flights.insert(payment, flight.clone());
        flight
    }
}

/// Takes a flight off the table when its work is over, however it ends.
struct Landing(Table, PaymentId);

impl Drop for Landing {
    fn drop(&mut self) {
        lock(&self.0).remove(&self.1);
    }
}

fn lock(table: &Table) -> MutexGuard<'_, HashMap<PaymentId, Flight>> {
    // No code panics while it holds the lock.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering::Relaxed},
        time::Duration,
    };

    #[tokio::test]
    async fn concurrent_askers_share_one_piece_of_work() {
        let (flights, done) = (Flights::default(), Arc::<AtomicUsize>::default());
        let ask = || {
            let done = done.clone();
            flights.join(PaymentId::zero(), move || async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                done.fetch_add(1, Relaxed);
                Ok(())
            })
        };
        let (first, second) = (ask(), ask());
        assert_eq!(tokio::join!(first, second), (Ok(()), Ok(())));
        assert_eq!(done.load(Relaxed), 1);
        assert_eq!(ask().await, Ok(()));
        assert_eq!(done.load(Relaxed), 2);
    }

    #[tokio::test]
    async fn work_goes_on_when_its_asker_has_gone() {
        let (flights, done) = (Flights::default(), Arc::<AtomicUsize>::default());
        let counter = done.clone();
        drop(flights.join(PaymentId::zero(), move || async move {
            counter.fetch_add(1, Relaxed);
            Ok(())
        }));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(done.load(Relaxed), 1);
        assert!(lock(&flights.0).is_empty());
    }

    #[tokio::test]
    async fn a_panic_is_an_outcome_too() {
        let flights = Flights::default();
        let outcome = flights.join(PaymentId::zero(), || async { panic!("on purpose") }).await;
        assert_eq!(outcome, Err(Reason::Unavailable.into()));
        assert!(lock(&flights.0).is_empty());
    }
}
