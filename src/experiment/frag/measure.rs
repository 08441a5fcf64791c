//! One allocator in one memory: refusals, measures over time, and looks at the holes now and then.

use super::player::{Outcome, Player};
use super::{Reclamation, Settings};
use crate::base::{Bytes, SimTime};
use crate::memory::pool::{Averages, Means, Pool};
use crate::workload::allocations::Recording;

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
    /// Bytes to move so that the probe fits; `None` where too little is free.
    pub debt: Option<u64>,
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
    /// K: mean bytes to move for the probe over the looks at which enough was free; `None` where it never was.
    pub debt: Option<f64>,
    /// The end of the highest block ever.
    pub footprint: Bytes,
    /// Bytes that compactions moved, and blocks that grew elsewhere.
    pub moved: u64,
    /// Looks at the holes.
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
    let stride = stride(settings.reclamation, &player.pool);
    let (mut refusals, mut refused, mut moot, mut footprint) = (0, 0, 0, Bytes::ZERO);
    let mut samples = Vec::with_capacity(SAMPLES);
    for (place, op) in trace.ops().enumerate() {
        match player.play(&op) {
            Outcome::Done => {}
            Outcome::Moot => moot += 1,
            Outcome::Refused(bytes) => {
                refusals += 1;
                refused += bytes.0;
            }
        }
        if place % stride == 0 {
            averages.observe(&player.pool, op.at);
            footprint = footprint.max(player.pool.extent());
        }
        if (place + 1) * SAMPLES / trace.len() > samples.len() {
            samples.push(sample(&player.pool, settings.probe, op.at));
        }
    }
    let debts: Vec<f64> = samples.iter().filter_map(|sample| sample.debt).map(|debt| debt as f64).collect();
    let debt = (!debts.is_empty()).then(|| debts.iter().sum::<f64>() / debts.len() as f64);
    let means = averages.means(end);
    Ok(Run { contender, size, refusals, refused, moot, means, debt, footprint, moved: player.moved, samples })
}

/// Running sums are kept at every operation; without them, measuring is done now and then.
fn stride(reclamation: Reclamation, pool: &Pool) -> usize {
    if reclamation.defers() && pool.has_addresses() { STRIDE } else { 1 }
}

fn sample(pool: &Pool, probe: Bytes, at: SimTime) -> Sample {
    let mut free = vec![0; BUCKETS];
    pool.holes().for_each(|hole| free[bucket(hole.size)] += hole.size);
    Sample { at, free, debt: pool.compaction_debt(probe).map(|debt| debt.0) }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn classes_of_holes_are_half_doublings() {
        let classes = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, u64::MAX].map(bucket);
        assert_eq!(classes, [0, 2, 3, 4, 4, 5, 5, 6, 6, 7, 127]);
        assert!((1..40u64).all(|size| bucket_floor(bucket(size)) <= size as f64));
    }
}
