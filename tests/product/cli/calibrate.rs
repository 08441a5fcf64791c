//! `heapwise calibrate` as a user meets it.

use std::fmt::Write;

use super::{Place, SMALL};

/// A log of Serial: young collections that take 1 ms and 2 ns a byte copied, and a full one after every tenth.
fn log(collections: u32) -> String {
    let mut log = "[0.010s][info][gc] Using Serial\n".to_string();
    for id in 0..collections {
        let (start, kib) = (1.0 + f64::from(id), 300 + 170 * (id % 7));
        let end = start + 0.01;
        let (kind, cause, length) = match id % 10 {
            9 => ("Full", "Allocation Failure", 12.0 + f64::from(id % 3)),
            _ => ("Young", "Allocation Failure", 1.0 + 2.0 * 1024e-6 * f64::from(kib)),
        };
        let _ = write!(
            log,
            "[{start:.3}s][info][gc,start] GC({id}) Pause {kind} ({cause})\n\
             [{end:.3}s][info][gc,heap] GC({id}) DefNew: 17000K->{kib}K(19648K)\n\
             [{end:.3}s][info][gc,heap] GC({id}) Tenured: 9000K->9000K(43712K)\n\
             [{end:.3}s][info][gc] GC({id}) Pause {kind} ({cause}) 26M->9M(61M) {length:.3}ms\n"
        );
    }
    log
}

fn with(name: &str, text: &str) -> Place {
    let place = Place::with(SMALL);
    place.put(name, text.as_bytes());
    place
}

#[test]
fn a_log_gives_prices_a_description_and_a_chart() {
    let place = with("gc.log", &log(100));
    let args = ["calibrate", "gc.log", "--out", "my-jvm.toml", "--chart", "fit.svg"];
    let said = place.heapwise(&args).ends_well();
    for part in ["Serial: what collections cost", "copied", "2 ns/B", "not identified from these logs", "1 of 1 logs"] {
        assert!(said.out.contains(part), "{part} is missing in:\n{}", said.out);
    }
    let description = String::from_utf8(place.read("my-jvm.toml")).expect("text");
    for part in ["[serial]", "gc.log: Serial, 100 collections", "[serial.uncertainty]", "# kept: never varies"] {
        assert!(description.contains(part), "{part} is missing in:\n{description}");
    }
    assert!(String::from_utf8(place.read("fit.svg")).expect("text").contains("observed pause"));
    let again = place.heapwise(&args).ends_well();
    assert_eq!((said.out, description.into_bytes()), (again.out, place.read("my-jvm.toml")));
}

#[test]
fn json_is_whole() {
    let said = with("gc.log", &log(100)).heapwise(&["calibrate", "gc.log", "--format", "json"]).ends_well();
    let value: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(value["collectors"][0]["section"], "serial");
    assert_eq!(value["collectors"][0]["coefficients"][1]["name"], "copied");
    assert!((value["collectors"][0]["coefficients"][1]["value"].as_f64().expect("a number") - 2.0).abs() < 0.02);
    assert_eq!(value["logs"][0]["collections"], 100);
}

#[test]
fn what_cannot_be_read_is_told_all_at_once() {
    let place = with("empty.log", "[0.010s][info][gc] Using Serial\n");
    place.put("text.log", b"Lorem ipsum\n");
    let said = place.heapwise(&["calibrate", "absent.log", ".", "empty.log", "text.log", "--holdout", "2"]);
    said.blames_the_user(&["absent.log: no such file", "folder", "empty.log: no collection", "text.log", "--holdout"]);
    place.heapwise(&["calibrate"]).blames_the_user(&["LOG"]);
}

#[test]
fn mixed_formats_are_told_with_their_line() {
    let old = "2.5: [GC (Allocation Failure) [PSYoungGen: 100K->10K(200K)] 100K->10K(500K), 0.0010 secs]\n".repeat(5);
    let mixed = log(20) + &old;
    with("gc.log", &mixed).heapwise(&["calibrate", "gc.log"]).blames_the_user(&["gc.log, line", "format"]);
}

#[test]
fn a_cut_log_is_used_as_far_as_it_goes() {
    let whole = log(60);
    with("gc.log", &whole[700..whole.len() - 37]).heapwise(&["calibrate", "gc.log"]).ends_well();
}

#[test]
fn a_restart_is_told_and_splits_the_log() {
    let said = with("gc.log", &log(60).repeat(2)).heapwise(&["calibrate", "gc.log"]).ends_well();
    for part in ["note: gc.log", "started anew", "gc.log (run 1)", "gc.log (run 2)"] {
        assert!(said.out.contains(part), "{part} is missing in:\n{}", said.out);
    }
}

#[test]
fn a_log_is_never_overwritten_and_a_chart_has_a_known_ending() {
    let place = with("gc.log", &log(60));
    place.heapwise(&["calibrate", "gc.log", "--out", "./gc.log"]).blames_the_user(&["one of the logs"]);
    assert_eq!(place.read("gc.log"), log(60).into_bytes());
    place.heapwise(&["calibrate", "gc.log", "--chart", "fit.pdf"]).blames_the_user(&[".svg or .png"]);
    place.heapwise(&["calibrate", "gc.log", "--out", "no/such/folder.toml"]).blames_the_user(&["cannot be written"]);
}

/// Whatever is wrong with several logs is told at once, with the line where there is one.
#[test]
fn faults_of_several_logs_are_told_together() {
    let place = with("sound.log", &log(60));
    place.put(
        "mixed.log",
        (log(20) + "2.5: [GC (Allocation Failure) 100K->10K(500K), 0.0010 secs]\n").repeat(2).as_bytes(),
    );
    place.put("none.log", b"[0.010s][info][gc] Using Serial\n[0.011s][info][gc,init] CPUs: 0 total\n");
    place.put("cut.log.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x4b");
    let said = place.heapwise(&["calibrate", "sound.log", "mixed.log", "none.log", "cut.log.gz"]);
    let said = said.blames_the_user(&["mixed.log, line 82", "none.log", "no collection", "cut.log.gz"]);
    assert!(!said.err.contains("sound.log") && said.err.lines().count() >= 3, "{}", said.err);
}
