//! `[pressure]`: what a request meets that cannot be granted, in order.

crate::choice! {
    /// What one step of `pressure.order` does.
    pub enum Step {
        /// Wait in line for memory.
        Wait = "wait",
        /// Shrink caches.
        Evict = "evict",
        /// Move blocks together.
        Compact = "compact",
        /// Write victims' memory to disk.
        Spill = "spill",
        /// Move tasks to other TaskManagers.
        Migrate = "migrate",
        /// Ask the resource manager for a TaskManager.
        Request = "request",
        /// Give up: the request is refused.
        Fail = "fail",
    }
}

crate::choice! {
    /// What a compact step moves.
    pub enum Compaction {
        /// What makes room for the request.
        Room = "room",
        /// All blocks of the region.
        All = "all",
    }
}

crate::section! {
    /// `[pressure]`: what a request meets that cannot be granted, in order.
    pub struct Pressure {
        order: Choices<Step> = "[\"evict\", \"spill\", \"wait\", \"fail\"]", "steps, tried from the first on";
        patience: Span = "10 min", "longest wait for memory before the next step";
        spill_share: Number(0.0, 1.0) = "0", "least share of what a victim holds that one spill writes";
        spill_compression: Flag = "false", "spilled bytes are compressed as prices.compression says";
        migrate_tasks: Count<u32>(1, 1000) = "1", "tasks that one migrate step may move";
        compaction: Choice<Compaction> = (Compaction::Room),
            "what a compact step moves: what makes room for the request, or all blocks of the region";
        compaction_budget: Bytes = absent, "most bytes that one compact step moves; absent: no bound";
        compaction_price: Number(0.0, 1e9) = "2", "nanoseconds of a core for each byte that a compact step moves";
    }
}
