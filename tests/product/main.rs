//! What users meet: commands, the guide, Flink's configuration and layouts.
//!
//! One program, so that it is linked once and its tests share all cores.

mod cli;
mod docs;
mod flink_config;
mod layout;

#[path = "../../src/base/testing.rs"]
mod testing;

// For the examples of docs/extending.md, which `docs` compiles.
use heapwise::{base, cluster};
