//! A TaskManager's options divided, warned of and made ready to draw.

use super::subject::Subject;
use super::{Divided, circumstances, conflict, located, placed, seen_memory};
use crate::chart::process::{Part, Process};
use crate::memory::layout::{FlinkVersion, Layout, ProcessKind, RocksDbSettings, warnings};
use crate::report::layout::{Setting, brief, task_manager};

/// Divides, or tells everything that is wrong.
pub fn divide(
    subject: &Subject,
    version: FlinkVersion,
    setting: Result<Setting, Vec<String>>,
) -> Result<Divided, Vec<String>> {
    let options = &subject.options;
    let faults = Layout::check(options, version);
    let derived = Layout::derive(options);
    let mut told: Vec<String> = faults.iter().map(located).collect();
    told.extend(conflict(options, derived.as_ref().err(), (ProcessKind::TaskManager, faults.is_empty())));
    let (layout, mut setting) = match (derived, setting) {
        (Ok(layout), Ok(setting)) if told.is_empty() => (layout, setting),
        (_, setting) => return Err(told.into_iter().chain(setting.err().unwrap_or_default()).collect()),
    };
    setting.machine.memory = seen_memory(subject, layout.process());
    let store = RocksDbSettings::read(options).map_err(|found| found.iter().map(located).collect::<Vec<String>>())?;
    let mut sheet = task_manager((&subject.name, version), (options, &layout), &store, &setting)
        .map_err(|text| vec![format!("error: {text}")])?;
    let told = warnings(options, &layout, &circumstances(subject, &setting));
    sheet.warnings = told.into_iter().map(placed).collect();
    let part = Part::of_task_manager(&layout, |component| brief(options, &layout, component));
    let boxes = Process { caption: subject.name.clone(), part, slots: layout.slots };
    Ok(Divided { sheet, boxes })
}
