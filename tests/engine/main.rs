//! The engine: same bytes, laws that every plug-in keeps, exact theory, random scenarios, hostile files, figures that
//! changed.
//!
//! One program, so that it is linked once and its tests share all cores.

mod conformance;
mod determinism;
mod fuzz;
mod golden;
mod swarm;
mod verification;

#[path = "../../src/base/testing.rs"]
mod testing;
