//! Scenarios: from TOML to a checked specification, all faults at once.
//!
//! text -> `document` (a tree that knows its places) -> `--set` and axes change the tree -> `parse` (against `schema` and
//! the plug-ins' own declarations) -> `check` (between keys) -> cells that may run. This layer does not know how a run
//! works; the only files that it opens are Flink configurations that a group names.

mod ablation;
mod axes;
pub mod catalogue;
mod check;
mod document;
mod fault;
mod inline;
mod jvm;
mod laws;
mod layouts;
mod load;
mod pages;
mod parse;
mod price_sources;
mod quantity;
mod resolved;
pub mod schema;
pub mod sections;
pub mod spec;
mod target;
#[cfg(test)]
mod tests;
mod tree;

pub use ablation::Ablation;
pub use document::Override;
pub use fault::{Fault, listing};
pub use inline::inline;
pub use jvm::{BUNDLED, bundled_jvm, jvm};
pub use layouts::layout_of;
pub use load::{Axis, Cell, Loaded, load, load_with};
pub use pages::segment_of;
pub use parse::defaults;
pub use quantity::expectation;
