//! `heapwise frag`: allocators compared on a trace of allocations.

mod asked;

use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::failure::Failure;
use crate::base::Bytes;
use crate::chart::frag::{draw_comparison, draw_holes, draw_maps};
use crate::frag::allocations::{Reading, Recording, read};
use crate::frag::{Settings, Subject, compare, known_capacity, watch};
use crate::input::Input;
use crate::report::frag::{csv, json, table};

const EXAMPLES: &str = "\
Examples:
  heapwise frag trace.csv --allocators all --size 64MiB,128MiB
  heapwise frag trace.csv.gz --allocators \"first-fit,segregated-fits{ratio = 1.25}\" --reclamation lazy
  heapwise frag embedded:minimalloc_A.1048576 --chart fits.svg --memory-map map.png --hole-map holes.png
  heapwise frag trace.csv --leak 0.01 --seed 7 --reserve 1MiB --size 64MiB
  heapwise frag trace.csv --lenient --format csv --out frag.csv

A trace, plain or gzip, has one of three forms, told apart by its first line: op,id,size_bytes with ops a, r and f; \
id,lower,upper,size; or rows alloc,ID,BYTES and free,ID, with or without a header and a column time_s.";

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
    /// Lose this share of all frees, from 0 to 1; the same blocks under every allocator
    #[arg(long, value_name = "SHARE")]
    leak: Option<String>,
    /// Seed of the stream that says which frees are lost
    #[arg(long, value_name = "N", default_value_t = 1, requires = "leak")]
    seed: u64,
    /// Follow what is taken from the system: all at the start, or so much more at a time as the highest block needs
    #[arg(long, value_name = "all|STEP")]
    reserve: Option<String>,
    /// A size into which all blocks are known to fit; if not given, that of MiniMalloc's benchmarks, or read off a file
    /// name such as A.1048576.csv
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

/// Reads the trace, compares, draws, writes and prints.
pub fn frag(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let asked = asked::read(options).map_err(|faults| Failure::User(faults.join("\n")))?;
    let user = |error: &dyn std::fmt::Display| Failure::User(format!("error: {error}"));
    let input = Input::resolve(Path::new(""), &options.trace).map_err(|error| user(&error))?;
    let how = Reading { lenient: options.lenient, memory: asked.sizes.iter().copied().min() };
    let whole = read(&input, how).map_err(|faults| Failure::User(faults.to_string()))?;
    // A leak keeps more alive than the packing that is known knows of.
    let by_content = known_capacity(&whole).filter(|_| asked.leak.is_none());
    let leaky = asked.leak.map(|leak| leak.apply(&whole)).transpose().map_err(Failure::User)?;
    let (trace, leak) = leaky.map_or((whole, None), |(trace, leaked)| (trace, Some(leaked)));
    let settings = settings(options, &asked, &trace);
    let comparison = compare(&trace, &settings).map_err(|faults| Failure::User(faults.join("\n")))?;
    let subject = Subject {
        name: input.name(),
        trace: &trace,
        leak,
        watch: watch(&trace),
        settings: &settings,
        reclamation: &options.reclamation,
        capacity: asked.capacity.or(by_content).or(asked.named),
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

fn settings(options: &Options, asked: &asked::Asked, trace: &Recording) -> Settings {
    // A trace has at most a pebibyte live, so there is room for rounding up.
    let page = |share: f64| Bytes(trace.most_live().scale(share).0.next_multiple_of(4096));
    let mut sizes = if asked.sizes.is_empty() { vec![page(1.1), page(1.5)] } else { asked.sizes.clone() };
    // Of a trace that lives in a page both are the same.
    sizes.dedup();
    Settings {
        contenders: asked.contenders.clone(),
        sizes,
        probe: asked.probe.unwrap_or(trace.largest()),
        reclamation: asked.reclamation,
        reserve: asked.reserve,
        search: !options.no_search,
        holes: options.hole_map.is_some(),
        maps: if options.memory_map.is_some() { asked.shown.clone() } else { Vec::new() },
        threads: options.threads.map_or(0, NonZeroUsize::get),
    }
}
