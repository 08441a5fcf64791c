//! What the JVM makes of its flags: the collector that runs, generations, regions, threads.

use super::sheet::{Quantity, Section};
use crate::base::Bytes;
use crate::heap::hotspot::{self, CollectorKind, Flags, HeapShape, Machine};

/// The flags that Flink passes, one row each. `direct` is the limit of direct memory, where there is one.
pub fn flags(all: &str, heap: Bytes, direct: Option<Bytes>, metaspace: Bytes) -> Section {
    let mut section = Section::new("flags", "JVM flags");
    section.bytes("xmx", "-Xmx = -Xms", heap).from("JVM heap");
    if let Some(direct) = direct {
        section.bytes("max_direct", "-XX:MaxDirectMemorySize", direct).from("direct memory");
    }
    section.bytes("max_metaspace", "-XX:MaxMetaspaceSize", metaspace).from("JVM metaspace");
    section.row("args", "all", Quantity::Text(all.into()));
    section
}

/// The heap as the JVM sets it up. `known` says where the number of CPUs and the collector came from.
pub fn heap(xmx: Bytes, flags: &Flags, machine: &Machine, known: &str) -> Section {
    let shape = hotspot::shape(xmx, flags, machine);
    let mut section = Section::new("heap", format!("JVM heap on JDK {}", machine.jdk));
    let chosen = if flags.collector.is_some() { "set by the user's flags".into() } else { choice(machine) };
    section.row("collector", "collector", Quantity::Text(shape.collector.name().into())).from(chosen);
    section.row("cpus", "CPUs", Quantity::Count(u64::from(machine.cpus))).from(known);
    section.bytes("size", "heap", shape.heap).from("-Xmx, rounded up to what the collector can divide");
    section.bytes("reported", "reported", shape.reported).from("Heap.Max of Flink's metrics");
    generations(&mut section, &shape);
    if let Some((size, count)) = shape.region {
        section.bytes("region", "region", size);
        section.row("regions", "regions", Quantity::Count(count)).from("that the heap is made of");
    }
    if let Some(size) = shape.humongous {
        section.bytes("humongous", "humongous above", size).from("larger objects take regions of their own");
    }
    section.row("threads", "threads of a pause", Quantity::Count(u64::from(shape.gc_threads)));
    if shape.concurrent_threads > 0 {
        let threads = Quantity::Count(u64::from(shape.concurrent_threads));
        section.row("concurrent_threads", "concurrent threads", threads);
    }
    section.bytes("reference", "reference", Bytes(if shape.compressed_pointers { 4 } else { 8 }));
    section
}

fn generations(section: &mut Section, shape: &HeapShape) {
    let Some((least, most)) = shape.young else { return };
    if least == most {
        section.bytes("young", "young generation", most);
    } else {
        section.bytes("young_min", "young generation, least", least);
        section.bytes("young_max", "young generation, most", most).from("the collector moves it between the two");
    }
    let (eden, survivor) = match shape.collector {
        CollectorKind::G1 => {
            ("filled before the first collection", "the most that survivors of the first one may take")
        }
        _ => ("at the start", "each of two, at the start"),
    };
    section.bytes("eden", "eden", shape.eden).from(eden);
    section.bytes("survivor", "survivor space", shape.survivor).from(survivor);
    section.bytes("old", "old generation", shape.old).from("at the start");
}

/// Why the JVM chose its collector.
fn choice(machine: &Machine) -> String {
    let cpus = if machine.cpus == 1 { "CPU" } else { "CPUs" };
    match hotspot::collector(machine, &Flags::default()) {
        CollectorKind::Serial => {
            format!("the JVM's choice below 2 CPUs or {} (it sees {} {cpus})", hotspot::SERVER_MEMORY, machine.cpus)
        }
        _ => format!("the JVM's choice on {} {cpus}", machine.cpus),
    }
}
