//! Slab: objects of one size, side by side in slabs behind a header.
//!
//! Bonwick, USENIX Summer 1994. A request of at most an object takes one object, a larger one whole neighbouring slabs
//! of its own (as kernels hand large requests to the page allocator). A slab wastes its header and what is left behind
//! the last object; it returns when its last object has gone. Colouring, constructors and caches per processor change
//! no address that matters here and are left out.

use super::BuildAllocator;
use super::spans::{Class, Plan, Spans};
use crate::base::{Args, Bytes, Entry, Kind, Trait, param};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "slab",
    summary: "objects of one size in slabs; larger requests take whole slabs",
    source: "Bonwick, USENIX 1994",
    params: &[
        param("object", Kind::Bytes, "32 KiB", "size of an object"),
        param("slab", Kind::Bytes, "1 MiB", "size of a slab; at most the pool"),
        param("header", Kind::Bytes, "64 B", "bytes at the start of a slab that hold no object"),
    ],
    traits: &[Trait::Rounds],
    build: |args, capacity| Ok(Box::new(Spans::new(plan(args, capacity)?, capacity))),
};

fn plan(args: &Args, capacity: Bytes) -> Result<Plan, String> {
    let (object, slab, header) = (args.bytes("object"), args.bytes("slab"), args.bytes("header"));
    if object == Bytes::ZERO {
        return Err("`object` is 0 B: expected at least 1 B".into());
    }
    if header.0.checked_add(object.0).is_none_or(|least| least > slab.0) {
        return Err(format!("`slab` is {slab}: expected room for a header of {header} and an object of {object}"));
    }
    // A pool smaller than a slab is one slab, or one object without header where even that has no room.
    let slab = slab.0.min(capacity.0).max(1);
    let fits = header.0 + object.0 <= slab;
    let class = Class { object: object.0, span: slab, header: header.0 };
    Ok(Plan { classes: if fits { vec![class] } else { vec![] }, whole: Some(slab), granule: slab })
}
