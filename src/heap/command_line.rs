//! The JVM flags that decide on the heap, read as HotSpot reads them.
//!
//! Source: `arguments.cpp` (JDK 8 to 25): a later flag overrides an earlier one, sizes are whole numbers with k, m, g or t.
//! Departures: flags that do not bear on the heap are kept aside unread; a collector that is switched off counts as not
//! mentioned, where HotSpot refuses to start if it would have chosen that one.

use std::collections::BTreeSet;

use super::hotspot::{CollectorKind, Flags};
use crate::base::Bytes;

impl Flags {
    /// Reads flags that blanks divide, such as `-XX:+UseG1GC -Xmn256m`. An `Err` lists every flag that HotSpot would refuse.
    pub fn parse(text: &str) -> Result<Flags, Vec<String>> {
        let (mut flags, mut on, mut faults) = (Flags::default(), BTreeSet::new(), Vec::new());
        for word in text.split_whitespace() {
            match flags.read(word, &mut on) {
                Ok(true) => {}
                Ok(false) => flags.others.push(word.to_owned()),
                Err(why) => faults.push(format!("{word}: {why}")),
            }
        }
        let kinds: BTreeSet<_> = on.iter().filter_map(|name| CollectorKind::flagged(name)).collect();
        flags.collector = kinds.first().copied();
        if kinds.len() > 1 {
            let names: Vec<_> = on.iter().map(|name| format!("-XX:+{name}")).collect();
            faults.push(format!("more than one collector is switched on: {}; keep one", names.join(", ")));
        }
        if let (Some(xms), Some(xmx)) = (flags.xms, flags.xmx)
            && xms > xmx
        {
            faults.push(format!("-Xms ({xms}) is above -Xmx ({xmx})"));
        }
        if faults.is_empty() { Ok(flags) } else { Err(faults) }
    }

    /// Reads one flag; `Ok(false)` if it is none of ours.
    fn read(&mut self, word: &str, on: &mut BTreeSet<String>) -> Result<bool, String> {
        if let Some(rest) = word.strip_prefix("-XX:") {
            return match rest.split_once('=') {
                Some((name, value)) => self.value(name, value),
                None => Ok(self.switch(rest, on)),
            };
        }
        for (prefix, name) in [("-Xmx", "MaxHeapSize"), ("-Xms", "InitialHeapSize"), ("-Xmn", "NewSize")] {
            if let Some(value) = word.strip_prefix(prefix) {
                self.value(name, value)?;
                self.max_new_size = if prefix == "-Xmn" { self.new_size } else { self.max_new_size };
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn switch(&mut self, rest: &str, on: &mut BTreeSet<String>) -> bool {
        let (state, name) = match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
            (Some(name), _) => (true, name),
            (_, Some(name)) => (false, name),
            _ => return false,
        };
        if CollectorKind::flagged(name).is_some() {
            if state {
                on.insert(name.to_owned())
            } else {
                on.remove(name)
            };
            return true;
        }
        let target = match name {
            "UseAdaptiveSizePolicy" => &mut self.adaptive_sizes,
            "UseCompressedOops" => &mut self.compressed_pointers,
            "ZGenerational" => &mut self.z_generational,
            _ => return false,
        };
        *target = Some(state);
        true
    }

    fn value(&mut self, name: &str, value: &str) -> Result<bool, String> {
        match name {
            // 0 leaves the initial heap to the JVM; here that is the size that Flink sets.
            "InitialHeapSize" => self.xms = Some(size(value, 0)?).filter(|size| size.0 > 0),
            "MaxHeapSize" => self.xmx = Some(size(value, 2 << 20)?),
            "NewSize" => self.new_size = Some(size(value, 0)?),
            "MaxNewSize" => self.max_new_size = Some(size(value, 0)?),
            "G1HeapRegionSize" => self.region_size = Some(size(value, 0)?).filter(|size| size.0 > 0),
            "NewRatio" => self.new_ratio = Some(number(value, 1..=u64::MAX)?),
            "SurvivorRatio" => self.survivor_ratio = Some(number(value, 1..=u64::MAX)?),
            "InitialSurvivorRatio" => self.initial_survivor_ratio = Some(number(value, 1..=u64::MAX)?),
            "MinSurvivorRatio" => self.min_survivor_ratio = Some(number(value, 1..=u64::MAX)?),
            "G1NewSizePercent" => self.g1_new_size_percent = Some(number(value, 0..=100)?),
            "G1MaxNewSizePercent" => self.g1_max_new_size_percent = Some(number(value, 0..=100)?),
            "ParallelGCThreads" => self.parallel_threads = Some(count(value, 1)?),
            "ConcGCThreads" => self.concurrent_threads = Some(count(value, 0)?).filter(|count| *count > 0),
            "ActiveProcessorCount" => self.cpus = Some(count(value, 1)?),
            "ObjectAlignmentInBytes" => self.object_alignment = Some(alignment(value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A size in HotSpot's spelling: a whole number and at most one letter, in either case.
fn size(text: &str, least: u64) -> Result<Bytes, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => {
            return Err(format!(
                "\"{text}\" is not a size: expected a whole number with k, m, g, t or nothing behind it"
            ));
        }
    };
    let count: u64 = whole(digits).ok_or(format!("\"{text}\" is not a size: expected one like 256m"))?;
    let bytes = count.checked_mul(1 << shift).ok_or(format!("\"{text}\" is beyond 64 bits"))?;
    if bytes < least {
        return Err(format!("{} is too small: expected at least {}", Bytes(bytes), Bytes(least)));
    }
    Ok(Bytes(bytes))
}

fn number(text: &str, range: std::ops::RangeInclusive<u64>) -> Result<u64, String> {
    let wrong = format!("\"{text}\" is not a whole number in {} ..= {}", range.start(), range.end());
    whole(text).filter(|number| range.contains(number)).ok_or(wrong)
}

/// A number of threads or processors; HotSpot's bound for both is 2^31 - 1.
fn count(text: &str, least: u64) -> Result<u32, String> {
    number(text, least..=i32::MAX as u64).map(|count| count as u32)
}

fn alignment(text: &str) -> Result<u64, String> {
    let wrong = format!("\"{text}\" is not a power of two in 8 ..= 256");
    whole(text).filter(|number| number.is_power_of_two() && (8..=256).contains(number)).ok_or(wrong)
}

/// Decimal digits only: no sign.
fn whole(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_spelt_as_hotspot_does() {
        let flags = Flags::parse("-Xmx2G -Xms1024m -XX:NewSize=10k -XX:G1HeapRegionSize=4194304").unwrap();
        assert_eq!((flags.xmx, flags.xms), (Some(Bytes::gib(2)), Some(Bytes::gib(1))));
        assert_eq!((flags.new_size, flags.region_size), (Some(Bytes(10240)), Some(Bytes::mib(4))));
        for wrong in ["-Xmx1.5g", "-Xmx2gb", "-Xmx", "-Xmx-1g", "-Xmx99999999t", "-Xmx1m", "-Xmx+4g"] {
            assert_eq!(Flags::parse(wrong).unwrap_err().len(), 1, "{wrong}");
        }
    }

    #[test]
    fn later_flags_win_and_strange_ones_are_kept() {
        let flags =
            Flags::parse("-Xmn1g -ea -XX:MaxNewSize=2g -XX:+UseG1GC -XX:-UseG1GC -XX:+UseSerialGC -Dx=y").unwrap();
        assert_eq!(flags.collector, Some(CollectorKind::Serial));
        assert_eq!((flags.new_size, flags.max_new_size), (Some(Bytes::gib(1)), Some(Bytes::gib(2))));
        assert_eq!(flags.others, ["-ea", "-Dx=y"]);
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let faults =
            Flags::parse("-XX:+UseG1GC -XX:+UseZGC -XX:NewRatio=0 -Xms2g -Xmx1g -XX:ParallelGCThreads=0").unwrap_err();
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults.iter().any(|fault| fault.contains("-XX:+UseG1GC, -XX:+UseZGC")));
    }

    #[test]
    fn more_threads_than_processors_are_told() {
        let flags = |text| Flags::parse(text).unwrap();
        let fault = flags("-XX:ParallelGCThreads=4").too_many_threads(2).expect("a fault");
        assert!(fault.contains("ParallelGCThreads=4") && fault.contains("at most 2"), "{fault}");
        assert!(flags("-XX:ConcGCThreads=3").too_many_threads(2).is_some());
        assert_eq!(flags("-XX:ParallelGCThreads=4 -XX:ActiveProcessorCount=4").too_many_threads(2), None);
        assert_eq!(flags("-XX:ParallelGCThreads=2").too_many_threads(2), None);
    }

    #[test]
    fn both_names_of_parallel_are_one_collector() {
        let flags = Flags::parse("-XX:+UseParallelGC -XX:+UseParallelOldGC").unwrap();
        assert_eq!(flags.collector, Some(CollectorKind::Parallel));
    }
}
