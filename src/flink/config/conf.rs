//! `flink-conf.yaml` as Flink 1.x reads it: line by line, not as YAML.

use std::collections::BTreeMap;

use super::fault::Faults;
use super::tree::{brief, twice};
use super::{FlinkConfig, Form, MAX_OPTIONS, TOO_MANY};
use crate::flink::layout::{FlinkVersion, Options, Origin};

/// Lines that Flink skips in silence or with a warning in its log are faults here: whoever wrote them meant something.
///
/// As in Flink, everything behind the first `#` is a comment, the first `: ` ends the key, and quotes are a part of the
/// value.
pub fn parse(text: &str, faults: &mut Faults) -> FlinkConfig {
    let mut found = Found { values: BTreeMap::new(), faults, nested: false };
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.split('#').next().unwrap_or_default().trim_end();
        if !content.is_empty() && content != "---" && content != "..." {
            found.line(content, line);
        }
    }
    let mut options: Vec<(u32, &str, &str)> =
        found.values.iter().map(|(key, (line, value))| (*line, *key, *value)).collect();
    options.sort_unstable();
    if options.is_empty() && found.faults.is_empty() {
        found.faults.file("no option in it: the file is empty or holds nothing but comments");
    }
    if let Some((line, _, _)) = options.get(MAX_OPTIONS) {
        found.faults.at(*line, TOO_MANY);
        options.truncate(MAX_OPTIONS);
    }
    let version = Some(FlinkVersion::V1);
    let mut config = FlinkConfig { options: Options::new(), form: Form::Conf, version, overruled: Vec::new() };
    for (line, key, value) in options {
        config.options.insert(key, value, Origin::Line { file: found.faults.name().into(), line });
    }
    config
}

struct Found<'t, 'f> {
    values: BTreeMap<&'t str, (u32, &'t str)>,
    faults: &'f mut Faults,
    /// Whether the line belongs to a nest that has been told.
    nested: bool,
}

impl<'t> Found<'t, '_> {
    fn line(&mut self, content: &'t str, line: u32) {
        if content.starts_with(char::is_whitespace) {
            if !self.nested {
                let what = brief(content.trim());
                self.faults.at(line, format!("\"{what}\" is indented: {NESTED}"));
            }
            self.nested = true;
            return;
        }
        self.nested = false;
        let parts = content.split_once(": ").map(|(key, value)| (key.trim(), value.trim()));
        match parts {
            Some((key, value)) if !key.is_empty() => match self.values.get(key) {
                Some((first, _)) => twice(key, *first, line, self.faults),
                None => _ = self.values.insert(key, (line, value)),
            },
            _ => self.no_option(content, line),
        }
    }

    fn no_option(&mut self, content: &str, line: u32) {
        let what = brief(content);
        let message = match content.strip_suffix(':') {
            Some(key) => {
                self.nested = true;
                format!("`{}` has no value: {NESTED}", brief(key))
            }
            None if content.contains(':') => {
                format!("\"{what}\" is not an option: expected a blank behind the \":\", as in `key: value`")
            }
            None => format!("\"{what}\" is not an option: expected `key: value`"),
        };
        self.faults.at(line, message);
    }
}

const NESTED: &str = "expected `key: value` from the start of a line; nested keys are read only from config.yaml, from \
                      Flink 1.19 on";
