//! Which allocators are compared, as a user names them.

use crate::base::nearest;
use crate::base::{Args, Bytes, Entry, Kind, Value};
use crate::pool::{BLOCK_ALLOCATORS, BuildAllocator, Pool, listed_name};
use crate::scenario::{defaults, inline};

/// An allocator with its parameters.
#[derive(Clone)]
pub struct Contender {
    /// As the user named it.
    pub label: String,
    /// Its entry in the registry.
    pub entry: &'static Entry<BuildAllocator>,
    /// Its parameters.
    pub args: Args,
}

impl std::fmt::Debug for Contender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.label)
    }
}

impl Contender {
    /// An empty memory of this size.
    ///
    /// # Errors
    /// The parameters make no sense together.
    pub fn pool(&self, size: Bytes) -> Result<Pool, String> {
        (self.entry.build)(&self.args, size).map(|allocator| Pool::new(size, allocator))
    }

    /// Whether its blocks have addresses.
    pub fn has_addresses(&self) -> bool {
        self.pool(Bytes(1 << 20)).is_ok_and(|pool| pool.has_addresses())
    }

    /// Whether it grants every request, whatever the size of the memory.
    pub fn is_bound(&self) -> bool {
        self.entry.traits.contains(&crate::base::Trait::Bound)
    }
}

/// Reads `all`, or names divided by commas, each with parameters between braces if wanted.
///
/// # Errors
/// Everything that is wrong, a text each.
pub fn contenders(text: &str) -> Result<Vec<Contender>, Vec<String>> {
    let (mut found, mut faults): (Vec<Contender>, Vec<String>) = (Vec::new(), Vec::new());
    for part in apart(text) {
        let part = part.trim();
        match part {
            "" => {}
            "all" => found.extend(BLOCK_ALLOCATORS.iter().map(|entry| preset(entry))),
            _ => match one(part) {
                Ok(contender) => found.push(contender),
                Err(more) => faults.extend(more),
            },
        }
    }
    let mut seen: Vec<String> = Vec::new();
    found.retain(|contender| {
        let first = !seen.contains(&contender.label);
        seen.push(contender.label.clone());
        first
    });
    if found.is_empty() && faults.is_empty() {
        faults.push("error: no allocator is named: expected all, or names divided by commas".into());
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

/// Splits at commas outside braces.
fn apart(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let inside = |sign: char| {
        depth += match sign {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        sign == ',' && depth == 0
    };
    text.split(inside).collect()
}

/// The parameter by which buddies refuse to go below a size.
const SMALLEST: &str = "smallest";

/// As declared, but for buddies: those of a trace go down to one byte, where those of a scenario stop at what suits pools.
fn presets(entry: &'static Entry<BuildAllocator>) -> Args {
    let mut args = defaults(entry.params);
    if let Some(param) = entry.params.iter().find(|param| param.name == SMALLEST && param.kind == Kind::Bytes) {
        args.set(param.name, Value::Bytes(Bytes(1)));
    }
    args
}

fn preset(entry: &'static Entry<BuildAllocator>) -> Contender {
    Contender { label: entry.name.into(), entry, args: presets(entry) }
}

fn one(text: &str) -> Result<Contender, Vec<String>> {
    let (name, braces) = match text.split_once('{') {
        Some((name, rest)) => (name.trim(), Some(rest.strip_suffix('}').ok_or(rest))),
        None => (text, None),
    };
    let names: Vec<&str> = BLOCK_ALLOCATORS.iter().map(|entry| entry.name).collect();
    let plain = name.replace('_', "-");
    let Some(entry) = BLOCK_ALLOCATORS.iter().find(|entry| entry.name == listed_name(&plain)) else {
        let near = nearest(name, names.iter().copied());
        let near = near.map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        return Err(vec![format!("error: there is no allocator `{name}`{near} Known: {}", names.join(", "))]);
    };
    let args = match braces {
        None => presets(entry),
        Some(Ok(inner)) => inline(entry.name, inner, entry.params)?,
        Some(Err(_)) => return Err(vec![format!("error: \"{text}\" has no closing brace")]),
    };
    Ok(Contender { label: text.to_string(), entry, args })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_parameters_are_read() {
        let found = contenders("best_fit, first-fit{granule = 16 B},best-fit").unwrap();
        let labels: Vec<&str> = found.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(labels, ["best_fit", "first-fit{granule = 16 B}", "best-fit"]);
        assert_eq!(found[1].args.bytes("granule"), Bytes(16));
        assert_eq!(contenders("all,best-fit,least").unwrap().len(), BLOCK_ALLOCATORS.len() + 1);
    }

    #[test]
    fn unknown_names_get_the_nearest_one_and_all_faults_are_told() {
        let faults = contenders("bestfit,buddy{granul=2 B},tlsf{").unwrap_err().join("\n");
        for part in ["`bestfit`, did you mean `best-fit`?", "granul", "no closing brace"] {
            assert!(faults.contains(part), "{faults} lacks {part}");
        }
        assert!(contenders(" , ").unwrap_err()[0].contains("no allocator"));
    }
}
