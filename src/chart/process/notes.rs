//! What is said below the boxes: slots, empty parts, parts that are too thin.

use super::super::number::Unit;
use super::stack::{Block, HAIRLINE, Ruler};
use super::{PartKind, Process};

/// "name, name and name" of the blocks that `wanted` picks; nothing where there is none.
fn names<'a>(blocks: &[Block<'a>], wanted: impl Fn(&Block<'a>) -> bool) -> Option<String> {
    let mut names: Vec<&str> =
        blocks.iter().filter(|block| wanted(block)).map(|block| block.part.name.as_str()).collect();
    // A part of both processes comes twice, one after the other.
    names.dedup();
    let (last, rest) = names.split_last()?;
    Some(if rest.is_empty() { last.to_string() } else { format!("{} and {last}", rest.join(", ")) })
}

/// What the slots share and what each has alone; nothing for less than two slots.
pub(super) fn slots(process: &Process, blocks: &[Block<'_>]) -> Option<String> {
    let managed = blocks.iter().find(|block| block.part.kind == PartKind::Managed)?.part.size;
    if process.slots < 2 {
        return None;
    }
    let share = match managed.0 / u64::from(process.slots) {
        0 => "without managed memory".to_string(),
        each => format!("each {} of managed memory", Unit::Bytes.write(each as f64)),
    };
    Some(format!("{} slots, {share}; heap and network memory are shared.", process.slots))
}

/// The parts of size 0, which cannot be drawn.
pub(super) fn empty(blocks: &[Block<'_>]) -> Option<String> {
    let names = names(blocks, |block| block.is_leaf() && block.is_empty())?;
    Some(format!("{names}: 0."))
}

/// The parts that are thinner than a hairline.
pub(super) fn thin(ruler: &Ruler, blocks: &[Block<'_>]) -> Option<String> {
    let is_thin = |block: &Block<'_>| ruler.at(block.upto) - ruler.at(block.from) < HAIRLINE;
    let names = names(blocks, |block| block.is_leaf() && !block.is_empty() && is_thin(block))?;
    Some(format!("Thinner than the line that shows it: {names}."))
}

/// What heights and widths mean.
pub(super) fn scale() -> String {
    "Heights are to scale; widths only show nesting.".to_string()
}
