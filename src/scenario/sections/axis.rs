//! `[[axes]]`: one swept value of the scenario, either listed or spaced.

crate::choice! {
    /// How a spaced axis is divided.
    pub enum Spacing {
        /// In equal steps.
        Linear = "linear",
        /// In equal ratios.
        Log = "log",
    }
}

crate::section! {
    /// `[[axes]]`: one swept value of the scenario, either listed or spaced.
    pub struct AxisKeys {
        key: Text = required, "dotted key of the swept value, such as groups.workers.task_heap";
        values: Texts = absent, "the values, in the spelling of the key's own kind";
        from: Text = absent, "first value of a spaced axis";
        to: Text = absent, "last value of a spaced axis";
        steps: Count(1, 100_000) = "5", "values of a spaced axis, both ends included";
        spacing: Choice<Spacing> = (Spacing::Linear), "how a spaced axis is divided";
    }
}
