//! Network memory in buffers: how many there are, and how many a job needs.

use super::sheet::{Quantity, Section};
use crate::base::Bytes;
use crate::flink::layout::{JobDemand, Layout};

/// The buffers of a TaskManager in segments of `segment` bytes, and the needs of `job` where one is known.
pub fn buffers(layout: &Layout, segment: Bytes, job: Option<&JobDemand>) -> Section {
    let mut section = Section::new("network", "Network buffers of the TaskManager");
    let available = layout.segments(segment);
    section.bytes("segment", "segment", segment).from("taskmanager.memory.segment-size");
    section.row("buffers", "buffers", Quantity::Count(available)).from("network memory in whole segments");
    section.bytes("unused", "unused", Bytes(layout.network.0 % segment.0.max(1))).from("less than a segment");
    let widest = job.copied().unwrap_or(JobDemand::streaming(1));
    let highest = u64::from(widest.highest_parallelism(layout, segment));
    let edges = if widest.gates == 1 { "one exchange" } else { &format!("{} exchanges", widest.gates) };
    let label = "highest parallelism";
    section.row("highest_parallelism", label, Quantity::Count(highest)).from(format!("that starts, with {edges}"));
    if let Some(job) = job {
        needs(&mut section, job, layout, segment);
    }
    section
}

fn needs(section: &mut Section, job: &JobDemand, layout: &Layout, segment: Bytes) {
    let available = layout.segments(segment);
    let need = job.on(layout);
    let task_managers = u64::from(job.parallelism.div_ceil(layout.slots.max(1)));
    section.row("parallelism", "parallelism", Quantity::Count(u64::from(job.parallelism)));
    section.row("task_managers", "TaskManagers", Quantity::Count(task_managers)).from("with every slot in use");
    let verdict = if need.required > available { "too few: the job does not start" } else { "the job starts" };
    let bytes = |buffers: u64| Bytes(buffers.saturating_mul(segment.0));
    let required = format!("{}; {verdict}", bytes(need.required));
    section.row("required", "required", Quantity::Count(need.required)).from(required);
    let pace = if need.desired > available { "too few for full speed" } else { "enough for full speed" };
    let desired = format!("{}; {pace}", bytes(need.desired));
    section.row("desired", "can make use of", Quantity::Count(need.desired)).from(desired);
    section.row("required_per_slot", "required by a slot", Quantity::Count(need.required_per_slot));
    section.row("remote_channels", "remote channels of a gate", Quantity::Count(u64::from(need.remote)));
}
