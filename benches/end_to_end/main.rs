//! Whole runs of the program: how long, how much memory, and a digest of what came out.
//!
//! Each line starts the binary as a user would. The digest is that of `runs.csv`, so that a faster program that means
//! something else is noticed; with one and two threads it must be the same. A trace that is absent is skipped.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

struct Measured {
    secs: f64,
    peak_mib: f64,
    digest: String,
}

/// Highest resident size so far of a process, in MiB.
fn peak_of(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|text| text.trim().strip_suffix("kB")).and_then(|text| text.trim().parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

fn run(args: &[&str], out: &Path) -> Measured {
    let begin = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_heapwise"))
        .args(args)
        .args(["--quiet", "--out"])
        .arg(out)
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut peak = 0.0f64;
    let status = loop {
        peak = peak.max(peak_of(child.id()));
        if let Some(status) = child.try_wait().expect("the binary can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let secs = begin.elapsed().as_secs_f64();
    assert!(status.success(), "{args:?} failed");
    let rows = std::fs::read(out.join("runs.csv")).expect("runs.csv is written");
    let digest = Sha256::digest(&rows).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Measured { secs, peak_mib: peak, digest }
}

fn line(name: &str, args: &[&str], out: &Path) -> Measured {
    let measured = run(args, out);
    println!("{name:<28} {:>8.2} s {:>8.0} MiB  {}", measured.secs, measured.peak_mib, measured.digest);
    measured
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder for results");
    let out = |name: &str| -> PathBuf { folder.path().join(name) };
    println!("{:<28} {:>10} {:>12}  digest of runs.csv", "", "wall", "peak memory");
    let one = line("dc_curve, 1 thread", &["run", "dc_curve", "--threads", "1"], &out("one"));
    let two = line("dc_curve, 2 threads", &["run", "dc_curve", "--threads", "2"], &out("two"));
    assert_eq!(one.digest, two.digest, "the number of threads changed the result");
    println!("{:<28} {:>8.2} x", "  speed-up", one.secs / two.secs);
    let trace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/traces/alibaba-2017-batch/batch_task.csv.gz");
    if !trace.exists() {
        return println!("alibaba_batch                skipped: the trace is absent");
    }
    let set = format!("workloads.tasks.path={}", trace.display());
    line("alibaba_batch, 1 thread", &["run", "alibaba_batch", "--threads", "1", "--set", &set], &out("alibaba"));
}
