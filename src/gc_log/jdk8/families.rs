//! Lines of known sorts in the older format that tell nothing that is needed.

use crate::gc_log::text::{begins_with_any, contains};

/// Beginnings of lines, after blanks.
const BEGINNINGS: &[&[u8]] = &[
    // The heap in words (PrintHeapAtGC, and at the end).
    b"Heap before ",
    b"Heap after ",
    b"{Heap before ",
    b"PSYoungGen  ",
    b"ParOldGen  ",
    b"PSOldGen  ",
    b"PSPermGen  ",
    b"eden space ",
    b"from space ",
    b"to   space ",
    b"to space ",
    b"object space ",
    b"the space ",
    b"ro space ",
    b"rw space ",
    b"space ",
    b"from ",
    b"to  ",
    b"def new generation ",
    b"par new generation ",
    b"tenured generation ",
    b"compacting perm gen ",
    b"concurrent mark-sweep generation ",
    b"concurrent-mark-sweep perm gen ",
    b"garbage-first heap ",
    b"region size ",
    b"Metaspace  ",
    b"class space ",
    b"No shared spaces",
    b"adaptive size par new generation",
    b"ParNew  ",
    // PrintAdaptiveSizePolicy, PrintFLSStatistics and their like.
    b"AdaptiveSize",
    b"PSAdaptiveSize",
    b"PSYoungGen::",
    b"UseAdaptiveSizePolicy",
    b"avg_",
    b"eden_",
    b"old_",
    b"desired_",
    b"base_",
    b"live_",
    b"free_",
    b"promo_",
    b"survivor_",
    b"max_",
    b"cur_",
    b"minor ",
    b"major ",
    b"eden: ",
    b"to: ",
    b"from: ",
    b"[PSYoungGen ",
    b"CMSAdaptiveSizePolicy",
    b"Statistics for BinaryTreeDictionary",
    b"Statistics for IndexedFreeLists",
    b"-----",
    b"Total Free Space: ",
    b"Max   Chunk Size: ",
    b"Number of Blocks: ",
    b"Av.  Block  Size: ",
    b"Tree      Height: ",
    b"CMS: Large ",
    b"(cardTable: ",
    b"GC time ",
    b"GC would ",
    b"Desired survivor",
    b"Finished ",
    b"size: ",
    b"Requested ",
    b"Before GC:",
    b"After GC:",
    b"Avg: ",
    b"Min: ",
    b"Sum: ",
    b"Java HotSpot",
    b"OpenJDK ",
    // Statistics of strings, classes and tables.
    b"StringTable",
    b"SymbolTable",
    b"String Dedup",
    b"num ",
    b"Region Liveness",
    b"###",
    // Statistics of safepoints.
    b"vmop ",
    b"RevokeBias",
    b"no vm operation",
    b"Deoptimize",
    b"EnableBiasedLocking",
    b"Polling page",
    b"Total time ",
    b"Safepoint sync time",
    b"Maximum vm operation time",
    b"Maximum sync time",
];

/// Whether the text is of a known sort.
pub(super) fn is_known(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let is_word = |word: &[u8]| text == word;
    let is_rotation = || contains(text, b"GC log file ") || contains(text, b"GC log rotation ");
    match text.first() {
        Some(b'[') if is_detail(text) => true,
        Some(b'0'..=b'9') => is_rotation(),
        _ => is_word(b"Heap") || is_word(b"}") || begins_with_any(text, BEGINNINGS),
    }
}

/// A detail of G1 in brackets of its own: "[Clear CT: 0.1 ms]", "[Update RS (ms): Min: 0.8, Avg: 0.9]".
fn is_detail(text: &[u8]) -> bool {
    if matches!(text, b"[Table]" | b"[Queue]") {
        return true;
    }
    // Lists of old versions go on in the next line.
    let Some(inner) = text.strip_prefix(b"[") else { return false };
    let Some(colon) = inner.iter().position(|byte| *byte == b':') else { return false };
    let name = inner.get(..colon).unwrap_or_default();
    let value = inner.get(colon + 1..).unwrap_or_default().trim_ascii_start();
    let is_name = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'(' | b')' | b'-' | b'/' | b'&');
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(is_name)
        && value.first().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_and_noise() {
        for text in
            ["Heap", "}", "      [Update RS (ms): Min: 0.8, Avg: 0.9]", " eden space 6144K, 100% used [0x2d5a0000)"]
        {
            assert!(is_known(text.as_bytes()), "{text}");
        }
        for text in ["Heaps", "hello", "[no colon]", "[1: 2]", "[a: !]"] {
            assert!(!is_known(text.as_bytes()), "{text}");
        }
    }
}
