//! The shape of a declared graph: who reads whom, in which order, and what cannot work.

use std::collections::BTreeSet;

use super::OperatorKeys;
use crate::base::did_you_mean;
use crate::workload::graph::{Exchange, Operator, Role};

/// Who reads whom.
pub struct Links {
    /// Indices of the inputs of each operator, unknown names left out.
    pub inputs: Vec<Vec<usize>>,
    /// All operators, inputs before readers, else as declared; incomplete where operators wait for each other.
    pub order: Vec<usize>,
}

/// Looks the names of all inputs up, and orders the operators.
pub fn links(operators: &[(String, OperatorKeys)], faults: &mut Vec<String>) -> Links {
    let inputs: Vec<Vec<usize>> = (0..operators.len()).map(|reader| look_up(operators, reader, faults)).collect();
    let order = order(&inputs);
    if operators.is_empty() {
        faults.push("operators: expected at least one, the source".into());
    } else if inputs.iter().zip(operators).all(|(_, (_, keys))| !keys.read_from().is_empty()) {
        faults.push("operators: expected at least one without inputs, the source".into());
    } else if order.len() < operators.len() {
        let left: Vec<&str> =
            (0..operators.len()).filter(|index| !order.contains(index)).map(|i| operators[i].0.as_str()).collect();
        faults.push(format!("operators: expected no circle, but each of these waits for another: {}", left.join(", ")));
    }
    Links { inputs, order }
}

fn look_up(operators: &[(String, OperatorKeys)], reader: usize, faults: &mut Vec<String>) -> Vec<usize> {
    let (own, keys) = &operators[reader];
    let mut found = Vec::new();
    for input in keys.read_from() {
        let key = format!("operators.{own}.inputs = \"{input}\"");
        match operators.iter().position(|(name, _)| name == input) {
            Some(index) if found.contains(&index) => faults.push(format!("{key}: expected each operator once")),
            Some(index) => found.push(index),
            None => {
                let others: Vec<&str> = operators.iter().map(|(name, _)| name.as_str()).filter(|n| n != own).collect();
                let hint = did_you_mean(input, others.iter().copied());
                faults.push(format!("{key}: expected an operator ({}){hint}", others.join(", ")));
            }
        }
    }
    found
}

/// Kahn's order: always the first declared operator whose inputs are all placed. Operators on or behind a circle are
/// left out.
fn order(inputs: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut left: BTreeSet<usize> = (0..inputs.len()).collect();
    let is_ready = |operator: usize, left: &BTreeSet<usize>| inputs[operator].iter().all(|input| !left.contains(input));
    while let Some(next) = left.iter().copied().find(|operator| is_ready(*operator, &left)) {
        left.remove(&next);
        order.push(next);
    }
    order
}

/// Puts operators into `order` and turns their inputs into the new indices.
pub fn sorted(operators: Vec<Operator>, order: &[usize]) -> Vec<Operator> {
    let mut place = vec![0; operators.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new;
    }
    let mut placed: Vec<(usize, Operator)> = place.iter().copied().zip(operators).collect();
    placed.sort_by_key(|(new, _)| *new);
    placed.iter_mut().for_each(|(_, operator)| operator.inputs.iter_mut().for_each(|input| *input = place[*input]));
    placed.into_iter().map(|(_, operator)| operator).collect()
}

/// What does not fit between an operator and those it reads. Inputs are indices of the order of declaration.
pub fn check(declared: &[(String, OperatorKeys)], operators: &[Operator], faults: &mut Vec<String>) {
    for ((_, keys), operator) in declared.iter().zip(operators) {
        let given = keys.read_from().len();
        if let Some(records) = operator.records.filter(|_| given > 0) {
            let name = &operator.name;
            faults.push(format!(
                "operators.{name}.records = {records}: expected none, since only sources end by themselves"
            ));
        }
        role(operators, operator, given, faults);
        forward(operators, operator, faults);
    }
}

fn role(operators: &[Operator], operator: &Operator, given: usize, faults: &mut Vec<String>) {
    let name = &operator.name;
    let (role, must_end) = match operator.role {
        Role::Pipelined => return,
        Role::Sort => ("sort", &operator.inputs[..]),
        Role::Hash => ("hash", &operator.inputs[..operator.inputs.len().min(1)]),
    };
    let expected = if operator.role == Role::Hash { "two inputs, first build, then probe" } else { "inputs" };
    if given == 0 || (operator.role == Role::Hash && given != 2) {
        faults.push(format!("operators.{name}.role = \"{role}\": expected {expected}, not {given}"));
    }
    for endless in endless_sources(operators, must_end) {
        faults.push(format!(
            "operators.{name}.role = \"{role}\": expected input that ends, but \"{endless}\" has no records set"
        ));
    }
}

/// Names of the sources at or before `from` that never end.
fn endless_sources<'a>(operators: &'a [Operator], from: &[usize]) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    let mut next = from.to_vec();
    while let Some(operator) = next.pop() {
        if seen.insert(operator) {
            next.extend(&operators[operator].inputs);
        }
    }
    let sources = seen.iter().map(|index| &operators[*index]);
    sources.filter(|one| one.inputs.is_empty() && one.records.is_none()).map(|one| one.name.as_str()).collect()
}

fn forward(operators: &[Operator], operator: &Operator, faults: &mut Vec<String>) {
    if operator.exchange != Exchange::Forward {
        return;
    }
    let own = operator.parallelism;
    for input in operator.inputs.iter().map(|index| &operators[*index]).filter(|input| input.parallelism != own) {
        faults.push(format!(
            "operators.{}.exchange = \"forward\": expected the parallelism of \"{}\", {}, not {own} \
             (or exchange = \"keyed\")",
            operator.name, input.name, input.parallelism
        ));
    }
}
