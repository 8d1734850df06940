//! What happened on a chain, as the events of its finalized blocks tell.

use crate::final_at;
use anyhow::Context;
use assay_client::{Chain, Event};
use std::time::Duration;

/// The events of consecutive finalized blocks, read as they are needed.
pub struct Record {
    chain: Chain,
    /// The first block that was not read yet.
    next: u32,
    events: Vec<(u32, Event)>,
}

impl Record {
    /// A record that begins with a block.
    pub fn since(chain: &Chain, block: u32) -> Self {
        Self { chain: chain.clone(), next: block, events: Vec::new() }
    }

    /// The first event since the record's beginning that `pick` makes something of. Waits for it.
    pub async fn first<T>(
        &mut self,
        what: &str,
        limit: Duration,
        mut pick: impl FnMut(u32, &Event) -> Option<T>,
    ) -> anyhow::Result<T> {
        let search = async {
            let mut looked_at = 0;
            loop {
                let found = self.events[looked_at..].iter().find_map(|(block, event)| pick(*block, event));
                if let Some(found) = found {
                    return anyhow::Ok(found);
                }
                looked_at = self.events.len();
                self.read().await?;
            }
        };
        let found = tokio::time::timeout(limit, search).await;
        found.with_context(|| format!("{what}: not within {} s", limit.as_secs()))?
    }

    /// The events of a block that was read.
    pub fn of(&self, block: u32) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |(at, _)| *at == block).map(|(_, event)| event)
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        let block = self.next;
        let events = final_at(&self.chain, block).await?.events().await?;
        self.events.extend(events.into_iter().map(|event| (block, event)));
        self.next += 1;
        Ok(())
    }
}
