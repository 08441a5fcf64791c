//! Phases beside the application: `[CMS-concurrent-...]` and `[GC concurrent-...]`.

use crate::gc_log::event::{Event, Kind};
use crate::gc_log::text::{Scan, readable};

/// What a concurrent line says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Phase<'a> {
    pub name: &'a [u8],
    pub word: Word,
}

/// Begin, end or abort of a phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word {
    Begin,
    /// With its length in seconds.
    End(f64),
    Abort,
}

/// Reads a phase after its opening bracket, with the closing one.
pub(super) fn read<'a>(scan: &mut Scan<'a>) -> Option<Phase<'a>> {
    let mut at = *scan;
    let is_g1 = at.eat(b"GC concurrent-");
    if !is_g1 && !at.rest().starts_with(b"CMS-concurrent-") {
        return None;
    }
    let name = at.while_matches(|byte| byte.is_ascii_alphabetic() || byte == b'-')?;
    let phase = match () {
        _ if at.eat(b": ") => {
            at.decimal()?;
            let wall = at.eat(b"/").then(|| at.span())??;
            Phase { name, word: Word::End(wall) }
        }
        _ if at.eat(b", ") => Phase { name: name.strip_suffix(b"-end").unwrap_or(name), word: Word::End(at.span()?) },
        _ => match name.strip_suffix(b"-start") {
            Some(name) => Phase { name, word: Word::Begin },
            None => Phase { name: name.strip_suffix(b"-abort")?, word: Word::Abort },
        },
    };
    if !at.eat(b"]") {
        return None;
    }
    *scan = at;
    Some(phase)
}

/// The phase that ended at `end_s`.
pub(super) fn event(name: &[u8], seconds: f64, end_s: Option<f64>) -> Event {
    let name = format!("Concurrent {}", readable(name.strip_prefix(b"CMS-concurrent-").unwrap_or(name), 100));
    let mut event = Event::new(Kind::ConcurrentPhase, name);
    event.duration_s = Some(seconds);
    event.start_s = end_s.map(|end| (end - seconds).max(0.0));
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_of_both_collectors() {
        let read = |text: &'static str| read(&mut Scan::new(text.as_bytes()));
        let phase = |name: &'static str, word| Some(Phase { name: name.as_bytes(), word });
        assert_eq!(read("CMS-concurrent-mark-start]"), phase("CMS-concurrent-mark", Word::Begin));
        assert_eq!(read("CMS-concurrent-mark: 0.822/0.825 secs]"), phase("CMS-concurrent-mark", Word::End(0.825)));
        assert_eq!(read("GC concurrent-mark-end, 8.5770888 secs]"), phase("mark", Word::End(8.5770888)));
        assert_eq!(read("GC concurrent-mark-abort]"), phase("mark", Word::Abort));
        assert_eq!(read("GC concurrent-root-region-scan-start]"), phase("root-region-scan", Word::Begin));
        assert_eq!(read("GC pause (young)"), None);
        assert_eq!(read("CMS-concurrent-mark: 0.8"), None);
    }
}
