//! Why a command did not succeed, and what the shell is told.

use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// The ways in which a command ends early.
#[derive(Debug)]
pub enum Failure {
    /// The user's: a wrong scenario, a missing file. Ready to print.
    User(String),
    /// Ours, or the machine's.
    Ours(Box<dyn Error>),
    /// The reader of our output went away (`| head`), which is no failure.
    Closed,
}

impl Failure {
    /// Prints the chain of errors once, outermost first.
    pub fn print(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Failure::Closed => Ok(()),
            Failure::User(text) => writeln!(to, "{text}"),
            Failure::Ours(error) => {
                write!(to, "heapwise: {error}")?;
                let mut cause = error.source();
                while let Some(error) = cause {
                    write!(to, "\n  because {error}")?;
                    cause = error.source();
                }
                writeln!(to)
            }
        }
    }

    /// 2 for a user's fault, 1 for ours.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Closed => ExitCode::SUCCESS,
            Failure::User(_) => ExitCode::from(2),
            Failure::Ours(_) => ExitCode::from(1),
        }
    }
}

/// Only writing to standard output answers with a bare I/O error; all other errors carry their context.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == ErrorKind::BrokenPipe { Failure::Closed } else { Failure::Ours(Box::new(error)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_failure_and_other_errors_are_told_once() {
        let closed = Failure::from(io::Error::from(ErrorKind::BrokenPipe));
        assert!(matches!(closed, Failure::Closed));
        let mut said = Vec::new();
        Failure::Ours("the disk is full".into()).print(&mut said).unwrap();
        assert_eq!(String::from_utf8(said).unwrap(), "heapwise: the disk is full\n");
    }
}
