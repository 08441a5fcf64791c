//! The three lines that begin a file: the virtual machine, the memory, the flags.

use crate::base::Bytes;
use crate::gc_log::facts::JvmFacts;
use crate::gc_log::text::{Scan, contains, find, readable};

/// Takes a line of the header.
pub(super) fn line(facts: &mut JvmFacts, text: &[u8]) -> bool {
    if let Some(flags) = text.strip_prefix(b"CommandLine flags: ") {
        facts.take_flags(flags);
        return true;
    }
    if text.starts_with(b"Memory: ") {
        return memory(facts, text).is_some();
    }
    // The name of the virtual machine is its vendor's choice; a letter begins it, and few other lines.
    if text.first().is_some_and(u8::is_ascii_alphabetic) && contains(text, b" VM (") {
        return version(facts, text).is_some();
    }
    false
}

/// "Memory: 4k page, physical 264400592k(26882280k free), swap ...".
fn memory(facts: &mut JvmFacts, text: &[u8]) -> Option<()> {
    let name = b"physical ";
    let mut scan = Scan::new(text.get(find(text, name)? + name.len()..)?);
    let kib = scan.integer()?;
    facts.memory = Some(Bytes(kib.checked_mul(1024)?));
    scan.eat(b"k").then_some(())
}

/// "OpenJDK 64-Bit Server VM (25.172-b01) for linux-amd64 JRE (1.8.0_172-b01), built on ...".
fn version(facts: &mut JvmFacts, text: &[u8]) -> Option<()> {
    let name = b"JRE (";
    let mut scan = Scan::new(text.get(find(text, name)? + name.len() - 1..)?);
    facts.version = readable(scan.parenthesis()?, 100);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::hotspot::CollectorKind;

    #[test]
    fn the_header_gives_facts() {
        let mut facts = JvmFacts::default();
        let vm = b"OpenJDK 64-Bit Server VM (25.172-b01) for linux-amd64 JRE (1.8.0_172-b01), built on Apr 19 2018";
        assert!(line(&mut facts, vm));
        assert!(line(&mut facts, b"Memory: 4k page, physical 264400592k(26882280k free), swap 0k(0k free)"));
        assert!(line(&mut facts, b"CommandLine flags: -XX:MaxHeapSize=5905580032 -XX:+UseParallelGC "));
        assert_eq!((facts.major(), facts.memory), (Some(8), Some(Bytes(264400592 * 1024))));
        assert_eq!(facts.heap_max, Some(Bytes(5905580032)));
        facts.observe(CollectorKind::G1);
        facts.conclude();
        assert_eq!(facts.contradictions.len(), 1);
        assert!(!line(&mut facts, b"Memory: none"));
        assert!(!line(&mut facts, b"a VM ("));
    }
}
