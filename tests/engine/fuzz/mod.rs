//! No bytes make a reader panic: inputs that are kept, and thousands of mutations of them and of files that ship.
//!
//! Every reader has a folder in `tests/data/fuzz` with small inputs of the kinds that people and broken disks produce. Each is
//! read whole and cut short, then mutated by a generator with fixed seeds. What panics is written into the target folder;
//! once it is put right it belongs into the reader's folder. `HEAPWISE_FUZZ=100` does a hundred times as many.

mod mutate;
mod readers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use mutate::{Dice, mutated};
use readers::{READERS, Reader};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The kept inputs of a reader, then those that ship.
fn inputs(reader: &Reader) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = root().join("tests/data/fuzz").join(reader.name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.extend(reader.shipped.iter().map(|name| root().join(name)));
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).expect("a file"))).collect()
}

/// Reads `bytes`; a panic is told with the place where they were kept.
fn feed(reader: &Reader, bytes: &[u8], what: &str) {
    if catch_unwind(AssertUnwindSafe(|| (reader.read)(bytes))).is_err() {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-panic", reader.name));
        std::fs::write(&kept, bytes).expect("a file is written");
        panic!("{} panics on {what}, kept as {}", reader.name, kept.display());
    }
}

fn fuzz(name: &str) {
    let reader = READERS.iter().find(|reader| reader.name == name).expect("a reader");
    let inputs = inputs(reader);
    assert!(inputs.len() > 5, "{name} has too few inputs");
    for (path, bytes) in &inputs {
        feed(reader, bytes, &path.display().to_string());
        for cut in 1..8 {
            let end = bytes.len() * cut / 8;
            feed(reader, &bytes[..end], &format!("{} up to byte {end}", path.display()));
        }
    }
    let texts: Vec<&[u8]> = inputs.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    let times = std::env::var("HEAPWISE_FUZZ").ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
    for seed in 0..reader.mutations * times {
        feed(reader, &mutated(&mut Dice::new(seed), &texts), &format!("mutation {seed}"));
    }
}

#[test]
fn logs_of_collectors() {
    fuzz("gc_log");
}

#[test]
fn logs_that_are_calibrated() {
    fuzz("calibrate");
}

#[test]
fn descriptions_of_jvms() {
    fuzz("jvm");
}

#[test]
fn scenarios() {
    fuzz("scenario");
}

#[test]
fn configurations_of_flink() {
    fuzz("flink");
}

#[test]
fn traces() {
    fuzz("trace");
}

#[test]
fn tables_of_layouts() {
    fuzz("batch");
}

#[test]
fn tables_of_measurements() {
    fuzz("validate");
}
