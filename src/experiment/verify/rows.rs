//! Rows of exact values: a model family, its parameters, one quantity and what theory says of it.

use std::collections::BTreeMap;
use std::path::Path;

/// Everything that is asked of one model with one set of parameters.
#[derive(Clone, Debug)]
pub struct Case {
    /// Family of models.
    pub model: String,
    /// Its parameters.
    pub params: Params,
    /// What is to be measured.
    pub asked: Vec<Asked>,
}

/// One quantity of a case.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Name of the row.
    pub id: String,
    /// What is measured.
    pub quantity: String,
    /// Its exact value.
    pub expected: f64,
}

/// `key=value;key=value`, lists separated by `|`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Params(pub BTreeMap<String, String>);

impl Params {
    /// Splits the text of a row.
    pub fn parse(text: &str) -> Params {
        let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
        Params(pairs.map(|(key, value)| (key.trim().into(), value.trim().into())).collect())
    }

    /// The text under `key`; panics where a row lacks it, which is a fault of the table.
    pub fn text(&self, key: &str) -> &str {
        self.0.get(key).unwrap_or_else(|| panic!("no \"{key}\" in {:?}", self.0))
    }

    /// A number.
    pub fn number(&self, key: &str) -> f64 {
        let text = self.text(key);
        text.parse().unwrap_or_else(|_| panic!("{key}={text} is no number"))
    }

    /// A list of numbers.
    pub fn list(&self, key: &str) -> Vec<f64> {
        let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{key}: {text} is no number"));
        self.text(key).split('|').map(number).collect()
    }
}

/// The rows of `families` in the shared table, by case; `None` where the table is absent.
pub fn table(families: &[&str]) -> Option<Vec<Case>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/verification/queueing_and_allocation.csv");
    path.exists().then(|| cases(csv::Reader::from_path(path).expect("a readable table"), families))
}

/// The rows of `families` in a text, by case.
pub fn cases_of(text: &str, families: &[&str]) -> Vec<Case> {
    cases(csv::Reader::from_reader(text.as_bytes()), families)
}

fn cases<R: std::io::Read>(mut reader: csv::Reader<R>, families: &[&str]) -> Vec<Case> {
    let mut all: Vec<Case> = Vec::new();
    for row in reader.deserialize() {
        let row: BTreeMap<String, String> = row.expect("a well-formed row");
        if !families.contains(&row["model"].as_str()) {
            continue;
        }
        let params = Params::parse(&row["parameters"]);
        let asked = Asked {
            id: row["id"].clone(),
            quantity: row["quantity"].clone(),
            expected: row["expected"].parse().expect("a number"),
        };
        match all.iter_mut().find(|case| case.model == row["model"] && case.params == params) {
            Some(case) => case.asked.push(asked),
            None => all.push(Case { model: row["model"].clone(), params, asked: vec![asked] }),
        }
    }
    all
}
