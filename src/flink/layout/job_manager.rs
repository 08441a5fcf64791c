//! The division of a JobManager process.

use super::component::Derivation;
use super::error::LayoutError;
use super::keys::job_manager as jm;
use super::memory_size;
use super::options::Options;
use super::parts::Part;
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
    /// Which options led.
    pub lead: Lead,
    /// How heap, off-heap, metaspace and overhead got their sizes, in this order.
    pub derivations: [Derivation; 4],
}

impl JobManagerLayout {
    /// Derives the division from `options`, as Flink does it.
    ///
    /// # Errors
    /// The first error in Flink's order; `JobManagerLayout::check` lists the faults of single options all at once.
    pub fn derive(options: &Options) -> Result<JobManagerLayout, LayoutError> {
        let lead = Lead::of(options, &jm::TOTALS)?;
        let ((heap, off_heap), jvm) = match lead {
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
            lead,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn derive(pairs: &[(&str, &str)]) -> Result<JobManagerLayout, LayoutError> {
        JobManagerLayout::derive(
            &pairs.iter().map(|(key, value)| (format!("jobmanager.memory.{key}"), value)).collect(),
        )
    }

    #[test]
    fn known_processes_are_divided() {
        let expected = [
            (vec![("process.size", "1600m")], [1_677_721_600, 1_073_741_824, 134_217_728, 201_326_592]),
            (vec![("process.size", "2g")], [2_147_483_648, 1_530_082_096, 134_217_728, 214_748_368]),
            (vec![("flink.size", "1g")], [1_543_503_872, 939_524_096, 134_217_728, 201_326_592]),
            (vec![("heap.size", "2g")], [2_833_485_373, 2_147_483_648, 134_217_728, 283_348_541]),
            (
                vec![("heap.size", "1g"), ("flink.size", "1536m")],
                [2_087_831_327, 1_073_741_824, 536_870_912, 208_783_135],
            ),
        ];
        for (pairs, sizes) in expected {
            let layout = derive(&pairs).unwrap();
            let found = [layout.process(), layout.jvm_heap, layout.off_heap, layout.overhead];
            assert_eq!(found.map(|size| size.0), sizes, "{pairs:?}");
        }
    }

    #[test]
    fn direct_memory_is_limited_only_on_request() {
        let plain = derive(&[("process.size", "1600m")]).unwrap();
        assert_eq!(plain.jvm_flags(), "-Xmx1073741824 -Xms1073741824 -XX:MaxMetaspaceSize=268435456");
        let limited = derive(&[("process.size", "1600m"), ("enable-jvm-direct-memory-limit", "TRUE")]).unwrap();
        assert!(limited.jvm_flags().contains("-XX:MaxDirectMemorySize=134217728 "));
    }

    #[test]
    fn off_heap_memory_as_large_as_flink_memory_is_refused() {
        let error = derive(&[("flink.size", "128m")]);
        assert_eq!(error, Err(LayoutError::OffHeapFillsFlink { flink: Bytes::mib(128), off_heap: Bytes::mib(128) }));
    }
}
