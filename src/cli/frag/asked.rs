//! What `frag` is asked for, read from its options.

use std::collections::BTreeSet;
use std::path::Path;

use super::Options;
use crate::base::Bytes;
use crate::cli::source::is_same_file;
use crate::frag::{Capacity, Contender, Leaking, Reclamation, contenders, reclamation};
use crate::pool::Reservation;

/// Panels that a map shows if nobody chooses.
const PANELS: usize = 4;

/// The options, read.
pub(super) struct Asked {
    pub contenders: Vec<Contender>,
    /// Each once; none where the trace decides.
    pub sizes: Vec<Bytes>,
    pub probe: Option<Bytes>,
    pub reclamation: Reclamation,
    pub reserve: Option<Reservation>,
    pub leak: Option<Leaking>,
    /// The known capacity that the user states.
    pub capacity: Option<Capacity>,
    /// The known capacity that the name of the trace states.
    pub named: Option<Capacity>,
    /// Numbers of the contenders that maps show.
    pub shown: Vec<usize>,
}

/// Reads the options, or tells everything that is wrong with them.
pub(super) fn read(options: &Options) -> Result<Asked, Vec<String>> {
    let mut faults = Vec::new();
    let mut keep = |read: Result<Bytes, String>| read.map_err(|fault| faults.push(fault)).ok();
    let mut sizes: Vec<Bytes> = options.size.iter().filter_map(|text| keep(bytes("--size", text))).collect();
    let probe = options.probe.as_ref().and_then(|text| keep(bytes("--probe", text)));
    let capacity = options.capacity.as_ref().and_then(|text| keep(bytes("--capacity", text)));
    let reserve = options.reserve.as_ref().and_then(|text| match text.as_str() {
        "all" => Some(Reservation::All),
        _ => keep(bytes("--reserve", text)).map(Reservation::Steps),
    });
    let share = options.leak.as_ref().map(|text| share("--leak", text).map_err(|fault| faults.push(fault)));
    let leak = share.and_then(Result::ok).map(|share| Leaking { share, seed: options.seed });
    let contenders = contenders(&options.allocators).unwrap_or_else(|more| {
        faults.extend(more);
        Vec::new()
    });
    let reclamation = reclamation(&options.reclamation).unwrap_or_else(|more| {
        faults.extend(more);
        Reclamation::EAGER
    });
    let shown = shown(options, &contenders).unwrap_or_else(|more| {
        faults.extend(more);
        Vec::new()
    });
    let map = [("--memory-map", &options.memory_map), ("--hole-map", &options.hole_map)];
    if let Some((option, _)) = map.iter().find(|map| map.1.is_some()).filter(|_| faults.is_empty() && shown.is_empty())
    {
        faults.push(format!("{option}: error: none of the allocators keeps addresses to draw"));
    }
    if let Some(out) = options.out.as_deref().filter(|out| is_same_file(Path::new(&options.trace), out)) {
        faults.push(format!("{}: error: cannot be written: it holds the trace", out.display()));
    }
    let mut seen = BTreeSet::new();
    sizes.retain(|size| seen.insert(*size));
    let capacity = capacity.map(|bytes| Capacity { bytes, source: "--capacity" });
    // A leak keeps more alive than whoever named the file knew of.
    let named = named_capacity(&options.trace).filter(|_| leak.is_none());
    match faults.is_empty() {
        true => Ok(Asked { contenders, sizes, probe, reclamation, reserve, leak, capacity, named, shown }),
        false => Err(faults),
    }
}

/// A number from 0 to 1.
fn share(option: &str, text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share: &f64| (0.0..=1.0).contains(share));
    share.ok_or_else(|| format!("{option}: error: \"{text}\" is not a share: expected a number from 0 to 1"))
}

/// A size of at least a byte.
fn bytes(option: &str, text: &str) -> Result<Bytes, String> {
    match text.parse::<Bytes>() {
        Ok(Bytes(0)) => Err(format!("{option}: error: \"{text}\" is nothing: expected at least 1 B")),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(format!("{option}: error: {error}")),
    }
}

/// The number before the ending of names such as `A.1048576.csv`.
fn named_capacity(trace: &str) -> Option<Capacity> {
    let name = Path::new(trace).file_name()?.to_str()?;
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let number = name.strip_suffix(".csv").unwrap_or(name).rsplit_once('.')?.1;
    let bytes = number.parse().ok().filter(|bytes| *bytes > 0).map(Bytes)?;
    Some(Capacity { bytes, source: "the name of the file" })
}

/// Numbers of the contenders that maps show.
fn shown(options: &Options, contenders_: &[Contender]) -> Result<Vec<usize>, Vec<String>> {
    let addressed = |number: &usize| contenders_[*number].has_addresses();
    let Some(text) = &options.show else {
        return Ok((0..contenders_.len()).filter(addressed).take(PANELS).collect());
    };
    let mut numbers = Vec::new();
    for wanted in
        contenders(text).map_err(|more| more.into_iter().map(|one| format!("--show: {one}")).collect::<Vec<_>>())?
    {
        let same = |one: &Contender| one.label == wanted.label || one.entry.name == wanted.label;
        match contenders_.iter().position(same) {
            Some(number) if addressed(&number) => numbers.push(number),
            Some(_) => return Err(vec![format!("--show: error: `{}` keeps no addresses to draw", wanted.label)]),
            None if contenders_.is_empty() => {}
            None => return Err(vec![format!("--show: error: `{}` is not among --allocators", wanted.label)]),
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capacity_is_read_off_the_name_of_a_file() {
        let told =
            ["a/A.1048576.csv", "A.1048576.csv.gz", "embedded:minimalloc_A.1048576", "minimalloc_A.csv", "x.0.csv"];
        assert_eq!(
            told.map(|name| named_capacity(name).map(|known| known.bytes)),
            [Some(Bytes(1 << 20)), Some(Bytes(1 << 20)), Some(Bytes(1 << 20)), None, None]
        );
    }
}
