//! `[run]`: how long, how often, how exactly.

use crate::base::{Misread, Readable, SimSpan};

/// Replications after which `run.precision` is given up where `run.max_replications` is absent.
pub const MOST_REPLICATIONS: u32 = 100;

crate::choice! {
    /// Which replications write their time series.
    pub enum Series {
        /// The first of each cell.
        First = "first",
        /// All of them.
        All = "all",
        /// None.
        None = "none",
    }
}

/// When measuring begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WarmUp {
    /// Found by MSER-5 on the throughput series.
    #[default]
    Auto,
    /// A time that the scenario gives.
    Fixed(SimSpan),
}

impl Readable for WarmUp {
    fn read(text: &str) -> Result<WarmUp, Misread> {
        match text.parse::<SimSpan>() {
            _ if text == "auto" => Ok(WarmUp::Auto),
            Ok(span) => Ok(WarmUp::Fixed(span)),
            Err(error) => Err(format!("expected \"auto\" or a time such as \"10 s\": {error}").into()),
        }
    }
}

crate::section! {
    /// `[run]`: how long, how often, how exactly.
    pub struct Run {
        duration: Span = "60 s", "simulated time of one run, warm-up included";
        warm_up: Text<WarmUp> = "auto", "\"auto\" (MSER-5 on the throughput series) or a time such as \"10 s\"";
        seed: Count(0, u64::MAX) = "1", "seed of the first replication; the others follow from it";
        replications: Count<u32>(1, 100_000) = "5", "runs of each cell on common random numbers";
        precision: Number(0.0001, 1.0) = absent,
            "relative error of the objective, such as 0.02: more replications until every cell is known that well; absent: no more";
        max_replications: Count<u32>(1, 100_000) = absent,
            "replications after which it is enough even if run.precision is not reached; absent: 100";
        sample_every: Span = "1 s", "interval of the time series";
        batch: Count(1, 1_000_000_000) = "1000", "records a subtask takes at once; 1 for latency questions";
        series: Choice<Series> = (Series::First), "which replications write their time series";
    }
}
