//! `heapwise frag` as a user meets it.

use super::Place;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const TRACE: &str = "op,id,size_bytes\na,0,1000\na,1,500\na,2,1000\nf,0,\nf,2,\na,3,1500\nr,1,400\nf,-1,\nf,3,\n";

fn traced(text: &str) -> Place {
    let place = Place::with("");
    place.put("trace.csv", text.as_bytes());
    place
}

fn column(text: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let place = reader.headers().expect("a header").iter().position(|cell| cell == name).expect("the column");
    reader.records().map(|row| row.expect("a row")[place].to_string()).collect()
}

#[test]
fn all_allocators_are_compared_in_all_sizes_whatever_the_threads() {
    let place = traced(TRACE);
    let run = |more: &[&str]| {
        let args = [&["frag", "trace.csv", "--allocators", "all", "--size", "4KiB,1 MiB"], more].concat();
        place.heapwise(&args).ends_well().out
    };
    let told = run(&[]);
    for part in ["4 blocks in 8 operations", "most live 2.441 KiB", "Memory 4 KiB", "Memory 1 MiB", "first-fit", "K(s)"]
    {
        assert!(told.contains(part), "{told} lacks {part}");
    }
    let csv = run(&["--format", "csv", "--threads", "1"]);
    assert_eq!(csv, run(&["--format", "csv", "--threads", "3"]));
    let names = column(&csv, "allocator");
    assert_eq!((names.len() % 2, names[..names.len() / 2] == names[names.len() / 2..]), (0, true));
    let first = names.iter().position(|name| name == "first-fit").expect("first fit");
    // 1000 + 500 + 1000; the last of them leaves a hole at the end, which 1500 need 500 more of.
    assert_eq!(column(&csv, "smallest_memory_bytes")[first], "3000");
    assert_eq!(
        (column(&csv, "refusals")[first].as_str(), column(&csv, "footprint_bytes")[first].as_str()),
        ("0", "3000")
    );
    let json: serde_json::Value = serde_json::from_str(&run(&["--format", "json"])).expect("JSON");
    assert_eq!(
        (json["most_live_bytes"].as_u64(), json["runs"][first]["smallest_memory_bytes"].as_u64()),
        (Some(2500), Some(3000))
    );
}

#[test]
fn a_packed_trace_reads_as_the_plain_one_and_sizes_may_be_left_out() {
    let place = traced(TRACE);
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(TRACE.as_bytes()).expect("packing");
    place.put("packed.csv.gz", &packer.finish().expect("packing"));
    let csv = |name: &str| {
        let args = ["frag", name, "--allocators", "best-fit,tlsf", "--format", "csv", "--no-search"];
        place.heapwise(&args).ends_well().out
    };
    assert_eq!(csv("trace.csv"), csv("packed.csv.gz"));
    // 1.1 and 1.5 times 2500 bytes in whole pages are the same.
    assert_eq!(column(&csv("trace.csv"), "memory_bytes"), ["4096", "4096"]);
}

#[test]
fn the_sample_names_its_capacity_and_charts_are_drawn() {
    let place = Place::with("");
    let args = ["frag", "embedded:minimalloc_A.1048576", "--allocators", "first-fit,best-fit,buddy", "--size", "2 MiB"];
    let charts =
        ["--chart", "a.svg", "--memory-map", "m.svg", "--hole-map", "h.png", "--show", "buddy", "--out", "o.txt"];
    assert_eq!(place.heapwise(&[&args[..], &charts].concat()).ends_well().out, "");
    let told = String::from_utf8(place.read("o.txt")).expect("text");
    for part in ["154 blocks", "a packing into 1 MiB is known (MiniMalloc's benchmark A)", "over known capacity"] {
        assert!(told.contains(part), "{told} lacks {part}");
    }
    assert!(place.read("a.svg").starts_with(b"<svg") && place.read("h.png").starts_with(b"\x89PNG"));
    let map = String::from_utf8(place.read("m.svg")).expect("text");
    assert!(map.contains("<image") && map.contains("buddy") && !map.contains("best-fit"));
}

#[test]
fn bad_rows_are_refused_with_line_and_value_or_counted() {
    let bad = "alloc,1,10\nfree,2\nalloc,1,5\nfree,1\nfree,1\nalloc,3,0\nalloc,4,5000\nalloc,5\n";
    let place = traced(bad);
    let run =
        |more: &[&str]| place.heapwise(&[&["frag", "trace.csv", "--size", "4 KiB", "--no-search"], more].concat());
    run(&[]).blames_the_user(&[
        "trace.csv, line 2, column id",
        "found \"2\"",
        "line 3, column id",
        "line 5, column id",
        "freed already",
        "line 6, column bytes: wrong value: found \"0\"",
        "line 7, column bytes: wrong value: found \"5000\", expected no more than the memory, 4096 bytes",
        "line 8, column bytes",
    ]);
    let told = run(&["--lenient"]).ends_well().out;
    for part in [
        "odd rows: 1 rows that cannot be read, left out (first: line 8)",
        "1 frees of blocks that were never allocated, left out (first: line 2)",
        "1 blocks of zero bytes",
        "1 blocks larger than the memory, refused there (first: line 7)",
    ] {
        assert!(told.contains(part), "{told} lacks {part}");
    }
    let wide = traced("op,id,size_bytes\na,1,5,9\n");
    wide.heapwise(&["frag", "trace.csv"])
        .blames_the_user(&["line 2: wrong value: found \"9\", expected no more than 3 cells"]);
    let back = traced("time_s,op,id,bytes\n5,alloc,1,1\n4,free,1,\n");
    back.heapwise(&["frag", "trace.csv"]).blames_the_user(&[
        "line 3, column time_s: order runs backwards",
        "\"4\"",
        "5 s",
    ]);
    traced("").heapwise(&["frag", "trace.csv"]).blames_the_user(&["trace.csv: no rows"]);
    traced("x,y\n1,2\n").heapwise(&["frag", "trace.csv"]).blames_the_user(&[
        "wrong header",
        "\"x,y\"",
        "id,lower,upper,size",
    ]);
    place.heapwise(&["frag", "absent.csv"]).blames_the_user(&["absent.csv: no such file"]);
}

#[test]
fn wrong_options_are_told_together() {
    let place = traced(TRACE);
    let wrong = ["--allocators", "bestfit,buddy{x=1}", "--size", "0 B,12", "--reclamation", "lazi", "--probe", "x"];
    let more = ["--leak", "1.5", "--reserve", "some"];
    place.heapwise(&[&["frag", "trace.csv"][..], &wrong, &more].concat()).blames_the_user(&[
        "`bestfit`, did you mean `best-fit`?",
        "x: is not a known key",
        "--size: error: \"0 B\" is nothing",
        "\"12\" has no unit",
        "`lazi`, did you mean `lazy`?",
        "--probe: error: \"x\"",
        "--leak: error: \"1.5\" is not a share: expected a number from 0 to 1",
        "--reserve: error: \"some\"",
    ]);
    let run = |more: &[&str]| place.heapwise(&[&["frag", "trace.csv", "--no-search"], more].concat());
    run(&["--show", "unbounded"]).blames_the_user(&["--show: error: `unbounded` keeps no addresses"]);
    run(&["--allocators", "buddy", "--show", "tlsf"]).blames_the_user(&["`tlsf` is not among --allocators"]);
    run(&["--allocators", "first-fit{granule=0 B}"]).blames_the_user(&["`granule` is 0 B"]);
    run(&["--allocators", "unbounded", "--hole-map", "h.svg"]).blames_the_user(&["--hole-map: error: none"]);
    run(&["--seed", "3"]).blames_the_user(&["--leak"]);
    run(&["--chart", "x.pdf"]).blames_the_user(&["x.pdf", ".svg or .png"]);
    run(&["--out", "trace.csv"]).blames_the_user(&["trace.csv: error: cannot be written: it holds the trace"]);
    run(&["--out", "absent/x.csv"]).blames_the_user(&["absent/x.csv", "cannot be written"]);
}

/// A thousand blocks, each of which is freed ten blocks later.
fn steady() -> Place {
    let mut text = String::from("op,id,size_bytes\n");
    for id in 0..1000 {
        text += &format!("a,{id},{}\n", 100 + id % 7);
        if id >= 10 {
            text += &format!("f,{},\n", id - 10);
        }
    }
    traced(&text)
}

#[test]
fn a_leak_takes_the_same_blocks_from_all_and_the_monitor_tells() {
    let place = steady();
    let run = |more: &[&str]| {
        let args = ["frag", "trace.csv", "--allocators", "first-fit,buddy", "--size", "64 KiB", "--no-search"];
        place.heapwise(&[&args[..], more].concat()).ends_well().out
    };
    assert!(run(&[]).contains("Leak monitor: no call in "), "{}", run(&[]));
    let told = run(&["--leak", "0.2", "--seed", "5"]);
    for part in [
        "Leak of 20 % with seed 5: ",
        " of 990 frees are lost",
        "Leak monitor: called in ",
        "first at operation ",
        "; without the leak in 0",
    ] {
        assert!(told.contains(part), "{told} lacks {part}");
    }
    assert!(!told.contains("nobody can tell"), "{told}");
    let csv = run(&["--leak", "0.2", "--seed", "5", "--format", "csv"]);
    let (blocks, bytes) = (column(&csv, "leaked_blocks"), column(&csv, "leaked_bytes"));
    assert_eq!((blocks[0] == blocks[1], bytes[0] == bytes[1]), (true, true));
    let count: u64 = blocks[0].parse().expect("a number");
    assert!((130..270).contains(&count), "{count}");
    assert_ne!(column(&csv, "leak_first_called_at")[0], "");
    assert_ne!(csv, run(&["--leak", "0.2", "--seed", "6", "--format", "csv"]));
    assert!(run(&["--leak", "0.07"]).contains("Leak of 7 % with seed 1"));
    let at_once: String = (0..2000).map(|id| format!("5,alloc,{id},64\n")).collect();
    let at_once = traced(&format!("time_s,op,id,bytes\n{at_once}"));
    let told = at_once.heapwise(&["frag", "trace.csv", "--no-search", "--leak", "0.5"]).ends_well().out;
    assert!(told.contains("not asked, the trace takes no time"), "{told}");
    // A program that never frees grows too, but only a reader of its code knows why.
    let text: String = (0..2000).map(|id| format!("alloc,{id},64\n")).collect();
    let grown =
        traced(&text).heapwise(&["frag", "trace.csv", "--allocators", "first-fit", "--no-search"]).ends_well().out;
    assert!(grown.contains("Leak monitor: called in") && grown.contains("nobody can tell"), "{grown}");
}

#[test]
fn what_is_taken_from_the_system_is_told_where_asked_for() {
    let place = traced(TRACE);
    let run = |more: &[&str]| {
        let args = ["frag", "trace.csv", "--allocators", "first-fit", "--size", "4 KiB", "--no-search"];
        place.heapwise(&[&args[..], more].concat()).ends_well().out
    };
    assert!(!run(&[]).contains("growths") && run(&["--reserve", "all"]).contains("growths"));
    let columns = |how: &str| {
        let csv = run(&["--reserve", how, "--format", "csv"]);
        ["committed_peak_bytes", "committed_mean_bytes", "committed_growths"].map(|name| column(&csv, name)[0].clone())
    };
    assert_eq!(columns("all"), ["4096", "4096", "0"]);
    // 1000, 1500 and 2500 bytes are reached one after the other, then 3000: 1, 2 and six times 3 KiB in eight operations.
    assert_eq!(columns("1 KiB"), ["3072", "2688", "3"]);
    assert_eq!(column(&run(&["--format", "csv"]), "committed_peak_bytes"), [""]);
}

#[test]
fn a_renamed_set_of_minimalloc_is_known_and_a_size_named_twice_counts_once() {
    let place = Place::with("");
    let set = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/traces/minimalloc_A.1048576.csv"));
    place.put("buffers.csv", &set.expect("the sample"));
    let run = |more: &[&str]| {
        let args = ["frag", "buffers.csv", "--allocators", "best-fit", "--size", "2MiB,2 MiB,3MiB"];
        place.heapwise(&[&args[..], more].concat()).ends_well().out
    };
    let told = run(&[]);
    assert!(told.contains("a packing into 1 MiB is known (MiniMalloc's benchmark A)"), "{told}");
    assert_eq!(told.matches("\nMemory ").count(), 2, "{told}");
    assert!(run(&["--capacity", "1.5 MiB"]).contains("a packing into 1.5 MiB is known (--capacity)"));
    let leaky = run(&["--leak", "0.5"]);
    assert!(!leaky.contains("is known") && leaky.contains("Leak monitor: not asked"), "{leaky}");
}
