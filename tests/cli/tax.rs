//! The fragmentation tax as a user meets it, against exact chains.

use crate::Place;

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
values = ["segments", "first-fit", "worst-fit"]
"#;

/// Shares of all tasks that are lost: the recursion of Kaufman and Roberts gives (1.5 × 0.029743 + 0.080396) / 2.5
/// where memory may lie anywhere; the chains of layouts (985 states each) give the rest.
const SCATTERED: f64 = 0.050_004_4;
const TAXES: [(&str, f64); 2] = [("first-fit", 0.008_204_2), ("worst-fit", 0.014_202_7)];

#[test]
fn the_tax_is_what_the_exact_chains_say() {
    let place = Place::with(UNITS);
    let said = place.heapwise(&["run", "scenario.toml", "--quiet", "--out", "r"]).ends_well();
    assert!(said.out.contains("Fragmentation tax") && said.out.contains("tasks_lost_share"), "{}", said.out);
    let text = String::from_utf8(place.read("r/fragmentation_tax.csv")).expect("text");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a header").clone();
    let at = |name: &str| head.iter().position(|cell| cell == name).expect("the column");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let of = |rule: &str, metric: &str| {
        let wanted = |row: &&csv::StringRecord| row[1] == *rule && row[at("metric")] == *metric;
        let row = rows.iter().find(wanted)?;
        let number = |name: &str| row[at(name)].parse::<f64>().expect("a number");
        Some((number("scattered_mean"), number("tax"), number("tax_half_width")))
    };
    assert_eq!(of("segments", "tasks_lost_share"), None, "pages pay no tax");
    for (rule, exact) in TAXES {
        let (scattered, tax, half) = of(rule, "tasks_lost_share").expect("a tax on losses");
        assert!((scattered - SCATTERED).abs() < 0.003, "{rule}: {scattered}");
        // Three standard errors; with four pairs, the half-width is 3.18 of them.
        assert!((tax - exact).abs() < half.max(1e-4), "{rule}: {tax} ± {half}, exact {exact}");
        assert!(half < 0.4 * exact, "{rule}: {tax} ± {half}");
        let (_, blocked, _) = of(rule, "blocked_requests_count").expect("a tax on blocking");
        assert!(blocked > 0.0);
    }
    // Twins on the same random numbers differ by less than the cells do.
    let summary = String::from_utf8(place.read("r/summary.csv")).expect("text");
    assert!(summary.contains(",contiguity,"));
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
