//! Puts the sheet of one process together.

use super::sheet::{Section, Sheet};
use super::{jvm, managed, network, parts, slots};
use crate::base::Bytes;
use crate::flink::layout::network::segment_size;
use crate::flink::layout::{
    Consumer, ConsumerWeights, FlinkVersion, JobDemand, JobManagerLayout, Layout, Options, ProcessKind, RocksDb,
    SlotProfile,
};
use crate::heap::hotspot::{Flags, Machine};

/// What is known beside the options.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The job whose network buffers are counted, where one is known.
    pub job: Option<JobDemand>,
    /// Kinds of consumers of managed memory that the job has; empty where nobody said.
    pub consumers: Vec<Consumer>,
    /// Slots that ask for sizes of their own.
    pub slots: Vec<SlotProfile>,
    /// What the JVM sees.
    pub machine: Machine,
    /// Where the number of CPUs came from.
    pub cpus_from: String,
    /// The user's own flags of the JVM.
    pub flags: Flags,
    /// How many times the process a container may take, where it runs in one: Kubernetes' memory limit factor.
    pub container: Option<f64>,
}

/// The configuration that a sheet is about.
#[derive(Clone, Copy, Debug)]
pub struct Configuration<'a> {
    /// What it is called.
    pub subject: &'a str,
    /// The release that reads it.
    pub version: FlinkVersion,
    /// Its options, in today's keys.
    pub options: &'a Options,
}

/// Everything about a TaskManager.
///
/// # Errors
/// The options of managed memory, segments or state backend cannot be read, or give the state backend nothing.
pub fn task_manager(
    configuration: Configuration,
    layout: &Layout,
    store: &RocksDb,
    setting: &Setting,
) -> Result<Sheet, String> {
    let Configuration { subject, version, options } = configuration;
    let segment = segment_size(options).map_err(|fault| fault.to_string())?;
    let weights = ConsumerWeights::read(options).map_err(|fault| fault.to_string())?;
    let consumers = &setting.consumers;
    let mut sections = vec![
        parts::of_task_manager(options, layout),
        jvm::flags(&layout.jvm_flags(), layout.jvm_heap(), Some(layout.direct()), layout.metaspace),
        heap(layout.jvm_heap(), setting),
        slots::default(layout),
    ];
    sections.extend(container(layout.process(), setting));
    let announced = setting.job.map_or(0, |job| job.announced());
    let network = Bytes(announced.saturating_mul(segment.0));
    sections.extend(slots::fine_grained(layout, &setting.slots, network));
    sections.push(managed::shares(layout, &weights, consumers, segment));
    sections.extend(managed::rocksdb(layout, store, &weights, consumers));
    sections.push(network::buffers(layout, segment, setting.job.as_ref()));
    Ok(Sheet { process: ProcessKind::TaskManager, subject: subject.into(), version, sections, warnings: Vec::new() })
}

/// Everything about a JobManager.
pub fn job_manager(configuration: Configuration, layout: &JobManagerLayout, setting: &Setting) -> Sheet {
    let Configuration { subject, version, options } = configuration;
    let direct = layout.direct_limited.then_some(layout.off_heap);
    let mut sections = vec![
        parts::of_job_manager(options, layout),
        jvm::flags(&layout.jvm_flags(), layout.jvm_heap, direct, layout.metaspace),
        heap(layout.jvm_heap, setting),
    ];
    sections.extend(container(layout.process(), setting));
    Sheet { process: ProcessKind::JobManager, subject: subject.into(), version, sections, warnings: Vec::new() }
}

/// What Kubernetes is asked for: whole MiB, so up to one byte less than a MiB is lost.
fn container(process: Bytes, setting: &Setting) -> Option<Section> {
    let factor = setting.container?;
    let whole = |bytes: f64| Bytes::mib((bytes / f64::from(1 << 20)) as u64);
    let mut section = Section::new("container", "Container");
    let request = whole(process.as_f64());
    section.bytes("request", "memory request", request).from("total process memory in whole MiB");
    let limit = whole(request.as_f64() * factor);
    section.bytes("limit", "memory limit", limit).from(format!("limit factor {factor}"));
    Some(section)
}

fn heap(xmx: Bytes, setting: &Setting) -> Section {
    jvm::heap(xmx, &setting.flags, &setting.machine, &setting.cpus_from)
}
