//! One allocator in one memory: refusals, measures over time, and looks at the holes now and then.

use super::debt::{Debt, MeanDebt};
use super::player::{Outcome, Player};
use super::{Reclamation, Settings};
use crate::base::{Bytes, SimTime};
use crate::frag::allocations::Recording;
use crate::pool::{Averages, Means, Pool, Reserve};

/// How many times the holes are looked at one by one, evenly over the operations.
pub const SAMPLES: usize = 400;
/// Classes of hole sizes: two for each doubling.
pub const BUCKETS: usize = 128;
/// Operations between two measurements where measuring takes a look at every hole.
const STRIDE: usize = 64;

/// A look at the holes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// When.
    pub at: SimTime,
    /// Free bytes in holes of each class of sizes; see [`bucket_floor`].
    pub free: Vec<u64>,
}

/// What was taken from the system, and is kept until the end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Committed {
    /// The most of it.
    pub peak: Bytes,
    /// The mean over time, in bytes.
    pub mean: f64,
    /// How often more was taken, after the start.
    pub growths: u64,
}

/// What one allocator made of the trace in one memory.
#[derive(Clone, Debug)]
pub struct Run {
    /// Number of the contender.
    pub contender: usize,
    /// The memory.
    pub size: Bytes,
    /// Allocations and growths that were refused.
    pub refusals: u64,
    /// Their bytes.
    pub refused: u64,
    /// Operations on blocks that had been refused.
    pub moot: u64,
    /// Averages over time.
    pub means: Means,
    /// K: mean bytes to move for the probe.
    pub debt: MeanDebt,
    /// The end of the highest block ever.
    pub footprint: Bytes,
    /// Bytes that compactions moved, and blocks that grew elsewhere.
    pub moved: u64,
    /// What was taken from the system, where that was asked for.
    pub committed: Option<Committed>,
    /// Looks at the holes, where they were asked for.
    pub samples: Vec<Sample>,
}

/// The class of a hole of at least 1 byte.
fn bucket(size: u64) -> usize {
    let log = size.max(1).ilog2();
    let half = if log == 0 { 0 } else { size >> (log - 1) & 1 };
    (2 * log as usize + half as usize).min(BUCKETS - 1)
}

/// The smallest size of a class: 1, 1.5, 2, 3, 4, 6, 8 …
pub fn bucket_floor(bucket: usize) -> f64 {
    2f64.powi((bucket / 2) as i32) * if bucket.is_multiple_of(2) { 1.0 } else { 1.5 }
}

/// Plays the whole trace.
pub(super) fn measure(
    trace: &Recording,
    settings: &Settings,
    (contender, size): (usize, Bytes),
) -> Result<Run, String> {
    let how = (settings.reclamation, trace.slots());
    let mut player = Player::new(&settings.contenders[contender], size, how)?;
    let (begin, end) = trace.span();
    let mut averages = Averages::begin(&mut player.pool, settings.probe, begin);
    let mut debt = Debt::begin(&player.pool, (settings.probe, begin), trace.len());
    let mut system = settings.reserve.map(|reservation| System::new(Reserve::new(reservation, size), begin));
    let stride = stride(settings.reclamation, &player.pool);
    let (mut refusals, mut refused, mut moot, mut footprint) = (0, 0, 0, Bytes::ZERO);
    let mut samples = Vec::new();
    for (place, op) in trace.ops().enumerate() {
        match player.play(&op) {
            Outcome::Done => {}
            Outcome::Moot => moot += 1,
            Outcome::Refused(bytes) => {
                refusals += 1;
                refused += bytes.0;
            }
        }
        let block = player.slots[op.slot as usize];
        footprint = footprint.max(block.map_or(Bytes::ZERO, |block| Bytes(block.address) + block.size));
        if place % stride == 0 {
            averages.observe(&player.pool, op.at);
            debt.observe(&player.pool, op.at, stride);
            footprint = footprint.max(player.pool.extent());
        }
        system.iter_mut().for_each(|system| system.reaches(footprint, op.at));
        if settings.holes && (place + 1) * SAMPLES / trace.len() > samples.len() {
            samples.push(sample(&player.pool, op.at));
        }
    }
    let (means, debt, moved) = (averages.means(end), debt.mean(end), player.moved);
    let committed = system.map(|system| system.committed((begin, end)));
    Ok(Run { contender, size, refusals, refused, moot, means, debt, footprint, moved, committed, samples })
}

/// Memory taken from the system over time.
struct System {
    reserve: Reserve,
    at: SimTime,
    byte_nanos: f64,
    growths: u64,
}

impl System {
    fn new(reserve: Reserve, at: SimTime) -> System {
        System { reserve, at, byte_nanos: 0.0, growths: 0 }
    }

    fn pass(&mut self, now: SimTime) {
        self.byte_nanos += self.reserve.committed().as_f64() * now.since(self.at).0 as f64;
        self.at = now;
    }

    fn reaches(&mut self, extent: Bytes, now: SimTime) {
        if extent > self.reserve.committed() {
            self.pass(now);
            self.growths += u64::from(self.reserve.cover(extent) > Bytes::ZERO);
        }
    }

    fn committed(mut self, (begin, end): (SimTime, SimTime)) -> Committed {
        self.pass(end);
        let lasted = end.since(begin).0 as f64;
        let peak = self.reserve.committed();
        let mean = if lasted > 0.0 { self.byte_nanos / lasted } else { peak.as_f64() };
        Committed { peak, mean, growths: self.growths }
    }
}

/// Running sums are kept at every operation; without them, measuring is done now and then.
fn stride(reclamation: Reclamation, pool: &Pool) -> usize {
    if reclamation.defers() && pool.has_addresses() { STRIDE } else { 1 }
}

fn sample(pool: &Pool, at: SimTime) -> Sample {
    let mut free = vec![0; BUCKETS];
    pool.holes().for_each(|hole| free[bucket(hole.size)] += hole.size);
    Sample { at, free }
}

#[cfg(test)]
mod unit {
    use super::*;
    use crate::pool::Reservation;

    #[test]
    fn what_the_system_gives_grows_in_steps_and_counts_with_its_time() {
        let run = |reservation| {
            let mut system = System::new(Reserve::new(reservation, Bytes(100)), SimTime(0));
            for (at, extent) in [(0, 5), (10, 16), (20, 17), (30, 17), (30, 90)] {
                system.reaches(Bytes(extent), SimTime(at));
            }
            system.committed((SimTime(0), SimTime(40)))
        };
        // 16 until 20, 32 until 30, 96 until 40.
        let steps = Committed { peak: Bytes(96), mean: 40.0, growths: 3 };
        assert_eq!(run(Reservation::Steps(Bytes(16))), steps);
        assert_eq!(run(Reservation::All), Committed { peak: Bytes(100), mean: 100.0, growths: 0 });
    }

    #[test]
    fn classes_of_holes_are_half_doublings() {
        let classes = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, u64::MAX].map(bucket);
        assert_eq!(classes, [0, 2, 3, 4, 4, 5, 5, 6, 6, 7, 127]);
        assert!((1..40u64).all(|size| bucket_floor(bucket(size)) <= size as f64));
    }
}
