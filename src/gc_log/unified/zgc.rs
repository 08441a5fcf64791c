//! ZGC: the table of the heap at the steps of a cycle.

use super::parts::Parts;
use crate::base::Bytes;
use crate::gc_log::text::Scan;

/// Rows of the tables that ZGC prints at the end of a cycle (one or two generations).
const ROWS: &[&[u8]] = &[
    b"Capacity",
    b"Free",
    b"Used",
    b"Live",
    b"Allocated",
    b"Garbage",
    b"Reclaimed",
    b"Promoted",
    b"Compacted",
    b"Generation",
    b"Eden",
    b"Survivor",
    b"Young",
    b"Old",
];

/// A row: the cells are sizes with or without share, or "-". Of a major collection, the tables of both generations
/// come one after the other, so that their live data adds up.
pub(super) fn row(parts: &mut Parts, text: &[u8], is_old: bool) -> bool {
    let mut scan = Scan::new(text);
    let Some(name) = scan.until(b':') else { return false };
    if !ROWS.contains(&name) {
        return false;
    }
    let mut cells = [None; 6];
    let mut count = 0;
    loop {
        scan.spaces();
        if scan.is_done() {
            break;
        }
        let Some(cell) = cell(&mut scan) else { return false };
        if let Some(place) = cells.get_mut(count) {
            *place = cell;
        }
        count += 1;
    }
    let [_, mark_end, _, relocate_end, ..] = cells;
    match name {
        b"Live" if is_old => {
            parts.live = mark_end.map(|old| Bytes(old.0.saturating_add(parts.live.unwrap_or_default().0)))
        }
        b"Live" => parts.live = mark_end.or(parts.live),
        b"Promoted" => parts.promoted = relocate_end.or(parts.promoted),
        b"Capacity" => parts.capacity = relocate_end.or(parts.capacity),
        _ => {}
    }
    count > 1
}

/// The outer `None` says that no cell stands here.
fn cell(scan: &mut Scan) -> Option<Option<Bytes>> {
    if scan.eat(b"-") {
        return Some(None);
    }
    let size = scan.size()?;
    scan.spaces();
    scan.parenthesis();
    Some(Some(size))
}

/// A line that begins with the generation: "Y: ", "O: " for a major collection, "y: " for a minor one.
pub(super) fn without_generation(text: &[u8]) -> &[u8] {
    match text {
        [b'Y' | b'O' | b'y' | b'o', b':', b' ', rest @ ..] => rest.trim_ascii_start(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_data_is_that_of_the_end_of_marking() {
        let mut parts = Parts::default();
        let live = b"Live:         -              1200M (30%)        1200M (30%)        1200M (30%)            -                  -";
        assert!(row(&mut parts, live, false));
        assert!(row(&mut parts, b"Capacity: 1M (98%) 2M (100%) 3M (100%) 4M (100%) 5M (100%) 6M (98%)", false));
        assert_eq!((parts.live, parts.capacity), (Some(Bytes(1200 << 20)), Some(Bytes(4 << 20))));
        assert!(!row(&mut parts, b"Capacity: plenty", false));
        assert!(!row(&mut parts, b"Other: 1M 2M", false));
    }
}
