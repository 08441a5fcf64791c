//! `[experiment]`: what is asked of the whole sweep.

use crate::metrics::ColumnId;

crate::section! {
    /// `[experiment]`: what is asked of the whole sweep.
    pub struct Experiment {
        attribution: Flag = "false", "repeat the curves over heap and policies with each active mechanism off";
        fragmentation_tax: Flag = "false",
            "repeat each cell whose pools keep addresses with memory that may lie anywhere, and tell the difference";
        objective: Text<ColumnId> = "throughput_records_per_s_mean", "column that is compared, ranked and optimised";
    }
}
