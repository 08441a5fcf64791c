//! How far off an answer may be, as the note of a row says.

use super::answer::Answer;

/// Standard errors within which a simulated value must lie.
pub const MOST_ERRORS: f64 = 3.0;

/// The class of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// Simulated: within [`MOST_ERRORS`] standard errors.
    Stochastic,
    /// Relative to the expected value; also of formulas that approximate what they stand for, which must be the same
    /// formulas.
    Relative(f64),
    /// In the unit of the expected value.
    Absolute(f64),
}

/// The classes and the relative error that each allows where the note gives none.
const CLASSES: [(&str, f64); 3] = [("deterministic", 1e-9), ("numeric module", 1e-6), ("approximation", 1e-6)];

impl Tolerance {
    /// Reads a note: its first words are the class, "rel err <= X" or "abs err <= X" its bound.
    ///
    /// # Errors
    /// The note begins with none of the classes.
    pub fn parse(note: &str) -> Result<Tolerance, String> {
        let note = note.trim();
        if note.starts_with("stochastic") {
            return Ok(Tolerance::Stochastic);
        }
        let class = CLASSES.iter().find(|(class, _)| note.starts_with(class));
        let (_, usual) = class.ok_or_else(|| {
            format!(
                "`{note}`, expected a note that begins with stochastic, deterministic, numeric module or approximation"
            )
        })?;
        Ok(match (bound(note, "rel err <="), bound(note, "abs err <=")) {
            (None, Some(bound)) => Tolerance::Absolute(bound),
            (relative, _) => Tolerance::Relative(relative.unwrap_or(*usual)),
        })
    }

    /// Whether an exact answer is near enough; texts must be equal.
    pub fn allows(self, expected: &Answer, found: &Answer) -> bool {
        match (expected, found) {
            (Answer::Number(expected), Answer::Number(found)) => {
                let off = (found - expected).abs();
                match self {
                    Tolerance::Relative(bound) => off <= bound * expected.abs(),
                    Tolerance::Absolute(bound) => off <= bound,
                    Tolerance::Stochastic => off == 0.0,
                }
            }
            (expected, found) => expected == found,
        }
    }
}

fn bound(note: &str, words: &str) -> Option<f64> {
    let rest = note.split_once(words)?.1.trim_start();
    rest.split([' ', ';', ')']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_name_class_and_bound() {
        let parse = |note: &str| Tolerance::parse(note).unwrap();
        assert_eq!(parse("stochastic; run until 95% CI half-width <= 2%"), Tolerance::Stochastic);
        assert_eq!(parse("deterministic; rel err <= 1e-9 (or exact integer)"), Tolerance::Relative(1e-9));
        assert_eq!(parse("deterministic; rel err <= 1e-6"), Tolerance::Relative(1e-6));
        assert_eq!(parse("deterministic; abs err <= 1e-6 MB (kept)"), Tolerance::Absolute(1e-6));
        assert_eq!(parse("approximation within 0.2%; formula rel err <= 1e-6"), Tolerance::Relative(1e-6));
        assert_eq!(parse("numeric module"), Tolerance::Relative(1e-6));
        assert!(Tolerance::parse("roughly").unwrap_err().contains("`roughly`"));
    }

    #[test]
    fn answers_are_held_against_their_bound() {
        let number = Answer::Number;
        assert!(Tolerance::Relative(1e-6).allows(&number(2.0), &number(2.000_001)));
        assert!(!Tolerance::Relative(1e-9).allows(&number(2.0), &number(2.000_001)));
        assert!(Tolerance::Absolute(1e-6).allows(&number(2e9), &number(2e9 + 1e-7)));
        assert!(Tolerance::Relative(1e-9).allows(&number(0.0), &number(0.0)));
        let text = |text: &str| Answer::Text(text.into());
        assert!(Tolerance::Relative(1e-9).allows(&text("0|5"), &text("0|5")));
        assert!(!Tolerance::Relative(1e-9).allows(&text("na"), &number(0.0)));
    }
}
