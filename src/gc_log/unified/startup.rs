//! What a JVM says of itself when it starts (tags `gc+init`, `gc+heap+coops`, `gc`, `arguments`).

use crate::base::Bytes;
use crate::gc_log::facts::JvmFacts;
use crate::gc_log::text::{Scan, contains, readable};
use crate::heap::hotspot::CollectorKind;

/// The collector that a line announces: the first sign of a JVM that starts.
pub(super) fn announced(text: &[u8]) -> Option<CollectorKind> {
    let name = text.strip_prefix(b"Using ").or_else(|| text.strip_prefix(b"Initializing "))?.trim_ascii_end();
    std::str::from_utf8(name).ok().and_then(CollectorKind::announced)
}

/// Takes a line of the start.
pub(super) fn line(facts: &mut JvmFacts, text: &[u8]) -> bool {
    if let Some(collector) = announced(text) {
        facts.collector = facts.collector.filter(|known| *known == CollectorKind::GenerationalZ).or(Some(collector));
        return true;
    }
    if let Some(flags) = text.strip_prefix(b"jvm_args: ") {
        facts.take_flags(flags);
        return true;
    }
    named(facts, text).is_some() || counted(facts, text).is_some() || shenandoah(facts, text).is_some()
}

/// Lines of a name and a size, or of a name and a word.
fn named(facts: &mut JvmFacts, text: &[u8]) -> Option<()> {
    let mut scan = Scan::new(text);
    let name = scan.until(b':')?;
    scan.spaces();
    let size = |scan: &mut Scan| scan.size();
    match name {
        b"Version" => facts.version = readable(scan.rest(), 100),
        b"Memory" => facts.memory = Some(size(&mut scan)?),
        b"Heap Min Capacity" | b"Min Capacity" => facts.heap_min = Some(size(&mut scan)?),
        b"Heap Initial Capacity" | b"Initial Capacity" => facts.heap_initial = Some(size(&mut scan)?),
        b"Heap Max Capacity" | b"Max Capacity" => facts.heap_max = Some(size(&mut scan)?),
        b"Heap Region Size" | b"Heap region size" => facts.region = Some(size(&mut scan)?),
        b"Region size in bytes" => facts.region = Some(Bytes(scan.integer()?)),
        b"Compressed Oops" => facts.compressed_pointers = Some(scan.eat(b"Enabled")),
        b"Heap address" if contains(scan.rest(), b"Compressed Oops mode") => facts.compressed_pointers = Some(true),
        b"Heap address" => {}
        _ => return None,
    }
    Some(())
}

/// Lines of a name and a count.
fn counted(facts: &mut JvmFacts, text: &[u8]) -> Option<()> {
    let mut scan = Scan::new(text);
    let name = scan.until(b':')?;
    scan.spaces();
    let count = scan.integer()?;
    match name {
        b"CPUs" => {
            facts.cpus_total = Some(count);
            facts.cpus = scan.eat(b" total, ").then(|| scan.integer()).flatten();
        }
        b"Parallel Workers" | b"Parallel GC threads" => facts.parallel_workers = Some(count),
        b"Concurrent Workers" | b"Concurrent GC threads" | b"GC Workers" => facts.concurrent_workers = Some(count),
        b"Concurrent Refinement Workers" => facts.refinement_workers = Some(count),
        b"GC Workers for Old Generation" | b"GC Workers for Young Generation" | b"GC Workers Max" => {
            if name != b"GC Workers Max" {
                facts.collector = Some(CollectorKind::GenerationalZ);
            }
            facts.concurrent_workers = facts.concurrent_workers.max(Some(count));
        }
        _ => return None,
    }
    Some(())
}

/// Lines of Shenandoah up to JDK 14, and of `gc+heap` at level debug: several numbers in one line.
fn shenandoah(facts: &mut JvmFacts, text: &[u8]) -> Option<()> {
    let mut scan = Scan::new(text);
    if scan.eat(b"Regions: ") {
        scan.integer()?;
        facts.region = scan.eat(b" x ").then(|| scan.size())?;
    } else if scan.eat(b"GC threads: ") {
        facts.parallel_workers = Some(scan.integer()?);
        facts.concurrent_workers = scan.eat(b" parallel, ").then(|| scan.integer())?;
    } else if scan.eat(b"Initialize Shenandoah heap: ") {
        facts.heap_initial = Some(scan.size()?);
        facts.heap_min = scan.eat(b" initial, ").then(|| scan.size())?;
        facts.heap_max = scan.eat(b" min, ").then(|| scan.size())?;
    } else if scan.eat(b"Minimum heap ") {
        facts.heap_min = Some(Bytes(scan.integer()?));
        scan.spaces();
        facts.heap_initial = scan.eat(b"Initial heap ").then(|| scan.integer().map(Bytes))?;
        scan.spaces();
        facts.heap_max = scan.eat(b"Maximum heap ").then(|| scan.integer().map(Bytes))?;
    } else {
        return None;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(lines: &[&str]) -> JvmFacts {
        let mut facts = JvmFacts::default();
        for text in lines {
            assert!(line(&mut facts, text.as_bytes()), "{text}");
        }
        facts
    }

    #[test]
    fn a_start_of_g1() {
        let facts = facts(&[
            "Using G1",
            "Version: 17.0.13+11 (release)",
            "CPUs: 8 total, 1 available",
            "Memory: 2048M",
            "Compressed Oops: Enabled (32-bit)",
            "Heap Region Size: 1M",
            "Heap Max Capacity: 1G",
            "Parallel Workers: 3",
        ]);
        assert_eq!((facts.collector, facts.major()), (Some(CollectorKind::G1), Some(17)));
        assert_eq!((facts.cpus, facts.cpus_total, facts.memory), (Some(1), Some(8), Some(Bytes(2 << 30))));
        assert_eq!((facts.region, facts.heap_max), (Some(Bytes(1 << 20)), Some(Bytes(1 << 30))));
        assert_eq!((facts.compressed_pointers, facts.parallel_workers), (Some(true), Some(3)));
    }

    #[test]
    fn a_start_of_generational_zgc_and_of_shenandoah() {
        let z = facts(&[
            "Initializing The Z Garbage Collector",
            "GC Workers for Old Generation: 1 (dynamic)",
            "Max Capacity: 1664M",
        ]);
        assert_eq!((z.collector, z.heap_max), (Some(CollectorKind::GenerationalZ), Some(Bytes(1664 << 20))));
        let s = facts(&["Regions: 2048 x 4096K", "GC threads: 4 parallel, 2 concurrent", "Using Shenandoah"]);
        assert_eq!((s.region, s.parallel_workers, s.concurrent_workers), (Some(Bytes(4 << 20)), Some(4), Some(2)));
    }

    #[test]
    fn other_lines_are_refused() {
        for text in ["Using magic", "Memory: a lot", "CPUs: some", "Heap Max Capacity: huge", "", ":"] {
            assert!(!line(&mut JvmFacts::default(), text.as_bytes()), "{text}");
        }
    }
}
