//! What a log says of the JVM itself.

use super::text::{Scan, readable};
use crate::base::Bytes;
use crate::heap::hotspot::CollectorKind;

/// Facts of one run of a JVM; whatever the log does not say is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JvmFacts {
    /// Collector, as announced or as the lines of its own kind show.
    pub collector: Option<CollectorKind>,
    /// Version as printed: "17.0.13+11 (release)", "1.8.0_172-b01".
    pub version: String,
    /// CPUs that the JVM may use.
    pub cpus: Option<u64>,
    /// CPUs of the machine.
    pub cpus_total: Option<u64>,
    /// Memory that the JVM sees (machine or container).
    pub memory: Option<Bytes>,
    /// Smallest heap.
    pub heap_min: Option<Bytes>,
    /// Heap at the start.
    pub heap_initial: Option<Bytes>,
    /// Largest heap.
    pub heap_max: Option<Bytes>,
    /// Initial size of the young generation.
    pub young_initial: Option<Bytes>,
    /// Largest size of the young generation.
    pub young_max: Option<Bytes>,
    /// Region size of G1 or Shenandoah.
    pub region: Option<Bytes>,
    /// Whether references take four bytes.
    pub compressed_pointers: Option<bool>,
    /// GC threads in pauses.
    pub parallel_workers: Option<u64>,
    /// GC threads beside the application.
    pub concurrent_workers: Option<u64>,
    /// Threads of G1 that refine remembered sets.
    pub refinement_workers: Option<u64>,
    /// Flags of the command line, where printed, as printed.
    pub flags: Vec<String>,
    /// Where flags and log do not agree, in words; filled when the run ends.
    pub contradictions: Vec<String>,
    seen: Seen,
}

/// What the events show, whatever the JVM announced.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    collectors: Vec<CollectorKind>,
    flagged: Vec<CollectorKind>,
    committed: Bytes,
    workers: u64,
}

/// More flags than this are not kept.
const MOST_FLAGS: usize = 1000;

impl JvmFacts {
    /// Feature release: 8 for "1.8.0_172", 17 for "17.0.13+11".
    pub fn major(&self) -> Option<u64> {
        let mut scan = Scan::new(self.version.as_bytes());
        match scan.integer()? {
            1 if scan.eat(b".") => scan.integer(),
            major => Some(major),
        }
    }

    /// What is known where only the collector is.
    pub fn of(collector: CollectorKind) -> JvmFacts {
        JvmFacts { collector: Some(collector), ..JvmFacts::default() }
    }

    /// The most that was ever committed to the heap, as events tell it.
    pub fn committed(&self) -> Option<Bytes> {
        Some(self.seen.committed).filter(|committed| *committed > Bytes::ZERO)
    }

    /// A line that only `collector` prints.
    pub(super) fn observe(&mut self, collector: CollectorKind) {
        if self.seen.collectors.last() == Some(&collector) {
            return;
        }
        if !self.seen.collectors.contains(&collector) {
            self.seen.collectors.push(collector);
        }
        if self.collector.is_none()
            || (self.collector, collector) == (Some(CollectorKind::Z), CollectorKind::GenerationalZ)
        {
            self.collector = Some(collector);
        }
    }

    /// The largest heap and the most workers that events mention.
    pub(super) fn saw(&mut self, committed: Option<Bytes>, workers: Option<u64>) {
        self.seen.committed = self.seen.committed.max(committed.unwrap_or_default());
        self.seen.workers = self.seen.workers.max(workers.unwrap_or_default());
    }

    /// Takes the flags of a command line, separated by blanks.
    pub(super) fn take_flags(&mut self, text: &[u8]) {
        for flag in text.split(|byte| *byte == b' ').filter(|flag| flag.starts_with(b"-")) {
            if self.flags.len() < MOST_FLAGS {
                self.flags.push(readable(flag, 200));
            }
            self.flag(flag);
        }
        self.flags.sort();
        self.flags.dedup();
    }

    fn flag(&mut self, flag: &[u8]) -> Option<()> {
        if let Some(name) = flag.strip_prefix(b"-XX:+") {
            let collector = std::str::from_utf8(name).ok().and_then(CollectorKind::flagged);
            self.seen.flagged.extend(collector);
            self.pointers(name, true);
            return Some(());
        }
        if let Some(name) = flag.strip_prefix(b"-XX:-") {
            self.pointers(name, false);
            return Some(());
        }
        for (prefix, field) in
            [(&b"-Xmx"[..], &mut self.heap_max), (b"-Xms", &mut self.heap_initial), (b"-Xmn", &mut self.young_max)]
        {
            if let Some(value) = flag.strip_prefix(prefix) {
                *field = field.or(flag_size(value));
                return Some(());
            }
        }
        let mut scan = Scan::new(flag.strip_prefix(b"-XX:")?);
        let name = scan.until(b'=')?;
        self.valued(name, scan.rest());
        Some(())
    }

    fn pointers(&mut self, name: &[u8], on: bool) {
        if name == b"UseCompressedOops" {
            self.compressed_pointers.get_or_insert(on);
        }
    }

    fn valued(&mut self, name: &[u8], value: &[u8]) {
        let size = flag_size(value);
        let count = Scan::new(value).integer();
        match name {
            b"MaxHeapSize" => self.heap_max = self.heap_max.or(size),
            b"InitialHeapSize" => self.heap_initial = self.heap_initial.or(size),
            b"MinHeapSize" => self.heap_min = self.heap_min.or(size),
            b"NewSize" => self.young_initial = self.young_initial.or(size),
            b"MaxNewSize" => self.young_max = self.young_max.or(size),
            b"G1HeapRegionSize" | b"ShenandoahRegionSize" => self.region = self.region.or(size),
            b"ParallelGCThreads" => self.parallel_workers = self.parallel_workers.or(count),
            b"ConcGCThreads" => self.concurrent_workers = self.concurrent_workers.or(count),
            b"G1ConcRefinementThreads" => self.refinement_workers = self.refinement_workers.or(count),
            b"ActiveProcessorCount" => self.cpus = self.cpus.or(count),
            _ => {}
        }
    }

    /// Compares what was announced with what happened.
    pub(super) fn conclude(&mut self) {
        let mut found = Vec::new();
        let mut flagged = self.seen.flagged.clone();
        flagged.sort();
        flagged.dedup();
        if flagged.len() > 1 {
            let names: Vec<String> = flagged.iter().map(CollectorKind::to_string).collect();
            found.push(format!("the flags ask for several collectors: {}", names.join(", ")));
        }
        for seen in &self.seen.collectors {
            let same = |flag: &CollectorKind| {
                flag == seen || (*flag, *seen) == (CollectorKind::Z, CollectorKind::GenerationalZ)
            };
            if !flagged.is_empty() && !flagged.iter().any(same) {
                found.push(format!("the flags ask for {}, the lines are those of {seen}", list(&flagged)));
            }
        }
        if let Some(max) = self.heap_max.filter(|max| self.seen.committed.0 > max.0 + (1 << 20)) {
            found.push(format!("the largest heap is {max}, but {} were committed", self.seen.committed));
        }
        if let Some(workers) = self.parallel_workers.filter(|workers| self.seen.workers > *workers) {
            let seen = self.seen.workers;
            found.push(format!("there are {workers} parallel GC threads, but {seen} worked at once"));
        }
        if let (Some(true), Some(max)) = (self.compressed_pointers, self.heap_max)
            && max.0 > 32 << 30
            && !self.flags.iter().any(|flag| flag.starts_with("-XX:ObjectAlignmentInBytes"))
        {
            found.push(format!("compressed pointers do not reach over a heap of {max}"));
        }
        self.contradictions = found;
    }
}

fn list(collectors: &[CollectorKind]) -> String {
    collectors.iter().map(CollectorKind::to_string).collect::<Vec<_>>().join(", ")
}

/// A size of a flag: bytes, or with a letter.
fn flag_size(value: &[u8]) -> Option<Bytes> {
    let mut scan = Scan::new(value);
    scan.size().or_else(|| scan.integer().map(Bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_give_sizes_threads_and_pointers() {
        let mut facts = JvmFacts::default();
        facts.take_flags(
            b"-XX:InitialHeapSize=1024 -XX:MaxHeapSize=4g -Xmn1g -XX:ParallelGCThreads=4 -XX:-UseCompressedOops -XX:+UseG1GC x",
        );
        assert_eq!((facts.heap_initial, facts.heap_max), (Some(Bytes(1024)), Some(Bytes(4 << 30))));
        assert_eq!((facts.young_max, facts.parallel_workers), (Some(Bytes(1 << 30)), Some(4)));
        assert_eq!(facts.compressed_pointers, Some(false));
        assert_eq!(facts.flags.len(), 6);
    }

    #[test]
    fn contradictions_are_told() {
        let mut facts = JvmFacts::default();
        facts.take_flags(b"-XX:+UseParallelGC -Xmx1g -XX:ParallelGCThreads=2");
        facts.observe(CollectorKind::G1);
        facts.saw(Some(Bytes(2 << 30)), Some(4));
        facts.conclude();
        assert_eq!(facts.contradictions.len(), 3, "{:?}", facts.contradictions);
        let mut facts = JvmFacts::default();
        facts.take_flags(b"-XX:+UseParallelGC -XX:+UseParallelOldGC -Xmx1g");
        facts.observe(CollectorKind::Parallel);
        facts.conclude();
        assert_eq!(facts.contradictions, Vec::<String>::new());
    }

    #[test]
    fn versions_give_the_feature_release() {
        let major = |text: &str| JvmFacts { version: text.into(), ..JvmFacts::default() }.major();
        assert_eq!(major("17.0.13+11 (release)"), Some(17));
        assert_eq!(major("1.8.0_172-b01"), Some(8));
        assert_eq!(major("next"), None);
    }
}
