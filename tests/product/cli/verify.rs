//! `heapwise verify` as a user meets it.

use super::Place;

const HEAD: &str = "id,model,parameters,quantity,expected,tolerance_note,source,remark\n";

/// Two families that take no time: one simulated, one exact.
const ROWS: &str = "b-P,erlang_b,a=2;c=4,P_block,0.09523809524,stochastic; half-width <= 2%,Erlang 1917,\"x, y\"\n\
    b-m,erlang_b,a=2;c=4,mean_busy,1.80952381,stochastic,Erlang 1917,\n\
    r-b,rescale_catchup,rate=80000;capacity=100000;downtime_s=30,backlog,2400000,deterministic; rel err <= 1e-9,fluid,\n";

fn cases(rows: &str) -> Place {
    let place = Place::with("");
    place.put("cases.csv", format!("{HEAD}{rows}").as_bytes());
    place
}

#[test]
fn every_column_comes_back_with_estimates_behind() {
    let place = cases(ROWS);
    let said = place.heapwise(&["verify", "cases.csv", "--out", "out.csv", "--chart", "d.svg"]).ends_well();
    assert!(said.out.contains("erlang_b") && said.out.contains("0 failed"), "{}", said.out);
    assert!(place.read("d.svg").starts_with(b"<svg"));
    let text = String::from_utf8(place.read("out.csv")).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], format!("{},estimate,standard_error,replications,verdict", HEAD.trim()));
    assert!(lines[1].starts_with(
        "b-P,erlang_b,a=2;c=4,P_block,0.09523809524,stochastic; half-width <= 2%,Erlang 1917,\"x, y\",0.09"
    ));
    assert!(lines[1].ends_with(",64,holds"), "{}", lines[1]);
    assert!(lines[3].ends_with(",2400000.0,0,1,holds"), "{}", lines[3]);
}

#[test]
fn threads_change_nothing_and_seeds_do() {
    let place = cases(ROWS);
    let run = |more: &[&str]| {
        place
            .heapwise(&[&["verify", "cases.csv", "--precision", "0.05", "--out", "out.csv"], more].concat())
            .ends_well();
        place.read("out.csv")
    };
    let one = run(&["--threads", "1"]);
    assert_eq!(one, run(&["--threads", "3"]));
    assert_ne!(one, run(&["--seed", "2"]));
}

#[test]
fn the_table_that_travels_is_the_default() {
    let said = Place::with("").heapwise(&["verify", "--family", "rescale_catchup,cache_irm_large"]).ends_well();
    assert!(said.out.contains("2 families, 3 cases, 11 rows; 0 simulated"), "{}", said.out);
}

#[test]
fn rows_that_do_not_hold_end_the_command_with_1() {
    let rows = "r-1,rescale_catchup,rate=8;capacity=10;downtime_s=30,backlog,7,deterministic,x,\n\
        r-2,rescale_catchup,rate=8;capacity=10;downtime_s=30,frontlog,7,deterministic,x,\n";
    let said = cases(rows).heapwise(&["verify", "cases.csv"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.out.contains("r-1: 240") && said.out.contains("r-2: nothing measures `frontlog`"), "{}", said.out);
    assert!(said.err.contains("2 rows do not agree"), "{}", said.err);
}

#[test]
fn faults_of_cases_are_told_together() {
    let rows = "a,mm2,lambda=1,L,1,stochastic,x,\nb,mm1,lambda,L,1,about,x,\n";
    cases(rows).heapwise(&["verify", "cases.csv"]).blames_the_user(&[
        "cases.csv:2: error: there is no family `mm2`, did you mean `mm1`?",
        "cases.csv:3: error: `parameters` holds `lambda`, expected key=value",
        "cases.csv:3: error: `tolerance_note` holds `about`",
    ]);
    let rows = "a,mm1,lamda=0.5;mu=1,L,1,stochastic,x,\nb,mmc,lambda=a;mu=1;c=2,L,1,stochastic,x,\n\
        c,machine_repair,N=2.5;failure_rate=1;repair_rate=1,mean_down,1,stochastic,x,\n";
    cases(rows).heapwise(&["verify", "cases.csv"]).blames_the_user(&[
        "cases.csv:2: error: no `lambda`, which this family needs (there is `lamda`)",
        "cases.csv:3: error: lambda=a, expected a number above 0",
        "cases.csv:4: error: N=2.5, expected a whole number",
    ]);
}

#[test]
fn wrong_files_and_options_are_refused() {
    let place = cases(ROWS);
    place.put("short.csv", b"id,modell\n1,mm1\n");
    let run = |args: &[&str]| place.heapwise(&[&["verify"], args].concat());
    run(&["short.csv", "--precision", "0.5", "--family", "mmm1"]).blames_the_user(&[
        "--family: error: there is no family `mmm1`, did you mean `mm1`?",
        "--precision: error: 0.5",
        "short.csv:1: error: has no column `model` (it has `modell`)",
        "`tolerance_note`",
    ]);
    run(&["absent.csv"]).blames_the_user(&["absent.csv: error: cannot be read"]);
    run(&["."]).blames_the_user(&["is a directory"]);
    run(&["cases.csv", "--family", "mm1"]).blames_the_user(&["cases.csv: error: has no row of mm1"]);
    run(&["cases.csv", "--out", "cases.csv"]).blames_the_user(&["it holds the cases"]);
    run(&["cases.csv", "--chart", "x.pdf"]).blames_the_user(&["x.pdf", ".svg or .png"]);
    run(&["--precision", "-1"]).blames_the_user(&["--precision: error: -1"]);
}

#[test]
fn an_allocator_is_certified_against_its_chain_of_layouts() {
    let place = Place::with("");
    let world = ["--units", "4", "--classes", "1@1,2@0.5", "--precision", "0.05"];
    let run = |policy: &str| place.heapwise(&[&["verify", "--policy", policy], &world[..]].concat());
    let said = run("best-fit").ends_well();
    assert!(
        said.out.contains("4 units: class 1 of 1 at 1 a second") && said.out.contains("best-fit: 9 quantities, 0 of")
    );
    let said = run("bets-fit");
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("did you mean `best-fit`?"), "{}", said.err);
    let said = run("unbounded");
    assert!(said.code == Some(2) && said.err.contains("more than the memory has"), "{}", said.err);
}

#[test]
fn worlds_that_make_no_sense_are_refused() {
    let place = Place::with("");
    let run = |units: &str, classes: &str| {
        let said = place.heapwise(&["verify", "--policy", "best-fit", "--units", units, "--classes", classes]);
        assert_eq!(said.code, Some(2), "{}", said.err);
        said.err
    };
    assert!(run("11", "1@1").contains("11 units, expected 1 ..= 10"));
    assert!(run("4", "1@x,2,1@1").contains("`1@x`, expected units@rate") && run("4", "2").contains("`2`"));
    assert!(run("4", "5@1").contains("expected a size of 1 ..= 4 units"));
}
