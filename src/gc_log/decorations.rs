//! The brackets that unified logging puts before a line: times, level, tags, process, thread, host.

use super::stamps::{self, Stamp};
use super::text::Scan;

/// A line of unified logging without its brackets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Decorated<'a> {
    /// How many brackets there were.
    pub count: usize,
    /// Their times.
    pub stamp: Stamp,
    /// Tags, separated by commas; empty where the log has none.
    pub tags: &'a [u8],
    /// The text that follows.
    pub text: &'a [u8],
    /// Whether the level is debug or trace: such lines are details.
    is_verbose: bool,
}

/// Tags that a line about memory may carry beside `gc`; a line with one of them explains itself.
const TAGS: &[&str] = &[
    "age",
    "alloc",
    "annotation",
    "arguments",
    "attach",
    "barrier",
    "biasedlocking",
    "blocks",
    "bot",
    "breakpoint",
    "cds",
    "class",
    "classhisto",
    "cleanup",
    "codecache",
    "compaction",
    "compilation",
    "constraints",
    "coops",
    "cpu",
    "cset",
    "datacreation",
    "defaultmethods",
    "deoptimization",
    "director",
    "dump",
    "ergo",
    "event",
    "exceptions",
    "exit",
    "fingerprint",
    "free",
    "freelist",
    "gc",
    "handshake",
    "hashtables",
    "heap",
    "heapdump",
    "humongous",
    "ihop",
    "iklass",
    "indy",
    "init",
    "inlining",
    "install",
    "interpreter",
    "itables",
    "jfr",
    "jit",
    "jni",
    "jvmti",
    "liveness",
    "load",
    "loader",
    "logging",
    "map",
    "mark",
    "marking",
    "membername",
    "memops",
    "metadata",
    "metaspace",
    "methodcomparator",
    "mirror",
    "mmu",
    "module",
    "monitorinflation",
    "monitormismatch",
    "nestmates",
    "nmethod",
    "nmt",
    "normalize",
    "numa",
    "objecttagging",
    "obsolete",
    "oldobject",
    "oom",
    "oopmap",
    "oops",
    "oopstorage",
    "os",
    "owner",
    "page",
    "pagesize",
    "parser",
    "patch",
    "path",
    "perf",
    "periodic",
    "phases",
    "plab",
    "preorder",
    "preview",
    "promotion",
    "protectiondomain",
    "ptrqueue",
    "purge",
    "record",
    "redefine",
    "ref",
    "refine",
    "region",
    "reloc",
    "remset",
    "resolve",
    "safepoint",
    "sampling",
    "scavenge",
    "sealed",
    "setting",
    "smr",
    "stackbarrier",
    "stackmap",
    "stacktrace",
    "stackwalk",
    "start",
    "startup",
    "startuptime",
    "state",
    "stats",
    "streaming",
    "stringdedup",
    "stringtable",
    "subclass",
    "survivor",
    "suspend",
    "sweep",
    "symboltable",
    "system",
    "table",
    "task",
    "thread",
    "throttle",
    "timer",
    "tlab",
    "tracking",
    "transition",
    "trim",
    "unload",
    "unmap",
    "unshareable",
    "valuebasedclasses",
    "verification",
    "verify",
    "vmmutex",
    "vmoperation",
    "vmthread",
    "vtables",
    "vtablestubs",
    "workgang",
];

const LEVELS: [&[u8]; 5] = [b"trace", b"debug", b"info", b"warning", b"error"];

/// Milliseconds from here on are since 1970, below since the JVM started (three years would be 1e11).
const EPOCH_MS: f64 = 1e11;

impl<'a> Decorated<'a> {
    /// Reads the brackets; a line that begins with none is all text.
    pub fn read(line: &'a [u8]) -> Decorated<'a> {
        let mut read = Decorated { text: line, ..Decorated::default() };
        let mut scan = Scan::new(line);
        while let Some(inner) = bracket(&mut scan) {
            read.count += 1;
            read.text = scan.rest();
            if LEVELS.contains(&inner) {
                read.is_verbose = matches!(inner, b"debug" | b"trace");
            } else if !read.time(inner) && is_tags(inner) {
                read.tags = inner;
            }
            if scan.peek() != Some(b'[') {
                break;
            }
        }
        if read.count > 0 {
            read.text = read.text.strip_prefix(b" ").unwrap_or(read.text);
        }
        read
    }

    /// Takes a bracket that is a time.
    fn time(&mut self, inner: &[u8]) -> bool {
        if !inner.first().is_some_and(u8::is_ascii_digit) {
            return false;
        }
        let mut scan = Scan::new(inner);
        if let Some(wall) = stamps::date(&mut scan) {
            self.stamp.wall_s = Some(wall);
            return true;
        }
        let Some(value) = scan.decimal() else { return false };
        let seconds = match scan.rest() {
            b"s" => value,
            b"ms" => value / 1e3,
            b"ns" => value / 1e9,
            _ => return false,
        };
        match seconds * 1e3 < EPOCH_MS {
            // Seconds come first and with the most digits that matter; finer ones are kept where they stand alone.
            true => self.stamp.uptime_s = self.stamp.uptime_s.or(Some(seconds)),
            false => self.stamp.wall_s = self.stamp.wall_s.or(Some(seconds)),
        }
        true
    }

    /// Whether every tag is one of the JVM.
    pub fn has_known_tags(&self) -> bool {
        !self.tags.is_empty() && pieces(self.tags).all(is_known)
    }

    /// Whether level or tags say more than "collection" and "begin": such a line is a detail by them alone.
    pub fn is_detail(&self) -> bool {
        let says_more = |tag: &[u8]| !matches!(tag, b"gc" | b"start");
        self.has_known_tags() && (self.is_verbose || pieces(self.tags).any(says_more))
    }
}

fn pieces(tags: &[u8]) -> impl Iterator<Item = &[u8]> {
    tags.split(|byte| *byte == b',')
}

fn is_known(tag: &[u8]) -> bool {
    TAGS.binary_search_by(|known| known.as_bytes().cmp(tag)).is_ok()
}

/// Words of small letters between commas. A host name may look like it, but it comes before the tags.
fn is_tags(inner: &[u8]) -> bool {
    !inner.is_empty() && inner.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b',')
}

/// The inner part of one bracket, without the blanks that align it; text in brackets has blanks inside.
fn bracket<'a>(scan: &mut Scan<'a>) -> Option<&'a [u8]> {
    let mut at = *scan;
    if !at.eat(b"[") {
        return None;
    }
    let inner = at.until(b']')?.trim_ascii_end();
    let is_date = inner.first().is_some_and(u8::is_ascii_digit);
    let is_text = inner.iter().any(|byte| matches!(byte, b' ' | b'(' | b'[')) && !is_date;
    if is_text || inner.starts_with(b"GC") || inner.starts_with(b"CMS-") {
        return None;
    }
    *scan = at;
    Some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (usize, Stamp, String, String) {
        let read = Decorated::read(line.as_bytes());
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (read.count, read.stamp, text(read.tags), text(read.text))
    }

    #[test]
    fn the_known_tags_are_in_order() {
        assert!(TAGS.is_sorted());
    }

    #[test]
    fn any_decorations_in_any_number() {
        let up = |seconds| Stamp { uptime_s: Some(seconds), wall_s: None };
        let gc = "GC(0) Pause".to_string();
        assert_eq!(read("[0.784s] GC(0) Pause"), (1, up(0.784), String::new(), gc.clone()));
        assert_eq!(read("[1,250s][info][gc,heap   ] GC(0) Pause"), (3, up(1.25), "gc,heap".into(), gc.clone()));
        let line = "[2025-06-01T17:13:55.374+0000][0.5s][1748798035374ms][500ms][myhost][71][72][info][gc] GC(0) Pause";
        let (count, stamp, tags, text) = read(line);
        assert_eq!((count, tags.as_str(), text), (9, "gc", gc.clone()));
        assert_eq!((stamp.uptime_s, stamp.wall_s), (Some(0.5), Some(1748798035.374)));
        assert_eq!(read("[16234567ns] GC(0) Pause").1, up(0.016234567));
        assert_eq!(read("GC(0) Pause"), (0, Stamp::default(), String::new(), gc));
    }

    #[test]
    fn brackets_of_the_older_format_are_text() {
        for line in ["[GC (Allocation Failure)  1K->0K(2K), 0.1 secs]", "[PSYoungGen: 1K->0K(2K)] 1K->0K(2K)", "[GC"] {
            assert_eq!(read(line).0, 0, "{line}");
        }
    }

    #[test]
    fn tags_tell_details() {
        let is_detail = |line: &str| Decorated::read(line.as_bytes()).is_detail();
        assert!(is_detail("[1s][gc,plab] x"));
        assert!(!is_detail("[1s][info][gc] x"));
        assert!(is_detail("[1s][debug][gc] x"));
        assert!(!is_detail("[1s][gc,start] x"));
        assert!(!is_detail("[1s][gc,nonsense] x"));
        assert!(!is_detail("[1s] x"));
    }
}
