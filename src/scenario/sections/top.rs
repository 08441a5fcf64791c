//! Keys of the top level.

crate::section! {
    /// Keys of the top level.
    pub struct Top {
        name: Text = required, "name of the scenario and of its results folder";
        title: Text = absent, "one line for charts";
    }
}
