//! `heapwise frag`: allocators compared on a trace of allocations.

use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::failure::Failure;
use crate::base::Bytes;
use crate::chart::frag::{draw_comparison, draw_holes, draw_maps};
use crate::experiment::frag::{Contender, Reclamation, Settings, Subject, compare, contenders, reclamation};
use crate::report::frag::{csv, json, table};
use crate::workload::allocations::{Reading, Recording, read};
use crate::workload::trace::TraceInput;

const EXAMPLES: &str = "\
Examples:
  heapwise frag trace.csv --allocators all --size 64MiB,128MiB
  heapwise frag trace.csv.gz --allocators \"first-fit,segregated-fits{ratio = 1.25}\" --reclamation lazy
  heapwise frag embedded:minimalloc_A.1048576 --chart fits.svg --memory-map map.png --hole-map holes.png
  heapwise frag trace.csv --lenient --format csv --out frag.csv

A trace, plain or gzip, has one of three forms, told apart by its first line: op,id,size_bytes with ops a, r and f; \
id,lower,upper,size; or rows alloc,ID,BYTES and free,ID, with or without a header and a column time_s.";

/// Panels that a map shows if nobody chooses.
const PANELS: usize = 4;

/// What `frag` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The trace: a file, or embedded:minimalloc_A.1048576
    #[arg(value_name = "TRACE")]
    trace: String,
    /// Allocators, with parameters between braces if wanted; `heapwise list allocators` names them
    #[arg(long, value_name = "all|NAME{…},…", default_value = "all")]
    allocators: String,
    /// Sizes of memory; if not given, 1.1 and 1.5 times the most that is live
    #[arg(long, value_name = "SIZE,…", value_delimiter = ',')]
    size: Vec<String>,
    /// The request size s by which free memory is judged; the largest block of the trace if not given
    #[arg(long, value_name = "SIZE")]
    probe: Option<String>,
    /// What becomes of freed blocks and refusals: eager, lazy{share}, mark-and-sweep{share}, compact or partial{budget}
    #[arg(long, value_name = "HOW", default_value = "eager")]
    reclamation: String,
    /// A size into which all blocks are known to fit; read off a file name such as A.1048576.csv if not given
    #[arg(long, value_name = "SIZE")]
    capacity: Option<String>,
    /// Do not look for the smallest memory that serves the trace
    #[arg(long)]
    no_search: bool,
    /// Leave rows out that make no sense, and count them
    #[arg(long)]
    lenient: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write what would be printed into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draw smallest memories and ratios of footprint to live memory
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    chart: Option<PathBuf>,
    /// Draw address against time, in the first size
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    memory_map: Option<PathBuf>,
    /// Draw the sizes of holes over time, in the first size
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    hole_map: Option<PathBuf>,
    /// Allocators that the two maps show, of those compared; the first four with addresses if not given
    #[arg(long, value_name = "NAME,…")]
    show: Option<String>,
    /// Threads that run at the same time; all cores if not given. The results do not depend on it
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// How the answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// One line an allocator and memory
    Csv,
    /// For programs
    Json,
}

/// The options, read.
struct Asked {
    contenders: Vec<Contender>,
    sizes: Vec<Bytes>,
    probe: Option<Bytes>,
    reclamation: Reclamation,
    capacity: Option<Bytes>,
    shown: Vec<usize>,
}

/// Reads the trace, compares, draws, writes and prints.
pub fn frag(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let asked = asked(options).map_err(|faults| Failure::User(faults.join("\n")))?;
    let user = |error: &dyn std::fmt::Display| Failure::User(format!("error: {error}"));
    let input = TraceInput::resolve(Path::new(""), &options.trace).map_err(|error| user(&error))?;
    let how = Reading { lenient: options.lenient, memory: asked.sizes.iter().copied().min() };
    let trace = read(&input, how).map_err(|faults| Failure::User(faults.to_string()))?;
    let settings = settings(options, &asked, &trace);
    let comparison = compare(&trace, &settings).map_err(|faults| Failure::User(faults.join("\n")))?;
    let subject = Subject {
        name: input.name(),
        trace: &trace,
        settings: &settings,
        reclamation: &options.reclamation,
        capacity: asked.capacity,
        comparison: &comparison,
    };
    let charts = [
        options.chart.as_ref().map(|path| draw_comparison(&subject, path)),
        options.memory_map.as_ref().map(|path| draw_maps(&subject, path)),
        options.hole_map.as_ref().map(|path| draw_holes(&subject, &asked.shown, path)),
    ];
    charts.into_iter().flatten().collect::<Result<(), _>>().map_err(|error| user(&error))?;
    let text = match options.format {
        Format::Table => table(&subject),
        Format::Csv => csv(&subject),
        Format::Json => json(&subject),
    };
    match &options.out {
        None => Ok(out.write_all(text.as_bytes())?),
        Some(path) => fs::write(path, text)
            .map_err(|error| Failure::User(format!("{}: error: cannot be written: {error}", path.display()))),
    }
}

fn settings(options: &Options, asked: &Asked, trace: &Recording) -> Settings {
    let page = |share: f64| Bytes(trace.most_live().scale(share).0.next_multiple_of(4096));
    let sizes = if asked.sizes.is_empty() { vec![page(1.1), page(1.5)] } else { asked.sizes.clone() };
    Settings {
        contenders: asked.contenders.clone(),
        sizes,
        probe: asked.probe.unwrap_or(trace.largest()),
        reclamation: asked.reclamation,
        search: !options.no_search,
        maps: if options.memory_map.is_some() { asked.shown.clone() } else { Vec::new() },
        threads: options.threads.map_or(0, NonZeroUsize::get),
    }
}

/// Reads the options, or tells everything that is wrong with them.
fn asked(options: &Options) -> Result<Asked, Vec<String>> {
    let mut faults = Vec::new();
    let mut keep = |read: Result<Bytes, String>| read.map_err(|fault| faults.push(fault)).ok();
    let sizes: Vec<Bytes> = options.size.iter().filter_map(|text| keep(bytes("--size", text))).collect();
    let probe = options.probe.as_ref().and_then(|text| keep(bytes("--probe", text)));
    let capacity = options.capacity.as_ref().and_then(|text| keep(bytes("--capacity", text)));
    let contenders = contenders(&options.allocators).unwrap_or_else(|more| {
        faults.extend(more);
        Vec::new()
    });
    let reclamation = reclamation(&options.reclamation).unwrap_or_else(|more| {
        faults.extend(more);
        Reclamation::EAGER
    });
    let shown = shown(options, &contenders).unwrap_or_else(|more| {
        faults.extend(more);
        Vec::new()
    });
    let capacity = capacity.or_else(|| named_capacity(&options.trace));
    match faults.is_empty() {
        true => Ok(Asked { contenders, sizes, probe, reclamation, capacity, shown }),
        false => Err(faults),
    }
}

/// A size of at least a byte.
fn bytes(option: &str, text: &str) -> Result<Bytes, String> {
    match text.parse::<Bytes>() {
        Ok(Bytes(0)) => Err(format!("{option}: error: \"{text}\" is nothing: expected at least 1 B")),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(format!("{option}: error: {error}")),
    }
}

/// The number before the ending of names such as `A.1048576.csv`.
fn named_capacity(trace: &str) -> Option<Bytes> {
    let name = Path::new(trace).file_name()?.to_str()?;
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let number = name.strip_suffix(".csv").unwrap_or(name).rsplit_once('.')?.1;
    number.parse().ok().filter(|bytes| *bytes > 0).map(Bytes)
}

/// Numbers of the contenders that maps show.
fn shown(options: &Options, contenders_: &[Contender]) -> Result<Vec<usize>, Vec<String>> {
    let addressed = |number: &usize| contenders_[*number].has_addresses();
    let Some(text) = &options.show else {
        return Ok((0..contenders_.len()).filter(addressed).take(PANELS).collect());
    };
    let mut numbers = Vec::new();
    for wanted in
        contenders(text).map_err(|more| more.into_iter().map(|one| format!("--show: {one}")).collect::<Vec<_>>())?
    {
        let same = |one: &Contender| one.label == wanted.label || one.entry.name == wanted.label;
        match contenders_.iter().position(same) {
            Some(number) if addressed(&number) => numbers.push(number),
            Some(_) => return Err(vec![format!("--show: error: `{}` keeps no addresses to draw", wanted.label)]),
            None if contenders_.is_empty() => {}
            None => return Err(vec![format!("--show: error: `{}` is not among --allocators", wanted.label)]),
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capacity_is_read_off_the_name_of_a_file() {
        let told =
            ["a/A.1048576.csv", "A.1048576.csv.gz", "embedded:minimalloc_A.1048576", "minimalloc_A.csv", "x.0.csv"];
        assert_eq!(
            told.map(named_capacity),
            [Some(Bytes(1 << 20)), Some(Bytes(1 << 20)), Some(Bytes(1 << 20)), None, None]
        );
    }
}
