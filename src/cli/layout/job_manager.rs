//! A JobManager's options divided and made ready to draw.

use super::subject::Subject;
use super::{Divided, circumstances, container_flag, everything, placed, seen_memory};
use crate::chart::process::{Part, Process};
use crate::memory::layout::{FlinkVersion, JobManagerLayout, ProcessKind, job_manager_warnings};
use crate::report::layout::{Setting, brief_how, job_manager};

/// Divides, or tells everything that is wrong.
pub fn divide(
    subject: &Subject,
    version: FlinkVersion,
    (setting, told): (Result<Setting, Vec<String>>, Vec<String>),
) -> Result<Divided, Vec<String>> {
    let options = &subject.options;
    let derived = JobManagerLayout::derive(options);
    let conflict = (ProcessKind::JobManager, derived.as_ref().err());
    let told = everything(options, told, JobManagerLayout::check(options, version), conflict);
    let (layout, mut setting) = match (derived, setting) {
        (Ok(layout), Ok(setting)) if told.is_empty() => (layout, setting),
        (_, setting) => return Err(told.into_iter().chain(setting.err().unwrap_or_default()).collect()),
    };
    setting.machine.memory = seen_memory(subject, layout.process());
    let mut sheet = job_manager((&subject.name, version), (options, &layout), &setting);
    let told = job_manager_warnings(options, &layout, &circumstances(subject, &setting));
    sheet.warnings = told.into_iter().map(placed).collect();
    let notes = layout.derivations.map(|how| brief_how(how).to_string());
    let mut part = Part::of_job_manager(&layout, notes);
    part.flag = container_flag(&setting);
    Ok(Divided { sheet, boxes: Process { caption: subject.name.clone(), part, slots: 0 } })
}
