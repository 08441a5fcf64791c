//! What stands behind the figures: [`verification`] holds the engine against exact theory, [`validation`] against
//! measurements of real Flink jobs and JVMs.

pub mod validation;
pub mod verification;
