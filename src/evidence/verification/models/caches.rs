//! Small caches under independent references by a power law: victims are chosen by the simulator's spill policy `lru`,
//! asked by what time it goes: that of the last reference, that of the loading, or none but chance.

use super::super::parts::part;
use super::super::rows::Refusal;
use super::{Running, Small};
use crate::base::{Bytes, ConsumerId, Law, SimTime, TaskManagerId};
use crate::cluster::view::{Consumer, Purpose, RegionView, Request};
use crate::kernel::{Dist, Stream, Streams};
use crate::policy::spill::{SPILL, SpillPolicy, Victim};

/// The model: items of one byte each.
#[derive(Clone, Debug)]
pub struct References {
    /// Items.
    pub items: u32,
    /// Items that fit into the cache.
    pub capacity: u32,
    /// Exponent of the power law.
    pub exponent: f64,
}

/// By what a victim is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    Reference,
    Loading,
    Chance,
}

const TIMES: [(&str, Time); 3] =
    [("hit_lru", Time::Reference), ("hit_fifo", Time::Loading), ("hit_random", Time::Chance)];

impl References {
    /// A trial of the model.
    ///
    /// # Errors
    /// Its parameters are out of range.
    pub fn trial(self) -> Result<Small, Refusal> {
        At::new(&self, &Streams::new(0))?;
        Ok(Small {
            pace: 1.0,
            least: 0.0,
            start: Box::new(move |streams| {
                let at = At::new(&self, streams).map_err(|refusal| refusal.reason().to_string())?;
                Ok(Box::new(at))
            }),
            quantity: Box::new(|name, sums| {
                let place = TIMES.iter().position(|(known, _)| *known == name)?;
                Some(sums.get(place + 1)? / sums[0])
            }),
        })
    }
}

/// A cache and its hits.
struct Cache {
    time: Time,
    items: Vec<Consumer>,
    held: u32,
    hits: f64,
}

struct At {
    law: Dist,
    capacity: u32,
    caches: Vec<Cache>,
    policy: Box<dyn SpillPolicy>,
    victims: Vec<Victim>,
    references: u64,
    keys: Stream,
    chance: Stream,
}

impl At {
    fn new(model: &References, streams: &Streams) -> Result<At, Refusal> {
        let numbers = [("n", f64::from(model.items)), ("s", model.exponent)];
        let law = Dist::new(&Law::with("zipf", &numbers)).map_err(Refusal::Parameters)?;
        if !(1..=model.items).contains(&model.capacity) {
            return Err(Refusal::Parameters(format!("capacity={}, expected 1 ..= items", model.capacity)));
        }
        let policy = part(SPILL, "lru", &[])?;
        let cache = |(_, time): &(&str, Time)| Cache {
            time: *time,
            items: (0..model.items).map(item).collect(),
            held: 0,
            hits: 0.0,
        };
        Ok(At {
            law,
            capacity: model.capacity,
            caches: TIMES.iter().map(cache).collect(),
            policy,
            victims: Vec::new(),
            references: 0,
            keys: streams.stream("keys", 0),
            chance: streams.stream("chance", 0),
        })
    }

    fn refer(&mut self) {
        self.references += 1;
        let now = SimTime(self.references);
        let key = (self.law.sample(&mut self.keys) as usize).saturating_sub(1);
        for cache in &mut self.caches {
            if cache.items[key].held > Bytes::ZERO {
                cache.hits += 1.0;
                if cache.time == Time::Reference {
                    cache.items[key].last_used = now;
                }
                continue;
            }
            cache.items[key].last_used = now;
            if cache.held == self.capacity {
                if cache.time == Time::Chance {
                    // Times before any reference, drawn anew: the earliest is any item as likely as any other.
                    let held = cache.items.iter_mut().filter(|item| item.held > Bytes::ZERO);
                    held.for_each(|item| item.last_used = SimTime(self.chance.bits() >> 1));
                    cache.items[key].last_used = SimTime(u64::MAX >> 1);
                }
                cache.evict(&mut *self.policy, &mut self.victims, key);
            }
            cache.items[key].held = Bytes(1);
            cache.held += 1;
        }
    }
}

impl Cache {
    /// Makes room for an item.
    fn evict(&mut self, policy: &mut dyn SpillPolicy, victims: &mut Vec<Victim>, key: usize) {
        let region = RegionView {
            now: self.items[key].last_used,
            task_manager: TaskManagerId(0),
            capacity: Bytes(u64::from(self.held)),
            free: Bytes::ZERO,
            largest_hole: Bytes::ZERO,
            slots: 1,
            consumers: &self.items,
        };
        victims.clear();
        policy.victims(&Request { consumer: key, bytes: Bytes(1), least: Bytes(1) }, Bytes(1), &region, victims);
        for victim in victims {
            self.items[victim.consumer].held = Bytes::ZERO;
            self.held -= 1;
        }
    }
}

/// By what the page that leaves is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The one that was not referred to for longest (LRU).
    Reference,
    /// The one that was loaded first (FIFO).
    Loading,
    /// The one that is next referred to last (Belady's MIN).
    NextUse,
}

/// References of `sequence` that find their page in none of `frames` frames, which are empty at first.
///
/// # Errors
/// There is no frame.
pub fn faults(sequence: &[f64], frames: u32, choice: Choice) -> Result<u32, Refusal> {
    if frames == 0 {
        return Err(Refusal::Parameters("frames=0, expected at least one".into()));
    }
    let name = if choice == Choice::NextUse { "belady" } else { "lru" };
    let mut policy = part(SPILL, name, &[])?;
    let mut pages: Vec<f64> = sequence.to_vec();
    pages.sort_by(f64::total_cmp);
    pages.dedup();
    let items = (0..pages.len() as u32).map(item).collect();
    let mut cache = Cache { time: Time::Reference, items, held: 0, hits: 0.0 };
    let (mut victims, mut faults) = (Vec::new(), 0);
    for (at, page) in sequence.iter().enumerate() {
        let key = pages.partition_point(|other| other < page);
        let time = |at: usize| SimTime(at as u64 + 1);
        let is_here = cache.items[key].held > Bytes::ZERO;
        if !is_here {
            faults += 1;
            if cache.held == frames {
                // The page that is asked for has to come in, however late it is referred to again.
                cache.items[key].spillable = false;
                cache.items[key].last_used = time(at);
                cache.evict(&mut *policy, &mut victims, key);
                cache.items[key].spillable = true;
            }
            cache.items[key].held = Bytes(1);
            cache.held += 1;
        }
        if choice != Choice::Loading || !is_here {
            cache.items[key].last_used = time(at);
        }
        let next = sequence.iter().skip(at + 1).position(|other| other == page);
        cache.items[key].next_use = next.map_or(SimTime::NEVER, |gap| time(at + 1 + gap));
    }
    Ok(faults)
}

fn item(number: u32) -> Consumer {
    Consumer {
        id: ConsumerId(number),
        purpose: Purpose::Sort,
        slot: 0,
        slots: 1,
        weight: 1.0,
        priority: 0,
        held: Bytes::ZERO,
        wanted: Bytes(1),
        spilled: Bytes::ZERO,
        peak: Bytes(1),
        spillable: true,
        evictable: false,
        last_used: SimTime::ZERO,
        uses: 0,
        next_use: SimTime::NEVER,
    }
}

impl Running for At {
    fn advance(&mut self, until: f64) {
        while (self.references as f64) < until {
            self.refer();
        }
    }

    fn sums(&self) -> Vec<f64> {
        std::iter::once(self.references as f64).chain(self.caches.iter().map(|cache| cache.hits)).collect()
    }
}
