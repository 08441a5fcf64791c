//! One run: events, handlers, and the one place where decisions change state. Single-threaded and deterministic;
//! knows neither threads nor files nor the command line.

#[cfg(test)]
mod agreement;
mod assemble;
pub mod audit;
mod books;
mod collect;
mod devices;
mod event;
mod feedback;
mod fleet;
mod leaks;
pub mod log;
mod memory;
mod meters;
mod pressure;
mod recorder;
mod run;
mod settings;
mod streams;
mod tasks;
mod tenancy;
#[cfg(test)]
mod tests;
mod world;

pub use run::{Ending, RunResult, rehearse, run};
