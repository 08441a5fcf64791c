//! Which settings are tried where nobody names them, and the names of collectors.

use super::Choice;
use super::notes::Known;
use super::smallest::readable;
use crate::base::Bytes;
use crate::base::did_you_mean;
use crate::heap::Identity;
use crate::heap::hotspot::CollectorKind;

/// The least heap that HotSpot starts with.
pub const LEAST_HEAP: Bytes = Bytes::mib(2);

/// Multiples of the logged heap that are tried where nobody names heaps.
const MULTIPLES: [f64; 7] = [0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0];

/// Heaps from half of `logged` to four times it, which is one of them.
pub fn default_heaps(logged: Bytes) -> Vec<Bytes> {
    let sized = |multiple: f64| if multiple == 1.0 { logged } else { rounded(logged.as_f64() * multiple) };
    let mut heaps: Vec<Bytes> = MULTIPLES.into_iter().map(sized).filter(|heap| *heap >= LEAST_HEAP).collect();
    heaps.dedup();
    heaps
}

fn rounded(heap: f64) -> Bytes {
    Bytes::from_f64(readable(heap))
}

/// All combinations, heaps fastest, each once. Where no collector is asked for it is the logged one; or, where the log
/// shows that nobody chose it, what the JVM chooses on so many cores.
pub fn combine(known: &Known, (collectors, cores): (&[CollectorKind], &[u32]), heaps: &[Bytes]) -> Vec<Choice> {
    let chosen = |cores: u32| if known.chose_itself() { known.own_choice(cores) } else { known.logged.collector };
    let asked: Vec<Option<CollectorKind>> =
        if collectors.is_empty() { vec![None] } else { collectors.iter().copied().map(Some).collect() };
    let mut choices: Vec<Choice> = Vec::new();
    for collector in asked {
        for &cores in cores {
            let collector = collector.unwrap_or_else(|| chosen(cores));
            for choice in heaps.iter().map(|&heap| Choice { collector, cores, heap, grown: known.grown }) {
                if !choices.contains(&choice) {
                    choices.push(choice);
                }
            }
        }
    }
    choices
}

/// The collector called `name`: one that descriptions price, by any of its names.
///
/// # Errors
/// No collector has that name; says which one was probably meant, and which there are.
pub fn collector_called(name: &str) -> Result<CollectorKind, String> {
    let called = Identity::called(name).filter(|identity| identity.own_section().is_some());
    called.and_then(Identity::kind).ok_or_else(|| {
        let known: Vec<String> = Identity::described().map(|identity| identity.shown.to_lowercase()).collect();
        let plain = name.trim().to_lowercase();
        let plain = plain.strip_prefix("use").unwrap_or(&plain);
        let near = did_you_mean(plain, known.iter().map(String::as_str));
        format!("there is no collector \"{name}\"{near} (collectors: {})", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logged_heap_is_among_the_default_ones() {
        let heaps = default_heaps(Bytes(1_000_341_504));
        assert!(heaps.contains(&Bytes(1_000_341_504)) && heaps.len() == MULTIPLES.len(), "{heaps:?}");
        assert!(heaps.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(default_heaps(Bytes::mib(2))[0], Bytes::mib(2));
    }

    #[test]
    fn collectors_go_by_the_names_that_people_use() {
        for name in ["zgc", "ZGC", "z", "UseZGC"] {
            assert_eq!(collector_called(name), Ok(CollectorKind::Z), "{name}");
        }
        for name in ["g1", "G1", "G1GC", "UseG1GC"] {
            assert_eq!(collector_called(name), Ok(CollectorKind::G1), "{name}");
        }
        let said = collector_called("paralel").unwrap_err();
        assert!(said.contains("did you mean \"parallel\"?") && said.contains("shenandoah"), "{said}");
        assert!(!collector_called("").unwrap_err().contains("did you mean"));
    }
}
