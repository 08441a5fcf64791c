//! Whether the pages of an allocator are those of the TaskManagers.

use super::Report;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::pages::{SAID, is_paged, page, says_segment, segment_of};
use crate::scenario::spec::Scenario;

/// All pools of a scenario have pages of one size, so groups must not have segments of another.
pub fn check(scenario: &Scenario, catalogue: &dyn Catalogue, report: &mut Report) {
    let Some(page) = page(&scenario.allocator).filter(|_| is_paged(&scenario.allocator, catalogue)) else { return };
    let own = report.says(&SAID);
    for group in scenario.groups.iter() {
        // A page on its own is a question about rounding, and network buffers stay as Flink makes them.
        let Ok(segment) = segment_of(group) else { continue };
        if segment == page || own && !says_segment(group) {
            continue;
        }
        let message = match (own, scenario.groups.first()) {
            (false, Some(first)) => format!(
                "makes segments of {segment}, but groups.{} has segments of {page}, and the pools of all groups have the pages \
                 of one allocator: expected one size in all groups",
                first.name
            ),
            _ => format!(
                "makes segments of {segment}, but {} = {page}: expected one size, or no page, which then is that of the groups",
                SAID.join(".")
            ),
        };
        report.fault(&["groups", &group.name, "flink", "taskmanager.memory.segment-size"], message);
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Bytes;
    use crate::scenario::pages::page;
    use crate::scenario::{Loaded, Override, listing, load};

    const TEXT: &str = "name = \"x\"\n[groups.a]\ntask_heap = \"1 GiB\"\nmanaged = \"1 GiB\"\n[groups.b]\n\
        task_heap = \"1 GiB\"\nmanaged = \"1 GiB\"\n[workloads.w]\nkind = \"keyed-aggregation\"\n";
    const A: &str = "groups.a.flink.taskmanager.memory.segment-size=64kb";
    const B: &str = "groups.b.flink.taskmanager.memory.segment-size=64kb";

    fn read(text: &str, sets: &[&str]) -> Result<Loaded, String> {
        let sets: Vec<Override> = sets.iter().map(|set| Override::set(set)).collect();
        load(text, "x.toml", &sets).map_err(|faults| listing(&faults))
    }

    /// Pages of all cells, which the resolved scenario must have too.
    fn pages(text: &str, sets: &[&str]) -> Vec<Option<Bytes>> {
        let loaded = read(text, sets).unwrap_or_else(|said| panic!("{sets:?}: {said}"));
        let again = read(&loaded.resolved, &[]).unwrap_or_else(|said| panic!("{said}\n{}", loaded.resolved));
        assert_eq!(loaded.resolved, again.resolved);
        let of = |loaded: &Loaded| loaded.cells.iter().map(|cell| page(&cell.scenario.allocator)).collect::<Vec<_>>();
        assert_eq!(of(&loaded), of(&again));
        of(&loaded)
    }

    #[test]
    fn a_page_is_a_segment_unless_it_is_named() {
        let (small, large) = (Some(Bytes(32 << 10)), Some(Bytes(64 << 10)));
        assert_eq!(pages(TEXT, &[]), [small]);
        assert_eq!(pages(TEXT, &[A, B]), [large]);
        let four = "regions.allocator={ kind = \"segments\", page = \"4 KiB\" }";
        assert_eq!(pages(TEXT, &[four]), [Some(Bytes(4 << 10))]);
        let named = "regions.allocator={ kind = \"segments\", page = \"64 KiB\" }";
        assert_eq!(pages(TEXT, &[named, A, B]), [large]);
        assert_eq!(pages(TEXT, &["regions.allocator=size-classes", A]), [Some(Bytes(4 << 10))]);
        let one = TEXT.replace("[groups.b]\ntask_heap = \"1 GiB\"\nmanaged = \"1 GiB\"\n", "");
        let axis = "[[axes]]\nkey = \"groups.a.flink.\\\"taskmanager.memory.segment-size\\\"\"\nvalues = [\"32kb\", \"64kb\"]\n";
        assert_eq!(pages(&format!("{one}{axis}"), &[]), [small, large]);
    }

    #[test]
    fn sizes_that_contradict_each_other_are_refused() {
        let refused = |sets: &[&str], words: &[&str]| {
            let said = read(TEXT, sets).map(|_| ()).unwrap_err();
            for word in words {
                assert!(said.contains(word), "{word} is not in:\n{said}");
            }
            assert!(said.contains("1 fault found"), "{said}");
        };
        refused(
            &[A],
            &["groups.b", "segments of 32 KiB, but groups.a has segments of 64 KiB", "one size in all groups"],
        );
        let four = "regions.allocator={ kind = \"segments\", page = \"4 KiB\" }";
        refused(&[four, A], &["groups.a.flink", "segments of 64 KiB, but regions.allocator.page = 4 KiB", "no page"]);
        let odd = "groups.a.flink.taskmanager.memory.segment-size=5000";
        refused(&[odd, "regions.allocator=first-fit"], &["segment-size", "a power of two of 4096 bytes"]);
    }
}
