//! The long-run shares of a Markov chain.

use super::chain::{Chain, State, names};

/// Change of all shares together in a sweep at which they count as found.
const PRECISION: f64 = 1e-13;
const SWEEPS: u32 = 100_000;

impl Chain {
    /// Long-run averages by name.
    ///
    /// # Errors
    /// The balance equations did not converge.
    pub fn averages(&self) -> Result<Vec<(String, f64)>, String> {
        let shares = stationary(&self.all)?;
        let average =
            |place: usize| shares.iter().zip(&self.all).map(|(share, state)| share * state.values[place]).sum();
        Ok(names(&self.world).into_iter().enumerate().map(|(place, name)| (name, average(place))).collect())
    }
}

/// The share of time in each state, by Gauss-Seidel sweeps over the balance equations. States that are never returned to
/// have none.
///
/// # Errors
/// The sweeps do not converge.
fn stationary(states: &[State]) -> Result<Vec<f64>, String> {
    if states.len() == 1 {
        return Ok(vec![1.0]);
    }
    let mut inflows = vec![vec![]; states.len()];
    for (from, state) in states.iter().enumerate() {
        state.flows.iter().for_each(|(_, to, rate)| inflows[*to].push((from, *rate)));
    }
    let outflow: Vec<f64> = states.iter().map(|state| state.flows.iter().map(|flow| flow.2).sum()).collect();
    let mut shares = vec![1.0 / states.len() as f64; states.len()];
    for _ in 0..SWEEPS {
        let mut change: f64 = 0.0;
        for (at, flows) in inflows.iter().enumerate() {
            let next = flows.iter().map(|(from, rate)| shares[*from] * rate).sum::<f64>() / outflow[at];
            change += (next - shares[at]).abs();
            shares[at] = next;
        }
        let total: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= total);
        if change < PRECISION {
            return Ok(shares);
        }
    }
    Err("the balance equations do not converge".into())
}
