//! Rows of exact values: a model family, its parameters, one quantity and what theory says of it.

use std::collections::BTreeMap;

pub use super::answer::Answer;
use super::tolerance::Tolerance;

/// Everything that is asked of one model with one set of parameters.
#[derive(Clone, Debug)]
pub struct Case {
    /// Family of models.
    pub model: String,
    /// Its parameters.
    pub params: Params,
    /// What is to be found out.
    pub asked: Vec<Asked>,
}

impl Case {
    /// Its model and parameters in one text.
    pub fn name(&self) -> String {
        let params: Vec<String> = self.params.0.iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("{} {}", self.model, params.join(";"))
    }
}

/// One quantity of a case.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its place among the rows of the table.
    pub row: usize,
    /// Name of the row.
    pub id: String,
    /// What is asked.
    pub quantity: String,
    /// What theory says.
    pub expected: Answer,
    /// How far off an answer may be.
    pub tolerance: Tolerance,
}

impl Asked {
    /// The expected number; `None` for a text.
    pub fn number(&self) -> Option<f64> {
        self.expected.number()
    }
}

/// Why a case gets no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its parameters are at fault: what was found, and what was expected.
    Parameters(String),
    /// It cannot be run.
    Unable(String),
}

impl Refusal {
    /// The reason in words.
    pub fn reason(&self) -> &str {
        match self {
            Refusal::Parameters(text) | Refusal::Unable(text) => text,
        }
    }
}

/// `key=value;key=value`, lists separated by `|`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Params(pub BTreeMap<String, String>);

impl Params {
    /// Splits the text of a row.
    ///
    /// # Errors
    /// A part that is no `key=value`, or a key that comes twice.
    pub fn parse(text: &str) -> Result<Params, String> {
        let mut map = BTreeMap::new();
        for pair in text.split(';').filter(|pair| !pair.trim().is_empty()) {
            let (key, value) = pair.split_once('=').ok_or(format!("`{pair}`, expected key=value;key=value"))?;
            if map.insert(key.trim().into(), value.trim().into()).is_some() {
                return Err(format!("`{}` twice, expected each key once", key.trim()));
            }
        }
        Ok(Params(map))
    }

    /// The text under `key`.
    ///
    /// # Errors
    /// There is no such key.
    pub fn text(&self, key: &str) -> Result<&str, Refusal> {
        let near = || crate::base::nearest(key, self.0.keys().map(String::as_str));
        let hint = || near().map_or(String::new(), |near| format!(" (there is `{near}`)"));
        let text = self.0.get(key).map(String::as_str);
        text.ok_or_else(|| Refusal::Parameters(format!("no `{key}`, which this family needs{}", hint())))
    }

    /// A finite number.
    ///
    /// # Errors
    /// There is no such key, or it holds something else.
    pub fn number(&self, key: &str) -> Result<f64, Refusal> {
        number(key, self.text(key)?, "a number", |_| true)
    }

    /// A number above 0.
    ///
    /// # Errors
    /// There is no such key, or it holds something else.
    pub fn positive(&self, key: &str) -> Result<f64, Refusal> {
        number(key, self.text(key)?, "a number above 0", |number| number > 0.0)
    }

    /// A whole number of at most `most`.
    ///
    /// # Errors
    /// There is no such key, or it holds something else.
    pub fn count(&self, key: &str, most: u32) -> Result<u32, Refusal> {
        let expected = format!("a whole number of at most {most}");
        let whole = |number: f64| (0.0..=f64::from(most)).contains(&number) && number.fract() == 0.0;
        Ok(number(key, self.text(key)?, &expected, whole)? as u32)
    }

    /// A list of numbers of at least 0.
    ///
    /// # Errors
    /// There is no such key, or it holds something else.
    pub fn list(&self, key: &str) -> Result<Vec<f64>, Refusal> {
        numbers(key, self.text(key)?, '|')
    }

    /// Lists of numbers of at least 0, all as long as the first of them.
    ///
    /// # Errors
    /// There is no such key, it holds something else, or lists differ in length.
    pub fn lists<const N: usize>(&self, keys: [&str; N]) -> Result<[Vec<f64>; N], Refusal> {
        let mut lists = [const { Vec::new() }; N];
        for (list, key) in lists.iter_mut().zip(keys) {
            *list = self.list(key)?;
        }
        let length = lists.first().map_or(0, Vec::len);
        match lists.iter().zip(keys).find(|(list, _)| list.len() != length) {
            Some((list, key)) => Err(Refusal::Parameters(format!("{key} has {} parts, expected {length}", list.len()))),
            None => Ok(lists),
        }
    }

    /// A table of numbers: rows separated by `|`, entries by `/`.
    ///
    /// # Errors
    /// There is no such key, it holds something else, or it is not `size` x `size`.
    pub fn square(&self, key: &str, size: usize) -> Result<Vec<Vec<f64>>, Refusal> {
        let rows: Result<Vec<Vec<f64>>, Refusal> =
            self.text(key)?.split('|').map(|row| numbers(key, row, '/')).collect();
        let rows = rows?;
        match rows.len() == size && rows.iter().all(|row| row.len() == size) {
            true => Ok(rows),
            false => Err(Refusal::Parameters(format!("{key} is not a table of {size} by {size}"))),
        }
    }
}

fn numbers(key: &str, text: &str, separator: char) -> Result<Vec<f64>, Refusal> {
    text.split(separator).map(|part| number(key, part, "numbers of at least 0", |number| number >= 0.0)).collect()
}

/// Bounds of a parameter that is not 0, far beyond what models of clusters need: past them a simulation may never end.
const BOUNDS: (f64, f64) = (1e-15, 1e13);

fn number(key: &str, text: &str, expected: &str, allowed: impl Fn(f64) -> bool) -> Result<f64, Refusal> {
    let fault = |expected: &str| Refusal::Parameters(format!("{key}={text}, expected {expected}"));
    let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite() && allowed(*number));
    let number = number.ok_or_else(|| fault(expected))?;
    let (least, most) = BOUNDS;
    match number == 0.0 || (least..=most).contains(&number.abs()) {
        true => Ok(number),
        false => Err(fault(&format!("{expected}, no further from 1 than {least:e} and {most:e}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_and_refused_in_words() {
        let params = Params::parse("lambda=0.5; sizes=1|2;routing=0/1|0.5/0;c=3;far=1e308").unwrap();
        assert_eq!(params.number("lambda"), Ok(0.5));
        assert_eq!(params.list("sizes"), Ok(vec![1.0, 2.0]));
        assert_eq!(params.square("routing", 2), Ok(vec![vec![0.0, 1.0], vec![0.5, 0.0]]));
        assert_eq!(params.count("c", 3), Ok(3));
        for (got, part) in [
            (params.number("lamda").map(|_| ()), "no `lamda`, which this family needs (there is `lambda`)"),
            (params.number("sizes").map(|_| ()), "sizes=1|2, expected a number"),
            (
                params.positive("far").map(|_| ()),
                "far=1e308, expected a number above 0, no further from 1 than 1e-15 and 1e13",
            ),
            (params.count("lambda", 9).map(|_| ()), "lambda=0.5, expected a whole number of at most 9"),
            (params.count("c", 2).map(|_| ()), "c=3, expected"),
            (params.square("routing", 3).map(|_| ()), "3 by 3"),
            (params.lists(["sizes", "c"]).map(|_| ()), "c has 1 parts, expected 2"),
        ] {
            let said = got.unwrap_err();
            assert!(said.reason().contains(part), "{said:?}");
        }
        assert!(Params::parse("a=1;b").unwrap_err().contains("`b`"));
        assert!(Params::parse("a=1;a=2").unwrap_err().contains("`a` twice"));
    }

    #[test]
    fn answers_are_numbers_or_texts() {
        assert_eq!(Answer::parse(" 1e-3 "), Answer::Number(0.001));
        assert_eq!(Answer::parse("na"), Answer::Text("na".into()));
        assert_eq!(Answer::parse("0|20|fail").number(), None);
        assert_eq!(Answer::parse("NaN").number(), None);
    }
}
