//! A trace of allocations as it is kept: in few bytes, ready to be replayed.

use std::collections::BTreeMap;

use super::Oddities;
use crate::base::{Bytes, SimTime};

/// What is done to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is asked for.
    Allocate(Bytes),
    /// Its size changes.
    Resize(Bytes),
    /// It is freed.
    Free,
}

/// An operation on the block in a slot. A slot holds one live block at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op {
    /// When; operations are in order of this.
    pub at: SimTime,
    /// Which block.
    pub slot: u32,
    /// What is done.
    pub act: Act,
    /// Who asks, an index into [`Recording::consumers`]; 0 where the trace does not tell.
    pub consumer: u16,
}

/// What the times of a trace are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The trace has none: the n-th operation is at time n.
    Operations,
    /// A logical time, counted from 0.
    Logical,
    /// Seconds, kept as nanoseconds.
    Seconds,
}

impl Clock {
    /// What an axis of this time is called.
    pub fn name(self) -> &'static str {
        match self {
            Clock::Operations => "Operations",
            Clock::Logical => "Logical time",
            Clock::Seconds => "Time",
        }
    }
}

/// Slots share a word with the kind of operation.
pub(super) const MOST_SLOTS: u32 = 1 << 30;
/// Most bytes that may live at a time, 1 PiB: memories of many times that still have sizes.
pub const MOST_LIVE: Bytes = Bytes(1 << 50);

const FREE: u32 = 0;
const ALLOCATE: u32 = 1;
const RESIZE: u32 = 2;

/// A whole trace: about eight bytes an operation, and eight more where it has times.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// Slot times four, plus the kind.
    codes: Vec<u32>,
    /// Sizes of those that are no frees, in order.
    sizes: Vec<u64>,
    /// Their consumers; empty where there are none.
    askers: Vec<u16>,
    times: Vec<u64>,
    /// Whether times are kept; else the n-th operation is at time n.
    timed: bool,
    /// From when to when it goes, where that is not what its operations say.
    span: Option<(SimTime, SimTime)>,
    /// What the times are.
    pub clock: Clock,
    /// Names of consumers; empty where the trace does not tell.
    pub consumers: Vec<String>,
    /// What a lenient reader came upon.
    pub oddities: Oddities,
    /// Frees of no block, as C's `free(NULL)`.
    pub null_frees: u64,
    numbers: BTreeMap<String, u16>,
    held: Vec<u64>,
    live: u128,
    most_live: u128,
    largest: u64,
    allocations: u64,
    asked: u128,
    blocks: u64,
}

impl Recording {
    pub(super) fn new(clock: Clock) -> Recording {
        Recording {
            codes: vec![],
            sizes: vec![],
            askers: vec![],
            times: vec![],
            timed: clock != Clock::Operations,
            span: None,
            clock,
            consumers: vec![],
            oddities: vec![],
            null_frees: 0,
            numbers: BTreeMap::new(),
            held: vec![],
            live: 0,
            most_live: 0,
            largest: 0,
            allocations: 0,
            asked: 0,
            blocks: 0,
        }
    }

    /// Adds an operation. Consumers are told for all blocks or for none.
    pub(super) fn push(&mut self, op: Op) {
        let (kind, size) = match op.act {
            Act::Free => (FREE, 0),
            Act::Allocate(bytes) => (ALLOCATE, bytes.0),
            Act::Resize(bytes) => (RESIZE, bytes.0),
        };
        self.codes.push(op.slot << 2 | kind);
        if self.timed {
            self.times.push(op.at.0);
        }
        if kind != FREE {
            self.sizes.push(size);
            self.largest = self.largest.max(size);
            if !self.consumers.is_empty() {
                self.askers.push(op.consumer);
            }
        }
        if kind == ALLOCATE {
            self.allocations += 1;
            self.asked += u128::from(size);
        }
        let slot = op.slot as usize;
        if self.held.len() <= slot {
            self.held.resize(slot + 1, 0);
        }
        self.blocks = self.blocks + u64::from(kind == ALLOCATE) - u64::from(kind == FREE);
        self.live = self.live - u128::from(self.held[slot]) + u128::from(size);
        self.held[slot] = size;
        self.most_live = self.most_live.max(self.live);
    }

    /// An empty trace that tells of the same consumers, at the same times.
    pub(super) fn like(other: &Recording) -> Recording {
        Recording {
            timed: true,
            span: Some(other.span()),
            consumers: other.consumers.clone(),
            oddities: other.oddities.clone(),
            null_frees: other.null_frees,
            ..Recording::new(other.clock)
        }
    }

    /// Bytes that the block in a slot has at the end of what has been added so far; 0 without a block.
    pub(super) fn held(&self, slot: u32) -> u64 {
        self.held.get(slot as usize).copied().unwrap_or(0)
    }

    /// Bytes that a new block, or the one in `slot`, may have without more than [`MOST_LIVE`] being live.
    pub(super) fn room(&self, slot: Option<u32>) -> u64 {
        let others = self.live - u128::from(slot.map_or(0, |slot| self.held(slot)));
        u64::try_from(u128::from(MOST_LIVE.0).saturating_sub(others)).unwrap_or(0)
    }

    /// The number of a consumer. Beyond 65,535 of them, all others are the last.
    pub(super) fn consumer(&mut self, name: &str) -> u16 {
        let found = self.numbers.get(name).copied();
        found.unwrap_or_else(|| {
            let number = u16::try_from(self.consumers.len()).unwrap_or(u16::MAX);
            if number < u16::MAX {
                self.consumers.push(name.into());
                self.numbers.insert(name.into(), number);
            }
            number.min(u16::MAX - 1)
        })
    }

    /// All operations in order.
    pub fn ops(&self) -> impl Iterator<Item = Op> + '_ {
        let (mut sizes, mut askers) = (self.sizes.iter(), self.askers.iter());
        self.codes.iter().enumerate().map(move |(place, code)| {
            let kind = code & 3;
            let told = kind != FREE;
            let bytes = Bytes(if told { sizes.next().copied().unwrap_or(0) } else { 0 });
            let consumer = if told { askers.next().copied().unwrap_or(0) } else { 0 };
            let act = match kind {
                FREE => Act::Free,
                ALLOCATE => Act::Allocate(bytes),
                _ => Act::Resize(bytes),
            };
            Op { at: self.time(place), slot: code >> 2, act, consumer }
        })
    }

    fn time(&self, place: usize) -> SimTime {
        SimTime(self.times.get(place).copied().unwrap_or(place as u64))
    }

    /// Number of operations.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether nothing is ever done.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// From when to when it goes: the times of the first operation and of the last, and one more where it has no times.
    pub fn span(&self) -> (SimTime, SimTime) {
        if let Some(span) = self.span {
            return span;
        }
        let end = if self.clock == Clock::Operations { self.len() } else { self.len().saturating_sub(1) };
        (self.time(0), self.time(end))
    }

    /// Slots that its blocks need.
    pub fn slots(&self) -> usize {
        self.held.len()
    }

    /// Blocks asked for.
    pub fn allocations(&self) -> u64 {
        self.allocations
    }

    /// The largest number of bytes live at a time: no memory below this serves it.
    pub fn most_live(&self) -> Bytes {
        Bytes(u64::try_from(self.most_live).unwrap_or(u64::MAX))
    }

    /// The largest block.
    pub fn largest(&self) -> Bytes {
        Bytes(self.largest)
    }

    /// The mean size asked for, rounded up; 0 without blocks.
    pub fn mean(&self) -> Bytes {
        let mean = self.asked.div_ceil(u128::from(self.allocations.max(1)));
        Bytes(u64::try_from(mean).unwrap_or(u64::MAX))
    }

    /// Blocks that are never freed.
    pub fn left(&self) -> u64 {
        self.blocks
    }
}
