//! How many network buffers an edge needs, and how many there are.
//!
//! An output has a pool between a minimum and a maximum; an input gate has exclusive buffers for every remote channel
//! beside a floating pool. A task starts only if all minimums of its TaskManager fit the segments there are.

use super::keys::{buffers as keys, task_manager as tm};
use super::options::{Fault, Options, Problem};
use super::task_manager::Layout;
use super::version::FlinkVersion;
use crate::base::Bytes;

/// How many buffers channels, gates and outputs take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferRules {
    /// Exclusive buffers of a channel, where there is no limit on what a gate requires.
    pub exclusive: u64,
    /// Floating buffers of a gate.
    pub floating: u64,
    /// Buffers that a gate requires at most, where it is set.
    pub required_per_gate: Option<u64>,
    /// Buffers that a sorting output takes at least.
    pub sort_shuffle: u64,
}

/// Buffers that a blocking gate requires at most, where nothing is set.
const REQUIRED_PER_BLOCKING_GATE: u64 = 1000;

impl Default for BufferRules {
    fn default() -> BufferRules {
        BufferRules { exclusive: 2, floating: 8, required_per_gate: None, sort_shuffle: 512 }
    }
}

impl BufferRules {
    /// Reads the options of `version`: in 2.x the buffers of channels and gates are constants.
    ///
    /// # Errors
    /// All options that are not whole numbers, or are 0 where at least one buffer is needed.
    pub fn read(options: &Options, version: FlinkVersion) -> Result<BufferRules, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut count = |key, least: u32| match options.count(key) {
            Ok(count) if count >= least => u64::from(count),
            Ok(count) => {
                faults.push(options.fault(key, Problem::OutOfRange(count.to_string(), "at least 1")));
                1
            }
            Err(fault) => {
                faults.push(fault);
                1
            }
        };
        let preset = BufferRules::default();
        let (exclusive, floating) = match version {
            FlinkVersion::V1 => (count(&keys::EXCLUSIVE, 0), count(&keys::FLOATING, 1)),
            FlinkVersion::V2 => (preset.exclusive, preset.floating),
        };
        let limited = options.is_set(&keys::REQUIRED_PER_GATE);
        let required_per_gate = limited.then(|| count(&keys::REQUIRED_PER_GATE, 1));
        let sort_shuffle = count(&keys::SORT_SHUFFLE, 1);
        if faults.is_empty() {
            Ok(BufferRules { exclusive, floating, required_per_gate, sort_shuffle })
        } else {
            Err(faults)
        }
    }

    /// The pool of an output with `n` subpartitions.
    pub fn output(&self, exchange: Exchange, n: u32) -> BufferPool {
        let n = u64::from(n);
        match exchange {
            Exchange::PipelinedBounded => {
                BufferPool { min: n + 1, max: (self.exclusive * n + self.floating).max(n + 1) }
            }
            Exchange::Pipelined => BufferPool { min: n + 1, max: i32::MAX as u64 },
            Exchange::Blocking => BufferPool { min: self.sort_shuffle, max: self.sort_shuffle.max(4 * n) },
        }
    }

    /// The buffers of a gate with `n` channels; 0 channels count as 1.
    pub fn gate(&self, exchange: Exchange, n: u32) -> Gate {
        let n = u64::from(n.max(1));
        let preset = if exchange == Exchange::Blocking { REQUIRED_PER_BLOCKING_GATE } else { u64::MAX };
        let limit = self.required_per_gate.unwrap_or(preset);
        let (target, required) = (self.exclusive * n + self.floating, limit.min(self.exclusive * n + 1));
        let exclusive = self.exclusive.min((required - 1) / n);
        Gate { exclusive, floating: BufferPool { min: required - exclusive * n, max: target - exclusive * n } }
    }
}

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
/// It is unreadable, not a power of two, or not one of 4096 bytes to 1 GiB.
pub fn segment_size(options: &Options) -> Result<Bytes, Fault> {
    let size = options.size(&tm::SEGMENT)?;
    // Flink counts the bytes of a segment in 32 bits.
    if !(4096..=1 << 30).contains(&size.0) || !size.0.is_power_of_two() {
        let expected = "a power of two of 4096 bytes to 1 GiB";
        let text = options.text(&tm::SEGMENT).unwrap_or_default().into();
        return Err(options.fault(&tm::SEGMENT, Problem::OutOfRange(text, expected)));
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

    fn output(exchange: Exchange, n: u32) -> BufferPool {
        BufferRules::default().output(exchange, n)
    }

    fn gate(exchange: Exchange, n: u32) -> Gate {
        BufferRules::default().gate(exchange, n)
    }

    #[test]
    fn older_lines_let_users_choose_and_any_line_may_limit_a_gate() {
        let options = Options::from_iter([(keys::EXCLUSIVE.name, "4"), (keys::FLOATING.name, "16")]);
        let rules = BufferRules::read(&options, FlinkVersion::V1).unwrap();
        let (output, gate) =
            (rules.output(Exchange::PipelinedBounded, 100), rules.gate(Exchange::PipelinedBounded, 100));
        assert_eq!((output.min + gate.required(99), output.max + gate.desired(99)), (498, 828));
        assert_eq!(BufferRules::read(&options, FlinkVersion::V2), Ok(BufferRules::default()));
        let limited = Options::from_iter([(keys::REQUIRED_PER_GATE.name, "50"), (keys::SORT_SHUFFLE.name, "0")]);
        assert_eq!(BufferRules::read(&limited, FlinkVersion::V2).unwrap_err().len(), 1);
        let rules = BufferRules { required_per_gate: Some(50), ..BufferRules::default() };
        assert_eq!(rules.gate(Exchange::PipelinedBounded, 100).required(99), 50);
    }

    #[test]
    fn a_small_exchange() {
        let (output, gate) = (output(Exchange::PipelinedBounded, 4), gate(Exchange::PipelinedBounded, 4));
        assert_eq!(output, BufferPool { min: 5, max: 16 });
        assert_eq!(gate, Gate { exclusive: 2, floating: BufferPool { min: 1, max: 8 } });
        assert_eq!((gate.required(4), gate.desired(4)), (9, 16));
    }

    #[test]
    fn a_wide_exchange_with_four_slots_a_task_manager() {
        let required = |n: u32| {
            let exchange = Exchange::PipelinedBounded;
            4 * (output(exchange, n).min + gate(exchange, n).required(n - 4))
        };
        assert_eq!(required(100), 1176);
        assert_eq!(required(1000), 11976);
    }

    #[test]
    fn wide_blocking_gates_give_up_exclusive_buffers() {
        let gate = |n| gate(Exchange::Blocking, n);
        assert_eq!((gate(400).exclusive, gate(400).required(400)), (2, 801));
        assert_eq!((gate(600).exclusive, gate(600).floating.min), (1, 400));
        assert_eq!((gate(1000).exclusive, gate(1000).floating.min), (0, 1000));
        assert_eq!(output(Exchange::Blocking, 200), BufferPool { min: 512, max: 800 });
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
