//! `[monitor]`: the feedback loop.

crate::section! {
    /// `[monitor]`: the feedback loop.
    pub struct Monitor {
        interval: Span = "1 s", "time between two samples; policies of the feedback loop see only these";
        provision_delay: Span = "30 s", "from a request for a TaskManager to its first slot";
        max_task_managers: Count<u32>(1, 100_000) = "1000", "most TaskManagers that feedback may reach";
        leak_window: Span = absent, "time between two looks of the leak monitor; absent: nobody looks";
        leak_windows: Count<u32>(3, 1000) = "5",
            "windows in a row, each with more idle memory than the one before, that are called a leak";
        leak_tolerance: Number(0.0, 1e9) = "0.001",
            "growth a window that is no leak, as a share of the working set";
    }
}
