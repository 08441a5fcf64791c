//! Keyed state under the records of a batch: keys that are met, values that take the place of others, cards that get dirty.
//!
//! Idea: a state that is not there from the start grows as its keys are met, by the law over keys that also says how often a
//! cache hits (Che's approximation); every new value makes garbage of the one before. Cards are those of the part of an
//! entry that stays where it is, in the old generation; where nothing stays, those of entries that have been promoted.

use super::Subtask;
use crate::base::Bytes;
use crate::cache::Eviction;
use crate::cache::hit_table;
use crate::workload::graph::{Cards, Fill, State, StatePlace};

/// What the records of a batch do to the heap through their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Touch {
    /// Bytes of entries that are new.
    pub growth: Bytes,
    /// Bytes allocated beside them.
    pub allocated: f64,
    /// Bytes of `allocated` that take the place of others.
    pub replaced: f64,
    /// Cards dirtied.
    pub updates: f64,
    /// Cards among which these lie; 0: all of the old generation.
    pub targets: f64,
}

/// What the state of one subtask depends on beside itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    /// Records of the batch.
    pub records: u64,
    /// Keys of the subtask, at least 1.
    pub keys: u64,
    /// Share of replaceable live bytes that lie in the old generation, 0 ..= 1.
    pub old_share: f64,
    /// Whether replaced entries dirty cards although the operator states none.
    pub dirties: bool,
}

/// Pieces into which a batch is cut while keys are met, so that growth sees how often records miss.
const PIECES: u32 = 16;

/// So many cards that no two updates hit the same.
const SPREAD: f64 = 1e12;

/// Share of accesses that find their key among the `held` of a state on the heap, or of a cache there.
pub fn found(state: &State, keys: u64, held: f64) -> f64 {
    if state.fill == Fill::Loaded && state.cache.is_none() {
        // While it loads, every access brings a new key; afterwards none does.
        return f64::from(u8::from(held >= keys as f64));
    }
    match state.skew == 0.0 {
        // A uniform law hits in proportion; no table is needed for that.
        true => (held / keys as f64).min(1.0),
        false => hit_table::hit_ratio((keys, state.skew), state.eviction, held),
    }
}

/// What the records of a batch do; the subtask holds afterwards what they have met.
pub fn touch(state: &State, subtask: &mut Subtask, around: Around) -> Touch {
    let accesses = around.records as f64 * state.accesses;
    let misses = 1.0 - subtask.cache_hit;
    let Made { values, dropped, fresh } = match state.fill {
        Fill::Restored => Made::by(state, subtask.cache_hit, accesses),
        _ => meet(state, subtask, (accesses, around.keys)),
    };
    let entry = state.entry.as_f64();
    let growth = Bytes::from_f64(fresh * entry);
    subtask.heap_state += growth;
    let replaced = entry * (values - fresh).max(0.0);
    let all = values * (entry + state.insert.as_f64()) + dropped * entry;
    let allocated = (all - growth.as_f64()).max(0.0);
    let (updates, targets) = match state.cards {
        Some(cards) => {
            let old = if state.fixed > Bytes::ZERO { 1.0 } else { around.old_share };
            (dirtied(cards, accesses, misses) * old, targets(cards, subtask.held * f64::from(subtask.peers)))
        }
        None if around.dirties => (values - fresh, 0.0),
        None => (0.0, 0.0),
    };
    Touch { growth, allocated, replaced, updates, targets }
}

/// What accesses make.
#[derive(Clone, Copy, Debug, Default)]
struct Made {
    /// Values that are kept, for keys old and new.
    values: f64,
    /// Values that nobody keeps.
    dropped: f64,
    /// Values of keys that were not there before.
    fresh: f64,
}

impl Made {
    /// By so many accesses of which a share `hit` finds its key among those that are there.
    fn by(state: &State, hit: f64, accesses: f64) -> Made {
        let kept = match (state.place, state.cache) {
            (StatePlace::Managed, None) => 0.0,
            // A fixed choice of keys takes no newcomers.
            (_, Some(_)) if state.eviction == Eviction::Static => hit * state.writes,
            // A new entry at every miss, and a written one at every hit that writes.
            _ => 1.0 - hit * (1.0 - state.writes),
        };
        let dropped = hit * (state.makes - state.writes).max(0.0);
        Made { values: accesses * kept, dropped: accesses * dropped, fresh: 0.0 }
    }
}

/// Goes on by so many accesses to a state that may lack keys.
fn meet(state: &State, subtask: &mut Subtask, (accesses, keys): (f64, u64)) -> Made {
    let (before, most) = (subtask.held, subtask.most);
    if before >= most {
        return Made::by(state, subtask.cache_hit, accesses);
    }
    let (mut sum, piece) = (Made::default(), accesses / f64::from(PIECES));
    for _ in 0..PIECES {
        let hit = found(state, keys, subtask.held);
        let made = Made::by(state, hit, piece);
        sum.values += made.values;
        sum.dropped += made.dropped;
        let absent = keys as f64 - subtask.held;
        let fresh = match state.fill {
            Fill::Loaded => piece,
            // Exact for a uniform law: every absent key is as likely as before until it is met.
            _ if absent > 0.0 => -absent * (-piece * (1.0 - hit) / absent).exp_m1(),
            _ => 0.0,
        };
        subtask.held = (subtask.held + fresh).min(most);
    }
    subtask.cache_hit = found(state, keys, subtask.held);
    Made { fresh: subtask.held - before, ..sum }
}

/// Cards that so many accesses make dirty, of which a share `misses` finds nothing.
fn dirtied(cards: Cards, accesses: f64, misses: f64) -> f64 {
    accesses * (cards.on_hit * (1.0 - misses) + cards.on_miss * misses)
}

/// Cards among which they lie, for so many keys.
fn targets(cards: Cards, keys: f64) -> f64 {
    if cards.keys_per_card > 0.0 { keys / cards.keys_per_card } else { SPREAD }
}
