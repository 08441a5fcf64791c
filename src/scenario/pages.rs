//! Pages of pool memory: Flink's segment size, and the allocator that hands them out.

use crate::base::{Args, Bytes, Trait, Value};
use crate::flink::layout::keys::task_manager as tm;
use crate::flink::layout::network::segment_size;

use super::catalogue::{Catalogue, facts};
use super::spec::{Choice, Group};

/// The parameter of a paged allocator that is the size of its pages.
const PAGE: &str = "page";

/// Where a scenario may say it.
pub const SAID: [&str; 3] = ["regions", "allocator", PAGE];

/// The size of network buffers and of pages of managed memory in `group`, 4 KiB to 1 GiB; a text where Flink would refuse
/// it.
pub fn segment_of(group: &Group) -> Result<Bytes, String> {
    segment_size(&group.flink).map_err(|fault| fault.to_string())
}

/// Whether a group says the size itself.
pub fn says_segment(group: &Group) -> bool {
    group.flink.is_set(&tm::SEGMENT)
}

/// Whether an allocator hands out pages of Flink's.
pub fn is_paged(allocator: &Choice, catalogue: &dyn Catalogue) -> bool {
    facts(catalogue, "regions.allocator", &allocator.name).is_some_and(|facts| facts.traits.contains(&Trait::Paged))
}

/// The page of a paged allocator.
pub fn page(allocator: &Choice) -> Option<Bytes> {
    allocator.args.bytes_opt(PAGE)
}

/// Gives a paged allocator that names no page the one of the groups. Where these differ, the check tells.
pub fn settle(allocator: &mut Choice, groups: &[Group]) {
    if let Some(segment) = groups.iter().find_map(|group| segment_of(group).ok()) {
        allocator.args.set(PAGE, Value::Bytes(segment));
    }
}

/// The allocator without its page, which follows from the groups.
pub fn without_page(allocator: &Choice) -> Choice {
    let rest = allocator.args.iter().filter(|(name, _)| *name != PAGE).map(|(name, value)| (name, value.clone()));
    Choice { name: allocator.name.clone(), args: Args::new(rest.collect()) }
}
