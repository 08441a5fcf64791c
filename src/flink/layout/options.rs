//! The effective configuration: ordered keys with their text and where each came from.
//!
//! Presence decides, not value: an option set to its default still selects a mode of derivation and still constrains.
//! So nothing here fills in defaults; the typed getters fall back on them only when a value is read.

use std::fmt;

use super::folklore::Folklore;
use super::keys::Key;
use super::{memory_size, number};
use crate::base::Bytes;

/// The pieces of `KEY=VALUE;…`, as they stand; blank ones are passed over.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').filter(|piece| !piece.trim().is_empty())
}

/// Key and value of `KEY=VALUE`, without the blanks around them; `None` where the text is no such pair.
pub fn pair(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once('=')?;
    Some((key.trim(), value.trim())).filter(|(key, _)| !key.is_empty())
}

/// Where an option was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere that could be named: a scenario, a test.
    #[default]
    Unstated,
    /// On the command line.
    CommandLine,
    /// In a field of a manifest that stands for the option.
    Field {
        /// The file, as the user named it.
        file: Box<str>,
        /// The line, from 1.
        line: u32,
        /// The field, such as "spec.taskManager.resource.memory".
        field: &'static str,
    },
    /// In a file, at a line counted from 1.
    Line {
        /// The file, as the user named it.
        file: Box<str>,
        /// The line, from 1.
        line: u32,
    },
}

impl Origin {
    /// The line in its file, if it stands in one.
    pub fn line(&self) -> Option<u32> {
        match self {
            Origin::Line { line, .. } | Origin::Field { line, .. } => Some(*line),
            Origin::Unstated | Origin::CommandLine => None,
        }
    }
}

impl fmt::Display for Origin {
    /// "file:line", "file:line, field" or "-D", or nothing where it is not stated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Unstated => Ok(()),
            Origin::CommandLine => f.write_str("-D"),
            Origin::Line { file, line } => write!(f, "{file}:{line}"),
            Origin::Field { file, line, field } => write!(f, "{file}:{line}, {field}"),
        }
    }
}

/// What is wrong with a single option.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// It is needed, not set, and has no default.
    Missing,
    /// Its text cannot be read; the second field says why.
    Unreadable(String, String),
    /// It is a size without a unit, which Flink takes for bytes and people rarely mean.
    Bare(String),
    /// Its value is outside what is allowed; the second field says what is.
    OutOfRange(String, &'static str),
    /// A lower bound lies above its upper bound.
    MinAboveMax {
        /// The lower bound.
        min: Bytes,
        /// The upper bound.
        max: Bytes,
        /// The keys of both, lower first, each with where it was written, in brackets, or that it is a default.
        ends: Box<[(&'static str, String); 2]>,
    },
    /// Nobody reads it; the nearest known key, if one is near.
    Unknown(Option<&'static str>),
    /// Nobody reads it, but it circulates.
    Folklore(&'static Folklore),
}

/// A fault of one option: key, place, and what was expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The key as the user wrote it, or its current spelling where it is not set.
    pub key: String,
    /// Where it was written.
    pub origin: Origin,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.origin != Origin::Unstated {
            write!(f, "{}: ", self.origin)?;
        }
        let key = &self.key;
        match &self.problem {
            Problem::Missing => write!(f, "`{key}` is not set and has no default"),
            Problem::Unreadable(value, reason) => write!(f, "`{key}` = \"{value}\" cannot be read: {reason}"),
            Problem::Bare(value) => {
                write!(
                    f,
                    "`{key}` = {value} has no unit: expected {value}m, or {value}b for the bytes that Flink reads"
                )
            }
            Problem::OutOfRange(value, expected) => write!(f, "`{key}` = {value} is out of range, expected {expected}"),
            Problem::MinAboveMax { min, max, ends } => {
                let (min, max) = (memory_size::print_readable(*min), memory_size::print_readable(*max));
                let [(low, from), (high, upto)] = ends.as_ref();
                write!(f, "`{low}` = {min}{from} is above `{high}` = {max}{upto}")
            }
            Problem::Unknown(None) => write!(f, "`{key}` is not an option of Flink, nobody reads it"),
            Problem::Unknown(Some(near)) => {
                write!(f, "`{key}` is not an option of Flink, you probably mean `{near}`")
            }
            Problem::Folklore(entry) => write!(f, "`{key}` {entry}"),
        }
    }
}

impl std::error::Error for Fault {}

/// One line of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Setting {
    key: String,
    value: String,
    origin: Origin,
}

/// An ordered configuration. The order is that of first insertion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(Vec<Setting>);

impl Options {
    /// An empty configuration: everything at its default.
    pub fn new() -> Options {
        Options::default()
    }

    /// Sets `key`; an earlier value of the same key is replaced, value and origin, in its place.
    pub fn insert(&mut self, key: &str, value: &str, origin: Origin) {
        let setting = Setting { key: key.into(), value: value.into(), origin };
        match self.0.iter_mut().find(|earlier| earlier.key == key) {
            Some(earlier) => *earlier = setting,
            None => self.0.push(setting),
        }
    }

    /// Takes `key` out, in this spelling alone.
    pub(in crate::flink) fn remove(&mut self, key: &str) {
        self.0.retain(|setting| setting.key != key);
    }

    /// The text and the origin of exactly this spelling of a key.
    pub(in crate::flink) fn spelled(&self, name: &str) -> Option<(&str, &Origin)> {
        let setting = self.0.iter().find(|setting| setting.key == name)?;
        Some((&setting.value, &setting.origin))
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and texts in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Origin)> {
        self.0.iter().map(|setting| (setting.key.as_str(), setting.value.as_str(), &setting.origin))
    }

    /// Whether `key` is set, under its current name or an older one.
    pub fn is_set(&self, key: &Key) -> bool {
        self.setting(key).is_some()
    }

    /// Where `key` was written; [`Origin::Unstated`] also where it is not set.
    pub fn origin(&self, key: &Key) -> Origin {
        self.setting(key).map(|setting| setting.origin.clone()).unwrap_or_default()
    }

    fn setting(&self, key: &Key) -> Option<&Setting> {
        let mut names = std::iter::once(&key.name).chain(key.aliases);
        names.find_map(|name| self.0.iter().find(|setting| setting.key == *name))
    }

    /// The fault `problem` of `key`, placed where the key was written.
    pub fn fault(&self, key: &Key, problem: Problem) -> Fault {
        let name = self.setting(key).map_or(key.name, |setting| &setting.key);
        Fault { key: name.into(), origin: self.origin(key), problem }
    }

    /// The text of `key`, or its default.
    ///
    /// # Errors
    /// [`Problem::Missing`] where it has neither.
    pub fn text(&self, key: &Key) -> Result<&str, Fault> {
        let set = self.setting(key).map(|setting| setting.value.as_str());
        set.or(key.preset).ok_or_else(|| self.fault(key, Problem::Missing))
    }

    fn read<T>(&self, key: &Key, parse: impl Fn(&str) -> Result<T, String>) -> Result<T, Fault> {
        let text = self.text(key)?;
        parse(text).map_err(|reason| self.fault(key, Problem::Unreadable(text.into(), reason)))
    }

    /// The size under `key`, or its default.
    ///
    /// # Errors
    /// The key is missing or not a size of 0 to 2^63-1 bytes.
    pub fn size(&self, key: &Key) -> Result<Bytes, Fault> {
        self.read(key, memory_size::parse)
    }

    /// The fraction under `key`, or its default: rounded to single precision as Flink does, then widened.
    ///
    /// # Errors
    /// The key is missing or not a number. The range is not checked here.
    pub fn fraction(&self, key: &Key) -> Result<f64, Fault> {
        self.read(key, number::float::<f32>).map(f64::from)
    }

    /// The whole number under `key`, or its default.
    ///
    /// # Errors
    /// The key is missing or not a whole number of 0 to 2^31-1.
    pub fn count(&self, key: &Key) -> Result<u32, Fault> {
        self.read(key, number::count)
    }

    /// The number under `key`, or its default.
    ///
    /// # Errors
    /// The key is missing or not a number. The range is not checked here.
    pub fn number(&self, key: &Key) -> Result<f64, Fault> {
        self.read(key, number::float)
    }

    /// The flag under `key`, or its default.
    ///
    /// # Errors
    /// The key is missing or neither true nor false, in any case of letters.
    pub fn flag(&self, key: &Key) -> Result<bool, Fault> {
        self.read(key, number::flag)
    }
}

impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for Options {
    /// Options without a stated origin; later ones replace earlier ones.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Options {
        let mut options = Options::new();
        for (key, value) in pairs {
            options.insert(key.as_ref(), value.as_ref(), Origin::Unstated);
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::task_manager as tm;
    use super::*;

    #[test]
    fn presence_is_apart_from_value() {
        let options = Options::from_iter([("taskmanager.memory.network.min", "64m")]);
        assert!(options.is_set(&tm::NETWORK_MIN) && !options.is_set(&tm::NETWORK_MAX));
        assert_eq!(options.size(&tm::NETWORK_MAX), Ok(memory_size::MAX));
        assert_eq!(options.size(&tm::FLINK).unwrap_err().problem, Problem::Missing);
    }

    #[test]
    fn older_spellings_count_only_where_the_current_one_is_absent() {
        let mut options = Options::from_iter([("taskmanager.memory.size", "1m")]);
        assert_eq!(options.size(&tm::MANAGED), Ok(Bytes::mib(1)));
        options.insert(tm::MANAGED.name, "2m", Origin::Unstated);
        assert_eq!(options.size(&tm::MANAGED), Ok(Bytes::mib(2)));
    }

    #[test]
    fn faults_tell_the_place_and_the_value() {
        let mut options = Options::new();
        options.insert(tm::MANAGED.name, "2m", Origin::Unstated);
        options.insert(tm::MANAGED.name, "2x", Origin::Line { file: "config.yaml".into(), line: 7 });
        let text = options.size(&tm::MANAGED).unwrap_err().to_string();
        assert!(text.starts_with("config.yaml:7: `taskmanager.memory.managed.size` = \"2x\""), "{text}");
        assert_eq!(options.iter().count(), 1);
    }
}
