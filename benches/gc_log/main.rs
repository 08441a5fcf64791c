//! How fast logs of garbage collectors are read.
//!
//! `cargo bench --bench gc_log -- [--quick] [FILE...]` reads logs of about 100 MB (a tenth with `--quick`), made by
//! repeating the lines of a few collections with growing times, once for each style; then the files given. The best of three
//! runs is shown. Plain text in memory, so that the disk does not matter. Before that, a file of the first style is read to
//! see that memory does not grow with the log.

use heapwise::gc_log;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

/// One collection of a style; `@` stands for the time and `#` for the number.
const STYLES: [(&str, &str); 4] = [
    (
        "g1, decorated, details",
        "[@s][info ][gc,start     ] GC(#) Pause Young (Normal) (G1 Evacuation Pause)\n\
         [@s][info ][gc,task      ] GC(#) Using 8 workers of 8 for evacuation\n\
         [@s][debug][gc,phases    ] GC(#)     Ext Root Scanning (ms):   Min:  0.0, Avg:  0.0, Max:  0.1, Diff:  0.1, Sum:  0.2, Workers: 8\n\
         [@s][debug][gc,phases    ] GC(#)     Object Copy (ms):         Min:  0.0, Avg:  0.0, Max:  0.0, Diff:  0.0, Sum:  0.0, Workers: 8\n\
         [@s][info ][gc,heap      ] GC(#) Eden regions: 24->0(32)\n\
         [@s][info ][gc,heap      ] GC(#) Survivor regions: 0->3(3)\n\
         [@s][info ][gc,heap      ] GC(#) Old regions: 0->3\n\
         [@s][info ][gc,metaspace ] GC(#) Metaspace: 15753K->15753K(1062912K)\n\
         [@s][info ][gc           ] GC(#) Pause Young (Normal) (G1 Evacuation Pause) 23M->5M(64M) 5.662ms\n\
         [@s][info ][gc,cpu       ] GC(#) User=0.03s Sys=0.01s Real=0.00s\n",
    ),
    ("g1, pauses alone", "[@s][info][gc] GC(#) Pause Young (G1 Evacuation Pause) 24M->11M(256M) 7.965ms\n"),
    (
        "parallel, uptime alone",
        "[@s] GC(#) Pause Full (Ergonomics)\n[@s] GC(#) Marking Phase\n[@s] GC(#) Marking Phase 6.987ms\n\
         [@s] GC(#) Post Compact 1.171ms\n\
         [@s] GC(#) PSYoungGen: 82869K(114688K)->13932K(114688K) Eden: 82869K(98304K)->0K(98304K) From: 0K(16384K)->13932K(16384K)\n\
         [@s] GC(#) ParOldGen: 0K(262144K)->8K(262144K)\n[@s] GC(#) Pause Full (Ergonomics) 284M->198M(341M) 373.680ms\n\
         [@s] GC(#) User=0.01s Sys=0.00s Real=0.02s\n\
         [@s] Safepoint \"ParallelGCFailedAllocation\", Time since last: 908275146 ns, Reaching safepoint: 6659 ns, At safepoint: 44840521 ns, Total: 44994169 ns\n",
    ),
    (
        "jdk 8, g1 blocks",
        "@: [GC pause (young)\nDesired survivor size 67108864 bytes, new threshold 16 (max 32)\n, 0.2629760 secs]\n   \
         [Parallel Time: 180.9 ms, GC Workers: 2]\n      [Update RS (ms): Min: 0.1, Avg: 0.1, Max: 0.2, Diff: 0.1, Sum: 0.3]\n      \
         [Object Copy (ms): Min: 150.4, Avg: 152.8, Max: 155.3, Diff: 4.8, Sum: 305.7]\n   [Clear CT: 0.5 ms]\n   \
         [Eden: 1024.0M(1024.0M)->0.0B(898.0M) Survivors: 0.0B->126.0M Heap: 1040.0M(3072.0M)->141.5M(3072.0M)]\n \
         [Times: user=0.36 sys=0.09, real=0.26 secs] \n",
    ),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let size = if arguments.iter().any(|argument| argument == "--quick") { 10_000_000 } else { 100_000_000 };
    match resident(size) {
        Ok((before, after)) => {
            println!("a file of {} MB: resident memory {before} KiB before, {after} at most\n", size / 1_000_000)
        }
        Err(error) => eprintln!("memory was not measured: {error}"),
    }
    println!("{:<28} {:>8} {:>10} {:>10} {:>8} {:>12}", "log", "MB", "lines", "events", "seconds", "MB/s");
    for (name, lines) in STYLES {
        measure(name, generated(lines, size, 0).as_bytes());
    }
    for path in arguments.iter().filter(|argument| !argument.starts_with("--")).map(PathBuf::from) {
        match std::fs::read(&path) {
            Ok(bytes) => measure(&path.display().to_string(), &bytes),
            Err(error) => eprintln!("{}: {error}", path.display()),
        }
    }
}

/// Collections every 10 ms, from number `first` on, until the log has `size` bytes.
fn generated(lines: &str, size: usize, first: u64) -> String {
    let mut text = String::with_capacity(size + 4096);
    let mut number = first;
    while text.len() < size {
        for part in lines.split_inclusive(['@', '#']) {
            text.push_str(part.trim_end_matches(['@', '#']));
            let _ = match part.as_bytes().last() {
                Some(b'@') => write!(text, "{}.{:03}", number / 100, number % 100 * 10),
                Some(b'#') => write!(text, "{number}"),
                _ => Ok(()),
            };
        }
        number += 1;
    }
    text
}

/// Highest resident memory, KiB, before and after a file of about `size` bytes is read.
fn resident(size: usize) -> std::io::Result<(u64, u64)> {
    let path = std::env::temp_dir().join(format!("heapwise-gc-log-{}.log", std::process::id()));
    let mut file = std::fs::File::create(&path)?;
    for part in 0..100 {
        file.write_all(generated(STYLES[0].1, size / 100, part * 1_000_000).as_bytes())?;
    }
    let before = highest()?;
    let read = gc_log::read(std::slice::from_ref(&path), |_| ());
    let after = highest()?;
    std::fs::remove_file(&path)?;
    read.map_err(|faults| std::io::Error::other(faults.iter().map(|fault| fault.to_string()).collect::<String>()))?;
    Ok((before, after))
}

fn highest() -> std::io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    number.ok_or_else(|| std::io::Error::other("the system does not tell it"))
}

fn measure(name: &str, bytes: &[u8]) {
    let megabytes = bytes.len() as f64 / 1e6;
    let mut best = f64::INFINITY;
    let mut counts = (0, 0);
    for _ in 0..3 {
        let mut events = 0u64;
        let begin = Instant::now();
        match gc_log::read_bytes(name, bytes, |_| events += 1) {
            Ok(reading) => counts = (reading.lines, events),
            Err(faults) => return faults.iter().for_each(|fault| eprintln!("{fault}")),
        }
        best = best.min(begin.elapsed().as_secs_f64());
    }
    println!("{name:<28} {megabytes:>8.1} {:>10} {:>10} {best:>8.3} {:>12.0}", counts.0, counts.1, megabytes / best);
}
