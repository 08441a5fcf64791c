//! One description of a JVM: what collections, barriers and the mutator cost on it.
//!
//! A description is a table of named coefficients in sections, one a collector and one a kind of mutator, as
//! [`SECTIONS`] declares them. Whoever measures a JVM fills in what could be measured; a collector without a section has no price.
//! Every coefficient may carry a standard error, as a share of its value. Reading it from a file is the scenario's task;
//! here are the values and the prices that follow from them.

mod declare;

pub use declare::{PRICE, SECTIONS, Section, TOP};

use std::collections::BTreeMap;

use crate::base::{Args, SimSpan, Value};
use crate::price::collection::{COLLECTION_PRICES, CollectionPrice};

/// The coefficients of one section.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coefficients {
    /// Values under their declared names.
    pub values: Args,
    /// Where this section's figures come from, if they differ from the description's as a whole.
    pub origin: Option<String>,
    /// Standard errors as shares of the values, at least 0; a name that is absent is taken as exactly known.
    pub errors: BTreeMap<String, f64>,
}

impl Coefficients {
    /// The number, or the nanoseconds, under `name`; 0 where nothing of that name is declared for the section.
    pub fn get(&self, name: &str) -> f64 {
        match self.values.get(name) {
            Some(Value::Number(number)) => *number,
            Some(Value::Span(span)) => span.as_nanos(),
            Some(Value::Bytes(bytes)) => bytes.as_f64(),
            Some(Value::Count(count)) => *count as f64,
            _ => 0.0,
        }
    }

    /// Multiplies the number or time under `name`; does nothing where there is none.
    pub fn scale(&mut self, name: &str, factor: f64) {
        let scaled = self.values.iter().find(|(key, _)| *key == name).and_then(|(key, value)| match value {
            Value::Number(number) => Some((key, Value::Number(number * factor))),
            Value::Span(span) => Some((key, Value::Span(SimSpan::from_nanos(span.as_nanos() * factor)))),
            _ => None,
        });
        if let Some((key, value)) = scaled {
            self.values.set(key, value);
        }
    }

    /// The price of the collections that a collector's section describes.
    ///
    /// # Errors
    /// Coefficients that make no sense together, or a section that describes no collector.
    pub fn price(&self) -> Result<Box<dyn CollectionPrice>, String> {
        let entry = COLLECTION_PRICES.iter().find(|entry| entry.name == PRICE);
        match entry.filter(|entry| entry.params.iter().all(|param| self.values.get(param.name).is_some())) {
            Some(entry) => (entry.build)(&self.values),
            None => Err("the section describes no collector".into()),
        }
    }
}

/// A JVM described.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// What is described.
    pub name: String,
    /// Where the figures come from.
    pub origin: String,
    /// Feature release of the JVM.
    pub jdk: u32,
    /// Sections by name, those that the description has.
    pub sections: BTreeMap<&'static str, Coefficients>,
}

impl Calibration {
    /// The section called `name`, as in [`SECTIONS`]; `None` where the description lacks it.
    pub fn section(&self, name: &str) -> Option<&Coefficients> {
        self.sections.get(name)
    }
}
