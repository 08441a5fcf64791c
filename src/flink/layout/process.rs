//! What TaskManager and JobManager share: which options lead the derivation, and the JVM's metaspace and overhead.

use super::component::Derivation;
use super::error::LayoutError;
use super::fraction::RangeFraction;
use super::keys::{Key, ProcessKeys};
use super::memory_size;
use super::options::Options;
use super::parts::Part;
use crate::base::Bytes;

/// Which options lead a derivation, the others then being constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// All explicit components are set: the totals follow.
    Explicit,
    /// Total Flink memory is set.
    Flink,
    /// Total process memory is set.
    Process,
}

impl Lead {
    /// The leading options: explicit components before total Flink memory before total process memory.
    ///
    /// # Errors
    /// None of them is set.
    pub fn of(options: &Options, keys: &'static ProcessKeys) -> Result<Lead, LayoutError> {
        if keys.explicit.iter().all(|key| options.is_set(key)) {
            Ok(Lead::Explicit)
        } else if options.is_set(keys.flink) {
            Ok(Lead::Flink)
        } else if options.is_set(keys.process) {
            Ok(Lead::Process)
        } else {
            Err(LayoutError::Unspecified { keys })
        }
    }
}

/// The parts of a process that are not Flink's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jvm {
    pub metaspace: Part,
    pub overhead: Part,
}

/// The size under `key`, with whether the user gave it.
pub(super) fn part(options: &Options, key: &Key) -> Result<Part, LayoutError> {
    let how = if options.is_set(key) { Derivation::Given } else { Derivation::Preset };
    Ok(Part { size: options.size(key)?, how })
}

impl Jvm {
    /// Splits total process memory `process`; the second value is total Flink memory.
    pub fn inside(options: &Options, keys: &ProcessKeys, process: Bytes) -> Result<(Jvm, Bytes), LayoutError> {
        let metaspace = part(options, keys.metaspace)?;
        let overhead = RangeFraction::read(options, &keys.overhead)?.of(process)?;
        let both = memory_size::sum([metaspace.size, overhead.size]).ok_or(LayoutError::Overflow)?;
        if both > process {
            let (metaspace, overhead) = (metaspace.size, overhead.size);
            return Err(LayoutError::JvmExceedsProcess { metaspace, overhead, process });
        }
        Ok((Jvm { metaspace, overhead }, process - both))
    }

    /// Adds metaspace and overhead to total Flink memory `flink`; a configured process size fixes the overhead.
    pub fn beside(options: &Options, keys: &'static ProcessKeys, flink: Bytes) -> Result<Jvm, LayoutError> {
        let metaspace = part(options, keys.metaspace)?;
        let known = memory_size::sum([flink, metaspace.size]).ok_or(LayoutError::Overflow)?;
        if !options.is_set(keys.process) {
            let overhead = RangeFraction::read(options, &keys.overhead)?.beside(known)?;
            memory_size::sum([known, overhead.size]).ok_or(LayoutError::Overflow)?;
            return Ok(Jvm { metaspace, overhead });
        }
        let process = options.size(keys.process)?;
        if process < known {
            return Err(LayoutError::FlinkExceedsProcess { process, flink, metaspace: metaspace.size });
        }
        let overhead = process - known;
        let range = RangeFraction::read(options, &keys.overhead)?;
        if !range.admits(overhead) {
            let RangeFraction { min, max, .. } = range;
            return Err(LayoutError::OverheadOutOfRange { overhead, min, max, keys: &keys.overhead });
        }
        Ok(Jvm { metaspace, overhead: Part::rest(overhead) })
    }
}
