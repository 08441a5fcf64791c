//! A TaskManager's options divided, warned of and made ready to draw.

use super::subject::Subject;
use super::{Divided, circumstances, container_flag, everything, located, placed, seen_memory};
use crate::chart::process::{Part, Process};
use crate::memory::layout::{FlinkVersion, Layout, ProcessKind, RocksDbSettings, warnings};
use crate::report::layout::{Setting, brief, task_manager};

/// Divides, or tells everything that is wrong.
pub fn divide(
    subject: &Subject,
    version: FlinkVersion,
    (setting, told): (Result<Setting, Vec<String>>, Vec<String>),
) -> Result<Divided, Vec<String>> {
    let options = &subject.options;
    let derived = Layout::derive(options);
    let conflict = (ProcessKind::TaskManager, derived.as_ref().err());
    let told = everything(options, told, Layout::check(options, version), conflict);
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
    let mut part = Part::of_task_manager(&layout, |component| brief(options, &layout, component));
    part.flag = container_flag(&setting);
    let boxes = Process { caption: subject.name.clone(), part, slots: layout.slots };
    Ok(Divided { sheet, boxes })
}
