//! Nothing says how large the process is: the ways to say it.

use super::rank::Rank;
use super::search::{Verdict, Way, nearest};
use super::step::Move;
use super::{AdviceKind, OptionChange, derives, sense};
use crate::flink::layout::ProcessKind;
use crate::flink::layout::keys::Key;
use crate::flink::layout::{Options, Origin};

/// The largest size in whole MiB.
const MOST: i64 = i64::MAX >> 20;

/// The ways to give a size, each with the value of the configuration that Flink ships, or with the least whole MiB
/// that fits what is set. Where something else is wrong too, a way may not be enough.
pub(super) fn ways(options: &Options, process: ProcessKind) -> Vec<Move> {
    let keys = sense::totals(process);
    let (process_size, flink_size, explicit) = match process {
        ProcessKind::TaskManager => (1728, 1280, [384, 512].as_slice()),
        ProcessKind::JobManager => (1600, 1152, [1024].as_slice()),
    };
    let missing = keys.explicit.iter().zip(explicit).filter(|(key, _)| !options.is_set(key));
    let explicit: Vec<(&'static Key, i64)> = missing.map(|(key, mib)| (*key, *mib)).collect();
    [vec![(keys.process, process_size)], vec![(keys.flink, flink_size)], explicit]
        .into_iter()
        .map(|sizes| Move { changes: fitted(options, process, sizes), rank: Rank::RaisedTotal })
        .collect()
}

/// Sets all `sizes`, in MiB; the first of them moves to where the derivation succeeds.
fn fitted(options: &Options, process: ProcessKind, mut sizes: Vec<(&'static Key, i64)>) -> Vec<OptionChange> {
    let mut trial = options.clone();
    for (key, mib) in &sizes {
        trial.insert(key.name, &format!("{mib}m"), Origin::Unstated);
    }
    if let Some((key, mib)) = sizes.first_mut() {
        let mut judge = |mib: i64| {
            trial.insert(key.name, &format!("{mib}m"), Origin::Unstated);
            match derives(&trial, process) {
                Ok(()) => Verdict::Good,
                Err(error) => sense::verdict(&error, key, process),
            }
        };
        if judge(*mib) != Verdict::Good {
            let found = nearest(*mib, MOST, Way::Up, &mut judge);
            *mib = found.or_else(|| nearest(*mib, MOST, Way::Down, &mut judge)).unwrap_or(*mib);
        }
    }
    let set = |(key, mib): (&'static Key, i64)| OptionChange {
        key: key.name,
        origin: Origin::Unstated,
        from: None,
        preset: false,
        to: Some(format!("{mib}m")),
        by: None,
        rounded: None,
        kind: AdviceKind::Set,
    };
    sizes.into_iter().map(set).collect()
}
