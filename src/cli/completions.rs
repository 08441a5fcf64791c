//! `heapwise completions`: a script that lets a shell complete commands and options.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;
use super::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  heapwise completions bash > ~/.local/share/bash-completion/completions/heapwise
  heapwise completions zsh  > ~/.zfunc/_heapwise
  heapwise completions fish > ~/.config/fish/completions/heapwise.fish";

/// What `completions` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The shell
    shell: Shell,
}

/// Prints the script.
pub fn completions(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    // The generator panics where it cannot write, so it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "heapwise", &mut script);
    Ok(out.write_all(&script)?)
}
