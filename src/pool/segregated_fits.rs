//! Segregated fits: size classes in a fixed ratio, each with spans of its own.
//!
//! Wilson, Johnstone, Neely & Boles, IWMM 1995, on simple segregated storage: a request is rounded up to its class and
//! never split or joined with neighbours of other classes. A class is at least one `smallest` above the one before it,
//! and at least `ratio` times as large; all are multiples of `smallest`. A coarse ratio wastes inside blocks, a fine
//! one spreads few blocks over many spans.

use super::BuildAllocator;
use super::spans::{Class, Plan, Spans};
use crate::base::{Args, Bytes, Entry, Kind, Trait, param};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "segregated-fits",
    summary: "size classes in a fixed ratio, each in spans of its own",
    source: "Wilson et al., IWMM 1995",
    params: &[
        param("ratio", Kind::Number(1.01, 16.0), "1.25", "each class is about so many times the one before"),
        param("smallest", Kind::Bytes, "16 B", "the first class, of which all others are multiples"),
        param("span", Kind::Bytes, "64 KiB", "spans are multiples of this; at most the pool"),
    ],
    traits: &[Trait::Rounds],
    build: |args, capacity| Ok(Box::new(Spans::new(plan(args, capacity)?, capacity))),
};

fn plan(args: &Args, capacity: Bytes) -> Result<Plan, String> {
    let (smallest, span, ratio) = (args.bytes("smallest").0, args.bytes("span"), args.number("ratio"));
    if smallest == 0 {
        return Err("`smallest` is 0 B: expected at least 1 B".into());
    }
    if span.0 < smallest {
        return Err(format!("`span` is {span}: expected at least the smallest class, {}", args.bytes("smallest")));
    }
    let span = span.0.min(capacity.0).max(1);
    let capacity = capacity.0 / span * span;
    let (mut classes, mut units) = (Vec::new(), 1u64);
    while let Some(object) = units.checked_mul(smallest).filter(|object| *object <= capacity) {
        classes.push(Class { object, span: object.next_multiple_of(span), header: 0 });
        units = ((units as f64 * ratio).floor() as u64).max(units + 1);
    }
    Ok(Plan { classes, whole: None, granule: span })
}
