//! A family of models: its name, and how its quantities are found out.

use super::rows::{Answer, Params, Refusal};
use super::trial::Trial;

/// Prepares a case that is simulated.
pub type Simulate = fn(&Params) -> Result<Box<dyn Trial>, Refusal>;

/// Answers one quantity of a case at once.
pub type Exact = fn(&Params, &str) -> Result<Answer, Refusal>;

/// A family. Rows of the stochastic class are simulated, all others are answered exactly.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its name in tables of cases.
    pub name: &'static str,
    simulate: Option<Simulate>,
    exact: Option<Exact>,
}

impl Family {
    /// A family of which rows are simulated.
    pub const fn simulated(name: &'static str, simulate: Simulate) -> Family {
        Family { name, simulate: Some(simulate), exact: None }
    }

    /// A family whose rows have answers without a spread.
    pub const fn exact(name: &'static str, exact: Exact) -> Family {
        Family { name, simulate: None, exact: Some(exact) }
    }

    /// A family of which some rows are simulated and others have answers without a spread.
    pub const fn both(name: &'static str, simulate: Simulate, exact: Exact) -> Family {
        Family { name, simulate: Some(simulate), exact: Some(exact) }
    }

    /// What simulates a case.
    ///
    /// # Errors
    /// Its parameters are at fault, or nothing simulates this family.
    pub fn trial(&self, params: &Params) -> Result<Box<dyn Trial>, Refusal> {
        let none = || Refusal::Unable("nothing simulates this family".into());
        self.simulate.ok_or_else(none).and_then(|simulate| simulate(params))
    }

    /// The answer to one quantity.
    ///
    /// # Errors
    /// The parameters are at fault, or nothing answers this quantity.
    pub fn answer(&self, params: &Params, quantity: &str) -> Result<Answer, Refusal> {
        let none = || Refusal::Unable("nothing answers this family without a simulation".into());
        self.exact.ok_or_else(none).and_then(|exact| exact(params, quantity))
    }
}

/// What an exact family answers to a quantity that it does not know.
pub fn unknown_quantity(quantity: &str) -> Refusal {
    Refusal::Unable(format!("nothing measures `{quantity}`"))
}
