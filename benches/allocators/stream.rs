//! Streams of operations: recorded ones, and one made up.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;

use heapwise::frag::allocations::{Act, Reading, read};
use heapwise::input::Input;

/// What is done to the block in a slot.
#[derive(Clone, Copy)]
pub enum Op {
    /// It is asked for; sizes are multiples of 16.
    Allocate { slot: u32, size: u32 },
    /// It is freed, if it was granted.
    Free { slot: u32 },
}

/// Operations and the memory for them, which is empty at the end, so that a stream can be played again.
pub struct Stream {
    /// What the table calls it.
    pub name: String,
    /// The operations.
    pub ops: Vec<Op>,
    /// Slots in use at a time.
    pub slots: usize,
    /// A power of two.
    pub memory: u64,
}

fn rounded(size: u64) -> u32 {
    size.max(1).next_multiple_of(16) as u32
}

/// The `malloc-ops` streams, a resize as a free and an allocation, in twice the memory that they need or more.
pub fn recorded() -> Vec<Stream> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/traces/malloc-ops");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("recorded streams: skipped, ../shared is absent");
        return Vec::new();
    };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.iter().map(|name| one(&folder, name)).collect()
}

fn one(folder: &Path, name: &str) -> Stream {
    let input = Input::resolve(folder, name).expect("a file");
    let trace = read(&input, Reading::default()).unwrap_or_else(|faults| panic!("{faults}"));
    let mut ops = Vec::with_capacity(trace.len());
    for op in trace.ops() {
        if !matches!(op.act, Act::Allocate(_)) {
            ops.push(Op::Free { slot: op.slot });
        }
        if let Act::Allocate(bytes) | Act::Resize(bytes) = op.act {
            ops.push(Op::Allocate { slot: op.slot, size: rounded(bytes.0) });
        }
    }
    let mut live = vec![false; trace.slots()];
    for op in &ops {
        match *op {
            Op::Allocate { slot, .. } => live[slot as usize] = true,
            Op::Free { slot } => live[slot as usize] = false,
        }
    }
    let left = live.iter().enumerate().filter(|(_, live)| **live);
    ops.extend(left.map(|(slot, _)| Op::Free { slot: slot as u32 }));
    let memory = (2 * trace.most_live().0).next_power_of_two();
    Stream { name: name.split('.').next().unwrap_or(name).into(), ops, slots: trace.slots(), memory }
}

/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
struct Random(u64);

impl Random {
    /// Uniform in (0, 1).
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Standard normal (Box & Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

impl Stream {
    /// Blocks of lognormal size, a mean of about 4 KiB with a coefficient of variation of 1.3, in 128 MiB of which 90 %
    /// are held. The block with the earliest death goes first; lifetimes are Pareto with exponent 1.2. For buddies,
    /// occupancy counts sizes as powers of two.
    pub fn churn(count: usize, powers: bool) -> Stream {
        let (memory, mut random) = (1u64 << 27, Random(1));
        let (mut ops, mut deaths, mut spare) = (Vec::with_capacity(count), BinaryHeap::new(), Vec::new());
        let (mut held, mut slots, mut born) = (0, 0u32, 0.0);
        let takes = |size: u32| u64::from(if powers { size.next_power_of_two() } else { size });
        while ops.len() < count {
            if held < memory / 10 * 9 {
                let size = rounded(((2560f64.ln() + random.normal()).exp() as u64).min(1 << 20));
                let slot = spare.pop().unwrap_or_else(|| {
                    slots += 1;
                    slots - 1
                });
                born += 1.0;
                let death = born + 5000.0 * random.uniform().powf(-1.0 / 1.2);
                deaths.push(Reverse(((death * 1e3) as u64, slot, size)));
                held += takes(size);
                ops.push(Op::Allocate { slot, size });
            } else if let Some(Reverse((_, slot, size))) = deaths.pop() {
                held -= takes(size);
                spare.push(slot);
                ops.push(Op::Free { slot });
            }
        }
        ops.extend(deaths.into_iter().map(|Reverse((_, slot, _))| Op::Free { slot }));
        let name = if powers { "churn (rounded)" } else { "churn" };
        Stream { name: name.into(), ops, slots: slots as usize, memory }
    }
}
