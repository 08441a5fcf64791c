//! One step towards a configuration that works.

use super::OptionChange;
use super::rank::Rank;
use crate::flink::layout::Options;

/// The changes of one step: one, or two options that have an effect only together.
pub(super) struct Move {
    pub changes: Vec<OptionChange>,
    pub rank: Rank,
}

impl Move {
    /// `options` after them.
    pub fn applied(&self, options: &Options) -> Options {
        let mut options = options.clone();
        self.changes.iter().for_each(|change| change.apply(&mut options));
        options
    }
}
