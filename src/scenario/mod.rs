//! Scenarios: from TOML to a checked specification, all faults at once.

pub mod schema;
pub mod spec;
