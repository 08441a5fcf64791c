//! A JobManager's options divided, warned of and made ready to draw.

use super::{Asked, Divided, circumstances, warned};
use crate::chart::process::Part;
use crate::flink::layout::{JobManagerLayout, ProcessKind, job_manager_warnings};
use crate::report::layout::{Configuration, brief_how, job_manager};

/// Divides, or tells everything that is wrong.
pub fn divide(asked: Asked) -> Result<Divided, Vec<String>> {
    let (subject, version) = (asked.subject, asked.version);
    let options = &subject.options;
    let found = (JobManagerLayout::derive(options), JobManagerLayout::check(options, version));
    let (layout, setting) = asked.sound(ProcessKind::JobManager, found, JobManagerLayout::process)?;
    let sheet = job_manager(Configuration { subject: &subject.name, version, options }, &layout, &setting);
    let warnings = job_manager_warnings(options, &layout, &circumstances(subject, &setting));
    let part = Part::of_job_manager(&layout, layout.derivations.map(|how| brief_how(how).to_string()));
    Ok(Divided::new(warned(sheet, warnings), part, 0, &setting))
}
