//! Counters for Prometheus.

use assay_client::{Depth, Heads};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};
use std::time::Duration;

/// What is counted.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    /// Payments that this facilitator put on hold.
    pub reserved: IntCounter,
    /// Payments that it put on hold and that were captured, in a finalized block.
    pub captured: IntCounter,
    /// Payments that it put on hold and that were refunded, in a finalized block.
    pub refunded: IntCounter,
    /// Plain payments that it made.
    pub paid: IntCounter,
    gauges: Gauges,
}

struct Gauges {
    waiting: IntGauge,
    in_flight: IntGauge,
    held: IntGauge,
    pending: IntGauge,
    best: IntGauge,
    finalized: IntGauge,
    connected: IntGauge,
}

/// What is measured when somebody looks.
#[derive(Clone, Copy, Debug)]
pub struct Levels {
    /// The submission queue.
    pub depth: Depth,
    /// Payments that this facilitator put on hold and that are not closed.
    pub held: usize,
    /// Payments whose receipts are kept.
    pub pending: usize,
    /// The chain.
    pub heads: Heads,
}

impl Metrics {
    /// All at zero.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new_custom(Some("assay_facilitator".into()), None)?;
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            prometheus::Result::Ok(counter)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            prometheus::Result::Ok(gauge)
        };
        let requests =
            IntCounterVec::new(Opts::new("requests_total", "Requests by outcome"), &["endpoint", "outcome"])?;
        registry.register(Box::new(requests.clone()))?;
        let seconds = HistogramVec::new(
            HistogramOpts::new("request_seconds", "Time to answer")
                .buckets(vec![0.005, 0.02, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0]),
            &["endpoint"],
        )?;
        registry.register(Box::new(seconds.clone()))?;
        Ok(Self {
            reserved: counter("reserved_total", "Payments put on hold by this facilitator")?,
            captured: counter("captured_total", "Of these, captured")?,
            refunded: counter("refunded_total", "Of these, refunded")?,
            paid: counter("paid_total", "Plain payments made by this facilitator")?,
            gauges: Gauges {
                waiting: gauge("queue_waiting", "Calls and settlements that wait to be sent")?,
                in_flight: gauge("queue_in_flight", "Transactions that were sent and are not final")?,
                held: gauge("held", "Payments put on hold by this facilitator that are not closed")?,
                pending: gauge("pending_receipts", "Payments whose receipts are kept")?,
                best: gauge("best_block", "Number of the best block")?,
                finalized: gauge("finalized_block", "Number of the last finalized block")?,
                connected: gauge("node_connected", "Whether the node is heard")?,
            },
            requests,
            seconds,
            registry,
        })
    }

    /// Counts a request.
    pub fn count(&self, endpoint: &str, outcome: &str, took: Duration) {
        self.requests.with_label_values(&[endpoint, outcome]).inc();
        self.seconds.with_label_values(&[endpoint]).observe(took.as_secs_f64());
    }

    /// All of it in Prometheus' text format.
    pub fn render(&self, levels: Levels) -> prometheus::Result<String> {
        let size = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let Levels { depth, held, pending, heads } = levels;
        self.gauges.waiting.set(size(depth.waiting));
        self.gauges.in_flight.set(size(depth.in_flight));
        self.gauges.held.set(size(held));
        self.gauges.pending.set(size(pending));
        self.gauges.best.set(heads.best.number.into());
        self.gauges.finalized.set(heads.finalized.number.into());
        self.gauges.connected.set(heads.connected.into());
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        String::from_utf8(text).map_err(|error| prometheus::Error::Msg(error.to_string()))
    }
}
