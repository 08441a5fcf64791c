//! What slots are given: the equal shares that Flink plans with, and slots that ask for sizes of their own.

use super::sheet::{Quantity, Section};
use crate::base::Bytes;
use crate::flink::layout::{Cpu, Layout, SlotProfile, memory_size};

/// The default profile of a slot.
pub fn default(layout: &Layout) -> Section {
    let slot = layout.slot(layout.slots);
    let noun = if layout.slots == 1 { "slot" } else { "slots" };
    let mut section = Section::new("slots", format!("Slots: {} equal {noun}", layout.slots));
    section.row("count", "slots", Quantity::Count(u64::from(layout.slots)));
    profile(&mut section, "", &slot);
    let lost = layout.whole().memory() - Bytes(slot.memory().0 * u64::from(layout.slots));
    section.bytes("lost", "lost by division", lost).from("remainders below one byte a slot and component");
    section
}

/// The quantities of a profile; `prefix` tells its names from those of other profiles.
fn profile(section: &mut Section, prefix: &str, slot: &SlotProfile) {
    let key = |name: &str| format!("{prefix}{name}");
    let depth = u8::from(!prefix.is_empty());
    section
        .row(key("cpu"), "CPU", Quantity::Cores(slot.cpu))
        .at_depth(depth)
        .from("for planning: threads run anywhere");
    section.bytes(key("task_heap"), "task heap", slot.task_heap).at_depth(depth).from("for planning: one heap for all");
    let direct = "for planning: one limit for all";
    section.bytes(key("task_off_heap"), "task off-heap", slot.task_off_heap).at_depth(depth).from(direct);
    let pool = "for planning: one pool of buffers for all";
    section.bytes(key("network"), "network memory", slot.network).at_depth(depth).from(pool);
    section.bytes(key("managed"), "managed memory", slot.managed).at_depth(depth).from("the slot's own");
}

/// Slots that ask for exactly what they need, cut one after the other. Where a slot names no network memory, it is
/// `network`: Flink computes it from the exchanges of the job.
pub fn fine_grained(layout: &Layout, requests: &[SlotProfile], network: Bytes) -> Option<Section> {
    let mut section = Section::new("fine_grained", "Fine-grained slots, cut in this order");
    let mut left = layout.whole();
    for (place, request) in requests.iter().enumerate() {
        let computed = if request.network == Bytes::ZERO { network } else { request.network };
        let request = &SlotProfile { network: computed, ..*request };
        let name = format!("slot {}", place + 1);
        let rest = left.minus(request);
        let answer = if rest.is_some() { "fits" } else { "does not fit" };
        let short = if rest.is_none() { lacking(&left, request) } else { String::new() };
        section.row(format!("slot_{}", place + 1), name, Quantity::Text(answer.into())).from(short);
        profile(&mut section, &format!("slot_{}_", place + 1), request);
        left = rest.unwrap_or(left);
    }
    section.bytes("left", "left", left.memory());
    profile(&mut section, "left_", &left);
    (!requests.is_empty()).then_some(section)
}

/// Which quantities of `request` exceed what is left, and by how much.
fn lacking(left: &SlotProfile, request: &SlotProfile) -> String {
    let sizes = [
        ("task heap", left.task_heap, request.task_heap),
        ("task off-heap", left.task_off_heap, request.task_off_heap),
        ("network memory", left.network, request.network),
        ("managed memory", left.managed, request.managed),
    ];
    let short = |(name, left, asked): &(&str, Bytes, Bytes)| {
        (asked > left).then(|| format!("{name} is short of {}", *asked - *left))
    };
    let cpu = (request.cpu > left.cpu).then(|| format!("CPU has {} left", left.cpu));
    cpu.into_iter().chain(sizes.iter().filter_map(short)).collect::<Vec<String>>().join("; ")
}

/// Reads what a slot sharing group asks for, such as "cpu=0.5,task-heap=256m,managed=128m"; what is not named is 0.
///
/// # Errors
/// All that is wrong at once: a piece that is not NAME=VALUE, an unknown or repeated name, an unreadable value, and
/// `cpu` or `task-heap` missing, which Flink demands.
pub fn request(text: &str) -> Result<SlotProfile, Vec<String>> {
    let (mut profile, mut named, mut faults) = (SlotProfile::default(), Vec::new(), Vec::new());
    for piece in text.split(',') {
        let Some((name, value)) = piece.split_once('=').map(|(name, value)| (name.trim(), value.trim())) else {
            faults.push(format!("\"{piece}\" is not NAME=VALUE"));
            continue;
        };
        if named.contains(&name) {
            faults.push(format!("`{name}` is given twice"));
        }
        named.push(name);
        faults.extend(set(&mut profile, name, value).err().map(|reason| format!("{name} = \"{value}\": {reason}")));
    }
    let missing = ["cpu", "task-heap"].into_iter().filter(|name| !named.contains(name));
    faults
        .extend(missing.map(|name| format!("`{name}` is missing: a slot that asks for sizes of its own must give it")));
    if faults.is_empty() { Ok(profile) } else { Err(faults) }
}

fn set(profile: &mut SlotProfile, name: &str, value: &str) -> Result<(), String> {
    let size = match name {
        "cpu" => {
            let cores = value.parse().ok().and_then(Cpu::from_f64);
            profile.cpu = cores.ok_or("expected cores above 0, such as 0.5")?;
            return Ok(());
        }
        "task-heap" => &mut profile.task_heap,
        "task-off-heap" => &mut profile.task_off_heap,
        "network" => &mut profile.network,
        "managed" => &mut profile.managed,
        _ => return Err("expected cpu, task-heap, task-off-heap, network or managed".into()),
    };
    *size = memory_size::parse(value)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flink::layout::Options;

    fn layout() -> Layout {
        let options = [("taskmanager.memory.process.size", "4g"), ("taskmanager.numberOfTaskSlots", "2")];
        Layout::derive(&Options::from_iter(options)).unwrap()
    }

    fn value<'a>(section: &'a Section, key: &str) -> &'a Quantity {
        &section.rows.iter().find(|row| row.key == key).unwrap_or_else(|| panic!("no {key}")).value
    }

    #[test]
    fn equal_slots_and_what_the_division_loses() {
        let section = default(&layout());
        assert_eq!(value(&section, "managed"), &Quantity::Bytes(Bytes(719_407_031)));
        assert_eq!(value(&section, "lost"), &Quantity::Bytes(Bytes(2)));
    }

    #[test]
    fn slots_are_cut_until_one_does_not_fit() {
        let ask = request("cpu=1,task-heap=1g,managed=512m").unwrap();
        let section = fine_grained(&layout(), &[ask, ask], Bytes::mib(2)).unwrap();
        assert_eq!(value(&section, "slot_1"), &Quantity::Text("fits".into()));
        assert_eq!(value(&section, "slot_2"), &Quantity::Text("does not fit".into()));
        assert_eq!(value(&section, "left_managed"), &Quantity::Bytes(Bytes(1_438_814_063 - (512 << 20))));
        assert_eq!(value(&section, "left_network"), &Quantity::Bytes(Bytes(359_703_515 - (2 << 20))));
        assert!(section.rows.iter().any(|row| row.from.contains("task heap is short of")));
        assert!(fine_grained(&layout(), &[], Bytes::ZERO).is_none());
    }

    #[test]
    fn all_faults_of_a_request_are_told() {
        let faults = request("cpu=0,task-heap=1.5g,task-heap=1g,disk=1g,what").unwrap_err();
        assert_eq!(faults.len(), 5, "{faults:?}");
        assert_eq!(request("managed=1g").unwrap_err().len(), 2);
    }
}
