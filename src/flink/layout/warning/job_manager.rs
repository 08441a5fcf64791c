//! Rules about a JobManager.

use super::super::job_manager::JobManagerLayout;
use super::super::keys::job_manager as jm;
use super::super::options::Options;
use super::process::{NO_HEADROOM, lost};
use super::{Circumstances, Warning, show};
use crate::base::Bytes;

/// Flink itself asks for at least this heap.
pub(in crate::flink) const LEAST_HEAP: Bytes = Bytes::mib(128);

/// The remarks on the JobManager's `layout`, which was derived from `options`, the gravest first.
pub fn job_manager_warnings(options: &Options, layout: &JobManagerLayout, setting: &Circumstances) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let heap = layout.jvm_heap;
    if heap < LEAST_HEAP {
        let text = format!(
            "the JobManager has a heap of {}; below 128m it may not even start, and every job, task and checkpoint needs \
             more. Raise `{}`",
            show(heap),
            if options.is_set(&jm::HEAP) { jm::HEAP.name } else { jm::PROCESS.name }
        );
        warnings.push(Warning { rule: "small-job-manager", origin: options.origin(&jm::HEAP), text });
    }
    if layout.overhead < NO_HEADROOM {
        let text = format!(
            "JVM overhead is only {}: stacks and native memory will exceed the limit of the process. Give `{}` at least \
             192m",
            show(layout.overhead),
            jm::OVERHEAD_MIN.name
        );
        warnings.push(Warning { rule: "no-headroom", origin: options.origin(&jm::OVERHEAD_MIN), text });
    }
    if let Some(text) = lost(layout.process(), jm::PROCESS.name).filter(|_| setting.containers) {
        warnings.push(Warning { rule: "whole-mib", origin: options.origin(&jm::PROCESS), text });
    }
    warnings
}
