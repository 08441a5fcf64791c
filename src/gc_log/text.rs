//! A cursor over the bytes of one line: numbers, sizes and spans of time as HotSpot prints them.

use crate::base::Bytes;

/// The part of a line that is not read yet. Every method that takes something says whether it was there, and moves
/// on only if it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'a> {
    rest: &'a [u8],
}

/// `before(capacity)->after(capacity)`, with either capacity absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sizes {
    pub before: Bytes,
    pub capacity_before: Option<Bytes>,
    pub after: Bytes,
    pub capacity: Option<Bytes>,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a [u8]) -> Scan<'a> {
        Scan { rest: text }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Passes over `count` bytes, or what is left of them.
    pub fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    pub fn eat(&mut self, literal: &[u8]) -> bool {
        match self.rest.strip_prefix(literal) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub fn spaces(&mut self) {
        while let Some((b' ' | b'\t', rest)) = self.rest.split_first() {
            self.rest = rest;
        }
    }

    /// What stands before the first `end`, which is passed over too.
    pub fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let at = self.rest.iter().position(|byte| *byte == end)?;
        let (before, rest) = (self.rest.get(..at)?, self.rest.get(at + 1..)?);
        self.rest = rest;
        Some(before)
    }

    /// The bytes up to the first that does not fit, at least one.
    pub fn while_matches(&mut self, fits: impl Fn(u8) -> bool) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|byte| !fits(*byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!taken.is_empty()).then_some(taken)
    }

    /// What stands between brackets that match: "(System.gc())" gives "System.gc()".
    pub fn parenthesis(&mut self) -> Option<&'a [u8]> {
        let inner = self.rest.strip_prefix(b"(")?;
        let mut depth = 0u32;
        for (at, byte) in inner.iter().enumerate() {
            match byte {
                b'(' => depth += 1,
                b')' if depth == 0 => {
                    self.rest = inner.get(at + 1..)?;
                    return inner.get(..at);
                }
                b')' => depth -= 1,
                _ => {}
            }
        }
        None
    }

    pub fn integer(&mut self) -> Option<u64> {
        let mut value = 0u64;
        let mut count = 0;
        while let Some(byte @ b'0'..=b'9') = self.rest.get(count).copied() {
            value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
            count += 1;
        }
        self.skip(count);
        (count > 0).then_some(value)
    }

    /// A decimal number; the mark is a point, or the comma of some locales where a digit follows it.
    pub fn decimal(&mut self) -> Option<f64> {
        let mut scan = *self;
        let mut value = scan.integer()?;
        let mut places = 0;
        if let [b'.' | b',', b'0'..=b'9', ..] = scan.rest {
            scan.skip(1);
            while let Some(byte @ b'0'..=b'9') = scan.peek() {
                if places < 9 {
                    value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
                    places += 1;
                }
                scan.skip(1);
            }
        }
        self.rest = scan.rest;
        Some(value as f64 / [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9].get(places).copied().unwrap_or(1e9))
    }

    /// A length of time with its unit, in seconds.
    pub fn span(&mut self) -> Option<f64> {
        let mut scan = *self;
        let value = scan.decimal()?;
        scan.spaces();
        let unit = scan.while_matches(|byte| byte.is_ascii_alphabetic())?;
        let seconds = match unit {
            b"ms" => value / 1e3,
            b"s" | b"secs" | b"seconds" | b"sec" => value,
            b"ns" => value / 1e9,
            b"us" => value / 1e6,
            _ => return None,
        };
        self.rest = scan.rest;
        Some(seconds)
    }

    /// A size with its unit: `12K`, `110.0M`, `0.0B`, `64 MB`, `512k`.
    pub fn size(&mut self) -> Option<Bytes> {
        let mut scan = *self;
        let value = scan.decimal()?;
        if let [b' ', b'B' | b'K' | b'M' | b'G' | b'T', ..] = scan.rest {
            scan.skip(1);
        }
        let unit = match scan.peek()? {
            b'B' => 1.0,
            b'K' | b'k' => 1024.0,
            b'M' | b'm' => 1048576.0,
            b'G' | b'g' => 1073741824.0,
            b'T' | b't' => 1099511627776.0,
            _ => return None,
        };
        scan.skip(1);
        if unit > 1.0 && !scan.eat(b"iB") {
            scan.eat(b"B");
        }
        if scan.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        self.rest = scan.rest;
        Some(Bytes((value * unit).round() as u64))
    }

    /// `(64M)`, or `(84%)` which is no size: the outer `None` says that no bracket stands here.
    fn capacity(&mut self) -> Option<Option<Bytes>> {
        let mut scan = *self;
        let mut inner = Scan::new(scan.parenthesis()?);
        let size = inner.size();
        if size.is_none() && !inner.rest.ends_with(b"%") {
            return None;
        }
        self.rest = scan.rest;
        Some(size)
    }

    pub fn sizes(&mut self) -> Option<Sizes> {
        let mut scan = *self;
        let before = scan.size()?;
        let capacity_before = scan.capacity().flatten();
        if !scan.eat(b"->") {
            return None;
        }
        let after = scan.size()?;
        let capacity = scan.capacity().flatten();
        self.rest = scan.rest;
        Some(Sizes { before, capacity_before, after, capacity })
    }

    /// `before->after(limit)` of regions; the limit may be absent.
    pub fn regions(&mut self) -> Option<(u64, u64, Option<u64>)> {
        let mut scan = *self;
        let before = scan.integer()?;
        if !scan.eat(b"->") {
            return None;
        }
        let after = scan.integer()?;
        let limit = scan.parenthesis().and_then(|inner| Scan::new(inner).integer());
        self.rest = scan.rest;
        Some((before, after, limit))
    }
}

/// Whether `needle` stands anywhere in `text`.
pub(super) fn contains(text: &[u8], needle: &[u8]) -> bool {
    find(text, needle).is_some()
}

/// Where `needle` first stands in `text`.
pub(super) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = text.get(from..)?.iter().position(|byte| *byte == first) {
        if text.get(from + at..)?.starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Whether `text` begins with one of `beginnings`; the first byte decides most of them.
pub(super) fn begins_with_any(text: &[u8], beginnings: &[&[u8]]) -> bool {
    let first = text.first();
    beginnings.iter().any(|begin| begin.first() == first && text.starts_with(begin))
}

/// Readable text of any bytes, at most `longest` characters.
pub(super) fn readable(text: &[u8], longest: usize) -> String {
    if text.len() <= longest {
        return String::from_utf8_lossy(text).into_owned();
    }
    let mut shown: String = String::from_utf8_lossy(text).chars().take(longest).collect();
    shown.push_str("...");
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(text: &str) -> Option<u64> {
        Scan::new(text.as_bytes()).size().map(|size| size.0)
    }

    #[test]
    fn sizes_of_all_units() {
        assert_eq!(size("12K"), Some(12 << 10));
        assert_eq!(size("110.5M("), Some((110 << 20) + (512 << 10)));
        assert_eq!(size("0.0B->"), Some(0));
        assert_eq!(size("64 MB,"), Some(64 << 20));
        assert_eq!(size("3G"), Some(3 << 30));
        assert_eq!(size("12"), None);
        assert_eq!(size("12 bytes"), None);
        assert_eq!(size("5Mx"), None);
    }

    #[test]
    fn changes_with_and_without_capacities() {
        let change = |text: &str| Scan::new(text.as_bytes()).sizes();
        let mib = |count: u64| Bytes(count << 20);
        let read = change("60M->9M(1000M) 1250.500ms");
        let expected = Sizes { before: mib(60), capacity_before: None, after: mib(9), capacity: Some(mib(1000)) };
        assert_eq!(read, Some(expected));
        let read = change("3000M(75%)->2000M(50%)").map(|change| (change.capacity_before, change.capacity));
        assert_eq!(read, Some((None, None)));
        let read = change("1M(2M)->0M(3M)").map(|change| (change.capacity_before, change.capacity));
        assert_eq!(read, Some((Some(mib(2)), Some(mib(3)))));
        assert_eq!(change("51M"), None);
        assert_eq!(change("51M->"), None);
    }

    #[test]
    fn spans_in_all_units_and_locales() {
        let span = |text: &str| Scan::new(text.as_bytes()).span();
        assert_eq!(span("7,125ms"), Some(0.007125));
        assert_eq!(span("0.0067459 secs]"), Some(0.0067459));
        assert_eq!(span("41081 ns,"), Some(41081e-9));
        assert_eq!(span("3 apples"), None);
        assert_eq!(span("99999999999999999999999s"), None);
    }

    #[test]
    fn brackets_match() {
        assert_eq!(Scan::new(b"(System.gc()) 1").parenthesis(), Some(&b"System.gc()"[..]));
        assert_eq!(Scan::new(b"(open").parenthesis(), None);
    }
}
