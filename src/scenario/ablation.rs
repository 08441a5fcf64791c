//! What a cell of a sweep goes without, so that its effect shows.

use std::fmt;

use super::sections::Mechanism;

/// What is switched off in a cell. Results spell it in the column `ablation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ablation {
    /// Nothing: the full model.
    None,
    /// A mechanism that makes throughput fall with D/C.
    Mechanism(Mechanism),
    /// Contiguity: memory may lie anywhere.
    Contiguity,
    /// Contiguity, and requests are not rounded up either.
    Rounding,
}

impl Ablation {
    /// How results spell it.
    pub const fn word(self) -> &'static str {
        match self {
            Ablation::None => "none",
            Ablation::Mechanism(mechanism) => mechanism.word(),
            Ablation::Contiguity => "contiguity",
            Ablation::Rounding => "rounding",
        }
    }
}

impl fmt::Display for Ablation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
