//! The fragmentation tax as a user meets it, against exact chains.

use std::path::Path;

use super::Place;

/// 8 units of 1 GiB; requests of 1 at 1.5 a second and of 2 at 1 a second, held for a second on average.
const UNITS: &str = r#"name = "units"

[run]
duration = "20000 s"
warm_up = "20 s"
sample_every = "1000 s"
replications = 4

[monitor]
interval = "1000 s"

[groups.a]
cores = 16
slots = 16
task_heap = "64 MiB"
managed = "8 GiB"
network = "64 MiB"
collector = "none"

[pressure]
order = ["fail"]

[policies]
allocation = "unified-first-come"
spill = "never"

[workloads.small]
kind = "tasks"
arrival = { kind = "poisson", rate = "1.5 /s" }
hold = { law = "exponential", mean = "1 s" }
size = "1 GiB"

[workloads.large]
kind = "tasks"
arrival = { kind = "poisson", rate = "1 /s" }
hold = { law = "exponential", mean = "1 s" }
size = "2 GiB"

[experiment]
objective = "tasks_lost_share"
fragmentation_tax = true

[[axes]]
key = "regions.allocator"
values = ["segments", "first-fit", "best-fit", "worst-fit", "buddy"]
"#;

/// Blocking of all tasks where memory may lie anywhere: the recursion of Kaufman (1981) and Roberts (1981).
fn complete_sharing(units: usize, classes: &[(usize, f64)]) -> f64 {
    let mut weights = vec![1.0];
    for used in 1..=units {
        let fitting = classes.iter().filter(|(size, _)| *size <= used);
        weights.push(fitting.map(|(size, load)| *size as f64 * load * weights[used - size]).sum::<f64>() / used as f64);
    }
    let all: f64 = weights.iter().sum();
    let blocked = |size: usize| weights[units + 1 - size..].iter().sum::<f64>() / all;
    let rate: f64 = classes.iter().map(|(_, load)| load).sum();
    classes.iter().map(|(size, load)| load * blocked(*size)).sum::<f64>() / rate
}

/// Blocking of all tasks in a case of the table that travels with heapwise: exact, by the chain of layouts.
fn of_layouts(case: &str, loads: &[f64]) -> f64 {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/verification/queueing_and_allocation.csv");
    let mut reader = csv::Reader::from_path(table).expect("the table");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let blocked = |class: usize| -> f64 {
        let row = rows.iter().find(|row| row[0] == format!("{case}-block_{class}"));
        row.expect("the row of the class")[4].parse().expect("a number")
    };
    loads.iter().enumerate().map(|(at, load)| load * blocked(at + 1)).sum::<f64>() / loads.iter().sum::<f64>()
}

/// What `fragmentation_tax.csv` has on lost tasks, and on others.
struct Told {
    head: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl Told {
    fn of(place: &Place) -> Told {
        let text = String::from_utf8(place.read("r/fragmentation_tax.csv")).expect("text");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let head = reader.headers().expect("a header").clone();
        Told { head, rows: reader.records().map(|row| row.expect("a row")).collect() }
    }

    fn cell(&self, (rule, metric): (&str, &str), column: &str) -> Option<&str> {
        let at = |name: &str| self.head.iter().position(|cell| cell == name).expect("the column");
        let wanted = |row: &&csv::StringRecord| row[at("regions.allocator")] == *rule && row[at("metric")] == *metric;
        self.rows.iter().find(wanted).map(|row| &row[at(column)])
    }

    fn number(&self, key: (&str, &str), column: &str) -> f64 {
        self.cell(key, column).expect("a row").parse().expect("a number")
    }
}

#[test]
fn the_tax_is_what_the_exact_chains_say() {
    let place = Place::with(UNITS);
    let said = place.heapwise(&["run", "scenario.toml", "--quiet", "--out", "r"]).ends_well();
    assert!(said.out.contains("Fragmentation tax") && said.out.contains("tasks_lost_share"), "{}", said.out);
    let told = Told::of(&place);
    assert_eq!(told.cell(("segments", "tasks_lost_share"), "tax"), None, "pages pay no tax");
    let shared = complete_sharing(8, &[(1, 1.5), (2, 1.0)]);
    let families = ["contiguous_first_fit-02", "contiguous_best_fit-02", "contiguous_worst_fit-02", "binary_buddy-01"];
    for (rule, case) in ["first-fit", "best-fit", "worst-fit", "buddy"].into_iter().zip(families) {
        let of = |column: &str| told.number((rule, "tasks_lost_share"), column);
        let (tax, half, exact) = (of("tax"), of("tax_half_width"), of_layouts(case, &[1.5, 1.0]) - shared);
        assert!((of("scattered_mean") - shared).abs() < 0.003, "{rule}: {}", of("scattered_mean"));
        // Three standard errors; with four pairs, the half-width is 3.18 of them.
        assert!((tax - exact).abs() < half.max(1e-4), "{rule}: {tax} ± {half}, exact {exact}");
        assert!(half < 0.5 * exact, "{rule}: {tax} ± {half}");
        assert!(told.number((rule, "blocked_requests_count"), "tax") > 0.0);
    }
    // Powers of two are not rounded, so the buddy's twins are the same and all rules have one twin.
    assert_eq!(told.number(("buddy", "tasks_lost_share"), "rounding"), 0.0);
    assert_eq!(told.cell(("best-fit", "tasks_lost_share"), "rounding"), Some(""));
    let scattered = |rule: &str| told.cell((rule, "tasks_lost_share"), "scattered_mean");
    assert!(["best-fit", "worst-fit", "buddy"].into_iter().all(|rule| scattered(rule) == scattered("first-fit")));
    let summary = String::from_utf8(place.read("r/summary.csv")).expect("text");
    assert!(summary.contains(",contiguity,") && summary.contains(",rounding,"));
}

/// A buddy takes 4 units for 3: that is lost wherever they lie, and no tax on contiguity.
#[test]
fn what_a_buddy_rounds_up_is_told_apart_from_the_tax() {
    let text = UNITS.replace("1.5 /s", "1 /s").replace(
        "rate = \"1 /s\" }\nhold = { law = \"exponential\", mean = \"1 s\" }\nsize = \"2 GiB\"",
        "rate = \"0.7 /s\" }\nhold = { law = \"exponential\", mean = \"1 s\" }\nsize = \"3 GiB\"",
    );
    let rules = "[\"segments\", \"first-fit\", \"best-fit\", \"worst-fit\", \"buddy\"]";
    let place = Place::with(&text.replace(rules, "[\"buddy\"]"));
    place.heapwise(&["run", "scenario.toml", "--quiet", "--out", "r"]).ends_well();
    let told = Told::of(&place);
    let of = |column: &str| told.number(("buddy", "tasks_lost_share"), column);
    let rounded = complete_sharing(8, &[(1, 1.0), (4, 0.7)]);
    let plain = complete_sharing(8, &[(1, 1.0), (3, 0.7)]);
    let contiguity = of_layouts("binary_buddy-03", &[1.0, 0.7]) - rounded;
    for (part, exact) in [("tax", contiguity), ("rounding", rounded - plain)] {
        let (found, half) = (of(part), of(&format!("{part}_half_width")));
        assert!((found - exact).abs() < half && half < 0.004, "{part}: {found} ± {half}, exact {exact}");
    }
    assert!(contiguity < 0.0011 && rounded - plain > 0.08, "nearly all of it is rounding");
}

#[test]
fn without_the_flag_nothing_is_told() {
    let short = UNITS.replace("fragmentation_tax = true", "").replace("20000 s", "200 s");
    let place = Place::with(&short.replace("replications = 4", "replications = 1"));
    let said = place.heapwise(&["run", "scenario.toml", "--quiet", "--out", "r"]).ends_well();
    assert!(!said.out.contains("Fragmentation tax") && !place.path().join("r/fragmentation_tax.csv").exists());
}

/// One TaskManager of 4 slots; tasks come and stay for good.
fn stranded(size: &str) -> (f64, f64) {
    let text = UNITS.replace("cores = 16\nslots = 16", "cores = 4\nslots = 4").replace("8 GiB", "4 GiB");
    let head = text.split("[workloads.small]").next().expect("a head").replace("20000 s", "400 s");
    let head = head.replace("warm_up = \"20 s\"", "warm_up = \"100 s\"").replace("1000 s", "10 s");
    let task = format!(
        "[workloads.stay]\nkind = \"tasks\"\narrival = {{ kind = \"poisson\", rate = \"1 /s\" }}\nhold = \"10 h\"\nsize = \"{size}\"\n"
    );
    let place = Place::with(&(head + &task));
    place.heapwise(&["run", "scenario.toml", "--quiet", "--replications", "1", "--out", "r"]).ends_well();
    let text = String::from_utf8(place.read("r/runs.csv")).expect("text");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a header").clone();
    let row = reader.records().next().expect("a row").expect("a row");
    let number = |name: &str| {
        let place = head.iter().position(|cell| cell == name).expect("the column");
        row[place].parse().expect("a number")
    };
    (number("stranded_cpu_share_mean"), number("stranded_memory_share_mean"))
}

#[test]
fn what_one_resource_cannot_use_for_lack_of_the_other_is_stranded() {
    // The first task takes all memory but leaves three slots of four.
    assert_eq!(stranded("4 GiB"), (0.75, 0.0));
    // Four small ones take all slots, and 3 GiB of 4 GiB and 64 MiB stay free.
    let (cpu, memory) = stranded("256 MiB");
    assert!(cpu == 0.0 && (memory - 3072.0 / 4160.0).abs() < 1e-9, "{cpu}, {memory}");
}
