//! The workloads, one a file.

mod phold;
mod ping_pong;
mod queue;
mod storm;

pub use phold::Phold;
pub use ping_pong::PingPong;
pub use queue::Queue;
pub use storm::Storm;

use heapwise::kernel::Stream;
use rand_distr::{Distribution, Exp1};

/// One unit of model time in nanoseconds.
const UNIT: f64 = 1e9;

/// An exponential delay of this mean (in units) in nanoseconds, at least 1.
#[inline]
fn exponential(mean: f64, stream: &mut Stream) -> u64 {
    let draw: f64 = Exp1.sample(stream);
    (draw * (mean * UNIT)) as i64 as u64 + 1
}
