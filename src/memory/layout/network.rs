//! How many network buffers an edge needs, and how many there are.
//!
//! An output has a pool between a minimum and a maximum; an input gate has exclusive buffers for every remote channel
//! beside a floating pool. A task starts only if all minimums of its TaskManager fit the segments there are.

use super::keys::task_manager as tm;
use super::options::{Fault, Options, Problem};
use super::task_manager::Layout;
use crate::base::Bytes;

/// Exclusive buffers of a channel, where there is no limit on what a gate requires.
const EXCLUSIVE: u64 = 2;
/// Floating buffers of a gate.
const FLOATING: u64 = 8;
/// Buffers that a blocking or hybrid gate requires at most.
const REQUIRED_PER_BLOCKING_GATE: u64 = 1000;
/// Buffers that a sorting output takes at least.
const SORT_SHUFFLE: u64 = 512;

/// How an edge hands data over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// All edges of streaming jobs.
    PipelinedBounded,
    /// Pipelined, without an upper limit on the output's buffers.
    Pipelined,
    /// Written in full before it is read, by a sort shuffle.
    Blocking,
}

/// A pool of buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferPool {
    /// Guaranteed.
    pub min: u64,
    /// What it can make use of; 2^31-1 where there is no limit.
    pub max: u64,
}

/// The buffers of an input gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Buffers of each remote channel.
    pub exclusive: u64,
    /// The pool that all channels share.
    pub floating: BufferPool,
}

impl Exchange {
    /// The pool of an output with `n` subpartitions.
    pub fn output(self, n: u32) -> BufferPool {
        let n = u64::from(n);
        match self {
            Exchange::PipelinedBounded => BufferPool { min: n + 1, max: EXCLUSIVE * n + FLOATING },
            Exchange::Pipelined => BufferPool { min: n + 1, max: i32::MAX as u64 },
            Exchange::Blocking => BufferPool { min: SORT_SHUFFLE, max: SORT_SHUFFLE.max(4 * n) },
        }
    }

    /// The buffers of a gate with `n` channels; 0 channels count as 1.
    pub fn gate(self, n: u32) -> Gate {
        let n = u64::from(n.max(1));
        let limit = if self == Exchange::Blocking { REQUIRED_PER_BLOCKING_GATE } else { u64::MAX };
        let (target, required) = (EXCLUSIVE * n + FLOATING, limit.min(EXCLUSIVE * n + 1));
        let exclusive = EXCLUSIVE.min((required - 1) / n);
        Gate { exclusive, floating: BufferPool { min: required - exclusive * n, max: target - exclusive * n } }
    }
}

impl Gate {
    /// What the gate must get for a task to start, with `remote` channels from other TaskManagers.
    pub fn required(&self, remote: u32) -> u64 {
        self.floating.min + self.exclusive * u64::from(remote)
    }

    /// What the gate can make use of.
    pub fn desired(&self, remote: u32) -> u64 {
        self.floating.max + self.exclusive * u64::from(remote)
    }
}

/// The page of network and managed memory.
///
/// # Errors
/// It is unreadable, below 4096 bytes, or not a power of two.
pub fn segment_size(options: &Options) -> Result<Bytes, Fault> {
    let size = options.size(&tm::SEGMENT)?;
    if size.0 < 4096 || !size.0.is_power_of_two() {
        let expected = "a power of two of at least 4096 bytes";
        return Err(options.fault(&tm::SEGMENT, Problem::OutOfRange(format!("{} bytes", size.0), expected)));
    }
    Ok(size)
}

impl Layout {
    /// How many whole segments of `segment` bytes the network memory holds.
    pub fn segments(&self, segment: Bytes) -> u64 {
        self.network.0 / segment.0.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_exchange() {
        let (output, gate) = (Exchange::PipelinedBounded.output(4), Exchange::PipelinedBounded.gate(4));
        assert_eq!(output, BufferPool { min: 5, max: 16 });
        assert_eq!(gate, Gate { exclusive: 2, floating: BufferPool { min: 1, max: 8 } });
        assert_eq!((gate.required(4), gate.desired(4)), (9, 16));
    }

    #[test]
    fn a_wide_exchange_with_four_slots_a_task_manager() {
        let required = |n: u32| {
            let exchange = Exchange::PipelinedBounded;
            4 * (exchange.output(n).min + exchange.gate(n).required(n - 4))
        };
        assert_eq!(required(100), 1176);
        assert_eq!(required(1000), 11976);
    }

    #[test]
    fn wide_blocking_gates_give_up_exclusive_buffers() {
        let gate = |n| Exchange::Blocking.gate(n);
        assert_eq!((gate(400).exclusive, gate(400).required(400)), (2, 801));
        assert_eq!((gate(600).exclusive, gate(600).floating.min), (1, 400));
        assert_eq!((gate(1000).exclusive, gate(1000).floating.min), (0, 1000));
        assert_eq!(Exchange::Blocking.output(200), BufferPool { min: 512, max: 800 });
    }

    #[test]
    fn segments_are_powers_of_two_of_at_least_4096_bytes() {
        let read = |text: &str| segment_size(&Options::from_iter([(tm::SEGMENT.name, text)]));
        assert_eq!(read("4k"), Ok(Bytes(4096)));
        assert!(read("2k").is_err() && read("5000").is_err());
        let layout = Layout::derive(&Options::from_iter([(tm::PROCESS.name, "1728m")])).unwrap();
        assert_eq!(layout.segments(Bytes(32768)), 4096);
    }
}
