//! Leaks in a trace: some of its frees get lost, and a monitor watches what is live and not touched.
//!
//! A trace has no reads and writes, so a block counts as touched in a window of time in which it is allocated or resized.
//! What is live at the end of a window and was not touched in it is idle. Where that grows window after window, the
//! monitor calls a leak; it cannot know whether somebody still reads those blocks.

use crate::base::{Bytes, SimTime};
use crate::frag::allocations::{Act, Lost, MOST_LIVE, Recording};
use crate::kernel::Streams;
use crate::pool::{Growth, Leak, LeakMonitor};

/// Windows of equal length over the whole trace, fewer where that would leave too few operations a window.
const WINDOWS: u64 = 64;
/// Operations a window, on average, at least.
const OPERATIONS: u64 = 64;
/// Windows on end, each with more idle bytes than the one before, that make a leak.
const IN_A_ROW: usize = 8;
/// Growth a window, over the bytes touched in it, that is no noise.
const TOLERANCE: f64 = 0.01;
/// Operations of the shortest trace that is watched.
pub const WATCHED: u64 = OPERATIONS * 2 * IN_A_ROW as u64;

/// A leak as a user asks for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leaking {
    /// The share of frees that get lost, 0 to 1.
    pub share: f64,
    /// Seed of the stream that says which.
    pub seed: u64,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leaked {
    /// What was asked for.
    pub how: Leaking,
    /// What it took.
    pub lost: Lost,
    /// What the monitor says of the trace without it.
    pub before: Option<Watch>,
}

impl Leaking {
    /// The trace with its leak. Which frees get lost depends on the trace and the seed alone.
    ///
    /// # Errors
    /// More than a pebibyte would be live.
    pub fn apply(self, trace: &Recording) -> Result<(Recording, Leaked), String> {
        let (leak, mut stream) = (Leak::new(self.share), Streams::new(self.seed).stream("frag leak", 0));
        let (leaky, lost) = trace.leaking(|| leak.keeps(stream.uniform()));
        if leaky.most_live() > MOST_LIVE {
            return Err(format!("--leak: error: leaves {} live: expected at most {MOST_LIVE}", leaky.most_live()));
        }
        Ok((leaky, Leaked { how: self, lost, before: watch(trace) }))
    }
}

/// What the monitor said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watch {
    /// Windows at whose end it could say something.
    pub judged: u64,
    /// Those at whose end it called a leak.
    pub called: u64,
    /// When it first did, and what it saw then.
    pub first: Option<(SimTime, Growth)>,
}

/// Watches a trace as it is meant, with no block refused; `None` for one of less than [`WATCHED`] operations.
pub fn watch(trace: &Recording) -> Option<Watch> {
    let windows = WINDOWS.min(trace.len() as u64 / OPERATIONS);
    let (begin, end) = trace.span();
    if (trace.len() as u64) < WATCHED || end <= begin {
        return None;
    }
    let length = u128::from(end.0 - begin.0);
    let window = |at: SimTime| (u128::from(at.0 - begin.0) * u128::from(windows) / length) as u64;
    let close = |number: u64| SimTime(begin.0 + (length * u128::from(number + 1) / u128::from(windows)) as u64);
    let mut live = Live { held: vec![(0, 0); trace.slots()], ..Live::default() };
    let mut monitor = LeakMonitor::new(IN_A_ROW, TOLERANCE);
    let mut watch = Watch { judged: 0, called: 0, first: None };
    let mut close_one = |live: &mut Live| {
        monitor.live(Bytes(live.bytes));
        monitor.touch(Bytes(std::mem::take(&mut live.touched)));
        if let Some(growth) = monitor.close_window() {
            watch.judged += 1;
            watch.called += u64::from(growth.leaks);
            if growth.leaks && watch.first.is_none() {
                watch.first = Some((close(live.window), growth));
            }
        }
        live.window += 1;
    };
    for op in trace.ops() {
        while live.window < window(op.at).min(windows - 1) {
            close_one(&mut live);
        }
        live.see(op.slot as usize, op.act);
    }
    while live.window < windows {
        close_one(&mut live);
    }
    Some(watch)
}

/// Live bytes, and those of them that were touched in the window.
#[derive(Default)]
struct Live {
    window: u64,
    bytes: u64,
    touched: u64,
    /// Bytes of the block in each slot, and the number after that of the window in which it was last touched.
    held: Vec<(u64, u64)>,
}

impl Live {
    fn see(&mut self, slot: usize, act: Act) {
        let (bytes, window) = self.held[slot];
        self.bytes -= bytes;
        self.touched -= if window == self.window + 1 { bytes } else { 0 };
        let now = match act {
            Act::Free => 0,
            Act::Allocate(size) | Act::Resize(size) => size.0,
        };
        self.bytes += now;
        self.touched += now;
        self.held[slot] = (now, self.window + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frag::allocations::{Reading, read};
    use crate::input::Input;

    /// Blocks of 1 to 100 bytes, each of which lives until up to 200 others have come.
    fn steady(blocks: u64, seed: u64) -> Recording {
        let (mut text, mut state) = (String::from("op,id,size_bytes\n"), seed);
        let mut ends: Vec<(u64, u64)> = Vec::new();
        for id in 0..blocks {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text += &format!("a,{id},{}\n", 1 + (state >> 33) % 100);
            ends.push((id + 1 + (state >> 45) % 200, id));
            ends.retain(|(end, gone)| {
                if *end <= id {
                    text += &format!("f,{gone},\n");
                }
                *end > id
            });
        }
        let bytes: &'static [u8] = Box::leak(text.into_bytes().into_boxed_slice());
        read(&Input::from_bytes("t.csv", bytes), Reading::default()).unwrap()
    }

    #[test]
    fn what_is_lost_depends_on_the_seed_and_comes_near_the_share() {
        let trace = steady(20_000, 1);
        let lost = |share, seed| Leaking { share, seed }.apply(&trace).unwrap();
        let (leaky, sum) = lost(0.02, 1);
        assert_eq!((&leaky, sum), (&lost(0.02, 1).0, lost(0.02, 1).1));
        let sum = sum.lost;
        assert_ne!(leaky, lost(0.02, 2).0);
        let share = sum.blocks as f64 / sum.frees as f64;
        assert!((share - 0.02).abs() < 0.004, "{share}");
        assert_eq!(leaky.left(), trace.left() + sum.blocks);
        assert_eq!((lost(0.0, 1).1.lost.blocks, lost(1.0, 1).1.lost.blocks), (0, sum.frees));
    }

    #[test]
    fn a_leak_is_called_and_a_steady_program_is_left_alone() {
        let calls = |share: f64| {
            let told = (1..=20).map(|seed| {
                let (leaky, _) = Leaking { share, seed }.apply(&steady(20_000, seed)).unwrap();
                watch(&leaky).unwrap().first.is_some()
            });
            told.filter(|called| *called).count()
        };
        assert_eq!((calls(0.0), calls(0.05)), (0, 20));
    }

    #[test]
    fn short_traces_are_not_watched() {
        assert_eq!(watch(&steady(200, 1)), None);
        // Some 3,900 operations make 60 windows, of which the eighth is the first to be judged.
        assert_eq!(watch(&steady(2000, 1)).map(|watch| watch.judged), Some(53));
    }
}
