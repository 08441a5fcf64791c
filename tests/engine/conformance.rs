//! Laws that every policy keeps, checked through the registries on generated views.

use std::collections::BTreeSet;

use heapwise::base::{
    Args, Build, Bytes, ConsumerId, Entry, Facts, Kind, Listed, Preset, SimSpan, SimTime, TaskManagerId, Trait, Value,
};
use heapwise::cluster::view::{
    ClusterView, Consumer, Demand, HeapView, HeapsView, Purpose, RegionView, Request, Resident, ResidentId, Sample,
    TaskManagerFace, TaskManagerSample,
};
use heapwise::policy::allocation::ALLOCATION;
use heapwise::policy::heap::{HEAP, HeapPolicy};
use heapwise::policy::migration::{Action, MIGRATION, Occasion};
use heapwise::policy::placement::PLACEMENT;
use heapwise::policy::spill::SPILL;
use proptest::prelude::*;

/// The presets of an entry, for the kinds that policies use.
fn presets(facts: Facts) -> Args {
    let value = |kind: Kind, text: &str| match kind {
        Kind::Bytes => Value::Bytes(text.parse().unwrap()),
        Kind::Span => Value::Span(text.parse().unwrap()),
        Kind::Number(least, most) => {
            let number = text.parse().unwrap();
            assert!((least..=most).contains(&number), "{text}");
            Value::Number(number)
        }
        Kind::Count(least, most) => {
            let count = text.parse().unwrap();
            assert!((least..=most).contains(&count), "{text}");
            Value::Count(count)
        }
        Kind::Choice(words) => {
            assert!(words.contains(&text), "{text}");
            Value::Text(text.into())
        }
        other => panic!("no policy takes {other:?} yet: add it here"),
    };
    let given = facts.params.iter().filter_map(|param| match param.preset {
        Preset::Is(text) => Some((param.name, value(param.kind, text))),
        Preset::Absent => None,
        Preset::Required => panic!("policies have a default for everything: {}", param.name),
    });
    Args::new(given.collect())
}

fn build<T: ?Sized>(entry: &Entry<Build<T>>) -> Box<T> {
    (entry.build)(&presets(entry.facts())).unwrap_or_else(|error| panic!("{}: {error}", entry.name))
}

fn check_family<T: ?Sized>(family: &[&Entry<Build<T>>]) {
    let names: BTreeSet<_> = family.iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), family.len(), "two members share a name");
    assert!(family[0].traits.contains(&Trait::Baseline), "the first is the do-nothing member");
    for entry in family {
        build(entry);
        assert!(entry.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", entry.name);
        assert!(!entry.summary.is_empty() && !entry.source.is_empty(), "{}", entry.name);
        assert_eq!(entry.traits.contains(&Trait::Bound), entry.summary.starts_with("bound: "), "{}", entry.name);
    }
}

fn has_bound<B>(family: &[&Entry<B>]) -> bool {
    family.iter().any(|entry| entry.traits.contains(&Trait::Bound))
}

#[test]
fn every_entry_builds_and_every_family_has_both_ends() {
    check_family(PLACEMENT);
    check_family(ALLOCATION);
    check_family(SPILL);
    check_family(MIGRATION);
    // The bound of heap sizes is the -Xmx, which the first member keeps.
    check_family(HEAP);
    assert!(has_bound(PLACEMENT) && has_bound(ALLOCATION) && has_bound(SPILL) && has_bound(MIGRATION));
}

fn heap_view() -> impl Strategy<Value = HeapView> {
    let bytes = || prop_oneof![Just(0u64), 0..100u64, 0..1u64 << 36];
    let spans = || prop_oneof![Just(0u64), 0..1_000_000_000_000u64];
    (bytes(), bytes(), bytes(), spans(), spans()).prop_map(|(size, live, allocated, span, collecting)| HeapView {
        task_manager: TaskManagerId(0),
        size: Bytes(size.max(live)),
        most: Bytes(size.max(live) * 2 + 1),
        live: Bytes(live),
        allocated: Bytes(allocated),
        span: SimSpan(span + collecting),
        collecting: SimSpan(collecting),
    })
}

/// The sizes that a new policy gives once it has seen all heaps.
fn settled(entry: &Entry<Build<dyn HeapPolicy>>, heaps: &[HeapView], budget: Option<Bytes>) -> Vec<Bytes> {
    let mut policy = build(entry);
    let mut pass = || (0..heaps.len()).map(|at| policy.size(&HeapsView { heaps, at, budget })).collect();
    let _: Vec<Bytes> = pass();
    pass()
}

/// Both policies that divide a budget do look at it, so that the property below is not empty.
#[test]
fn two_policies_divide_a_budget() {
    let heap = |number: u32| HeapView {
        task_manager: TaskManagerId(number),
        size: Bytes::mib(100),
        most: Bytes::mib(400),
        live: Bytes::mib(50),
        allocated: Bytes::gib(1),
        span: SimSpan::secs(10),
        collecting: SimSpan::secs(1),
    };
    let heaps = [heap(0), heap(1)];
    let looks = |entry: &&&Entry<Build<dyn HeapPolicy>>| {
        settled(entry, &heaps, None) != settled(entry, &heaps, Some(Bytes::mib(120)))
    };
    let names: Vec<&str> = HEAP.iter().filter(looks).map(|entry| entry.name).collect();
    assert_eq!(names, ["multiple-of-live", "membalancer"]);
}

proptest! {
    #[test]
    fn heap_sizes_repeat_and_a_budget_that_suffices_is_kept(
        rounds in prop::collection::vec(prop::collection::vec(heap_view(), 3), 1..6), budget in prop::option::of(0..1u64 << 40)
    ) {
        for entry in HEAP {
            let (mut policy, mut twin) = (build(entry), build(entry));
            for round in &rounds {
                let heaps: Vec<HeapView> = (0..).zip(round)
                    .map(|(number, view)| HeapView { task_manager: TaskManagerId(number), ..*view }).collect();
                for at in 0..heaps.len() {
                    let view = HeapsView { heaps: &heaps, at, budget: budget.map(Bytes) };
                    let size = policy.size(&view);
                    prop_assert_eq!(size, twin.size(&view), "{}", entry.name);
                    prop_assert!(size <= Bytes(1 << 50), "{}: {}", entry.name, size);
                }
                let live: Bytes = heaps.iter().map(|heap| heap.live).sum();
                let (Some(budget), free) = (budget.map(Bytes), settled(entry, &heaps, None)) else { continue };
                let given = settled(entry, &heaps, Some(budget));
                // Who looks at the budget at all divides it.
                if given != free && budget >= live {
                    let sum: Bytes = given.into_iter().sum();
                    prop_assert!(sum <= budget + Bytes(heaps.len() as u64), "{}: {} of {}", entry.name, sum, budget);
                }
            }
        }
    }
}

const PURPOSES: [Purpose; 5] = [Purpose::Network, Purpose::Sort, Purpose::Hash, Purpose::State, Purpose::Task];

fn consumer() -> impl Strategy<Value = Consumer> {
    let bytes = || prop_oneof![Just(0u64), 0..100u64, 0..1u64 << 33].prop_map(Bytes);
    let facts = (0..5usize, 0..4u32, 1..4u32, 0.1..10.0f64, 0..4u8);
    let times = (0..200u64, 0..50u64, 0..400u64, any::<bool>(), any::<bool>());
    (facts, (bytes(), bytes(), bytes(), bytes()), times).prop_map(|(facts, sizes, times)| Consumer {
        id: ConsumerId(0),
        purpose: PURPOSES[facts.0],
        slot: facts.1,
        slots: facts.2,
        weight: facts.3,
        priority: facts.4,
        held: sizes.0,
        wanted: sizes.1,
        spilled: sizes.2,
        peak: sizes.3,
        spillable: times.3,
        evictable: times.4,
        last_used: SimTime(times.0 * 1_000_000_000),
        uses: times.1,
        next_use: SimTime(times.2 * 1_000_000_000),
    })
}

/// A region as owned data: consumers, free bytes, share of them in the largest hole, request.
type RegionCase = (Vec<Consumer>, u64, f64, (usize, u64, u64));

fn region_case() -> impl Strategy<Value = RegionCase> {
    let free = prop_oneof![Just(0u64), 0..100u64, 0..1u64 << 33];
    let request = (any::<prop::sample::Index>(), 1..1u64 << 32, 0..1u64 << 32);
    let small = (any::<prop::sample::Index>(), 1..100u64, 0..100u64);
    (prop::collection::vec(consumer(), 1..9), free, 0.0..=1.0f64, prop_oneof![request, small]).prop_map(
        |(mut consumers, free, hole, (asker, bytes, least))| {
            for (index, consumer) in consumers.iter_mut().enumerate() {
                consumer.id = ConsumerId(index as u32);
            }
            let asker = asker.index(consumers.len());
            (consumers, free, hole, (asker, bytes, least.min(bytes)))
        },
    )
}

fn view((consumers, free, hole, _): &RegionCase) -> RegionView<'_> {
    RegionView {
        now: SimTime(200_000_000_000),
        task_manager: TaskManagerId(0),
        capacity: Bytes(*free) + consumers.iter().map(|consumer| consumer.held).sum(),
        free: Bytes(*free),
        largest_hole: Bytes(*free).scale(*hole),
        slots: 8,
        consumers,
    }
}

fn request((_, _, _, (consumer, bytes, least)): &RegionCase) -> Request {
    Request { consumer: *consumer, bytes: Bytes(*bytes), least: Bytes(*least) }
}

proptest! {
    #[test]
    fn grants_are_legal_and_repeat(cases in prop::collection::vec(region_case(), 1..6)) {
        for entry in ALLOCATION {
            let (mut policy, mut twin) = (build(entry), build(entry));
            for case in &cases {
                let (view, request) = (view(case), request(case));
                let grant = policy.grant(&request, &view);
                prop_assert!(grant <= request.bytes && grant <= view.free, "{}: {grant:?}", entry.name);
                prop_assert!(grant == Bytes::ZERO || grant >= request.least, "{}: {grant:?}", entry.name);
                prop_assert_eq!(grant, twin.grant(&request, &view), "{}", entry.name);
                let (mut targets, mut again) = (Vec::new(), Vec::new());
                policy.targets(&view, &mut targets);
                twin.targets(&view, &mut again);
                prop_assert_eq!(&targets, &again, "{}", entry.name);
                let named: BTreeSet<_> = targets.iter().map(|(id, _)| *id).collect();
                prop_assert_eq!(named.len(), targets.len(), "{} names one twice", entry.name);
                for (id, most) in targets {
                    let elastic = view.consumers.iter().any(|consumer| consumer.id == id && consumer.evictable);
                    prop_assert!(elastic && most <= view.capacity, "{}: {id:?} {most:?}", entry.name);
                }
            }
        }
    }

    #[test]
    fn spill_orders_are_legal_and_cover_what_they_can(cases in prop::collection::vec(region_case(), 1..6)) {
        for entry in SPILL {
            let (mut policy, mut twin) = (build(entry), build(entry));
            for case in &cases {
                let (view, request) = (view(case), request(case));
                let shortage = Bytes(request.bytes.0 - request.least.0 / 2);
                let (mut victims, mut again) = (Vec::new(), Vec::new());
                policy.victims(&request, shortage, &view, &mut victims);
                twin.victims(&request, shortage, &view, &mut again);
                prop_assert_eq!(&victims, &again, "{}", entry.name);
                let most = |index: usize| match &view.consumers[index] {
                    consumer if !consumer.spillable => Bytes::ZERO,
                    _ if index == request.consumer => request.bytes,
                    consumer => consumer.held,
                };
                let named: BTreeSet<_> = victims.iter().map(|victim| victim.consumer).collect();
                prop_assert_eq!(named.len(), victims.len(), "{} names one twice", entry.name);
                for victim in &victims {
                    let legal = victim.bytes > Bytes::ZERO && victim.bytes <= most(victim.consumer);
                    prop_assert!(legal, "{}: {victim:?}", entry.name);
                }
                let all = match entry.name {
                    "never" => Bytes::ZERO,
                    "requester" => most(request.consumer),
                    _ => (0..view.consumers.len()).map(most).sum(),
                };
                let covered: Bytes = victims.iter().map(|victim| victim.bytes).sum();
                prop_assert_eq!(covered, all.min(shortage), "{}", entry.name);
            }
        }
    }
}

fn task_manager() -> impl Strategy<Value = TaskManagerFace> {
    let sizes = (0..400u64, 0..=100u64, 0..=150u64);
    (0..5u32, 5..9u32, 0.5..8.0f64, 0.0..12.0f64, sizes, prop::bool::weighted(0.9)).prop_map(
        |(free_slots, slots, cores, claimed_cores, (memory, free, peak), open)| {
            let part = |share: u64| Bytes(memory * share / 100);
            TaskManagerFace {
                free_slots,
                slots,
                cores,
                claimed_cores,
                free_memory: part(free),
                memory: Bytes(memory),
                peak_memory: part(peak),
                largest_hole: part(free / 2),
                open,
            }
        },
    )
}

fn demand() -> impl Strategy<Value = Demand> {
    let memory = prop_oneof![Just(0u64), 1..80u64, 1..600u64];
    (1..60u32, prop_oneof![Just(0.0), 0.1..4.0f64], memory, 1..4u64, 0..3u32).prop_map(
        |(instances, cores, memory, growth, job)| Demand {
            instances,
            cores,
            memory: Bytes(memory),
            peak: Bytes(memory * growth),
            job,
        },
    )
}

fn candidates(task_managers: &[TaskManagerFace]) -> Vec<u64> {
    let mut words = vec![0u64; task_managers.len().div_ceil(64)];
    for (index, _) in
        task_managers.iter().enumerate().filter(|(_, task_manager)| task_manager.open && task_manager.free_slots > 0)
    {
        words[index / 64] |= 1 << (index % 64);
    }
    words
}

/// Instances that a policy should place, by what it says of memory.
fn expected(name: &str, demand: &Demand, task_managers: &[TaskManagerFace]) -> u32 {
    let (need, free): (Bytes, fn(&TaskManagerFace) -> Bytes) = match name {
        "best-fit" | "worst-fit" | "dot-product" | "least-fragmentation" => {
            (demand.memory, |task_manager| task_manager.free_memory)
        }
        "clairvoyant" => (demand.peak, |task_manager| task_manager.memory.saturating_sub(task_manager.peak_memory)),
        _ => (Bytes::ZERO, |_| Bytes::ZERO),
    };
    let open = || task_managers.iter().filter(|task_manager| task_manager.open);
    let is_hopeless = open().all(|task_manager| task_manager.memory < need);
    let room = |task_manager: &TaskManagerFace| match need {
        Bytes::ZERO => task_manager.free_slots,
        _ if is_hopeless => task_manager.free_slots,
        _ => u64::from(task_manager.free_slots).min(free(task_manager).0 / need.0) as u32,
    };
    open().map(room).sum::<u32>().min(demand.instances)
}

proptest! {
    #[test]
    fn placements_are_legal_and_leave_nothing_that_fits(
        task_managers in prop::collection::vec(task_manager(), 1..80), demands in prop::collection::vec(demand(), 1..5)
    ) {
        let candidates = candidates(&task_managers);
        let cluster = ClusterView { now: SimTime::ZERO, task_managers: &task_managers, candidates: &candidates };
        for entry in PLACEMENT {
            let (mut policy, mut twin) = (build(entry), build(entry));
            for demand in &demands {
                let (mut placed, mut again) = (Vec::new(), Vec::new());
                policy.place(demand, &cluster, &mut placed);
                twin.place(demand, &cluster, &mut again);
                prop_assert_eq!(&placed, &again, "{}", entry.name);
                let named: BTreeSet<_> = placed.iter().map(|(id, _)| *id).collect();
                prop_assert_eq!(named.len(), placed.len(), "{} names one twice", entry.name);
                for (id, count) in &placed {
                    let task_manager = &task_managers[id.index()];
                    prop_assert!(task_manager.open && *count > 0 && *count <= task_manager.free_slots, "{}: {id:?}", entry.name);
                }
                let total: u32 = placed.iter().map(|(_, count)| count).sum();
                prop_assert_eq!(total, expected(entry.name, demand, &task_managers), "{}", entry.name);
            }
        }
    }
}

/// A TaskManager with residents that take the slots and the memory that it does not have free.
fn task_manager_sample() -> impl Strategy<Value = TaskManagerSample> {
    let resident = (1..3u32, 0..60u64, 0..1000u64, prop_oneof![Just(0.0), 0.1..100.0f64]);
    let residents = prop::collection::vec(resident, 0..5);
    (residents, 0..3u32, 0..80u64, 0.0..=1.0f64, 0..2u32, prop::bool::weighted(0.9)).prop_map(
        |(residents, free_slots, free, cpu_busy, waiting, open)| {
            let residents: Vec<Resident> = residents
                .into_iter()
                .map(|(slots, memory, state, rate)| Resident {
                    handle: ResidentId(0),
                    slots,
                    memory: Bytes(memory),
                    state: Bytes(state),
                    rate,
                })
                .collect();
            let used: Bytes = residents.iter().map(|resident| resident.memory).sum();
            let face = TaskManagerFace {
                free_slots,
                slots: free_slots + residents.iter().map(|resident| resident.slots).sum::<u32>(),
                cores: 2.0,
                claimed_cores: 1.0,
                free_memory: Bytes(free),
                memory: used + Bytes(free),
                peak_memory: used,
                largest_hole: Bytes(free),
                open,
            };
            TaskManagerSample { face, cpu_busy, waiting, residents }
        },
    )
}

fn sample() -> impl Strategy<Value = Sample> {
    let task_managers = prop::collection::vec((task_manager_sample(), 0..200u64), 1..8);
    (task_managers, 0..7200u64, prop_oneof![Just(0u64), 0..20u64], any::<bool>()).prop_map(
        |(task_managers, at, queue, foresight)| {
            let (mut task_managers, peaks): (Vec<_>, Vec<_>) = task_managers.into_iter().unzip();
            let residents = task_managers.iter_mut().flat_map(|seen| seen.residents.iter_mut());
            residents.enumerate().for_each(|(index, resident)| resident.handle = ResidentId(index as u64));
            let peaks = if foresight { peaks.into_iter().map(Bytes).collect() } else { Vec::new() };
            Sample { taken: SimTime(at * 1_000_000_000), task_managers, queue, peaks }
        },
    )
}

/// The rule that a plan breaks, if it breaks one.
fn fault(plan: &[Action], occasion: Occasion, sample: &Sample) -> Option<String> {
    let mut slots: Vec<u32> = sample.task_managers.iter().map(|seen| seen.face.free_slots).collect();
    let mut moved = BTreeSet::new();
    for action in plan {
        match action {
            Action::Move { resident, to } => {
                let one = |seen: &TaskManagerSample| seen.residents.iter().find(|one| one.handle == *resident).copied();
                let found = sample.task_managers.iter().enumerate().find_map(|(at, seen)| Some((at, one(seen)?)));
                let Some((from, one)) = found else { return Some("no such resident".into()) };
                if from == to.index() || !sample.task_managers[to.index()].face.open || !moved.insert(*resident) {
                    return Some(format!("{action:?} from {from}"));
                }
                if matches!(occasion, Occasion::Shortage(task_manager, ..) if task_manager.index() != from) {
                    return Some(format!("{action:?} does not help"));
                }
                if one.slots > slots[to.index()] {
                    return Some(format!("{action:?} finds no slot"));
                }
                slots[to.index()] -= one.slots;
            }
            Action::Add(0) => return Some("adds nothing".into()),
            Action::Add(_) => {}
            Action::Drain(id) if !sample.task_managers[id.index()].face.open => {
                return Some(format!("{action:?} is closed"));
            }
            Action::Drain(_) => {}
        }
    }
    match occasion {
        Occasion::Shortage(_, _, most) if moved.len() > most as usize => Some("too many moves".into()),
        _ => None,
    }
}

proptest! {
    #[test]
    fn plans_are_legal_and_repeat(
        mut samples in prop::collection::vec(sample(), 1..12), bytes in 0..200u64, moves in 1..4u32
    ) {
        samples.sort_by_key(|sample| sample.taken);
        for entry in MIGRATION {
            let (mut policy, mut twin) = (build(entry), build(entry));
            for sample in &samples {
                for occasion in [Occasion::Tick, Occasion::Shortage(TaskManagerId(0), Bytes(bytes), moves)] {
                    let (mut plan, mut again) = (Vec::new(), Vec::new());
                    policy.plan(occasion, sample, &mut plan);
                    twin.plan(occasion, sample, &mut again);
                    prop_assert_eq!(&plan, &again, "{}", entry.name);
                    prop_assert_eq!(fault(&plan, occasion, sample), None, "{}: {:?}", entry.name, plan);
                }
            }
        }
    }
}
