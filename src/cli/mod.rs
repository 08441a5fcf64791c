//! The command line: what it takes, what it prints, how it exits. All work is done below; this layer only wires.

mod calibrate;
mod certify;
mod chart;
mod check;
mod completions;
mod failure;
mod frag;
mod layout;
mod list;
mod run;
mod source;
mod sweep;
mod validate;
mod verify;
mod whatif;
mod wrap;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

const ABOUT: &str = "Simulates memory management in Flink-like clusters: what would this memory decision do?";

const LONG_ABOUT: &str = "\
Simulates memory management in Flink-like clusters: what would this memory decision do?

A scenario (a TOML file) describes TaskManagers, policies and what arrives. heapwise runs it, as often as the scenario \
asks, and leaves tables (CSV), charts (SVG and PNG) and a manifest in results/<scenario>/.

Without a command, heapwise runs the scenario dc_curve, which is built in.";

const EXAMPLES: &str = "\
Examples:
  heapwise                                   run the default scenario
  heapwise list scenarios                    the scenarios that are built in
  heapwise run spill_or_migrate              run one of them
  heapwise run mine.toml --set groups.workers.cores=8
  heapwise check mine.toml                   find all faults without running
  heapwise layout config.yaml                where a TaskManager's memory goes
  heapwise calibrate gc.log                  what collections cost on this JVM
  heapwise whatif gc.log --heap 2g,4g        what another heap would cost it
  heapwise chart results/dc_curve            draw the charts again
  heapwise validate heap-curves              predictions against measurements
  heapwise verify                            simulations against exact theory
  heapwise frag allocations.csv              allocators compared on a trace

Exit code: 0 done, 1 a fault of heapwise, 2 a fault in what was asked.";

#[derive(Parser)]
#[command(name = "heapwise", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run a scenario and write its results
    Run(run::Options),
    /// Find all faults of a scenario without running it
    Check(check::Options),
    /// List policies, allocators, scenarios, keys and whatever else can be named
    List(list::Options),
    /// Show where the memory of a Flink process goes
    Layout(Box<layout::Options>),
    /// Describe a JVM from its garbage-collection logs
    Calibrate(calibrate::Options),
    /// Draw the charts of a results folder again
    Chart(chart::Options),
    /// Predict measurements and say how far off that is
    Validate(validate::Options),
    /// Say what another heap, other cores or another collector would do to a JVM
    Whatif(Box<whatif::Options>),
    /// Judge the simulator by numbers that theory knows exactly
    Verify(verify::Options),
    /// Compare block allocators on a trace of allocations
    Frag(frag::Options),
    /// Print the completions of a shell
    Completions(completions::Options),
}

/// Reads the command line, does what it says, and answers the exit code: 0 done, 1 a fault of ours, 2 a user's.
pub fn main() -> ExitCode {
    // A wrong command line ends here with its own message and exit code 2.
    let cli = Cli::parse();
    let mut out = io::stdout().lock();
    let done = dispatch(cli, &mut out).and_then(|()| Ok(out.flush()?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Where nobody reads standard error there is nobody to tell.
            let _ = failure.print(&mut io::stderr().lock());
            failure.exit_code()
        }
    }
}

fn dispatch(cli: Cli, out: &mut dyn Write) -> Result<(), Failure> {
    match cli.command {
        None => run::run(&run::Options::default(), out),
        Some(Command::Run(options)) => run::run(&options, out),
        Some(Command::Check(options)) => check::check(&options, out),
        Some(Command::List(options)) => list::list(&options, out),
        Some(Command::Layout(options)) => layout::layout(&options, out),
        Some(Command::Calibrate(options)) => calibrate::calibrate(&options, out),
        Some(Command::Chart(options)) => chart::chart(&options, out),
        Some(Command::Validate(options)) => validate::validate(&options, out),
        Some(Command::Whatif(options)) => whatif::whatif(&options, out),
        Some(Command::Verify(options)) => verify::verify(&options, out),
        Some(Command::Frag(options)) => frag::frag(&options, out),
        Some(Command::Completions(options)) => completions::completions(&options, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_mistyped_command_gets_a_suggestion() {
        let said = Cli::try_parse_from(["heapwise", "chekc"]).map(|_| ()).unwrap_err();
        assert!(said.to_string().contains("'check'"), "{said}");
        assert_eq!(said.exit_code(), 2);
    }

    #[test]
    fn every_command_explains_itself_with_an_example() {
        for command in [
            "run",
            "check",
            "list",
            "calibrate",
            "chart",
            "layout",
            "validate",
            "whatif",
            "verify",
            "frag",
            "completions",
        ] {
            let said = Cli::try_parse_from(["heapwise", command, "--help"]).map(|_| ()).unwrap_err().to_string();
            assert!(said.contains("Examples:") && said.contains(&format!("heapwise {command}")), "{said}");
        }
    }
}
