//! One pass over a file: every byte once, a latency per request, and some CPU for serialization.
//!
//! One direction a call: writing and reading back are two calls. The bandwidth is the device's, not ours.

use super::{DeviceWork, SpillPrice};
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn SpillPrice>> = Entry {
    name: "sequential",
    summary: "every byte once, with a latency per request",
    source: "fluid model; NVMe request latency of 80 to 150 us",
    params: &[
        param("request", Kind::Bytes, "4 MiB", "bytes per request, more than 0"),
        param("latency", Kind::Span, "100 us", "delay of a request besides its transfer"),
        param("cpu", Kind::Number(0.0, 1e6), "0.5", "ns of CPU per byte (serialization, copies)"),
    ],
    traits: &[],
    build: |args| {
        let request = args.bytes("request");
        if request == Bytes::ZERO {
            return Err("request is 0 B: expected more".into());
        }
        Ok(Box::new(Sequential { request, latency: args.span("latency"), cpu: args.number("cpu") }))
    },
};

struct Sequential {
    request: Bytes,
    latency: SimSpan,
    cpu: f64,
}

impl SpillPrice for Sequential {
    fn io(&self, bytes: Bytes) -> DeviceWork {
        DeviceWork {
            bytes,
            latency: self.latency.scale(bytes.0.div_ceil(self.request.0) as f64),
            cpu: SimSpan::from_nanos(self.cpu * bytes.as_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::build;
    use crate::price::spill::SPILL_PRICES;

    #[test]
    fn started_requests_pay_their_latency() {
        let price = build(SPILL_PRICES, "sequential", &[("request", "1 MiB"), ("latency", "1 ms"), ("cpu", "1")]);
        let work = price.io(Bytes(Bytes::mib(2).0 + 1));
        assert_eq!(work, DeviceWork { bytes: Bytes(2_097_153), latency: SimSpan::millis(3), cpu: SimSpan(2_097_153) });
        assert_eq!(price.io(Bytes::ZERO), DeviceWork::default());
    }
}
