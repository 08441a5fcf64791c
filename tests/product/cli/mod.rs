//! The program as a user meets it: what it says, what it writes, how it ends.

mod bad_scenario;
mod bad_trace;
mod calibrate;
mod frag;
mod layout;
mod results;
mod talk;
mod tax;
mod validate;
mod verify;
mod whatif;

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A small sweep: four runs that take no time.
const SMALL: &str = r#"name = "small"

[run]
duration = "20 s"
warm_up = "2 s"
replications = 2

[groups.workers]
count = 2
cores = 2
slots = 2
task_heap = "128 MiB"
managed = "64 MiB"
network = "16 MiB"

[workloads.clicks]
kind = "tasks"
size = { law = "exponential", mean = "10 MiB" }
cpu = "300 ms"
arrival = { kind = "poisson", rate = "8 /s" }

[[axes]]
key = "policies.allocation"
values = ["static-partition", "unified-first-come"]
"#;

/// A folder with a scenario in it.
struct Place(TempDir);

impl Place {
    fn with(scenario: &str) -> Place {
        let place = Place(tempfile::tempdir().expect("a temporary folder"));
        place.put("scenario.toml", scenario.as_bytes());
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path().join(name), bytes).expect("a file is written");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heapwise"));
        command.current_dir(self.path()).args(args);
        command
    }

    fn heapwise(&self, args: &[&str]) -> Said {
        Said::from(self.command(args).output().expect("heapwise starts"))
    }
}

/// What the program said and how it ended.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Said {
    #[track_caller]
    fn ends_well(self) -> Said {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self
    }

    /// A user's fault that names all of `parts`.
    #[track_caller]
    fn blames_the_user(self, parts: &[&str]) -> Said {
        assert_eq!(self.code, Some(2), "{}\n{}", self.out, self.err);
        for part in parts {
            assert!(self.err.contains(part), "\"{part}\" is missing in:\n{}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
}
