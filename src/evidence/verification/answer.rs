//! The value of one quantity, as theory states it or as it was found.

/// The value of a quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A number.
    Number(f64),
    /// A list of addresses or grants, or "na" where the quantity is not defined.
    Text(String),
}

impl Answer {
    /// What a cell says.
    pub fn parse(text: &str) -> Answer {
        match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Answer::Number(number),
            _ => Answer::Text(text.trim().into()),
        }
    }

    /// The number; `None` for a text.
    pub fn number(&self) -> Option<f64> {
        if let Answer::Number(number) = self { Some(*number) } else { None }
    }
}
