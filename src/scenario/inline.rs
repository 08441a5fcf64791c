//! Parameters of a plug-in as they stand on a command line: `page = 4 KiB, ratio = 2`.

use std::sync::Arc;

use super::fault::{Faults, Spot};
use super::parse::value::preset_node;
use super::parse::{args, unknown_keys};
use super::tree::{Node, Origin, Tree};
use crate::base::{Args, Param};

/// Reads the parameters of `owner`, as they follow its name between braces on the command line.
///
/// # Errors
/// All faults, a text each.
pub fn inline(owner: &str, text: &str, params: &'static [Param]) -> Result<Args, Vec<String>> {
    let origin = Origin::Option(Arc::from(format!("{owner}{{{text}}}").as_str()));
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let Some((key, value)) = pair.split_once('=') else {
            faults.push(format!("{owner}: error: \"{pair}\" gives no value: expected key = value"));
            continue;
        };
        let (key, value) = (key.trim(), value.trim().trim_matches('"'));
        let kind = params.iter().find(|param| param.name == key).map(|param| param.kind);
        let node = kind.map_or_else(|| Node::text(value, origin.clone()), |kind| preset_node(&kind, value));
        entries.push((key.to_string(), Node { origin: origin.clone(), ..node }));
    }
    let root = Node { tree: Tree::Table(entries), origin };
    let mut found = Faults::new(owner);
    let read = args(&Spot::root(&root), params, &mut found);
    let names: Vec<&str> = params.iter().map(|param| param.name).collect();
    unknown_keys(&Spot::root(&root), &names, &mut found);
    faults.extend(found.sorted().iter().map(|fault| fault.to_string()));
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Bytes, Kind, param};

    static PARAMS: &[Param] =
        &[param("page", Kind::Bytes, "1 KiB", "a page"), param("ratio", Kind::Number(1.0, 2.0), "1", "a ratio")];

    #[test]
    fn parameters_are_read_with_their_units_and_the_rest_is_preset() {
        let read = inline("x", " page=\"4 KiB\" , ", PARAMS).unwrap();
        assert_eq!((read.bytes("page"), read.number("ratio")), (Bytes(4096), 1.0));
        assert_eq!(inline("x", "ratio = 1.5", PARAMS).unwrap().number("ratio"), 1.5);
    }

    #[test]
    fn all_faults_are_told() {
        let faults = inline("x", "pag=4 KiB, page=7, ratio=3, odd", PARAMS).unwrap_err().join("\n");
        for part in ["page", "no unit", "ratio", "from 1 to 2", "\"odd\" gives no value"] {
            assert!(faults.contains(part), "{faults} lacks {part}");
        }
    }
}
