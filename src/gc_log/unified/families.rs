//! Lines of known sorts that tell nothing that is needed, where no tags say so.

use crate::gc_log::text::{Scan, begins_with_any, contains, find};

/// Beginnings of lines, after blanks and the number of the collection.
const BEGINNINGS: &[&[u8]] = &[
    // Start of the JVM.
    b"CDS archive(s) ",
    b"CDS disabled",
    b"Compressed class space ",
    b"Narrow klass ",
    b"Large Page Support: ",
    b"NUMA ",
    b"Pre-touch: ",
    b"Periodic GC: ",
    b"Alignments: ",
    b"Address Space ",
    b"Heap Backing ",
    b"Medium Page Size: ",
    b"Page Sizes: ",
    b"Available space on ",
    b"Uncommit",
    b"Runtime Workers: ",
    b"TLAB Size Max: ",
    b"Max TLAB size: ",
    b"Humongous Object Threshold: ",
    b"Humongous object threshold: ",
    b"Humongous threshold",
    b"Heap Region Count: ",
    b"Mode: ",
    b"Heuristics: ",
    b"Heuristics ergonomically ",
    b"Shenandoah ",
    b"Min heap equals ",
    b"Consider ",
    b"CardTable entry size: ",
    b"Card Set container ",
    b"Soft Max Capacity: ",
    b"Soft Max Heap Size: ",
    b"String Deduplication",
    b"Reference processing: ",
    b"Safepointing mechanism: ",
    b"Region size shift: ",
    b"Initial number of regions: ",
    b"Maximum number of regions: ",
    b"Number of regions: ",
    b"Parallel reference ",
    b"Resizeable heap",
    b"Non-resizeable heap",
    b"Using TLAB allocation",
    b"Not using TLAB",
    b"Using max TLAB",
    b"Elastic TLABs",
    b"Not using legacy ",
    b"Using legacy ",
    b"Barrier Set",
    b"Initial TLAB",
    b"Archived java heap ",
    b"optimized module",
    b"Shared Memory ",
    b"Process Reserved",
    b"Cgroup ",
    // Decisions of the collectors.
    b"Attempting ",
    b"Trigger: ",
    b"Trigger (",
    b"Free headroom: ",
    b"Free: ",
    b"Pacer for ",
    b"Cancelling ",
    b"Cancelled ",
    b"Failed to allocate ",
    b"Good progress ",
    b"Bad progress ",
    b"Collectable Garbage: ",
    b"Adaptive CSet Selection. ",
    b"Aggressive CSet Selection. ",
    b"Cleaned string and symbol table",
    b"GC request for ",
    b"Request concurrent cycle",
    b"Do not request ",
    b"Out Of Memory ",
    b"Average GC time ",
    b"Uncommitted",
    b"Committed",
    b"Evacuation Failed",
    b"Running ",
    b"Resize",
    b"Expand",
    b"Shrink",
    b"Reserved: ",
    b"Humongous allocation",
    b"Starting reclaim",
    b"Upgrading to ",
    b"Upgrade to ",
    b"Age Table:",
    b"Age table",
    b"Heap Statistics:",
    b"Young Generation Statistics:",
    b"Old Generation Statistics:",
    b"Evacuation info",
    b"Concurrent Mark reset",
    b"Retried waiting ",
    b"Spurious",
    b"Preserving ",
    b"Clearing ",
    b"Aborting ",
    b"Degenerated GC ",
    b"Restored ",
    b"Trigger type: ",
    b"GC Locker",
    b"GCLocker",
    // Phases.
    b"Phase ",
    b"Marking Phase",
    b"Summary Phase",
    b"Adjust Roots",
    b"Compaction Phase",
    b"Pre Compact",
    b"Post Compact",
    // The heap in words.
    b"Heap before ",
    b"Heap after ",
    b"garbage-first heap ",
    b"region size ",
    b"Metaspace  ",
    b"class space ",
    b"eden space ",
    b"from space ",
    b"to space ",
    b"to   space ",
    b"the space ",
    b"object space ",
    b"def new generation ",
    b"tenured generation ",
    b"par new generation ",
    b"concurrent mark-sweep ",
    b"PSYoungGen  ",
    b"ParOldGen  ",
    b"ZHeap ",
    b"Status: ",
    b"Reserved region:",
    b"Collection set:",
    b"- map (",
    b"- [0x",
    b"- 0x",
    b"Epsilon Heap",
    b"Allocation space:",
    b"space ",
    b"Heap: ",
    b"Heap Occupancy",
    b"{Heap",
    b"}",
    // Tables at the end of a cycle of ZGC.
    b"Mark Start  ",
    b"MMU: ",
    b"MMU target violated: ",
    b"Load: ",
    b"Mark: ",
    b"Mark Stack Usage: ",
    b"NMethods: ",
    b"Soft: ",
    b"Weak: ",
    b"Final: ",
    b"Phantom: ",
    b"Small Pages: ",
    b"Medium Pages: ",
    b"Large Pages: ",
    b"Forwarding Usage: ",
    b"Pages: ",
    b"Candidates",
    b"Selected",
    b"Encountered references: ",
    b"Discovered  references: ",
    b"Enqueued    references: ",
    b"Live  ",
    b"Min Capacity: ",
    b"Max Capacity: ",
    b"Initial Capacity: ",
    // Statistics.
    b"=== ",
    b"Last 10s ",
    b"Avg / Max ",
    b"GC STATISTICS:",
    b"\"(G)\" (gross) ",
    b"\"(N)\" (net) ",
    b"\"a\" is average ",
    b"\"lvls\" are quantiles",
    b"and post-safepoint ",
    b"All times are wall-clock ",
    b"all workers. Dividing ",
    b"Pacing delays are measured ",
    b"observed pacing delays ",
    b"time in the pacing code",
    b"OS takes longer ",
    b"Higher delay would ",
    b"from the STW pause ",
    b"invisible to the usual ",
    b"Raise max pacing ",
    b"Actual pacing delays ",
    b"From -  ",
    b"Allocation pacing accrued:",
    b"Under allocation pressure",
    b"under stop-the-world ",
    b"tune GC heuristics",
    b"to avoid Degenerated ",
    b"Allocation pressure",
    b"Pacing ",
    b"Total: ",
];

/// What follows a count in the statistics of Shenandoah.
const COUNTED: &[&[u8]] = &[
    b"successful concurrent GCs",
    b"abbreviated GCs",
    b"abbreviated",
    b"invoked explicitly",
    b"invoked implicitly",
    b"Degenerated GCs",
    b"Full GCs",
    b"caused by ",
    b"upgraded ",
    b"happened at ",
    b"times",
    b"Completed GCs",
    b"successful ",
    b"completed ",
];

/// Whether the text is of a known sort.
pub(super) fn is_known(text: &[u8], has_id: bool) -> bool {
    let text = text.trim_ascii();
    match text.first() {
        None | Some(b'=') if text.iter().all(|byte| *byte == b'=') => true,
        Some(b'0'..=b'9') => is_count(text),
        _ if text == b"Heap" => true,
        _ => begins_with_any(text, BEGINNINGS) || is_statistic(text) || (has_id && is_phase(text)),
    }
}

/// "27 successful concurrent GCs", "2048 x 4096K regions", "8192M total, ...", "11 of 939 ms ( 1.2%): ...", "1 ms - 2 ms: ...".
fn is_count(text: &[u8]) -> bool {
    let mut scan = Scan::new(text);
    if scan.size().is_some() {
        return scan.eat(b" total, ") || scan.eat(b" max, ");
    }
    if scan.integer().is_none() {
        return false;
    }
    let rest = scan.rest().trim_ascii_start();
    let is_share = rest.starts_with(b"of ") && contains(rest, b" ms (");
    let is_bin = rest.starts_with(b"ms -") && contains(rest, b" ms:");
    let is_regions = rest.starts_with(b"x ") && rest.ends_with(b"regions");
    is_share || is_bin || is_regions || begins_with_any(rest, COUNTED)
}

/// Rows of statistics: several "a / b" of ZGC; a name, two blanks or more and microseconds, or a sum, of Shenandoah.
fn is_statistic(text: &[u8]) -> bool {
    if contains(text, b"(lvls, us =") {
        return true;
    }
    if let Some(at) = find(text, b" us") {
        let before = text.get(..at).unwrap_or_default();
        let name = before.trim_ascii_end().trim_end_digits();
        return name.len() < before.len() && name.ends_with(b"  ") && text.first().is_some_and(u8::is_ascii_alphabetic);
    }
    contains(text, b": ") && text.windows(3).filter(|three| three == b" / ").count() >= 4
}

/// Whatever follows the number of a collection and has the shape of a phase: a name, and after a colon or before the
/// end a value.
fn is_phase(text: &[u8]) -> bool {
    if !text.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let mut scan = Scan::new(text);
    let is_name =
        |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-' | b'/' | b'(' | b')' | b'&' | b'_' | b',');
    if scan.while_matches(is_name).is_none() {
        return false;
    }
    if scan.eat(b":") {
        scan.spaces();
        return !scan.is_done();
    }
    scan.span().is_some() && scan.is_done()
}

trait TrimDigits {
    fn trim_end_digits(&self) -> &[u8];
}

impl TrimDigits for [u8] {
    fn trim_end_digits(&self) -> &[u8] {
        let digits = self.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        self.get(..self.len() - digits).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_without_tags() {
        let known = [
            "CDS archive(s) mapped at: [0x00007f97e6000000]",
            "   27 successful concurrent GCs",
            "     11 of   939 ms (  1.2%): flink-metrics-scheduler-1",
            "Concurrent Reset                   1870 us",
            "  CMR: Thread Roots                3769 us, workers (us): 3769, ",
            "Pause Init Mark (G)   =    0.035 s (a =     1238 us) (n =    28) (lvls, us =      193,      434)",
            "  Phase: Concurrent Mark   531.014 / 972.329     531.014 / 972.329   531.014 / 972.329  531.014 / 972.329     ms",
            "=================",
            "      16 ms -      32 ms:          947        7576 ms",
            "",
        ];
        for text in known {
            assert!(is_known(text.as_bytes(), false), "{text}");
        }
        assert!(is_known(b"Other: 0.1ms", true) && is_known(b"  Scavenge 4.410ms", true));
    }

    #[test]
    fn noise_is_not_known() {
        for text in
            ["hello", "12 monkeys", "a b us c", "@#$%", "Other: 0.1ms", "Scavenge 4.410ms", "x / y / z", "1K of 2K"]
        {
            assert!(!is_known(text.as_bytes(), false), "{text}");
        }
        for text in ["hello", "what is this", "!!: 1"] {
            assert!(!is_known(text.as_bytes(), true), "{text}");
        }
    }
}
