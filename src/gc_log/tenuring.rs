//! The ages of survivors: two kinds of lines that are the same in every version.

use super::event::Tenuring;
use super::text::Scan;
use crate::base::Bytes;

/// No version has more ages.
const MOST_AGES: usize = 31;

/// Takes "Desired survivor size 1114112 bytes, new threshold 1 (max threshold 15)" or
/// "- age   1:        488 bytes,        488 total".
pub(super) fn line(into: &mut Option<Box<Tenuring>>, text: &[u8]) -> bool {
    let mut scan = Scan::new(text);
    if scan.eat(b"Desired survivor size ") {
        return desired(into, scan).is_some();
    }
    if scan.eat(b"- age") {
        return age(into, scan).is_some();
    }
    false
}

fn desired(into: &mut Option<Box<Tenuring>>, mut scan: Scan) -> Option<()> {
    let desired = Some(Bytes(scan.integer()?));
    let threshold = scan.eat(b" bytes, new threshold ").then(|| scan.integer())??;
    scan.spaces();
    if !scan.eat(b"(max threshold ") && !scan.eat(b"(max ") {
        return None;
    }
    let largest = scan.integer()?;
    *into = Some(Box::new(Tenuring { desired, threshold, largest, ages: Vec::new() }));
    Some(())
}

fn age(into: &mut Option<Box<Tenuring>>, mut scan: Scan) -> Option<()> {
    scan.spaces();
    let age = usize::try_from(scan.integer()?).ok()?;
    if !scan.eat(b":") || age == 0 || age > MOST_AGES {
        return None;
    }
    scan.spaces();
    let bytes = Bytes(scan.integer()?);
    if !scan.eat(b" bytes,") {
        return None;
    }
    let ages = &mut into.get_or_insert_default().ages;
    if ages.len() < age {
        ages.resize(age, Bytes(0));
    }
    *ages.get_mut(age - 1)? = bytes;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_and_ages() {
        let mut tenuring = None;
        assert!(line(&mut tenuring, b"Desired survivor size 67108864 bytes, new threshold 16 (max 32)"));
        assert!(line(&mut tenuring, b"- age   1:   69700544 bytes,   69700544 total"));
        assert!(line(&mut tenuring, b"- age   3:   12 bytes,   69700556 total"));
        let read = tenuring.unwrap();
        assert_eq!((read.desired, read.threshold, read.largest), (Some(Bytes(67108864)), 16, 32));
        assert_eq!(read.ages, [Bytes(69700544), Bytes(0), Bytes(12)]);
    }

    #[test]
    fn broken_lines_are_refused() {
        let broken =
            ["- age 0: 1 bytes, 1 total", "- age 99999999999: 1 bytes,", "Desired survivor size x", "- agenda"];
        for text in broken {
            assert!(!line(&mut None, text.as_bytes()), "{text}");
        }
    }
}
