//! `heapwise check`: all faults of a scenario at once, or what it would run.

use std::io::{self, Write};

use clap::Args;

use crate::scenario::{Ablation, Loaded, Override};
use crate::sweep::Precision;

use super::failure::Failure;
use super::source;
use super::wrap::{columns, wrapped};

const EXAMPLES: &str = "\
Examples:
  heapwise check mine.toml
  heapwise check mine.toml --set policies.allocation=oracle
  heapwise check dc_curve --resolved > whole.toml";

/// What `check` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// File of the scenario, or the name of one that is built in
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// Put a value in place of the scenario's; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Print the whole scenario with every default, in canonical spelling
    #[arg(long)]
    resolved: bool,
}

/// Checks and says what would run.
pub fn check(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let overrides: Vec<Override> = options.set.iter().map(|set| Override::set(set)).collect();
    let loaded = source::open(&options.scenario, &overrides)?;
    warnings(&loaded, &mut io::stderr())?;
    if options.resolved {
        write!(out, "{}", loaded.resolved)?;
        return Ok(());
    }
    source::rehearse(&loaded)?;
    for axis in &loaded.axes {
        let values = format!("{}: {}", axis.key, axis.values.join(" | "));
        writeln!(out, "{}", wrapped(&values, 2, columns()))?;
    }
    let ablated = loaded.cells.iter().filter(|cell| cell.ablation != Ablation::None).count();
    let ablated = if ablated > 0 { format!(" ({ablated} of them with a mechanism off)") } else { String::new() };
    let cells = loaded.cells.len();
    writeln!(
        out,
        "{}: no faults; {cells} {}{ablated} x {}",
        name(&loaded),
        if cells == 1 { "cell" } else { "cells" },
        runs(&loaded)
    )?;
    Ok(())
}

/// "5 replications = 30 runs", or the least and the most of them where a precision decides.
fn runs(loaded: &Loaded) -> String {
    let Some(first) = loaded.cells.first() else { return "0 replications = 0 runs".into() };
    let (asked, cells) = (first.scenario.run.replications, loaded.cells.len() as u64);
    match Precision::of(&first.scenario.run) {
        None => format!("{asked} replications = {} runs", u64::from(asked) * cells),
        Some(precision) => {
            let (least, most) = (u64::from(precision.least(asked)), u64::from(precision.most));
            format!("{least} to {most} replications = {} to {} runs", least * cells, most * cells)
        }
    }
}

/// Name of the scenario, the same in all cells.
pub fn name(loaded: &Loaded) -> &str {
    loaded.cells.first().map_or("", |cell| &cell.scenario.name)
}

/// Prints what runs but hardly means what the user wants.
pub fn warnings(loaded: &Loaded, to: &mut dyn Write) -> io::Result<()> {
    for warning in &loaded.warnings {
        writeln!(to, "warning: {warning}")?;
    }
    Ok(())
}
