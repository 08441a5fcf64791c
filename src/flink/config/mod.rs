//! Flink's configuration as users keep it: `config.yaml`, the older `flink-conf.yaml`, or a `FlinkDeployment` manifest.
//!
//! text -> `build` (a tree that knows its lines) -> `flatten` (dotted keys) or `manifest` (what the Kubernetes operator
//! makes of a manifest); `conf` reads the older format, which is no YAML. Whatever the text holds, the answer is either
//! options with their places or all faults that could be found: nesting, aliases and counts are bounded.

mod build;
mod conf;
mod fault;
mod flatten;
mod manifest;
mod open;
mod quantity;
mod scalar;
mod syntax;
mod tree;

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

pub use fault::ConfigFault;

use crate::flink::layout::{DeploymentKind, FlinkVersion, Notice, Options};
use build::{Built, build};
use fault::Faults;
use flatten::flatten;
use tree::{Node, Value};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 8 << 20;
/// The most options that are read; Flink has some hundreds.
const MAX_OPTIONS: usize = 10_000;
/// What is said of a file with more.
const TOO_MANY: &str = "more than 10,000 options up to here, which no configuration has";

/// How a configuration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `config.yaml` of Flink 1.19 and later: YAML 1.2, nested and dotted keys.
    Yaml,
    /// `flink-conf.yaml` of Flink 1.x: one dotted key a line.
    Conf,
    /// A manifest for Flink's Kubernetes operator.
    Deployment,
}

impl Form {
    /// What starts the processes that are configured so.
    pub fn deployment(self) -> DeploymentKind {
        match self {
            Form::Deployment => DeploymentKind::Container,
            Form::Yaml | Form::Conf => DeploymentKind::Standalone,
        }
    }
}

/// What a file says.
#[derive(Clone, Debug, PartialEq)]
pub struct FlinkConfig {
    /// Every option that is set in it, with dotted keys, in order, each with file and line.
    pub options: Options,
    /// How it is written.
    pub form: Form,
    /// What the file itself says of the version: `spec.flinkVersion`, or 1.20 for `flink-conf.yaml`.
    pub version: Option<FlinkVersion>,
    /// Options of a manifest's `flinkConfiguration` that its own fields overrule, as the operator does it.
    pub overruled: Vec<Notice>,
}

/// Reads the file at `path`.
///
/// # Errors
/// Those of [`parse`], and a file that cannot be read, is a directory, is not UTF-8 or is larger than [`MAX_BYTES`].
pub fn read(path: &Path) -> Result<FlinkConfig, Vec<ConfigFault>> {
    let (config, faults) = sift(path);
    sound(config, faults)
}

/// What can be read of the file at `path`, and all faults that [`read`] would tell.
pub fn sift(path: &Path) -> (Option<FlinkConfig>, Vec<ConfigFault>) {
    let file = path.display().to_string();
    sift_text(open::text(path, &file), &file)
}

/// What can be read of `source`, which the user calls `file`, and all its faults.
pub fn sift_from(source: impl Read, file: &str) -> (Option<FlinkConfig>, Vec<ConfigFault>) {
    sift_text(open::text_of(source, file), file)
}

fn sift_text(text: Result<String, ConfigFault>, file: &str) -> (Option<FlinkConfig>, Vec<ConfigFault>) {
    match text {
        Ok(text) => parse_with_faults(&text, file),
        Err(fault) => (None, vec![fault]),
    }
}

fn sound(config: Option<FlinkConfig>, faults: Vec<ConfigFault>) -> Result<FlinkConfig, Vec<ConfigFault>> {
    config.filter(|_| faults.is_empty()).ok_or(faults)
}

/// Reads `text`, which is the content of `file` as the user named it.
///
/// A name that begins with `flink-conf` means the older format, unless the text is a `FlinkDeployment`; everything else
/// is YAML, and a manifest if a document has a `kind`. Line ends may be those of Windows.
///
/// # Errors
/// All faults that could be found, by line: text that is not YAML, keys set twice, options without a value, an empty
/// file, a manifest without or with more than one `FlinkDeployment`, sizes in it that cannot be read.
pub fn parse(text: &str, file: &str) -> Result<FlinkConfig, Vec<ConfigFault>> {
    let (config, faults) = parse_with_faults(text, file);
    sound(config, faults)
}

fn parse_with_faults(text: &str, file: &str) -> (Option<FlinkConfig>, Vec<ConfigFault>) {
    let mut faults = Faults::new(file);
    let text = &unix(text.strip_prefix('\u{feff}').unwrap_or(text));
    let config = if text.len() > MAX_BYTES {
        faults.file(open::TOO_LARGE);
        None
    } else if let Some(at) = text.find('\0') {
        let message = "a NUL byte, which no text file holds: is this a configuration?";
        faults.at(open::line_of(text.as_bytes(), at), message);
        None
    } else if is_conf(file) && !is_deployment(text) {
        Some(conf::parse(text, &mut faults))
    } else {
        yaml(text, &mut faults)
    };
    (config, faults.told())
}

/// `text` with "\n" at the end of each line; Java and YAML end lines at "\r\n" and "\r" too.
fn unix(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// Whether the name of `file` is `flink-conf` with an ending of any kind; `flink-config.yaml` is not.
fn is_conf(file: &str) -> bool {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_prefix("flink-conf").is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether a line says `kind: FlinkDeployment`.
fn is_deployment(text: &str) -> bool {
    let kinds = text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("kind:"));
    let names = kinds.map(|kind| kind.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']));
    names.into_iter().any(|name| name == manifest::KIND)
}

fn yaml(text: &str, faults: &mut Faults) -> Option<FlinkConfig> {
    let Built { documents, whole } = build(text, faults);
    let manifest = documents.iter().any(manifest::has_kind);
    if !whole && (manifest || documents.len() > 1) {
        return None;
    }
    if manifest {
        return manifest::read(&documents, faults);
    }
    let last = open::line_of(text.as_bytes(), text.trim_end().len());
    for second in documents.iter().skip(1) {
        faults.at(second.line.min(last), "a second document begins here: expected a single one, as Flink does");
    }
    let options = plain(documents.first(), whole, faults)?;
    Some(FlinkConfig { options, form: Form::Yaml, version: None, overruled: Vec::new() })
}

/// The options of a `config.yaml` with the top level `document`.
fn plain(document: Option<&Node>, whole: bool, faults: &mut Faults) -> Option<Options> {
    match document.map(|node| (&node.value, node.line)) {
        Some((Value::Map(entries), _)) => Some(flatten(entries, faults)),
        Some((Value::Refused, _)) => None,
        Some((value, line)) if whole && !value.is_null() => {
            let what = value.what();
            faults.at(line, format!("the top level is {what}: expected `key: value`, with a blank behind the colon"));
            None
        }
        _ if whole => {
            faults.file("no option in it: the file is empty or holds nothing but comments");
            None
        }
        _ => None,
    }
}
