//! All layouts that an allocator can come to, and how it goes from one to the next.

use std::collections::BTreeMap;

use super::World;
use crate::base::Bytes;
use crate::pool::{Block, Pool};

/// Most states of a chain.
const MOST_STATES: usize = 200_000;

/// Something that happens to a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A request of a class.
    Ask(usize),
    /// The live block at this place of the layout leaves.
    Free(usize),
}

/// Live blocks by address: where, how many bytes, and of which class.
pub(super) type Layout = Vec<(u64, u64, usize)>;

/// Continuations whose answers tell apart what an allocator remembers, by the layout that they start from.
pub(super) type Probes = BTreeMap<Layout, Vec<Vec<Step>>>;

/// Makes empty memories.
pub(super) struct Maker<'a> {
    /// One that is always the same.
    pub make: &'a dyn Fn() -> Result<Pool, String>,
    /// Bytes of a unit.
    pub unit: u64,
}

/// A memory in some layout.
pub(super) struct Run<'a> {
    world: &'a World,
    unit: u64,
    pub pool: Pool,
    /// Sorted like a layout.
    live: Vec<(Block, usize)>,
    /// End of the block that was placed last.
    pub last_end: u64,
}

impl<'a> Run<'a> {
    /// An empty memory after `steps`.
    pub fn replay(world: &'a World, maker: &Maker, steps: &[Step]) -> Result<Run<'a>, String> {
        let mut run = Run { world, unit: maker.unit, pool: (maker.make)()?, live: Vec::new(), last_end: 0 };
        for step in steps {
            run.step(*step)?;
        }
        Ok(run)
    }

    /// What comes of a step: the address of a request that is placed. A block that does not exist stays where it is.
    pub fn step(&mut self, step: Step) -> Result<Option<u64>, String> {
        match step {
            Step::Free(place) => {
                if place < self.live.len() {
                    let (block, _) = self.live.remove(place);
                    self.pool.free(&block);
                }
                Ok(None)
            }
            Step::Ask(class) => {
                let Some(block) = self.pool.allocate(Bytes(u64::from(self.world.classes[class].0) * self.unit)) else {
                    return Ok(None);
                };
                if self.pool.allocated() > self.pool.capacity() {
                    return Err(
                        "the allocator grants more than the memory has, so there are layouts without end".into()
                    );
                }
                let key = (block.address, block.size, class);
                let place = self.live.partition_point(|(other, class)| (other.address, other.size, *class) <= key);
                self.live.insert(place, (block, class));
                self.last_end = block.address + block.size.0;
                Ok(Some(block.address))
            }
        }
    }

    pub fn layout(&self) -> Layout {
        self.live.iter().map(|(block, class)| (block.address, block.size.0, *class)).collect()
    }

    /// What may happen next, with its rate.
    pub fn next(&self) -> Vec<(Step, f64)> {
        let asks = self.world.classes.iter().enumerate().map(|(class, (_, rate))| (Step::Ask(class), *rate));
        asks.chain((0..self.live.len()).map(|place| (Step::Free(place), 1.0))).collect()
    }

    /// Averaged over time these are the quantities that are compared, in the order of [`names`].
    fn values(&self) -> Vec<f64> {
        let probe = self.world.classes.get(1).map_or(0, |class| u64::from(class.0) * self.unit);
        let view = self.pool.fragmentation(Bytes(probe));
        let unit = self.unit as f64;
        let values = [view.allocated.as_f64() / unit, view.holes as f64, view.largest.as_f64() / unit, view.external];
        values.into_iter().chain((probe > 0).then_some(view.unusable)).collect()
    }
}

/// Names of quantities: of the layout, then of each class in turn, as the simulator measures them.
pub(super) fn names(world: &World) -> Vec<String> {
    let mut names: Vec<String> = ["used", "holes", "largest", "extfrag"].map(String::from).into();
    if world.classes.len() > 1 {
        names.push("unusable_2".into());
    }
    names.extend((1..=world.classes.len()).flat_map(|class| [format!("block_{class}"), format!("fragfail_{class}")]));
    names
}

/// A state: how it was first reached, where it leads to, and what is averaged over it.
pub(super) struct State {
    pub word: Vec<Step>,
    pub layout: Layout,
    /// Step, the state that follows, its rate.
    pub flows: Vec<(Step, usize, f64)>,
    pub values: Vec<f64>,
}

/// What makes states differ beside their layouts.
pub(super) enum Beside<'a> {
    /// The answers to probes.
    Answers(&'a Probes),
    /// What a caller knows of the allocator.
    #[cfg(test)]
    Known(&'a dyn Fn(&Run) -> u64),
}

/// All states that can be reached from an empty memory, in order of discovery.
pub(super) struct Chain {
    pub world: World,
    pub all: Vec<State>,
}

impl Chain {
    /// Drives the allocator through all of them.
    ///
    /// # Errors
    /// There are too many, or the allocator cannot be built.
    pub fn explore(world: &World, maker: &Maker, beside: &Beside) -> Result<Chain, String> {
        let empty = Run::replay(world, maker, &[])?;
        let mut known = BTreeMap::from([(key(&empty, (maker, &[]), beside)?, 0)]);
        let mut all = vec![state(&empty, Vec::new())];
        let mut at = 0;
        while at < all.len() {
            let word = all[at].word.clone();
            for (step, rate) in Run::replay(world, maker, &word)?.next() {
                let mut run = Run::replay(world, maker, &word)?;
                let size = match step {
                    Step::Ask(class) => Bytes(u64::from(world.classes[class].0) * maker.unit),
                    Step::Free(_) => Bytes::ZERO,
                };
                let enough = run.pool.available() >= size;
                let granted = run.step(step)?.is_some();
                if let Step::Ask(_) = step {
                    let [lost, cut_up] = [!granted, !granted && enough].map(|flag| f64::from(u8::from(flag)));
                    all[at].values.extend([lost, cut_up]);
                    if !granted {
                        continue;
                    }
                }
                let longer: Vec<Step> = word.iter().copied().chain([step]).collect();
                let fresh = all.len();
                let next = *known.entry(key(&run, (maker, &longer), beside)?).or_insert(fresh);
                if next == fresh {
                    all.push(state(&run, longer));
                }
                all[at].flows.push((step, next, rate));
            }
            at += 1;
            if all.len() > MOST_STATES {
                return Err(format!("there are more than {MOST_STATES} states, expected a memory with fewer layouts"));
            }
        }
        Ok(Chain { world: world.clone(), all })
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.all.len()
    }

    /// Number of different layouts among the states.
    pub fn layouts(&self) -> usize {
        let mut layouts: Vec<&Layout> = self.all.iter().map(|state| &state.layout).collect();
        layouts.sort();
        layouts.dedup();
        layouts.len()
    }
}

fn state(run: &Run, word: Vec<Step>) -> State {
    State { word, layout: run.layout(), flows: Vec::new(), values: run.values() }
}

type Key = (Layout, Vec<Option<u64>>);

/// What tells a state from others: layout, and what is beside it.
fn key(run: &Run, (maker, word): (&Maker, &[Step]), beside: &Beside) -> Result<Key, String> {
    let layout = run.layout();
    let mut answers = Vec::new();
    match beside {
        #[cfg(test)]
        Beside::Known(of) => answers.push(Some(of(run))),
        Beside::Answers(probes) => {
            for probe in probes.get(&layout).into_iter().flatten() {
                let mut run = Run::replay(run.world, maker, word)?;
                for step in probe {
                    answers.push(run.step(*step)?);
                }
            }
        }
    }
    Ok((layout, answers))
}
