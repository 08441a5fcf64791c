//! Faults of the YAML parser in plain words.

use saphyr_parser::ScanError;

use super::fault::Faults;

/// What the parser says (a part of it), and what it means for the person who wrote the line.
const WORDS: &[(&str, &str)] = &[
    (
        "mapping values are not allowed",
        "a second \": \" on the line, or a key that is indented wrongly; quote a value that holds \": \"",
    ),
    ("simple key expect", "a line without \": \": expected `key: value`"),
    ("unexpected end of plain scalar", "a value is missing"),
    ("unexpected end of stream", "a quote is opened and never closed"),
    ("found unexpected document indicator", "a quote is opened and not closed before the document ends"),
    ("invalid trailing content", "text behind a closing quote"),
    ("unknown escape", "an unknown escape behind a \"\\\" in double quotes; single quotes take it as it is"),
    ("did not find expected key", "the line is neither `key: value` nor indented like the lines above it"),
    ("did not find expected '-'", "the line is no item of the list above, and not indented like a key of it"),
    ("in quoted scalar", "a quote is opened and never closed"),
    ("illegal placement of ':'", "a \":\" where none can be: is a \"[\" or \"{\" above it never closed?"),
    ("mapping keys are not allowed", "a \"? \" where no key can be: quote a text that begins with it"),
    ("invalid indentation", "the indentation fits no line above it"),
    ("wrongly indented", "the indentation fits no line above it"),
    ("flow mapping", "a \"{\" is never closed, or a comma is missing in it"),
    ("flow sequence", "a \"[\" is never closed, or a comma is missing in it"),
    ("misplaced bracket", "a closing bracket without an opening one"),
    ("flow construct", "a \"{\" or \"[\" is never closed, or its lines are not indented"),
    (
        "unknown anchor",
        "an alias (`*name`) of something that is not defined above it; quote a text that begins with \"*\"",
    ),
    ("unexpected character", "a text cannot begin with %, @ or `: quote it"),
    ("block sequence entries are not allowed", "a list begins where none can: expected it on a line of its own"),
    ("document start", "text behind the end of a document: expected `---` between documents"),
    ("recursion limit", "too many levels of brackets"),
    ("while scanning a tag", "a text cannot begin with \"!\": quote it"),
    ("comment intercepting", "a comment stands within a value of several lines"),
];

/// What is said of a line that is indented with a tab.
pub const TAB: &str = "a tab in the indentation: expected blanks, as YAML does";

/// Tells why `text` is not YAML.
pub fn tell(error: &ScanError, text: &str, faults: &mut Faults) {
    let line = line_of(error, text);
    let tabbed = tabbed(text);
    if error.info().contains("tab") || tabbed.contains(&line) {
        tabbed.iter().for_each(|line| faults.at(*line, TAB));
        if !tabbed.is_empty() {
            return;
        }
    }
    let words = WORDS.iter().find(|(said, _)| error.info().contains(said)).map(|(_, words)| *words);
    // The parser opens with what it was doing, which says nothing to a user.
    let raw = || error.info().split_once(", ").map_or(error.info(), |(_, what)| what);
    faults.at(line, format!("not YAML: {}", words.unwrap_or_else(raw)));
}

/// The line to blame: the parser notices only later that a line without a colon is no key.
fn line_of(error: &ScanError, text: &str) -> u32 {
    let late = error.info().contains("simple key expect ");
    let found = error.marker().line() - usize::from(late && error.marker().line() > 1);
    let lines = (1..).zip(text.lines().take(found).map(str::trim));
    let last = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(|(number, _)| number).last();
    let is_behind = text.lines().nth(found.saturating_sub(1)).is_none();
    if late || is_behind { last.unwrap_or(1) } else { u32::try_from(found).unwrap_or(u32::MAX) }
}

/// The lines that are indented with tabs, from 1.
pub fn tabbed(text: &str) -> Vec<u32> {
    (1..).zip(text.lines()).filter(|(_, line)| is_tabbed(line)).map(|(line, _)| line).collect()
}

/// Whether a tab stands before the content of `line`.
fn is_tabbed(line: &str) -> bool {
    let content = line.trim_start();
    let indent = line.len() - content.len();
    !content.is_empty() && !content.starts_with('#') && line.as_bytes().iter().take(indent).any(|byte| *byte == b'\t')
}
