//! `[workloads.NAME]`, beside the parameters of its `kind`.

crate::section! {
    /// `[workloads.NAME]`, beside the parameters of its `kind`.
    pub struct WorkloadKeys {
        priority: Count<u8>(0, 255) = "0", "higher goes first where a policy looks at it";
        weight: Number(1e-9, 1e12) = "1", "share in weighted policies";
        start: Span = "0 s", "when the job arrives";
    }
}
