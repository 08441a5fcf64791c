//! What `heapwise layout` takes.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueEnum};

use crate::flink::layout::MAX_PARALLELISM;

const EXAMPLES: &str = "\
Examples:
  heapwise layout config.yaml
  heapwise layout config.yaml -D taskmanager.memory.process.size=8g --chart memory.svg
  heapwise layout deployment.yaml --parallelism 128 --gates 2
  heapwise layout -D taskmanager.memory.process.size=4g --format json
  heapwise layout --diff config.yaml taskmanager.memory.managed.fraction=0.2
  heapwise layout --process jobmanager config.yaml
  heapwise layout --batch cases.csv --out layouts.csv";

/// What `layout` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Flink's configuration: config.yaml, flink-conf.yaml or a FlinkDeployment manifest; `-` reads standard input
    ///
    /// Of several files, later ones win.
    #[arg(value_name = "CONFIG")]
    pub configs: Vec<PathBuf>,
    /// Set an option over those of the files; may be given several times, and the last one wins
    #[arg(short = 'D', value_name = "KEY=VALUE")]
    pub define: Vec<String>,
    /// Whose memory
    #[arg(long, value_enum, default_value_t = Process::Taskmanager)]
    pub process: Process,
    /// Release of Flink, such as 1.20 or 2.1; if not given, what the file says, else 2.x
    #[arg(long, value_name = "VERSION")]
    pub flink: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Draw the process as nested boxes to scale
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    pub chart: Option<PathBuf>,
    /// Show what changes from A to B; each is a file or options as KEY=VALUE;…, and such options of B go over those of A
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["configs", "batch"])]
    pub diff: Option<Vec<String>>,
    /// Divide every row of a CSV with the columns case and options (KEY=VALUE;…); `-` reads standard input
    #[arg(long, value_name = "CASES.csv", conflicts_with_all = [
        "configs", "define", "chart", "format", "flink", "parallelism", "gates", "channels", "exchange", "consumers",
        "slots", "jdk", "cpus",
    ])]
    pub batch: Option<PathBuf>,
    /// Print into this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// What is known of the job and of the JVM
    #[command(flatten)]
    pub setting: Setting,
}

/// What is known of the job, and of the JVM that runs it.
#[derive(Args)]
pub struct Setting {
    /// Parallelism of the job, for its network buffers; if not given, what the file says
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = up_to(MAX_PARALLELISM))]
    pub parallelism: Option<u32>,
    /// All-to-all exchanges (keyBy, rebalance) of the job: input gates of one slot
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = up_to(1000))]
    pub gates: u32,
    /// Channels of a gate; the parallelism if not given
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = up_to(MAX_PARALLELISM))]
    pub channels: Option<u32>,
    /// How exchanges hand data over
    #[arg(long, value_enum, default_value_t = Handover::Pipelined)]
    pub exchange: Handover,
    /// Who uses managed memory; if not given, the state backend where it is RocksDB or ForSt
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND")]
    pub consumers: Vec<Kind>,
    /// A slot that asks for sizes of its own: cpu=0.5,task-heap=256m,managed=128m; may be given several times
    ///
    /// Names: cpu and task-heap, which Flink demands; task-off-heap, managed, network. Network memory that is not named
    /// follows from the job, as Flink computes it.
    #[arg(long = "slot", value_name = "NAME=SIZE,…")]
    pub slots: Vec<String>,
    /// Release of the JDK
    #[arg(long, value_name = "N", default_value_t = 17, value_parser = RangedU64ValueParser::<u32>::from(8..=27))]
    pub jdk: u32,
    /// CPUs that the JVM sees; if not given, those of the container or of taskmanager.cpu.cores, else 2
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = up_to(4096))]
    pub cpus: Option<u32>,
}

impl Default for Options {
    /// What the command line gives if nothing is said.
    fn default() -> Options {
        let setting = Setting {
            parallelism: None,
            gates: 1,
            channels: None,
            exchange: Handover::Pipelined,
            consumers: Vec::new(),
            slots: Vec::new(),
            jdk: 17,
            cpus: None,
        };
        Options {
            configs: Vec::new(),
            define: Vec::new(),
            process: Process::Taskmanager,
            flink: None,
            format: Format::Table,
            chart: None,
            diff: None,
            batch: None,
            out: None,
            setting,
        }
    }
}

/// A whole number of 1 to `most`.
fn up_to(most: u32) -> RangedU64ValueParser<u32> {
    RangedU64ValueParser::from(1..=u64::from(most))
}

/// The process whose memory is divided.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Process {
    /// The worker
    Taskmanager,
    /// The coordinator
    Jobmanager,
}

/// How the answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// How exchanges hand data over.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Handover {
    /// Streaming
    Pipelined,
    /// Batch: written whole before it is read
    Blocking,
}

/// Who uses managed memory.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Sorts, joins, aggregations of batch jobs and of SQL
    Operator,
    /// RocksDB or ForSt
    StateBackend,
    /// Python workers
    Python,
}
