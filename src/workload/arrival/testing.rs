//! What the tests of arrival processes share.

use super::{ARRIVALS, Arrival};
use crate::base::{Args, SimTime, Value};
use crate::kernel::Streams;

/// Builds the process called `name`.
pub fn build(name: &str, values: &[(&'static str, Value)]) -> Box<dyn Arrival> {
    let entry = ARRIVALS.iter().find(|entry| entry.name == name).unwrap();
    (entry.build)(&Args::new(values.to_vec())).unwrap()
}

/// Arrivals within `from` <= t < `to` seconds.
pub fn count(process: &mut dyn Arrival, seed: u64, from: f64, to: f64) -> u64 {
    let mut stream = Streams::new(seed).stream("arrival", 0);
    let mut now = SimTime((from * 1e9) as u64);
    let mut count = 0;
    loop {
        now = now + process.next_gap(now, &mut stream);
        if now.as_secs() > to {
            return count;
        }
        count += 1;
    }
}

/// Mean and index of dispersion (variance over mean) of the counts in consecutive windows of `secs`.
pub fn dispersion(process: &mut dyn Arrival, windows: usize, secs: f64) -> (f64, f64) {
    let mut stream = Streams::new(11).stream("arrival", 0);
    let mut counts = vec![0.0; windows];
    let mut now = SimTime::ZERO;
    loop {
        now = now + process.next_gap(now, &mut stream);
        match counts.get_mut((now.as_secs() / secs) as usize) {
            Some(count) => *count += 1.0,
            None => break,
        }
    }
    let mean = counts.iter().sum::<f64>() / windows as f64;
    let squares: f64 = counts.iter().map(|count| (count - mean) * (count - mean)).sum();
    (mean, squares / (windows - 1) as f64 / mean)
}

/// The leading numbers of a row's parameters, in their order, and the expected value.
pub fn expected(id: &str) -> (Vec<f64>, f64) {
    let path = crate::base::testing::data("scenarios/verification/queueing_and_allocation.csv");
    let mut table = csv::Reader::from_path(path).unwrap();
    let row = table.records().map(Result::unwrap).find(|row| &row[0] == id).unwrap();
    let numbers = row[2].split(';').filter_map(|pair| pair.split_once('=')?.1.parse().ok()).collect();
    (numbers, row[4].parse().unwrap())
}

#[test]
fn senseless_parameters_are_refused_in_words() {
    for entry in ARRIVALS {
        let mut args = Args::default();
        for param in entry.params {
            let value = match param.kind {
                crate::base::Kind::Span => Value::Span(Default::default()),
                crate::base::Kind::SpanLaw => Value::Law(crate::base::Law::constant(0.0)),
                _ => Value::Number(0.0),
            };
            args.set(param.name, value);
        }
        let error = (entry.build)(&args).err().unwrap();
        assert!(error.contains("expected"), "{}: {error}", entry.name);
    }
}
