//! Faults of a scenario, collected so that a user sees all of them at once.

use std::fmt;

use super::tree::{Node, Origin, bare_or_quoted, dotted};

/// One thing that is wrong, and what was expected instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// File of the scenario.
    pub file: String,
    /// Line or option; `None` for the file as a whole.
    pub origin: Option<Origin>,
    /// Dotted key, empty for the file as a whole.
    pub key: String,
    /// The value as written, where there is one.
    pub value: Option<String>,
    /// What is wrong and what was expected.
    pub message: String,
    /// The nearest known name, or a way out.
    pub hint: Option<String>,
    /// Which part of a sweep meets the fault, where it is not the whole.
    pub cells: Option<String>,
}

impl Fault {
    /// Says what could be done instead.
    pub fn hint(&mut self, text: impl Into<String>) -> &mut Fault {
        self.hint = Some(text.into());
        self
    }

    /// Says "did you mean" where there is something near.
    pub fn near(&mut self, name: Option<&str>) -> &mut Fault {
        if let Some(name) = name {
            self.hint(format!("did you mean \"{name}\"?"));
        }
        self
    }
}

/// `file:line: error: key = value: message`, and hints below, indented.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(Origin::Line(line)) => write!(f, "{}:{line}: error: ", self.file)?,
            Some(Origin::Option(text)) => write!(f, "{text}: error: ")?,
            None => write!(f, "{}: error: ", self.file)?,
        }
        match &self.value {
            _ if self.key.is_empty() => {}
            Some(value) => write!(f, "{} = {value}: ", self.key)?,
            None => write!(f, "{}: ", self.key)?,
        }
        f.write_str(&self.message)?;
        if let Some(cells) = &self.cells {
            write!(f, "\n    where: {cells}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n    help: {hint}")?;
        }
        Ok(())
    }
}

/// A value, with the dotted key under which it stands.
#[derive(Clone)]
pub struct Spot<'a> {
    /// Dotted key.
    pub key: String,
    /// The value.
    pub node: &'a Node,
}

impl<'a> Spot<'a> {
    /// The whole document.
    pub fn root(node: &'a Node) -> Spot<'a> {
        Spot { key: String::new(), node }
    }

    /// The entry `name` of this table, which holds `node`.
    pub fn child(&self, name: &str, node: &'a Node) -> Spot<'a> {
        let name = bare_or_quoted(name);
        let key = if self.key.is_empty() { name } else { format!("{}.{name}", self.key) };
        Spot { key, node }
    }

    /// Element `index` of this list.
    pub fn item(&self, index: usize, node: &'a Node) -> Spot<'a> {
        Spot { key: format!("{}[{index}]", self.key), node }
    }
}

/// The faults found so far in one file.
#[derive(Clone, Debug)]
pub struct Faults {
    file: String,
    list: Vec<Fault>,
}

impl Faults {
    /// No faults yet in `file`.
    pub fn new(file: &str) -> Faults {
        Faults { file: file.to_string(), list: Vec::new() }
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn push(&mut self, origin: Option<Origin>, key: String, message: impl Into<String>) -> &mut Fault {
        let index = self.list.len();
        let (file, message) = (self.file.clone(), message.into());
        self.list.push(Fault { file, origin, key, value: None, message, hint: None, cells: None });
        &mut self.list[index]
    }

    /// Something wrong with the file as a whole, or at a line where no key could be read.
    pub fn file(&mut self, line: Option<u32>, message: impl Into<String>) -> &mut Fault {
        self.push(line.map(Origin::Line), String::new(), message)
    }

    /// A wrong value.
    pub fn value(&mut self, spot: &Spot, message: impl Into<String>) -> &mut Fault {
        let fault = self.push(Some(spot.node.origin.clone()), spot.key.clone(), message);
        fault.value = Some(spot.node.brief());
        fault
    }

    /// A wrong or missing key, whose value does not matter.
    pub fn key(&mut self, spot: &Spot, message: impl Into<String>) -> &mut Fault {
        self.push(Some(spot.node.origin.clone()), spot.key.clone(), message)
    }

    /// A fault about the value under a path that may well be absent, because a default or a sum of things is wrong.
    pub fn path(&mut self, root: &Node, path: &[&str], message: impl Into<String>) -> &mut Fault {
        let path: Vec<String> = path.iter().map(|step| step.to_string()).collect();
        let (node, depth) = root.deepest(&path);
        let origin = (depth > 0).then(|| node.origin.clone());
        let fault = self.push(origin, dotted(&path), message);
        if depth == path.len() && node.entries().is_empty() {
            fault.value = Some(node.brief());
        }
        fault
    }

    /// Takes over a fault found elsewhere.
    pub fn add(&mut self, fault: Fault) {
        self.list.push(fault);
    }

    /// Whether the value under `key`, or a part of it, is already known to be wrong.
    pub fn blames(&self, key: &str) -> bool {
        self.list.iter().any(|fault| {
            fault.key.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// All faults, by line, then option, then key; equal ones once.
    pub fn sorted(mut self) -> Vec<Fault> {
        self.list.sort_by(|a, b| (&a.origin, &a.key, &a.message).cmp(&(&b.origin, &b.key, &b.message)));
        self.list.dedup();
        self.list
    }
}

/// All faults as a user reads them, one below the other, with a count at the end.
pub fn listing(faults: &[Fault]) -> String {
    let mut out: String = faults.iter().map(|fault| format!("{fault}\n")).collect();
    let noun = if faults.len() == 1 { "fault" } else { "faults" };
    out.push_str(&format!("{} {noun} found; nothing was run", faults.len()));
    out
}
