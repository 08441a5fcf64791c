//! The division of a JobManager process.

use super::component::{Derivation, Part};
use super::error::LayoutError;
use super::keys::job_manager as jm;
use super::memory_size;
use super::options::Options;
use super::process::{Jvm, Lead, part};
use crate::base::Bytes;

/// The division of a JobManager process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobManagerLayout {
    /// The JVM's heap, `-Xmx` and `-Xms`.
    pub jvm_heap: Bytes,
    /// Direct and native memory.
    pub off_heap: Bytes,
    /// Metaspace of the JVM.
    pub metaspace: Bytes,
    /// Whatever else the JVM needs.
    pub overhead: Bytes,
    /// Whether the JVM is told to limit direct memory to `off_heap`.
    pub direct_limited: bool,
    /// How heap, off-heap, metaspace and overhead got their sizes, in this order.
    pub derivations: [Derivation; 4],
}

impl JobManagerLayout {
    /// Derives the division from `options`, as Flink does it.
    ///
    /// # Errors
    /// The first error in Flink's order; `JobManagerLayout::check` lists the faults of single options all at once.
    pub fn derive(options: &Options) -> Result<JobManagerLayout, LayoutError> {
        let ((heap, off_heap), jvm) = match Lead::of(options, &jm::TOTALS)? {
            Lead::Explicit => beside_jvm(options, from_heap(options)?)?,
            Lead::Flink => beside_jvm(options, from_flink(options, options.size(&jm::FLINK)?)?)?,
            Lead::Process => {
                let (jvm, flink) = Jvm::inside(options, &jm::TOTALS, options.size(&jm::PROCESS)?)?;
                (from_flink(options, flink)?, jvm)
            }
        };
        Ok(JobManagerLayout {
            jvm_heap: heap.size,
            off_heap: off_heap.size,
            metaspace: jvm.metaspace.size,
            overhead: jvm.overhead.size,
            direct_limited: options.flag(&jm::DIRECT_LIMIT)?,
            derivations: [heap.how, off_heap.how, jvm.metaspace.how, jvm.overhead.how],
        })
    }

    /// Total Flink memory: heap and off-heap.
    pub fn flink(&self) -> Bytes {
        self.jvm_heap + self.off_heap
    }

    /// Total process memory.
    pub fn process(&self) -> Bytes {
        self.flink() + self.metaspace + self.overhead
    }

    /// The JVM's flags in Flink's order, as one text.
    pub fn jvm_flags(&self) -> String {
        let heap = self.jvm_heap.0;
        let direct = match self.direct_limited {
            true => format!(" -XX:MaxDirectMemorySize={}", self.off_heap.0),
            false => String::new(),
        };
        format!("-Xmx{heap} -Xms{heap}{direct} -XX:MaxMetaspaceSize={}", self.metaspace.0)
    }
}

type HeapAndOffHeap = (Part, Part);

fn beside_jvm(options: &Options, parts: HeapAndOffHeap) -> Result<(HeapAndOffHeap, Jvm), LayoutError> {
    let flink = memory_size::sum([parts.0.size, parts.1.size]).ok_or(LayoutError::Overflow)?;
    Ok((parts, Jvm::beside(options, &jm::TOTALS, flink)?))
}

/// The heap is set: a configured total Flink memory must agree with it.
fn from_heap(options: &Options) -> Result<HeapAndOffHeap, LayoutError> {
    let heap = part(options, &jm::HEAP)?;
    let off_heap = part(options, &jm::OFF_HEAP)?;
    if !options.is_set(&jm::FLINK) {
        return Ok((heap, off_heap));
    }
    let flink = options.size(&jm::FLINK)?;
    if !options.is_set(&jm::OFF_HEAP) {
        if heap.size > flink {
            return Err(LayoutError::HeapExceedsFlink { heap: heap.size, flink });
        }
        return Ok((heap, Part::rest(flink - heap.size)));
    }
    if memory_size::sum([heap.size, off_heap.size]).ok_or(LayoutError::Overflow)? != flink {
        return Err(LayoutError::HeapOffHeapMismatch { heap: heap.size, off_heap: off_heap.size, flink });
    }
    Ok((heap, off_heap))
}

/// Total Flink memory is known: the heap is what off-heap memory leaves, and must not be empty.
fn from_flink(options: &Options, flink: Bytes) -> Result<HeapAndOffHeap, LayoutError> {
    let off_heap = part(options, &jm::OFF_HEAP)?;
    if flink <= off_heap.size {
        return Err(LayoutError::OffHeapFillsFlink { flink, off_heap: off_heap.size });
    }
    Ok((Part::rest(flink - off_heap.size), off_heap))
}
