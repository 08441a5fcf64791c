//! From runs to files and words: CSV tables, the manifest beside them, the summary on the terminal.
//!
//! [`Results`] is the folder of one sweep: it takes rows as they leave, so that an interrupted sweep loses nothing
//! that was finished, and picks up again where a folder stops. Nothing here knows how a run works.

pub mod calibration;
mod error;
pub mod frag;
mod histograms;
pub mod layout;
pub mod layouts;
mod manifest;
mod results;
mod resume;
mod tables;
mod terminal;
pub mod text;
pub mod validation;
pub mod verification;
pub mod whatif;

pub use error::ReportError;
pub use manifest::{Manifest, command_line};
pub use results::Results;
pub use terminal::{stopped, summary};

#[cfg(test)]
mod tests;
