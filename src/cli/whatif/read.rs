//! Sizes, shares and names of the command line.

use super::Options;
use crate::base::Bytes;
use crate::flink::layout::Options as FlinkOptions;
use crate::gc_study::whatif::{LEAST_HEAP, Wishes, collector_called};
use crate::heap::hotspot::Flags;

/// Most of a heap, and of cores.
const MOST: (Bytes, u32) = (Bytes(16 << 40), 4096);

/// What the options ask for; what is wrong with them goes to `faults`, and is left out.
pub fn wishes(options: &Options, faults: &mut Vec<String>) -> Wishes {
    let heaps = each("--heap", &options.heap, heap, faults);
    let cores = each("--cores", &options.cores, cores, faults);
    let collectors = each("--collector", &options.collector, collector_called, faults);
    flags(&options.flags, &cores, faults);
    let mut share_of = |name: &str, text: &str, least: f64, most: f64| {
        one(name, text, |text| share(text, (least, most)), faults).unwrap_or(0.5)
    };
    // Above and below, so that bounds themselves are out.
    let hair = 1e-9;
    Wishes {
        live_growth: share_of("--live-growth", &options.live_growth, -1.0, 100.0),
        max_loss: share_of("--max-loss", &options.max_loss, hair, 1.0 - hair),
        interval: share_of("--interval", &options.interval, hair, 1.0 - hair),
        heaps,
        cores,
        collectors,
        seed: options.seed,
        threads: options.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, |count| count.get()),
        flags: options.flags.clone(),
        calibration: None,
        flink: None,
    }
}

fn one<T>(name: &str, text: &str, read: impl Fn(&str) -> Result<T, String>, faults: &mut Vec<String>) -> Option<T> {
    read(text).map_err(|fault| faults.push(format!("{name}: error: {fault}"))).ok()
}

fn each<T>(name: &str, texts: &[String], read: fn(&str) -> Result<T, String>, faults: &mut Vec<String>) -> Vec<T> {
    texts.iter().filter_map(|text| one(name, text, read, faults)).collect()
}

/// A heap as JVMs write it (2g, 4096m; here fractions, too) or with a unit (4 GiB).
fn heap(text: &str) -> Result<Bytes, String> {
    let plain = text.trim();
    let letters = plain.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let factor = match letters.to_ascii_lowercase().as_str() {
        "k" => Some(10),
        "m" => Some(20),
        "g" => Some(30),
        "t" => Some(40),
        _ => None,
    };
    let number = plain[..plain.len() - letters.len()].parse::<f64>().ok();
    let size = match factor.zip(number) {
        Some((shift, number)) => Bytes::from_f64(number * (1u64 << shift) as f64),
        None if letters.is_empty() && number.is_some() => {
            return Err(format!("\"{plain}\" has no unit: write a heap as in 2g, 4096m or \"4 GiB\""));
        }
        None => plain.parse::<Bytes>().map_err(|error| error.to_string())?,
    };
    if size < LEAST_HEAP || size > MOST.0 {
        return Err(format!("\"{plain}\" is out of range: a heap has {LEAST_HEAP} to {}", MOST.0));
    }
    Ok(size)
}

fn cores(text: &str) -> Result<u32, String> {
    let count = text.trim().parse::<u32>().ok().filter(|count| (1..=MOST.1).contains(count));
    count.ok_or_else(|| format!("\"{text}\" is no number of cores: expected a whole number from 1 to {}", MOST.1))
}

/// A share: "5%", "5 %" or 0.05.
fn share(text: &str, (least, most): (f64, f64)) -> Result<f64, String> {
    let plain = text.trim();
    let (number, unit) = match plain.strip_suffix('%') {
        Some(number) => (number.trim_end(), 0.01),
        None => (plain, 1.0),
    };
    let wrong = || {
        let percent = |share: f64| (100.0 * share).round();
        let hint = match number.parse::<f64>() {
            Ok(number) if unit == 1.0 && number >= 1.0 => format!(", did you mean \"{number}%\"?"),
            _ => String::new(),
        };
        let ends = if least > 0.0 { "above" } else { "from" };
        format!(
            "\"{plain}\" is out of range{hint}: expected a share {ends} {} % to {} %, as in \"5%\"",
            percent(least),
            percent(most)
        )
    };
    let bare = unit == 1.0 && number.parse::<f64>().is_ok_and(|number| number.abs() > 1.0);
    let value = number.parse::<f64>().map(|number| number * unit).ok();
    value.filter(|value| (least..=most).contains(value) && !bare).ok_or_else(wrong)
}

/// Flags that another option says, and more GC threads than there are cores.
fn flags(text: &str, cores: &[u32], faults: &mut Vec<String>) {
    let flags = match Flags::parse(text) {
        Ok(flags) => flags,
        Err(found) => {
            faults.extend(found.into_iter().map(|fault| format!("--flags: error: {fault}")));
            return;
        }
    };
    if flags.collector.is_some() {
        faults.push("--flags: error: the collector is said by --collector".into());
    }
    if flags.xmx.is_some() || flags.xms.is_some() {
        faults.push("--flags: error: the heap is said by --heap; -Xms is taken to be -Xmx".into());
    }
    too_many("--flags", &flags, cores, faults);
}

/// The same of Flink's options for the JVM, whose other faults are told where the configuration is read.
pub fn flink_flags(options: &FlinkOptions, cores: &[u32], faults: &mut Vec<String>) {
    for key in ["env.java.opts", "env.java.opts.all", "env.java.opts.taskmanager"] {
        let set = options.iter().find(|option| option.0 == key);
        if let Some((_, value, origin)) = set
            && let Ok(flags) = Flags::parse(value)
        {
            let place = origin.to_string();
            too_many(
                &if place.is_empty() { key.to_string() } else { format!("{place}: {key}") },
                &flags,
                cores,
                faults,
            );
        }
    }
}

fn too_many(place: &str, flags: &Flags, cores: &[u32], faults: &mut Vec<String>) {
    let threads = [("ParallelGCThreads", flags.parallel_threads), ("ConcGCThreads", flags.concurrent_threads)];
    for (name, count) in threads {
        let fewest = cores.iter().copied().min();
        if let Some((count, cores)) = count.zip(fewest).filter(|(count, cores)| count > cores) {
            faults.push(format!(
                "{place}: error: -XX:{name}={count} is more than the cores of --cores {cores}: expected at most {cores}"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heaps_are_read_in_both_spellings() {
        assert_eq!(heap("2g"), Ok(Bytes::gib(2)));
        assert_eq!(heap("4096M"), Ok(Bytes::gib(4)));
        assert_eq!(heap(" 1.5 GiB "), Ok(Bytes::mib(1536)));
        assert_eq!(heap("1.5g"), Ok(Bytes::mib(1536)));
        for (wrong, part) in [
            ("4", "no unit"),
            ("0g", "out of range"),
            ("", "not a size"),
            ("-1g", "unit"),
            ("2x", "unit"),
            ("999999t", "out of range"),
        ] {
            assert!(heap(wrong).unwrap_err().contains(part), "{wrong}: {:?}", heap(wrong));
        }
    }

    #[test]
    fn shares_are_read_with_and_without_percent() {
        assert_eq!(share("5%", (0.0, 1.0)), Ok(0.05));
        assert_eq!(share("0.05", (0.0, 1.0)), Ok(0.05));
        assert_eq!(share("-20 %", (-1.0, 100.0)), Ok(-0.2));
        assert_eq!(share("250%", (-1.0, 100.0)), Ok(2.5));
        for wrong in ["20", "-101%", "x", "", "%", "nan"] {
            assert!(share(wrong, (-1.0, 100.0)).is_err(), "{wrong}");
        }
        assert!(share("20", (-1.0, 100.0)).unwrap_err().contains("did you mean \"20%\"?"));
    }
}
