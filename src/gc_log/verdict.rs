//! What became of a line.

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Something was taken from it.
    Understood,
    /// Of a known sort, not needed.
    PassedOver,
    /// Of no known sort.
    Unexplained,
}

impl Verdict {
    /// Understood, if it was.
    pub fn understood(was: bool) -> Option<Verdict> {
        was.then_some(Verdict::Understood)
    }

    /// Passed over, if it was of a known sort.
    pub fn passed_over(was: bool) -> Option<Verdict> {
        was.then_some(Verdict::PassedOver)
    }
}
