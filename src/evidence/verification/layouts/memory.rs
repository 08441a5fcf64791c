//! What an allocator remembers beside the layout, such as the rover of next fit or the order of a free list, found out from
//! what it does.
//!
//! At first two histories with the same layout count as one state. Then both are continued alike, at random; if the
//! answers ever differ, the continuation becomes a probe that tells such states apart from now on, and the chain is found
//! anew (Angluin, Information and Computation 75, 1987, learns automata like that). It ends when nothing that was tried
//! tells merged histories apart. States that no continuation tells apart may stay merged: they behave alike for ever.

use super::World;
use super::chain::{Beside, Chain, Maker, Probes, Run, Step};
use crate::kernel::{Stream, Streams};

/// Continuations that are tried for each pair of histories in a round, and rounds without a difference that are enough.
const TRIES: u32 = 3;
const QUIET: u32 = 3;
/// Most rounds.
const ROUNDS: u32 = 200;

/// The chain of an allocator.
///
/// # Errors
/// There are too many states, or new ones come up for ever.
pub(super) fn learn(world: &World, maker: &Maker, seed: u64) -> Result<Chain, String> {
    let mut probes = Probes::new();
    let mut chain = Chain::explore(world, maker, &Beside::Answers(&probes))?;
    let mut quiet = 0;
    for round in 0..ROUNDS {
        let mut stream = Streams::new(seed).stream("layouts", u64::from(round));
        let found = differences(&chain, maker, &mut stream)?;
        if found.is_empty() {
            quiet += 1;
            if quiet == QUIET {
                return Ok(chain);
            }
            continue;
        }
        quiet = 0;
        for (layout, mut more) in found {
            probes.entry(layout).or_default().append(&mut more);
        }
        chain = Chain::explore(world, maker, &Beside::Answers(&probes))?;
    }
    Err(format!("after {ROUNDS} rounds the allocator still does what its layouts do not tell"))
}

/// Continuations after which histories that count as one state have been answered differently.
fn differences(chain: &Chain, maker: &Maker, stream: &mut Stream) -> Result<Probes, String> {
    let mut found = Probes::new();
    for state in &chain.all {
        for (step, next, _) in &state.flows {
            let target = &chain.all[*next];
            let mut word = state.word.clone();
            word.push(*step);
            if word == target.word || found.contains_key(&target.layout) {
                continue;
            }
            for _ in 0..TRIES {
                if let Some(probe) = difference((chain, maker), [&word, &target.word], stream)? {
                    found.entry(target.layout.clone()).or_default().push(probe);
                    break;
                }
            }
        }
    }
    Ok(found)
}

/// Continues two histories alike until their answers differ; what was done until then, if they do.
fn difference(
    (chain, maker): (&Chain, &Maker),
    words: [&[Step]; 2],
    stream: &mut Stream,
) -> Result<Option<Vec<Step>>, String> {
    let mut one = Run::replay(&chain.world, maker, words[0])?;
    let mut other = Run::replay(&chain.world, maker, words[1])?;
    let mut probe = Vec::new();
    for _ in 0..2 * chain.world.units {
        let steps = one.next();
        let (step, _) = steps[stream.index(steps.len())];
        probe.push(step);
        if one.step(step)? != other.step(step)? {
            return Ok(Some(probe));
        }
    }
    Ok(None)
}
