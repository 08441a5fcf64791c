//! Stop, copy everything, go on: what Flink does when it rescales.
//!
//! Pause = fixed part (cancel, snapshot, deploy, restore) + state / bandwidth.

use super::{Move, TransferCost, TransferPrice};
use crate::base::{Build, Entry, Kind, SimSpan, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn TransferPrice>> = Entry {
    name: "stop-and-copy",
    summary: "the task is stopped while all of its state moves",
    source: "Flink's restart from a savepoint",
    params: &[param("fixed", Kind::Span, "2 s", "cancel, snapshot, deploy and restore, besides the copy")],
    traits: &[],
    build: |args| Ok(Box::new(StopAndCopy { fixed: args.span("fixed") })),
};

struct StopAndCopy {
    fixed: SimSpan,
}

impl TransferPrice for StopAndCopy {
    fn cost(&self, what: &Move) -> TransferCost {
        TransferCost { stopped: what.state, fixed: self.fixed, ..TransferCost::default() }
    }
}

#[cfg(test)]
mod tests {
    use crate::base::{Bytes, SimSpan};
    use crate::heap::testing::build;
    use crate::price::transfer::{Move, TRANSFER_PRICES};

    #[test]
    fn the_task_stands_still_for_all_of_it() {
        let price = build(TRANSFER_PRICES, "stop-and-copy", &[("fixed", "1 s")]);
        let cost = price.cost(&Move { state: Bytes(500), dirty: 1e9, bandwidth: 100.0 });
        assert_eq!((cost.downtime(100.0), cost.total(100.0)), (SimSpan::secs(6), SimSpan::secs(6)));
    }
}
