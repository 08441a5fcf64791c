//! A TaskManager's options divided, warned of and made ready to draw.

use super::{Asked, Divided, circumstances, located, warned};
use crate::chart::process::Part;
use crate::flink::layout::{Layout, ProcessKind, RocksDbSettings, warnings};
use crate::report::layout::{Configuration, brief, task_manager};

/// Divides, or tells everything that is wrong.
pub fn divide(asked: Asked) -> Result<Divided, Vec<String>> {
    let (subject, version) = (asked.subject, asked.version);
    let options = &subject.options;
    let found = (Layout::derive(options), Layout::check(options, version));
    let (layout, setting) = asked.sound(ProcessKind::TaskManager, found, Layout::process)?;
    let store = RocksDbSettings::read(options).map_err(|found| found.iter().map(located).collect::<Vec<String>>())?;
    let configuration = Configuration { subject: &subject.name, version, options };
    let sheet =
        task_manager(configuration, &layout, &store, &setting).map_err(|text| vec![format!("error: {text}")])?;
    let warnings = warnings(options, &layout, &circumstances(subject, &setting));
    let part = Part::of_task_manager(&layout, |component| brief(options, &layout, component));
    Ok(Divided::new(warned(sheet, warnings), part, layout.slots, &setting))
}
