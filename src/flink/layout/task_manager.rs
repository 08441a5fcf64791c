//! The division of a TaskManager process, from whichever options are set.

use super::component::{Component, Derivation};
use super::cpu::Cpu;
use super::error::LayoutError;
use super::fraction::RangeFraction;
use super::keys::task_manager as tm;
use super::memory_size;
use super::options::{Options, Origin, Problem};
use super::parts::{Part, Parts};
use super::process::{Jvm, Lead, part};
use crate::base::Bytes;

/// The division of a TaskManager process. All components add up to [`Layout::process`] exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Heap of Flink itself.
    pub framework_heap: Bytes,
    /// Heap of tasks; may be 0.
    pub task_heap: Bytes,
    /// Direct memory of Flink itself.
    pub framework_off_heap: Bytes,
    /// Direct memory of tasks.
    pub task_off_heap: Bytes,
    /// Network buffers.
    pub network: Bytes,
    /// Managed memory, under no JVM flag.
    pub managed: Bytes,
    /// Metaspace of the JVM.
    pub metaspace: Bytes,
    /// Whatever else the JVM needs, under no JVM flag.
    pub overhead: Bytes,
    /// CPU that slots share in the bookkeeping.
    pub cpu: Cpu,
    /// The configured number of slots, at least 1.
    pub slots: u32,
    /// Which options led.
    pub lead: Lead,
    /// How each component got its size, in the order of [`Component::ALL`].
    pub derivations: [Derivation; 8],
}

const BUT_NETWORK: [Component; 5] = [
    Component::FrameworkHeap,
    Component::FrameworkOffHeap,
    Component::TaskHeap,
    Component::TaskOffHeap,
    Component::Managed,
];

const BUT_TASK_HEAP: [Component; 5] = [
    Component::FrameworkHeap,
    Component::FrameworkOffHeap,
    Component::TaskOffHeap,
    Component::Managed,
    Component::Network,
];

impl Layout {
    /// Derives the division from `options`, as Flink does it.
    ///
    /// # Errors
    /// The first error in Flink's order; `Layout::check` lists the faults of single options all at once.
    pub fn derive(options: &Options) -> Result<Layout, LayoutError> {
        let lead = Lead::of(options, &tm::TOTALS)?;
        let (mut parts, jvm) = match lead {
            Lead::Explicit => {
                let (parts, flink) = from_explicit(options)?;
                (parts, Jvm::beside(options, &tm::TOTALS, flink)?)
            }
            Lead::Flink => {
                let flink = options.size(&tm::FLINK)?;
                (from_flink(options, flink)?, Jvm::beside(options, &tm::TOTALS, flink)?)
            }
            Lead::Process => {
                let process = options.size(&tm::PROCESS)?;
                let (jvm, flink) = Jvm::inside(options, &tm::TOTALS, process)?;
                (from_flink(options, flink)?, jvm)
            }
        };
        parts[Component::Metaspace] = jvm.metaspace;
        parts[Component::Overhead] = jvm.overhead;
        let slots = slots(options)?;
        Ok(Layout { cpu: cpu(options, slots)?, slots, ..Layout::new(&parts, lead) })
    }

    /// One slot, and one core for it.
    fn new(parts: &Parts, lead: Lead) -> Layout {
        let size = |component| parts[component].size;
        Layout {
            framework_heap: size(Component::FrameworkHeap),
            task_heap: size(Component::TaskHeap),
            framework_off_heap: size(Component::FrameworkOffHeap),
            task_off_heap: size(Component::TaskOffHeap),
            network: size(Component::Network),
            managed: size(Component::Managed),
            metaspace: size(Component::Metaspace),
            overhead: size(Component::Overhead),
            cpu: Cpu::cores(1),
            slots: 1,
            lead,
            derivations: parts.derivations(),
        }
    }

    /// The size of `component`.
    pub fn size(&self, component: Component) -> Bytes {
        match component {
            Component::FrameworkHeap => self.framework_heap,
            Component::TaskHeap => self.task_heap,
            Component::FrameworkOffHeap => self.framework_off_heap,
            Component::TaskOffHeap => self.task_off_heap,
            Component::Network => self.network,
            Component::Managed => self.managed,
            Component::Metaspace => self.metaspace,
            Component::Overhead => self.overhead,
        }
    }

    /// How `component` got its size.
    pub fn derivation(&self, component: Component) -> Derivation {
        self.derivations[component as usize]
    }

    /// Total Flink memory: everything but metaspace and overhead.
    pub fn flink(&self) -> Bytes {
        self.jvm_heap() + self.direct() + self.managed
    }

    /// Total process memory: what a container is given.
    pub fn process(&self) -> Bytes {
        self.flink() + self.metaspace + self.overhead
    }

    /// The JVM's heap, `-Xmx` and `-Xms`.
    pub fn jvm_heap(&self) -> Bytes {
        self.framework_heap + self.task_heap
    }

    /// The JVM's limit on direct memory.
    pub fn direct(&self) -> Bytes {
        self.framework_off_heap + self.task_off_heap + self.network
    }

    /// The JVM's flags in Flink's order, as one text.
    pub fn jvm_flags(&self) -> String {
        let (heap, direct, metaspace) = (self.jvm_heap().0, self.direct().0, self.metaspace.0);
        format!("-Xmx{heap} -Xms{heap} -XX:MaxDirectMemorySize={direct} -XX:MaxMetaspaceSize={metaspace}")
    }

    /// The options that fix every component, as Flink hands them to the process it starts.
    pub fn explicit(&self) -> Options {
        let mut options = Options::new();
        let mut set = |key: &super::keys::Key, text: String| options.insert(key.name, &text, Origin::Unstated);
        set(&tm::CORES, self.cpu.to_string());
        let sizes = [
            (&tm::FRAMEWORK_HEAP, self.framework_heap),
            (&tm::FRAMEWORK_OFF_HEAP, self.framework_off_heap),
            (&tm::TASK_HEAP, self.task_heap),
            (&tm::TASK_OFF_HEAP, self.task_off_heap),
            (&tm::NETWORK_MIN, self.network),
            (&tm::NETWORK_MAX, self.network),
            (&tm::MANAGED, self.managed),
            (&tm::METASPACE, self.metaspace),
            (&tm::OVERHEAD_MIN, self.overhead),
            (&tm::OVERHEAD_MAX, self.overhead),
        ];
        for (key, size) in sizes {
            set(key, format!("{}b", size.0));
        }
        set(&tm::SLOTS, self.slots.to_string());
        options
    }
}

/// Task heap and managed memory are set: the rest of a configured total, or a fraction beside them, is network memory.
fn from_explicit(options: &Options) -> Result<(Parts, Bytes), LayoutError> {
    let mut parts = Parts::default();
    parts[Component::TaskHeap] = part(options, &tm::TASK_HEAP)?;
    parts[Component::Managed] = part(options, &tm::MANAGED)?;
    read_fixed(&mut parts, options)?;
    let known = parts.sum(&BUT_NETWORK)?;
    if !options.is_set(&tm::FLINK) {
        let network = RangeFraction::read(options, &tm::NETWORK)?.beside(known)?;
        parts[Component::Network] = network;
        let flink = memory_size::sum([known, network.size]).ok_or(LayoutError::Overflow)?;
        return Ok((parts, flink));
    }
    let flink = options.size(&tm::FLINK)?;
    let rest = parts.rest(&BUT_NETWORK, flink)?;
    parts[Component::Network] = network_as_rest(options, rest)?;
    Ok((parts, flink))
}

/// Total Flink memory is known: one of task heap and network memory is the rest.
fn from_flink(options: &Options, flink: Bytes) -> Result<Parts, LayoutError> {
    let mut parts = Parts::default();
    read_fixed(&mut parts, options)?;
    if options.is_set(&tm::TASK_HEAP) {
        parts[Component::TaskHeap] = part(options, &tm::TASK_HEAP)?;
        parts[Component::Managed] = managed(options, flink)?;
        let rest = parts.rest(&BUT_NETWORK, flink)?;
        parts[Component::Network] = network_as_rest(options, rest)?;
    } else {
        parts[Component::Managed] = managed(options, flink)?;
        parts[Component::Network] = RangeFraction::read(options, &tm::NETWORK)?.of(flink)?;
        parts[Component::TaskHeap] = Part::rest(parts.rest(&BUT_TASK_HEAP, flink)?);
    }
    Ok(parts)
}

/// The components that are never derived.
fn read_fixed(parts: &mut Parts, options: &Options) -> Result<(), LayoutError> {
    parts[Component::FrameworkHeap] = part(options, &tm::FRAMEWORK_HEAP)?;
    parts[Component::FrameworkOffHeap] = part(options, &tm::FRAMEWORK_OFF_HEAP)?;
    parts[Component::TaskOffHeap] = part(options, &tm::TASK_OFF_HEAP)?;
    Ok(())
}

// A set size hides the fraction: a bad fraction is then never read, hence never an error.
fn managed(options: &Options, flink: Bytes) -> Result<Part, LayoutError> {
    if options.is_set(&tm::MANAGED) {
        return part(options, &tm::MANAGED);
    }
    RangeFraction::between(options, &tm::MANAGED_FRACTION, (Bytes::ZERO, memory_size::MAX))?.of(flink)
}

/// Network memory is `network`, what the others leave, if its range admits that; a range that contradicts itself admits
/// nothing.
fn network_as_rest(options: &Options, network: Bytes) -> Result<Part, LayoutError> {
    let range = RangeFraction::read(options, &tm::NETWORK).map_err(|error| match error {
        LayoutError::Range { fraction, value, min, max, .. } => {
            LayoutError::Range { fraction, value, min, max, rest: Some(network) }
        }
        other => other,
    })?;
    if !range.admits(network) {
        return Err(LayoutError::NetworkOutOfRange { network, min: range.min, max: range.max });
    }
    Ok(Part::rest(network))
}

/// The configured number of slots.
fn slots(options: &Options) -> Result<u32, LayoutError> {
    match options.count(&tm::SLOTS)? {
        0 => Err(options.fault(&tm::SLOTS, Problem::OutOfRange("0".into(), "at least 1")).into()),
        slots => Ok(slots),
    }
}

/// The configured CPU cores, those of the container, or one a slot.
fn cpu(options: &Options, slots: u32) -> Result<Cpu, LayoutError> {
    if !options.is_set(&tm::CORES) {
        // Kubernetes' own default is negative, for "not set".
        let contained = options.is_set(&tm::CONTAINER_CPU).then(|| options.number(&tm::CONTAINER_CPU)).transpose()?;
        return Ok(contained.and_then(Cpu::from_f64).unwrap_or(Cpu::cores(slots)));
    }
    let cores = options.number(&tm::CORES)?;
    let fault = || options.fault(&tm::CORES, Problem::OutOfRange(cores.to_string(), "more than 0 cores"));
    Ok(Cpu::from_f64(cores).ok_or_else(fault)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derive(pairs: &[(&str, &str)]) -> Result<Layout, LayoutError> {
        Layout::derive(&pairs.iter().map(|(key, value)| (format!("taskmanager.memory.{key}"), value)).collect())
    }

    fn show(pairs: &[(&str, &str)]) -> String {
        derive(pairs).unwrap_err().to_string()
    }

    // 1728m: overhead 181193935 is raised to 192m; 1342177280 are left, of which single precision 0.4 is 536870920 and
    // 0.1 is 134217730.
    #[test]
    fn the_shipped_configuration() {
        let layout = derive(&[("process.size", "1728m")]).unwrap();
        let found = [layout.flink(), layout.managed, layout.network, layout.task_heap, layout.overhead];
        assert_eq!(found.map(|size| size.0), [1_342_177_280, 536_870_920, 134_217_730, 402_653_174, 201_326_592]);
        assert_eq!((layout.slots, layout.cpu), (1, Cpu::cores(1)));
        use Derivation::{AtMin, Fraction, Preset, Rest};
        assert_eq!(layout.derivations, [Preset, Rest, Preset, Preset, Fraction, Fraction, Preset, AtMin]);
    }

    #[test]
    fn explicit_components_leave_network_as_a_fraction_or_as_the_rest() {
        let parts = [("task.heap.size", "1g"), ("managed.size", "1g")];
        let free = derive(&parts).unwrap();
        assert_eq!((free.network.0, free.derivation(Component::Network)), (268_435_460, Derivation::Fraction));
        let bound = derive(&[parts[0], parts[1], ("flink.size", "2560m")]).unwrap();
        assert_eq!((bound.network, bound.derivation(Component::Network)), (Bytes::mib(256), Derivation::Rest));
        let process = derive(&[parts[0], parts[1], ("process.size", "3g")]).unwrap();
        assert_eq!((process.overhead.0, process.derivation(Component::Overhead)), (268_435_452, Derivation::Rest));
    }

    #[test]
    fn errors_name_parts_and_totals() {
        assert!(show(&[]).contains("`taskmanager.memory.process.size`"));
        assert!(show(&[("process.size", "600m")]).contains("Total Flink Memory (152.000mb (159383552 bytes))"));
        assert!(show(&[("process.size", "400m")]).starts_with("JVM Metaspace (256.000mb (268435456 bytes))"));
        assert!(show(&[("process.size", "2g"), ("flink.size", "2g")]).starts_with("Total Process Memory (2.000gb"));
        assert!(show(&[("process.size", "10g"), ("flink.size", "8g")]).contains("(1.750gb (1879048192 bytes))"));
        let heap = show(&[("process.size", "4g"), ("task.heap.size", "2g")]);
        assert!(heap.contains("Task Heap Memory (2.000gb (2147483648 bytes))"), "{heap}");
        let huge = [("task.heap.size", "9223372036854775807"), ("managed.size", "1")];
        assert_eq!(derive(&huge), Err(LayoutError::Overflow));
    }

    #[test]
    fn a_range_that_contradicts_itself_is_told_with_the_rest_that_it_was_to_bound() {
        let rest = [("process.size", "4g"), ("task.heap.size", "1g"), ("network.max", "32m")];
        let text = show(&rest);
        for part in ["Network Memory is what", "Task Heap Memory", "Managed Memory", "leave of Total Flink Memory: "] {
            assert!(text.contains(part), "{text}");
        }
        assert!(text.contains("its min (64.000mb (67108864 bytes)) and max (32.000mb (33554432 bytes))"), "{text}");
        assert!(show(&[rest[0], rest[2]]).starts_with("`taskmanager.memory.network.fraction` (0.1"));
    }

    #[test]
    fn the_first_error_is_that_of_the_total_that_leads() {
        let both = [("process.size", "4g"), ("managed.fraction", "2"), ("jvm-overhead.max", "1m")];
        assert!(show(&both).contains("jvm-overhead.fraction"));
        assert!(show(&both[..2]).contains("managed.fraction"));
        assert!(derive(&[both[0], both[1], ("managed.size", "1g")]).is_ok());
    }

    #[test]
    fn cores_default_to_slots() {
        let with = |cores: &str| {
            let process = ("taskmanager.memory.process.size", "2g");
            let options = [process, ("taskmanager.numberOfTaskSlots", "3"), ("taskmanager.cpu.cores", cores)];
            Layout::derive(&options.into_iter().filter(|(_, value)| !value.is_empty()).collect())
        };
        assert_eq!(with("").unwrap().cpu, Cpu::cores(3));
        assert_eq!(with("0.5").unwrap().cpu.to_string(), "0.5");
        let container = [("taskmanager.memory.process.size", "2g"), ("kubernetes.taskmanager.cpu.amount", "1.5")];
        assert_eq!(Layout::derive(&container.into_iter().collect()).unwrap().cpu.to_string(), "1.5");
        assert!(with("0").is_err() && with("-1").is_err());
    }
}
