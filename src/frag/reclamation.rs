//! What becomes of freed blocks, and what is done where a request is refused.

use crate::base::nearest;
use crate::base::{Args, Bytes, Kind, Param, param};
use crate::pool::{self, BlockAllocator, Goal, RECLAMATIONS};
use crate::scenario::inline;

/// How memory is reclaimed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reclamation {
    /// Nothing moves; freed blocks are used again by this rule.
    Still(pool::Reclamation),
    /// At a refusal with enough memory free, all blocks are moved together.
    Compact,
    /// At such a refusal, as few bytes as make room are moved, and never more than this many.
    Partial(Bytes),
}

const BUDGET: &[Param] = &[param("budget", Kind::Bytes, "1 MiB", "bytes that one compaction may move")];

/// Reads a rule of [`RECLAMATIONS`] such as `lazy{share = …}`, or `compact` or `partial{budget = …}`.
///
/// # Errors
/// Everything that is wrong, a text each.
pub fn reclamation(text: &str) -> Result<Reclamation, Vec<String>> {
    let (name, inner) = match text.trim().split_once('{') {
        Some((name, rest)) => (name.trim(), rest.strip_suffix('}').ok_or_else(|| vec![no_brace(text)])?),
        None => (text.trim(), ""),
    };
    let read = |params: &'static [Param]| -> Result<Args, Vec<String>> { inline(name, inner, params) };
    if let Some(entry) = RECLAMATIONS.iter().find(|entry| entry.name == name) {
        return Ok(Reclamation::Still((entry.build)(&read(entry.params)?)));
    }
    match name {
        "compact" => read(&[]).map(|_| Reclamation::Compact),
        "partial" => Ok(Reclamation::Partial(read(BUDGET)?.bytes("budget"))),
        _ => {
            let names: Vec<&str> = RECLAMATIONS.iter().map(|entry| entry.name).chain(["compact", "partial"]).collect();
            let near = nearest(name, names.iter().copied());
            let near = near.map_or(String::new(), |near| format!(", did you mean `{near}`?"));
            Err(vec![format!("error: there is no reclamation `{name}`{near} Known: {}", names.join(", "))])
        }
    }
}

fn no_brace(text: &str) -> String {
    format!("error: \"{text}\" has no closing brace")
}

impl Reclamation {
    /// Blocks join their neighbours as soon as they are freed.
    pub const EAGER: Reclamation = Reclamation::Still(pool::Reclamation::Eager);

    /// Whether dead blocks wait to be given back.
    pub fn defers(self) -> bool {
        matches!(self, Reclamation::Still(rule) if rule != pool::Reclamation::Eager)
    }

    /// The allocator of a memory of `size` under this rule.
    pub(super) fn apply(self, allocator: Box<dyn BlockAllocator>, size: Bytes) -> Box<dyn BlockAllocator> {
        match self {
            Reclamation::Still(rule) => rule.apply(allocator, size),
            _ => allocator,
        }
    }

    /// What to do at a refusal of `bytes`: a goal and a budget.
    pub(super) fn remedy(self, bytes: Bytes) -> Option<(Goal, Bytes)> {
        match self {
            Reclamation::Still(_) => None,
            Reclamation::Compact => Some((Goal::Everything, Bytes(u64::MAX))),
            Reclamation::Partial(budget) => Some((Goal::Room(bytes), budget)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_are_read_and_others_refused() {
        assert_eq!(reclamation("eager"), Ok(Reclamation::EAGER));
        assert_eq!(reclamation("lazy{share = 0.5}"), Ok(Reclamation::Still(pool::Reclamation::Lazy(0.5))));
        let swept = Reclamation::Still(pool::Reclamation::MarkAndSweep(0.125));
        assert_eq!(reclamation("mark-and-sweep"), Ok(swept));
        assert_eq!(reclamation("compact"), Ok(Reclamation::Compact));
        assert_eq!(reclamation("partial{budget=64 KiB}"), Ok(Reclamation::Partial(Bytes(65536))));
        assert!(reclamation("compakt").unwrap_err()[0].contains("`compact`"));
        assert!(reclamation("lazy{share=2}").unwrap_err()[0].contains("from 0 to 1"));
        assert!(reclamation("eager{share=1}").is_err() && reclamation("lazy{").is_err());
    }
}
